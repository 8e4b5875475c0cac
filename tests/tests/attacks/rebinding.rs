//! A declared name whose answers somebody else decides: it leads to the internet, or nowhere. The names are given their
//! addresses by an `/etc/hosts` that only the agent sees, in a mount namespace of its own; so the lookup is the real one, and
//! it works inside the sandbox.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use heddle_tests::agent::{self, Agent};
use heddle_tests::backend::Backend;
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use heddle_tests::{audit, hosts};
use serde_json::json;

use crate::accept;

const CLOSED: &[(&str, &str, &str)] = &[
    ("to_loopback", "127.0.0.1", "this machine"),
    ("to_loopback_6", "::1", "this machine"),
    ("to_mapped_loopback", "::ffff:127.0.0.1", "this machine"),
    ("to_private", "192.168.77.7", "private network"),
    ("to_docker", "172.17.0.1", "private network"),
    ("to_carrier", "100.64.0.1", "private network"),
    ("to_unique_local", "fd12:3456::1", "private network"),
    ("to_nat64", "64:ff9b::7f00:1", "this machine"),
    ("to_metadata", "169.254.169.254", "never dialled"),
    ("to_metadata_6", "fd00:ec2::254", "never dialled"),
    ("to_alibaba", "100.100.100.200", "never dialled"),
    ("to_anything", "0.0.0.0", "never dialled"),
];

fn rig() -> &'static (Agent, Backend) {
    static RIG: OnceLock<(Agent, Backend)> = OnceLock::new();
    RIG.get_or_init(|| {
        let address = agent::address("rebinding");
        let (mut exposes, mut bridge) = (String::new(), String::new());
        for (tool, reason) in CLOSED
            .iter()
            .map(|(tool, ..)| (*tool, ""))
            .chain([("open", "      allow_private: the test leads it here\n")])
            .chain([("open_to_metadata", "      allow_private: the test leads it there\n")])
        {
            exposes += &format!("    - {{ name: {tool}, description: \"Asks {tool}.\" }}\n");
            let host = tool.replace('_', "-");
            bridge += &format!(
                "    - tool_name: {tool}\n      url: \"http://{host}.example:{}/\"\n{reason}",
                address.port()
            );
        }
        let config = format!(
            "agent:\n  name: rebinding\n  exposes:\n{exposes}  http_bridge:\n{bridge}  runtime:\n    trust_tier: 1\n    \
             max_execution_time: 30s\n    sandbox: require\n"
        );
        let backend = Backend::scripted(address, accept);
        (agent::build_config(&config, address), backend)
    })
}

fn table(open: &str) -> String {
    let lines = CLOSED.iter().map(|(tool, address, _)| (*tool, *address));
    lines
        .chain([("open", open), ("open_to_metadata", "169.254.169.254")])
        .map(|(tool, address)| format!("{address} {}.example\n", tool.replace('_', "-")))
        .collect()
}

fn connect(agent: &Agent, table: &Path, home: &Path) -> Client {
    let mut client = Client::start_command(hosts::under(table, &agent.binary).env("HEDDLE_HOME", home));
    client.initialize();
    client
}

#[test]
fn a_name_leads_to_public_addresses_only() {
    if !hosts::can_be_given() {
        return;
    }
    let (agent, backend) = rig();
    let home = Home::new();
    let hosts = home.path().join("hosts");
    fs::write(&hosts, table(&backend.address().ip().to_string())).expect("the home can be written");
    let mut client = connect(agent, &hosts, home.path());
    for (tool, address, range) in CLOSED {
        let said = client.call(tool, json!({})).refused().to_owned();
        assert!(said.contains(range) && said.contains(address), "{tool}: {said}");
        let records = audit::of_tool(home.path(), tool);
        assert_eq!(audit::count(&records, "tool_call"), 1, "{records:#?}");
    }
    // Another test's request may be there already.
    let sent = backend.requests();
    let led = |host: &str| host.starts_with("open.example:");
    assert!(sent.iter().all(|request| request.header("host").is_some_and(led)), "{sent:?}");
    assert!(client.stderr().contains("sandbox: full"), "{}", client.stderr());
    assert!(client.close().success());
}

#[test]
fn a_reason_opens_private_addresses_and_never_metadata() {
    if !hosts::can_be_given() {
        return;
    }
    let (agent, backend) = rig();
    let home = Home::new();
    let hosts = home.path().join("hosts");
    fs::write(&hosts, table(&backend.address().ip().to_string())).expect("the home can be written");
    let mut client = connect(agent, &hosts, home.path());
    client.call("open", json!({})).ok();
    let said = client.call("open_to_metadata", json!({})).refused().to_owned();
    assert!(said.contains("never dialled"), "{said}");
    assert!(client.close().success());
}

#[test]
fn a_name_that_turns_round_is_judged_again() {
    if !hosts::can_be_given() {
        return;
    }
    let (agent, _) = rig();
    let home = Home::new();
    let hosts = home.path().join("hosts");
    // Nobody listens there, so that no connection is kept for the second call.
    fs::write(&hosts, table("127.66.66.66")).expect("the home can be written");
    let mut client = connect(agent, &hosts, home.path());
    let said = client.call("open", json!({})).refused().to_owned();
    assert!(said.contains("refused"), "{said}");
    fs::write(&hosts, table("169.254.169.254")).expect("the home can be written");
    let said = client.call("open", json!({})).refused().to_owned();
    assert!(said.contains("169.254.169.254") && said.contains("never dialled"), "{said}");
    assert!(client.close().success());
}

#[test]
fn namespaces_are_there_where_tests_count() {
    let tried = Command::new("unshare").args(["-rm", "true"]).stderr(Stdio::null()).status();
    let can = tried.is_ok_and(|status| status.success());
    assert_eq!(can, hosts::can_be_given());
    assert!(can || std::env::var_os("CI").is_none(), "this machine gives nobody a mount namespace");
}
