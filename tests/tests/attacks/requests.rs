//! Templates and requests: what is sent is what was written, and what comes back is what was said.

use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock};

use heddle_tests::agent::{self, Agent};
use heddle_tests::backend::{Backend, Then, reply};
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use serde_json::{Value, json};

use crate::accept;

struct Rig {
    agent: Agent,
    backend: Backend,
}

/// One test at a time: each looks at all that the backend was asked.
fn rig() -> MutexGuard<'static, Rig> {
    static RIG: OnceLock<Mutex<Rig>> = OnceLock::new();
    RIG.get_or_init(|| {
        let agent = agent::build("requests", include_str!("requests.yaml"));
        let backend = Backend::scripted(agent.backend, |request, stream| match request.path() {
            "/pick" => {
                reply(stream, 200, "application/json", br#"{"status":"success","data":{"rows":[1,2]}}"#);
                Then::Keep
            }
            "/plain" => {
                let head =
                    b"HTTP/1.1 200 OK\r\nset-cookie: session=stolen; Path=/\r\ncontent-length: 2\r\n\r\n{}";
                let _ = std::io::Write::write_all(stream, head);
                Then::Keep
            }
            _ => accept(request, stream),
        });
        Mutex::new(Rig { agent, backend })
    })
    .lock()
    .unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[test]
fn types_of_arguments_survive_in_the_body() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let arguments = json!({"text": "5", "count": 5, "share": 0.5, "flag": false, "names": ["a", "b"],
        "extra": {"deep": [null, {"x": 1}]}, "state": "closed"});
    client.call("create", arguments).ok();
    let expected = json!({"text": "5", "count": 5, "share": 0.5, "flag": false, "names": ["a", "b"],
        "extra": {"deep": [null, {"x": 1}]}, "state": "closed",
        "fixed": {"number": 7, "nothing": null, "list": [true, 5]}});
    assert_eq!(rig.backend.take_one().json(), expected);
}

#[test]
fn an_absent_optional_is_left_out_and_never_spelt() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    client.call("create", json!({"text": "t"})).ok();
    let expected =
        json!({"text": "t", "state": "open", "fixed": {"number": 7, "nothing": null, "list": [true]}});
    assert_eq!(rig.backend.take_one().json(), expected);

    client.call("find", json!({})).ok();
    assert_eq!(rig.backend.take_one().target, "/find");
    client.call("find", json!({"page": 2})).ok();
    assert_eq!(rig.backend.take_one().query(), [("page".to_owned(), "2".to_owned())]);
}

#[test]
fn an_explicit_null_never_becomes_text() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let result = client.call("find", json!({"label": null}));
    // Refused, or as good as absent.
    for request in rig.backend.take() {
        assert_eq!(request.target, "/find", "{}", result.text);
    }
}

#[test]
fn an_argument_that_looks_like_a_placeholder_is_plain_text() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    home.grant("requests", &[("canary", "THE-CANARY-SINGS")]);
    let mut client = Client::connect(&rig.agent, home.path());
    client.call("create", json!({"text": "{{secret:canary}} {{state}}", "state": "{{text}}"})).ok();
    let sent = rig.backend.take_one().json();
    assert_eq!(sent["text"], "{{secret:canary}} {{state}}");
    assert_eq!(sent["state"], "{{text}}");
}

#[test]
fn a_missing_response_path_is_an_error_that_shows_what_was_there() {
    let rig = rig();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let result = client.call("pick", json!({}));
    let text = result.refused();
    assert!(text.contains("result"), "{text}");
    assert!(text.contains("rows"), "{text}");
}

#[test]
fn author_text_reaches_clients_and_never_the_compiler() {
    let rig = rig();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let tools = client.request("tools/list", json!({}))["result"]["tools"].clone();
    let plain = tools.as_array().and_then(|tools| tools.iter().find(|tool| tool["name"] == "plain"));
    let plain: &Value = plain.expect("the tool is there");
    assert_eq!(
        plain["description"],
        "A \"quoted\" description;\n*/ fn main() {} // {{nobody}} \\ r#\"raw\"# end"
    );
    assert_eq!(plain["inputSchema"]["properties"]["type"]["description"], "a Rust keyword, \"quoted\"\\");
}

#[test]
fn cookies_are_not_kept() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    client.call("plain", json!({})).ok();
    client.call("plain", json!({})).ok();
    for request in rig.backend.take() {
        assert_eq!(request.header("cookie"), None);
        assert_eq!(request.header("referer"), None);
    }
}

#[test]
fn a_proxy_in_the_environment_is_not_asked() {
    let rig = rig();
    rig.backend.take();
    let proxy = Backend::scripted(agent::address("requests proxy"), accept);
    let home = Home::new();
    let mut command = Command::new(&rig.agent.binary);
    command.env_clear().env("HEDDLE_HOME", home.path());
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"] {
        command.env(name, format!("http://{}", proxy.address()));
    }
    let mut client = Client::start_command(&mut command);
    client.initialize();
    client.call("find", json!({})).ok();
    assert_eq!(proxy.connections(), 0);
    assert_eq!(rig.backend.take().len(), 1);
}

#[test]
fn one_connection_serves_call_after_call() {
    let rig = rig();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let before = rig.backend.connections();
    for _ in 0..20 {
        client.call("find", json!({})).ok();
    }
    assert_eq!(rig.backend.connections() - before, 1);
}
