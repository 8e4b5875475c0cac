//! packs/prometheus.yaml against Prometheus.

use std::time::SystemTime;

use heddle_tests::audit;
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use heddle_tests::services;
use serde_json::json;

use crate::{eventually, json_of};

#[test]
fn the_prometheus_pack_reads_a_real_prometheus() {
    let Some(service) = services::start("prometheus.sh", "prometheus", &[]) else { return };
    let agent = services::build_pack("prometheus", "http://localhost:9090", service.address);
    let home = Home::new();
    let mut client = Client::connect(&agent, home.path());

    let up = json!({"query": "up{job=\"node\"}"});
    let result = eventually(&mut client, "query", &up, |result| result.text.contains("\"1\""));
    let answer = json_of(&result);
    assert_eq!(answer["status"], "success", "{answer}");
    assert_eq!(answer["data"]["result"][0]["metric"]["job"], "node", "{answer}");

    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    // Past the present too: the first sample is younger than a second.
    let (start, end) = ((now - 60).to_string(), (now + 60).to_string());
    let window = json!({"query": "up", "start": start, "end": end, "step": "1s"});
    // Each target is scraped at a moment of its own.
    let answer = json_of(&eventually(&mut client, "query_range", &window, |result| {
        result.text.contains("\"node\"") && result.text.contains("\"gone\"")
    }));
    assert_eq!(answer["data"]["resultType"], "matrix", "{answer}");
    assert!(answer["data"]["result"].as_array().is_some_and(|series| series.len() >= 2), "{answer}");

    let targets = eventually(&mut client, "targets", &json!({}), |result| {
        result.text.contains("\"health\":\"up\"") && result.text.contains("\"health\":\"down\"")
    });
    assert!(targets.ok().contains("\"scrapePool\":\"gone\""), "{}", targets.text);
    let alerts = eventually(&mut client, "alerts", &json!({}), |result| result.text.contains("firing"));
    assert!(alerts.ok().contains("TargetGone"), "{}", alerts.text);
    let metrics = client.call("metrics", json!({}));
    assert!(metrics.ok().contains("node_load1"), "{}", metrics.text);

    assert!(client.close().success());
    let records = audit::records(home.path());
    assert_eq!(audit::count(&records, "http_bridge"), audit::count(&records, "tool_call"));
}

#[test]
fn what_prometheus_refuses_is_told_in_its_own_words() {
    let Some(service) = services::start("prometheus.sh", "prometheus refusals", &[]) else { return };
    let agent = services::build_pack("prometheus", "http://localhost:9090", service.address);
    let home = Home::new();
    let mut client = Client::connect(&agent, home.path());

    let result = client.call("query", json!({"query": "sum by (job"}));
    assert!(result.refused().contains("400") && result.text.contains("parse error"), "{}", result.text);
    // Relative times are what the tool's description says that it does not take; the answer says why.
    let relative = json!({"query": "up", "start": "1h", "end": "now"});
    let result = client.call("query_range", relative);
    assert!(result.refused().contains("start"), "{}", result.text);
    assert!(result.text.contains("timestamp"), "{}", result.text);
}

#[test]
fn a_prometheus_that_goes_away_is_an_error_and_its_return_is_noticed() {
    let Some(service) = services::start("prometheus.sh", "prometheus restarts", &[]) else { return };
    let agent = services::build_pack("prometheus", "http://localhost:9090", service.address);
    let home = Home::new();
    let mut client = Client::connect(&agent, home.path());
    eventually(&mut client, "metrics", &json!({}), |result| !result.is_error);
    drop(service);
    client.call("metrics", json!({})).refused();
    let Some(_service) = services::start("prometheus.sh", "prometheus restarts", &[]) else { return };
    client.call("metrics", json!({})).ok();
}
