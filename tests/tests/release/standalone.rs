//! A static binary in a file system that has nothing else in it.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use heddle_tests::agent::{self, Agent};
use heddle_tests::backend::Backend;
use heddle_tests::client::Client;
use heddle_tests::tls::{Authority, Manner, TlsServer};
use heddle_tests::{audit, home};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{config, ends, heddle, reader, text};

/// A name that only the hosts file of the empty root knows.
const NAME: &str = "backend.heddle.test";

fn alone() -> Agent {
    let backend = agent::address("release::alone");
    let config = format!(
        r#"agent:
  name: alone
  version: "1.0.0"
  exposes:
    - {{ name: near, description: "By address.", parameters: {{ item: {{ type: string }} }} }}
    - {{ name: named, description: "By name." }}
    - {{ name: secured, description: "By name, over TLS." }}
  http_bridge:
    - {{ tool_name: near, method: GET, url: "http://{backend}/near/{{{{item}}}}" }}
    - tool_name: named
      method: GET
      url: "http://{NAME}:{port}/named"
      allow_private: "the backend of this test"
    - tool_name: secured
      method: GET
      url: "https://{NAME}:{secured}/secured"
      allow_private: "the backend of this test"
  runtime:
    trust_tier: 1
    sandbox: require
"#,
        port = backend.port(),
        secured = secured(backend).port(),
    );
    agent::build_with(&config, backend, &["--static"])
}

/// Where the same backend speaks TLS.
fn secured(backend: SocketAddr) -> SocketAddr {
    SocketAddr::new(backend.ip(), backend.port() + 1)
}

/// A folder with the binary, a heddle home and a hosts file in it: as much as a container gets.
fn empty_root(agent: &Agent) -> TempDir {
    let root = tempfile::tempdir().expect("a temporary folder");
    let at = |path: &str| root.path().join(path);
    for folder in ["data", "data/home", "etc"] {
        fs::create_dir(at(folder)).expect("our folder");
    }
    fs::set_permissions(at("data/home"), fs::Permissions::from_mode(0o700)).expect("our folder");
    fs::copy(&agent.binary, at("agent")).expect("our folder");
    fs::write(at("etc/hosts"), format!("{} {NAME}\n", agent.backend.ip())).expect("our folder");
    root
}

/// A command in that folder as its root; `None`: nobody lets us.
fn inside(root: &Path) -> Option<Command> {
    let ways: [&[&str]; 2] = [&["chroot"], &["unshare", "--map-root-user", "chroot"]];
    for way in ways {
        let command = || {
            let mut command = Command::new(way[0]);
            command.args(&way[1..]).arg(root).arg("/agent").env_clear().env("HEDDLE_HOME", "/data/home");
            command
        };
        let path = std::env::var_os("PATH").unwrap_or_default();
        if command().env("PATH", &path).arg("--policy").output().is_ok_and(|output| output.status.success()) {
            let mut command = command();
            command.env("PATH", path);
            return Some(command);
        }
    }
    assert!(std::env::var_os("HEDDLE_REQUIRE_TOOLS").is_none(), "no root folder can be changed here");
    println!("SKIPPED: no root folder can be changed here, neither as root nor in a user namespace");
    None
}

#[test]
fn a_static_binary_serves_where_there_is_no_other_file() {
    let agent = alone();
    let root = empty_root(&agent);
    let Some(mut command) = inside(root.path()) else { return };
    let backend = Backend::json(agent.backend, &json!({ "stock": 3 }));
    let mut client = Client::start_command(&mut command);
    client.initialize();
    assert_eq!(client.call("near", json!({ "item": "pears" })).ok(), r#"{"stock":3}"#);
    assert_eq!(backend.take_one().path(), "/near/pears");
    // The C library that is linked in looks the name up, behind the walls.
    assert_eq!(client.call("named", json!({})).ok(), r#"{"stock":3}"#);
    assert_eq!(backend.take_one().header("host"), Some(format!("{NAME}:{}", agent.backend.port()).as_str()));
    assert!(client.close().success());
    let records = audit::records(&root.path().join("data/home"));
    assert_eq!(audit::count(&records, "tool_call"), 2, "{records:#?}");
}

/// TLS and the C library's resolver in one static binary: the roots are in it, the authority is the operator's.
#[test]
fn a_static_binary_speaks_tls_where_there_is_no_other_file() {
    let agent = alone();
    let root = empty_root(&agent);
    let company = Authority::new("the company");
    let server = TlsServer::start(secured(agent.backend), Manner::Good, &[NAME], &company);
    let call = || {
        let mut client = Client::start_command(&mut inside(root.path())?);
        client.initialize();
        let result = client.call("secured", json!({}));
        assert!(client.close().success());
        Some(result)
    };
    // Nobody that browsers know vouches for it.
    let Some(refused) = call() else { return };
    assert!(refused.refused().contains("no TLS with"), "{}", refused.text);
    assert!(server.heard.lock().expect("no panic").is_empty(), "a request left");
    let folder = root.path().join("data/home/authorities");
    fs::create_dir(&folder).expect("our folder");
    fs::write(folder.join(format!("{NAME}.pem")), &company.pem).expect("our folder");
    assert_eq!(call().expect("it could before").ok(), r#"{"ok":true}"#);
    let records = audit::records(&root.path().join("data/home"));
    assert_eq!(audit::count(&records, "tool_call"), 2, "{records:#?}");
    assert!(records.iter().any(|record| record["sandbox"] == "full"), "{records:#?}");
}

/// The look above can fail: the same root is not enough for a binary that loads its C library.
#[test]
fn a_dynamic_binary_says_what_it_loads_and_needs_it() {
    let (standalone, ordinary) = (alone(), reader());
    let loads = |agent: &Agent| {
        let output = heddle(&["inspect", "--format", "json", text(&agent.binary)]);
        ends(&output, 0, &[]);
        serde_json::from_slice::<Value>(&output.stdout).expect("a line of JSON")
    };
    let found = loads(&standalone);
    assert_eq!(found["loads"], json!([]));
    assert_eq!(found["label"]["linkage"], "static");
    ends(
        &heddle(&["inspect", text(&standalone.binary)]),
        0,
        &["loads     nothing: it is static", "GNU C Library ("],
    );
    let found = loads(&ordinary);
    let libraries = found["loads"].as_array().expect("a list");
    assert!(libraries.iter().any(|name| name == "libc.so.6"), "{found}");
    assert_eq!(found["label"]["linkage"], "dynamic");

    let root = empty_root(&standalone);
    if inside(root.path()).is_some() {
        fs::copy(&ordinary.binary, root.path().join("agent")).expect("our folder");
        let output = Command::new("chroot").arg(root.path()).args(["/agent", "--policy"]).output();
        assert!(output.is_ok_and(|output| !output.status.success()), "it runs without what it loads");
    }
}

#[test]
fn a_static_binary_is_verified_as_one() {
    let agent = alone();
    let file = config(&agent);
    let generated = text(&agent.generated);
    ends(
        &heddle(&["verify", text(&agent.binary), "--config", text(&file), "--crate", generated]),
        0,
        &["built again: the same"],
    );
    let output = home::heddle().args(["sbom", text(&agent.binary)]).output().expect("heddle runs");
    let bill: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let components = bill["components"].as_array().expect("components");
    assert!(components.iter().any(|component| component["name"] == "glibc"), "no C library is on the bill");
}
