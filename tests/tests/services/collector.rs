//! The audit log in a collector of OpenTelemetry data.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use heddle_tests::client::Client;
use heddle_tests::home::{Home, run_at};
use heddle_tests::{agent, services};
use serde_json::json;

#[test]
fn a_collector_takes_the_audit_log() {
    let Some(collector) = services::start("rotel.sh", "collector", &[]) else { return };
    let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, 9090));
    let agent = agent::build_config(include_str!("../../fixtures/readme-example.yaml"), nobody);
    let home = Home::new();
    let mut client = Client::connect(&agent, home.path());
    client.call("query_prometheus", json!({"nothing": 1})).refused();
    assert!(client.close().success());

    let to = format!("http://{}/v1/logs", collector.address);
    let output = run_at(home.path(), &["audit", "export", "--format", "otlp", "--to", &to], "");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("sent 3 records"), "{said}");
    let end = Instant::now() + Duration::from_secs(10);
    let taken = loop {
        let log = collector.log("rotel");
        if log.contains("heddle.agent_lifecycle") && log.contains("heddle.tool_call") {
            break log;
        }
        assert!(Instant::now() < end, "{log}");
        std::thread::sleep(Duration::from_millis(100));
    };
    for wanted in [
        "service.name: Str(prometheus-bridge)",
        "heddle.status: Str(refused)",
        "SEVERITY_NUMBER_WARN(13)",
        "heddle.seq: Int(1)",
    ] {
        assert!(taken.contains(wanted), "{wanted}: {taken}");
    }
}
