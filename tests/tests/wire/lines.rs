//! Lines that are not what they should be: each that carries a readable id is answered, and the server lives on.

use heddle_tests::client::Client;
use heddle_tests::home::Home;
use serde_json::{Value, json};

use crate::sessions::lives_on;
use crate::wire_agent;

/// Codes of JSON-RPC that say "this line is no good".
const NO_GOOD: [i64; 3] = [-32700, -32600, -32602];

/// Sends one bad line and returns the error that comes back; then the server must still serve.
fn complaint(line: &[u8]) -> Value {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    client.send_bytes(line);
    client.send_bytes(b"\n");
    let answer = client.receive(heddle_tests::client::PATIENCE).expect("a bad line is answered");
    let code = answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("not an error: {answer}"));
    assert!(NO_GOOD.contains(&code), "{answer}");
    lives_on(&mut client);
    assert!(client.close().success());
    answer
}

#[test]
fn a_truncated_line() {
    let answer = complaint(br#"{"jsonrpc":"2.0","id":70,"method":"tools/call","params":{"name":"sta"#);
    assert_eq!(answer["error"]["code"], -32700, "{answer}");
}

#[test]
fn junk() {
    for line in [&b"hello"[..], b"{", b"\x00\x01\x02", b"GET / HTTP/1.1", b"[]", b"17", b"null", b"\"text\""]
    {
        complaint(line);
    }
}

#[test]
fn bad_utf_8() {
    complaint(b"{\"jsonrpc\":\"2.0\",\"id\":71,\"method\":\"tools/call\",\"params\":{\"name\":\"look\",\"arguments\":{\"word\":\"\xff\xfe\"}}}");
}

#[test]
fn a_lone_surrogate() {
    complaint(br#"{"jsonrpc":"2.0","id":72,"method":"tools/call","params":{"name":"look","arguments":{"word":"\ud800"}}}"#);
}

#[test]
fn a_number_that_no_number_holds() {
    complaint(br#"{"jsonrpc":"2.0","id":73,"method":"tools/call","params":{"name":"look","arguments":{"word":1e400}}}"#);
}

#[test]
fn a_value_nested_past_all_sense() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    complaint(
        format!(r#"{{"jsonrpc":"2.0","id":74,"method":"tools/call","params":{{"name":"look","arguments":{{"word":{deep}}}}}}}"#)
            .as_bytes(),
    );
}

#[test]
fn a_batch() {
    complaint(br#"[{"jsonrpc":"2.0","id":75,"method":"ping"},{"jsonrpc":"2.0","id":76,"method":"ping"}]"#);
}

#[test]
fn another_version_of_json_rpc() {
    complaint(br#"{"jsonrpc":"1.0","id":77,"method":"tools/list"}"#);
    complaint(br#"{"id":78,"method":"tools/list"}"#);
}

#[test]
fn a_line_of_20_mib() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    let long = "w".repeat(20 << 20);
    client.send(&json!({"jsonrpc": "2.0", "id": 79, "method": "tools/call",
        "params": {"name": "look", "arguments": {"word": long}}}));
    let answer = client.receive(heddle_tests::client::PATIENCE).expect("a long line is answered");
    let code = answer["error"]["code"].as_i64().unwrap_or_else(|| panic!("not an error: {answer}"));
    assert!(NO_GOOD.contains(&code), "{answer}");
    lives_on(&mut client);
    let peak = heddle_tests::process::peak_kib(client.pid());
    assert!(peak < 64 << 10, "a line that is refused is not kept: {peak} KiB");
}

#[test]
fn arguments_named_twice() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    client.send_bytes(
        b"{\"jsonrpc\":\"2.0\",\"id\":80,\"method\":\"tools/call\",\"params\":{\"name\":\"look\",\"arguments\":{\"word\":\"a\",\"word\":\"b\"}}}\n",
    );
    let answer = client.receive(heddle_tests::client::PATIENCE).expect("an answer");
    assert!(answer.get("error").is_some() || answer["result"]["isError"] == true, "{answer}");
    lives_on(&mut client);
}

#[test]
fn a_tool_named_twice_in_one_call() {
    complaint(br#"{"jsonrpc":"2.0","id":81,"method":"tools/call","params":{"name":"status","name":"look","arguments":{"word":"a"}}}"#);
}

#[test]
fn empty_lines_and_carriage_returns_do_no_harm() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    client.send_bytes(b"\n\r\n  \n");
    client.send_bytes(b"{\"jsonrpc\":\"2.0\",\"id\":82,\"method\":\"ping\"}\r\n");
    assert_eq!(client.answer(&json!(82))["result"], json!({}));
}
