//! Everything that an agent sends is what the schema of its revision says it is, over standard streams and over HTTP. The
//! clients of all tests hold what they hear against it; here it is each revision and each kind of answer.

use heddle_tests::client::Client;
use heddle_tests::home::Home;
use heddle_tests::http::Server;
use heddle_tests::schema::check;
use serde_json::{Value, json};

use crate::wire_agent;

/// What is asked, and the definition of its result; none: an error.
fn exchanges() -> Vec<(&'static str, Value, Option<&'static str>)> {
    let call = |arguments: Value| json!({"name": "look", "arguments": arguments});
    vec![
        ("tools/list", json!({}), Some("ListToolsResult")),
        ("tools/call", call(json!({"word": "weft"})), Some("CallToolResult")),
        ("tools/call", call(json!({"word": 1, "x": 2})), Some("CallToolResult")),
        ("tools/call", json!({"name": "nothing"}), None),
        ("tools/call", json!({}), None),
        ("tools/list", json!({"cursor": "x"}), None),
        ("resources/list", json!({}), None),
    ]
}

fn check_answer(revision: &str, answer: &Value, result: Option<&str>) {
    check(revision, "JSONRPCMessage", answer);
    match result {
        Some(name) => check(revision, name, &answer["result"]),
        None => assert!(answer["error"]["code"].is_i64(), "{answer}"),
    }
}

#[test]
fn older_revisions_over_standard_streams() {
    for revision in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let home = Home::new();
        let mut client = Client::start(wire_agent(), home.path());
        let mut ask = |id: usize, method: &str, params: &Value| {
            client.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
            client.answer(&json!(id))
        };
        let hello = json!({"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
        check_answer(revision, &ask(0, "initialize", &hello), Some("InitializeResult"));
        check_answer(revision, &ask(1, "ping", &json!({})), Some("EmptyResult"));
        for (n, (method, params, result)) in exchanges().into_iter().enumerate() {
            check_answer(revision, &ask(n + 2, method, &params), result);
        }
    }
}

#[test]
fn lines_that_have_no_id_that_could_be_read() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    for line in ["{", "[]", "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}"] {
        client.send_bytes(format!("{line}\n").as_bytes());
        let answer = client.receive(heddle_tests::client::PATIENCE).expect("an answer");
        check("2025-11-25", "JSONRPCMessage", &answer);
        check("2026-07-28", "JSONRPCMessage", &answer);
    }
}

#[test]
fn the_newest_revision_over_standard_streams() {
    let revision = "2026-07-28";
    let home = Home::new();
    let mut client = Client::start(wire_agent(), home.path());
    check_answer(revision, &client.request("server/discover", json!({})), Some("DiscoverResult"));
    for (method, params, result) in exchanges() {
        check_answer(revision, &client.request(method, params), result);
    }
}

#[test]
fn both_eras_over_http() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let session = server.initialize(&[]);
    let fields = [("mcp-session-id", session.as_str())];
    for (n, (method, params, result)) in exchanges().into_iter().enumerate() {
        let message = json!({"jsonrpc": "2.0", "id": n, "method": method, "params": params});
        check_answer("2025-11-25", &server.post(&fields, &message).json(), result);
        let answer = server.stateless(&[], &json!(n), method, message["params"].clone());
        check_answer("2026-07-28", &answer.json(), result);
    }
    for wrong in [
        server.post(&[], &json!({"jsonrpc": "2.0", "id": 1, "method": "ping"})),
        server.post(&fields, &json!([])),
    ] {
        check("2025-11-25", "JSONRPCMessage", &wrong.json());
    }
    let params = json!({"name": "look", "arguments": {"word": "slow"}, "_meta": {"progressToken": 7}});
    for event in server.stateless(&[], &json!(1), "tools/call", params).events() {
        check("2026-07-28", "JSONRPCMessage", &event);
        if event.get("method").is_some() {
            check("2026-07-28", "ProgressNotification", &event);
        }
    }
}
