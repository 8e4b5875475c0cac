//! Sessions as clients hold them, in both eras.

use heddle_tests::client::{CallResult, Client};
use heddle_tests::home::Home;
use serde_json::{Value, json};

use crate::wire_agent;

#[test]
fn a_client_of_2025_shakes_hands_lists_and_calls() {
    let home = Home::new();
    let mut client = Client::start(wire_agent(), home.path());
    let hello = client.initialize();
    assert_eq!(hello["protocolVersion"], "2025-11-25");
    assert_eq!(hello["serverInfo"]["name"], "wire");
    assert_eq!(hello["serverInfo"]["version"], "1.2.3");
    assert!(hello["capabilities"]["tools"].is_object(), "{hello}");

    assert_eq!(client.request("ping", json!({}))["result"], json!({}));
    check_tools(&client.request("tools/list", json!({})));
    assert_eq!(client.call("look", json!({"word": "weft"})).ok(), r#"{"asked":"/look?times=1&word=weft"}"#);
    assert!(client.close().success());
}

#[test]
fn each_older_version_is_spoken_as_asked() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18"] {
        let home = Home::new();
        let mut client = Client::start(wire_agent(), home.path());
        let info = json!({"name": "heddle-tests", "version": "1"});
        let id = json!("hello");
        client.send(&json!({"jsonrpc": "2.0", "id": id, "method": "initialize", "params":
            {"protocolVersion": version, "capabilities": {}, "clientInfo": info}}));
        assert_eq!(client.answer(&id)["result"]["protocolVersion"], version);
        client.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        let call = json!({"name": "status", "arguments": {}});
        client.send(&json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": call}));
        assert_eq!(CallResult::of(&client.answer(&json!(2))).ok(), r#"{"asked":"/status"}"#);
        assert!(client.close().success());
    }
}

#[test]
fn a_client_of_2026_discovers_lists_and_calls() {
    let home = Home::new();
    let mut client = Client::start(wire_agent(), home.path());
    let found = client.request("server/discover", json!({}))["result"].clone();
    let versions = found["supportedVersions"].as_array().expect("a list of versions");
    assert!(versions.contains(&json!("2026-07-28")), "{found}");
    assert!(found["capabilities"]["tools"].is_object(), "{found}");

    check_tools(&client.request("tools/list", json!({})));
    let called = client.call("look", json!({"word": "warp", "times": 3}));
    assert_eq!(called.ok(), r#"{"asked":"/look?times=3&word=warp"}"#);
    assert_eq!(called.answer["result"]["resultType"], "complete");
    assert!(client.close().success());
}

#[test]
fn no_arguments_at_all_is_as_good_as_none() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    let answer = client.request("tools/call", json!({"name": "status"}));
    assert_eq!(CallResult::of(&answer).ok(), r#"{"asked":"/status"}"#);
}

#[test]
fn many_calls_in_flight_each_get_their_own_answer() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    let asked: Vec<(u64, String)> = (0..64)
        .map(|n| {
            let word = format!("w{n}");
            (client.ask("tools/call", json!({"name": "look", "arguments": {"word": word}})), word)
        })
        .collect();
    let mut answers: Vec<Value> = asked
        .iter()
        .map(|_| client.receive(heddle_tests::client::PATIENCE).expect("an answer for each call"))
        .collect();
    for (id, word) in asked {
        let at = answers.iter().position(|answer| answer["id"] == id).expect("each id is answered once");
        let expected = format!(r#"{{"asked":"/look?times=1&word={word}"}}"#);
        assert_eq!(CallResult::of(&answers.swap_remove(at)).ok(), expected);
    }
}

#[test]
fn an_unknown_tool_is_an_error_of_the_protocol() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    let answer = client.request("tools/call", json!({"name": "look_out", "arguments": {}}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    assert!(answer["error"]["message"].as_str().is_some_and(|text| text.contains("look_out")), "{answer}");
    lives_on(&mut client);
}

#[test]
fn a_call_without_a_name_has_invalid_params() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    let answer = client.request("tools/call", json!({"arguments": {"word": "weft"}}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    lives_on(&mut client);
}

#[test]
fn an_unknown_method_is_not_found() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    for method in ["tools/unlist", "resources/list", "prompts/list", "shutdown"] {
        let answer = client.request(method, json!({}));
        assert_eq!(answer["error"]["code"], -32601, "{answer}");
    }
    lives_on(&mut client);
}

#[test]
fn a_bad_cursor_has_invalid_params() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    let answer = client.request("tools/list", json!({"cursor": "no cursor of ours"}));
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
    lives_on(&mut client);
}

#[test]
fn wrong_arguments_are_results_that_the_model_can_read() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    for (arguments, said) in [
        (json!({}), "word"),
        (json!({"word": "weft", "colour": "red"}), "colour"),
        (json!({"word": null}), "word"),
        (json!({"word": ["weft"]}), "word"),
        (json!({"word": "w".repeat(101)}), "100"),
        (json!({"word": "weft", "times": 10}), "times"),
        (json!({"word": "weft", "times": "often"}), "times"),
        (json!({"word": "weft", "times": 1.5}), "times"),
    ] {
        let result = client.call("look", arguments.clone());
        assert!(result.refused().contains(said), "{arguments}: {}", result.text);
    }
    lives_on(&mut client);
}

#[test]
fn lossless_coercions_are_kept() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    assert_eq!(
        client.call("look", json!({"word": "weft", "times": "5"})).ok(),
        r#"{"asked":"/look?times=5&word=weft"}"#
    );
    assert_eq!(
        client.call("look", json!({"word": "weft", "times": 5.0})).ok(),
        r#"{"asked":"/look?times=5&word=weft"}"#
    );
}

#[test]
fn a_call_that_takes_long_is_told_of_to_who_asked() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    let meta = json!({"progressToken": "p"});
    let id = client.ask("tools/call", json!({"name": "look", "arguments": {"word": "slow"}, "_meta": meta}));
    let told = client.receive(heddle_tests::client::PATIENCE).expect("a word before the answer");
    assert_eq!(told["method"], "notifications/progress", "{told}");
    assert_eq!(told["params"]["progressToken"], "p");
    CallResult::of(&client.answer(&json!(id))).ok();
    // Who did not ask hears nothing but the answer.
    let id = client.ask("tools/call", json!({"name": "look", "arguments": {"word": "slow"}}));
    assert_eq!(client.receive(heddle_tests::client::PATIENCE).expect("an answer")["id"], id);
}

#[test]
fn keys_in_the_wrong_case_are_refused() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    for (line, code) in [
        (r#"{"jsonrpc":"2.0","id":9,"Method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"Name":"status"}}"#, -32602),
        (
            r#"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"status","Arguments":{}}}"#,
            -32602,
        ),
    ] {
        client.send_bytes(format!("{line}\n").as_bytes());
        let answer = client.answer(&json!(9));
        assert_eq!(answer["error"]["code"], code, "{answer}");
    }
    lives_on(&mut client);
}

/// Checks the list of the wire agent's tools, whole.
fn check_tools(answer: &Value) {
    let tools = answer["result"]["tools"].as_array().unwrap_or_else(|| panic!("no tools: {answer}"));
    let names: Vec<&Value> = tools.iter().map(|tool| &tool["name"]).collect();
    assert_eq!(names, ["look", "status"]);
    let look = &tools[0];
    assert_eq!(look["title"], "Look up");
    assert_eq!(look["description"], "Look a word up.");
    let schema = &look["inputSchema"];
    assert_eq!(schema["type"], "object");
    assert_eq!(schema["additionalProperties"], false);
    assert_eq!(schema["required"], json!(["word"]));
    assert_eq!(schema["properties"]["word"]["type"], "string");
    assert_eq!(schema["properties"]["word"]["maxLength"], 100);
    assert_eq!(schema["properties"]["times"]["default"], 1);
    assert_eq!(schema["properties"]["times"]["maximum"], 9);
    assert_eq!(look["annotations"]["readOnlyHint"], true);
    assert_eq!(tools[1]["inputSchema"]["type"], "object");
}

/// The server still serves.
pub fn lives_on(client: &mut Client) {
    assert_eq!(client.call("status", json!({})).ok(), r#"{"asked":"/status"}"#);
}
