//! Serving: what clients see is what was compiled, and a process touches nothing that it does not need.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use serde_json::{Value, json};

fn serving_agent() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| agent::build("pipeline", include_str!("pipeline.yaml")))
}

#[test]
fn the_list_of_tools_is_the_same_each_time_and_its_digest_is_on_record() {
    let lists: Vec<(Value, Value)> = (0..2)
        .map(|_| {
            let home = Home::new();
            let mut client = Client::connect(serving_agent(), home.path());
            let list = client.request("tools/list", json!({}))["result"]["tools"].clone();
            assert!(client.close().success());
            let start = audit::records(home.path()).swap_remove(0);
            let digest = start.as_object().and_then(|start| {
                start.iter().find(|(key, _)| key.contains("tools")).map(|(_, digest)| digest.clone())
            });
            (list, digest.unwrap_or_else(|| panic!("no digest of the tools: {start}")))
        })
        .collect();
    assert_eq!(lists[0], lists[1]);
    assert!(lists[0].1.as_str().is_some_and(|digest| digest.len() == 64), "{}", lists[0].1);
}

#[test]
fn nothing_but_protocol_is_on_standard_output() {
    let home = Home::new();
    let mut client = Client::start(serving_agent(), home.path());
    assert!(client.receive(Duration::from_millis(200)).is_none(), "a banner");
    client.initialize();
    client.call("held", json!({})).refused();
    // Each line is checked as it is read; what is left must be nothing.
    assert!(client.receive(Duration::from_millis(200)).is_none());
}

#[test]
fn no_socket_listens_and_none_is_open_before_the_first_call() {
    let home = Home::new();
    let mut client = Client::start(serving_agent(), home.path());
    client.initialize();
    client.request("tools/list", json!({}));
    let sockets = std::fs::read_dir(format!("/proc/{}/fd", client.pid()))
        .expect("the agent runs")
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok())
        .filter(|target| target.to_string_lossy().starts_with("socket:"))
        .collect::<Vec<_>>();
    // The runtime's signal driver may hold a pair of Unix sockets; none of them may be TCP or UDP.
    let mut internet = String::new();
    for table in ["tcp", "tcp6", "udp", "udp6"] {
        internet +=
            &std::fs::read_to_string(format!("/proc/{}/net/{table}", client.pid())).unwrap_or_default();
    }
    for socket in sockets {
        let name = socket.to_string_lossy().into_owned();
        let inode = name.trim_start_matches("socket:[").trim_end_matches(']');
        let open = internet.lines().any(|line| line.split_whitespace().nth(9) == Some(inode));
        assert!(!open, "{name} is open before anything was asked");
    }
}

#[test]
fn the_audit_log_is_closed_to_others() {
    let home = Home::new();
    let client = Client::connect(serving_agent(), home.path());
    assert!(client.close().success());
    let mode = |path: &Path| path.metadata().expect("it is there").permissions().mode() & 0o777;
    let folder = home.path().join("audit");
    assert_eq!(mode(&folder), 0o700);
    for entry in std::fs::read_dir(&folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        assert_eq!(mode(&path), if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
    }
}
