//! The same agent over HTTP: both eras on one endpoint, its limits, and its end.

use std::io::{BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use heddle_tests::audit;
use heddle_tests::client::CallResult;
use heddle_tests::home::Home;
use heddle_tests::http::{self, Server, bearer, hello, tokens};
use heddle_tests::process;
use serde_json::{Value, json};

use crate::wire_agent;

fn call(id: impl Into<Value>, word: &str) -> Value {
    let arguments = json!({"word": word});
    json!({"jsonrpc": "2.0", "id": id.into(), "method": "tools/call", "params": {"name": "look", "arguments": arguments}})
}

fn asked(word: &str) -> String {
    format!(r#"{{"asked":"/look?times=1&word={word}"}}"#)
}

#[test]
fn older_revisions_have_sessions() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let session = server.initialize(&[]);
    let of_session = [("mcp-session-id", session.as_str()), ("mcp-protocol-version", "2025-11-25")];
    let told = server.post(&of_session, &json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
    assert_eq!((told.status, told.body.len()), (202, 0));
    let list = server.post(&of_session, &json!({"jsonrpc": "2.0", "id": "l", "method": "tools/list"}));
    assert_eq!(list.header("content-type"), Some("application/json"));
    assert_eq!(list.json()["result"]["tools"][0]["name"], "look");
    let answer = server.post(&of_session, &call("a", "weft"));
    assert_eq!(answer.json()["id"], "a");
    assert_eq!(CallResult::of(&answer.json()).ok(), asked("weft"));

    assert_eq!(server.post(&[], &call(1, "weft")).status, 400, "no session");
    assert_eq!(server.post(&[("mcp-session-id", "0")], &call(1, "weft")).status, 404);
    assert_eq!(server.request("DELETE", "/mcp", &of_session, b"").status, 204);
    assert_eq!(server.request("DELETE", "/mcp", &of_session, b"").status, 404);
    assert_eq!(server.post(&of_session, &call(1, "weft")).status, 404, "a session that has ended");
}

#[test]
fn the_newest_revision_has_none() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let found = server.stateless(&[], &json!(1), "server/discover", json!({}));
    assert!(found.header("mcp-session-id").is_none());
    assert!(found.json()["result"]["supportedVersions"].to_string().contains("2026-07-28"));
    let arguments = json!({"name": "look", "arguments": {"word": "warp"}});
    let called = server.stateless(&[], &json!("x"), "tools/call", arguments.clone());
    assert_eq!(called.json()["id"], "x");
    assert_eq!(CallResult::of(&called.json()).ok(), asked("warp"));
    assert_eq!(called.json()["result"]["resultType"], "complete");

    let unknown = server.stateless(&[], &json!(2), "resources/list", json!({}));
    assert_eq!((unknown.status, &unknown.json()["error"]["code"]), (404, &json!(-32601)));
    let other = server.stateless(&[("mcp-name", "status")], &json!(3), "tools/call", arguments);
    assert_eq!(other.status, 400, "a field that stands twice");
    let lying = server.post(
        &[("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/list")],
        &http::stateless(&json!(4), "tools/call", json!({"name": "look"})),
    );
    assert_eq!((lying.status, &lying.json()["error"]["code"]), (400, &json!(-32020)));
}

#[test]
fn two_clients_with_the_same_numbers_get_their_own_answers() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let sessions = [server.initialize(&[]), server.initialize(&[])];
    thread::scope(|scope| {
        for (client, session) in sessions.iter().enumerate() {
            let server = &server;
            for lane in 0..4 {
                scope.spawn(move || {
                    for id in 0..25 {
                        let word = format!("c{client}l{lane}n{id}");
                        let answer = server.post(&[("mcp-session-id", session)], &call(id, &word)).json();
                        assert_eq!(answer["id"], id);
                        assert_eq!(CallResult::of(&answer).ok(), asked(&word));
                    }
                });
            }
        }
    });
    let answers = audit::records(home.path());
    assert_eq!(audit::count(&answers, "tool_call"), 200);
}

#[test]
fn bad_bodies_are_answered_and_the_server_lives_on() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let json = [("content-type", "application/json")];
    for (body, code) in [
        (&b"{"[..], -32700),
        (b"[]", -32600),
        (b"{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"method\":\"ping\"}", -32600),
        (b"\xff", -32700),
    ] {
        let answer = server.request("POST", "/mcp", &json, body);
        assert_eq!((answer.status, &answer.json()["error"]["code"]), (400, &json!(code)), "{answer:?}");
    }
    assert_eq!(server.request("POST", "/mcp", &[("content-type", "text/plain")], b"{}").status, 415);
    assert_eq!(server.request("POST", "/mcp", &[json[0], ("accept", "text/html")], b"{}").status, 406);
    assert_eq!(server.request("POST", "/mcp", &json, &vec![b' '; 5 << 20]).status, 413);
    assert_eq!(server.request("GET", "/mcp", &[], b"").status, 405);
    assert_eq!(server.request("OPTIONS", "/mcp", &[], b"").status, 405);
    assert_eq!(server.request("POST", "/", &json, b"{}").status, 404);
    let long = "x".repeat(80 << 10);
    assert_eq!(server.request("GET", "/mcp", &[("x-long", &long)], b"").status, 431);
    let session = server.initialize(&[]);
    let answer = server.post(&[("mcp-session-id", &session)], &call(1, "weft"));
    assert_eq!(CallResult::of(&answer.json()).ok(), asked("weft"));
}

#[test]
fn a_call_that_takes_long_is_told_of_to_who_asked() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let params = json!({"name": "look", "arguments": {"word": "slow"}, "_meta": {"progressToken": "p"}});
    let answer = server.stateless(&[], &json!(9), "tools/call", params.clone());
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    let events = answer.events();
    let (last, before) = events.split_last().expect("an answer");
    assert_eq!(last["id"], 9);
    assert_eq!(CallResult::of(last).ok(), asked("slow"));
    assert!(!before.is_empty());
    let mut so_far = 0.0;
    for event in before {
        assert_eq!(event["method"], "notifications/progress", "{event}");
        assert_eq!(event["params"]["progressToken"], "p");
        let progress = event["params"]["progress"].as_f64().expect("a number");
        assert!(progress > so_far, "{event}");
        so_far = progress;
    }
    // Who takes no stream gets the answer alone.
    let answer = server.stateless(&[("accept", "application/json")], &json!(9), "tools/call", params);
    assert_eq!(CallResult::of(&answer.json()).ok(), asked("slow"));
}

#[test]
fn hanging_up_gives_the_call_up() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let body =
        http::stateless(&json!(1), "tools/call", json!({"name": "look", "arguments": {"word": "slow"}}))
            .to_string();
    let mut stream = server.connect();
    let head = format!(
        "POST /mcp HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\nmcp-protocol-version: 2026-07-28\r\n\
         mcp-method: tools/call\r\nmcp-name: look\r\ncontent-length: {}\r\n\r\n{body}",
        server.address(),
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("it reads");
    thread::sleep(Duration::from_millis(300));
    drop(stream);
    cancelled(&home);
}

#[test]
fn a_session_can_give_its_call_up() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let (session, other) = (server.initialize(&[]), server.initialize(&[]));
    let give_up = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}});
    thread::scope(|scope| {
        let waiting = scope.spawn(|| server.post(&[("mcp-session-id", &session)], &call(1, "slow")));
        thread::sleep(Duration::from_millis(300));
        assert_eq!(server.post(&[("mcp-session-id", &other)], &give_up).status, 202);
        thread::sleep(Duration::from_millis(200));
        assert!(!waiting.is_finished(), "another session gave it up");
        assert_eq!(server.post(&[("mcp-session-id", &session)], &give_up).status, 202);
        assert_eq!(waiting.join().expect("no panic").status, 202);
    });
    cancelled(&home);
}

/// The one call is on record as given up.
fn cancelled(home: &Home) {
    let end = Instant::now() + Duration::from_secs(5);
    loop {
        let records = audit::records(home.path());
        if let Some(outcome) = records.iter().find(|record| record["event"] == "tool_call") {
            assert_eq!(outcome["status"], "cancelled", "{outcome}");
            return;
        }
        assert!(Instant::now() < end, "{records:#?}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_signal_drains_and_ends_it() {
    let home = Home::new();
    let mut server = Server::start(wire_agent(), home.path());
    assert_eq!(server.request("GET", "/readyz", &[], b"").status, 200);
    let session = server.initialize(&[]);
    let idle = server.connect();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| server.post(&[("mcp-session-id", &session)], &call(1, "slow")));
        thread::sleep(Duration::from_millis(300));
        server.terminate();
        thread::sleep(Duration::from_millis(300));
        assert!(TcpStream::connect(server.address()).is_err(), "it still takes connections");
        assert_eq!(CallResult::of(&waiting.join().expect("no panic").json()).ok(), asked("slow"));
    });
    assert_eq!(server.wait(Duration::from_secs(10)).code(), Some(0));
    drop(idle);
    let last = audit::records(home.path()).pop().expect("a last record");
    assert_eq!((&last["event"], &last["action"]), (&json!("agent_lifecycle"), &json!("stop")), "{last}");
}

#[test]
fn a_thousand_idle_connections_and_slow_senders_keep_nobody_out() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let session = server.initialize(&[]);
    let mut guests = Vec::new();
    for n in 0..1000 {
        let Ok(mut stream) = TcpStream::connect(server.address()) else {
            panic!("connection {n} is refused")
        };
        let part = match n % 3 {
            0 => "".to_owned(),
            1 => "POST /mcp HTTP/1.1\r\nhost: loc".to_owned(),
            _ => format!(
                "POST /mcp HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{{",
                server.address()
            ),
        };
        let _ = stream.write_all(part.as_bytes());
        guests.push(stream);
    }
    for _ in 0..20 {
        let answer = server.post(&[("mcp-session-id", &session)], &call(1, "weft"));
        assert_eq!(CallResult::of(&answer.json()).ok(), asked("weft"));
    }
    let peak = process::peak_kib(server.pid());
    assert!(peak < 96 << 10, "{peak} KiB");
}

#[test]
fn ten_thousand_sessions_cost_little_and_keep_nobody_out() {
    let home = Home::new();
    let server = Server::start(wire_agent(), home.path());
    let mut stream = server.connect();
    let mut reader = BufReader::new(stream.try_clone().expect("an open socket"));
    let body = hello().to_string();
    let request = format!(
        "POST /mcp HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        server.address(),
        body.len()
    );
    for _ in 0..10_000 {
        stream.write_all(request.as_bytes()).expect("it reads");
        assert_eq!(http::read(&mut reader).expect("an answer").status, 200);
    }
    let session = server.initialize(&[]);
    let answer = server.post(&[("mcp-session-id", &session)], &call(1, "weft"));
    assert_eq!(CallResult::of(&answer.json()).ok(), asked("weft"));
    let peak = process::peak_kib(server.pid());
    assert!(peak < 32 << 10, "{peak} KiB");
}

#[test]
fn one_principal_leaves_places_for_the_others() {
    let home = Home::new();
    let [ada, bob] = ["ada", "bob"].map(|name| bearer(&tokens(home.path(), &["add", "wire", name])));
    let server = Server::start(wire_agent(), home.path());
    let params = json!({"name": "look", "arguments": {"word": "patient"}});
    let ask = |token: &str, word: &str| {
        let params = json!({"name": "look", "arguments": {"word": word}});
        CallResult::of(&server.stateless(&[("authorization", token)], &json!(1), "tools/call", params).json())
    };
    let fields = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "look"),
        ("authorization", ada.as_str()),
    ];
    let message = http::stateless(&json!(1), "tools/call", params);
    let waiting: Vec<_> = (0..128).map(|_| server.stream(&fields, &message)).collect();
    let end = Instant::now() + Duration::from_secs(8);
    while audit::count(&audit::records(home.path()), "http_bridge") < 128 {
        assert!(Instant::now() < end, "128 calls of one principal are not in flight");
        thread::sleep(Duration::from_millis(20));
    }
    let refused = ask(&ada, "weft");
    assert!(refused.refused().contains("128 calls of this caller are in flight"), "{}", refused.text);
    assert_eq!(ask(&bob, "weft").ok(), asked("weft"));
    drop(waiting);
    let end = Instant::now() + Duration::from_secs(5);
    while ask(&ada, "weft").is_error {
        assert!(Instant::now() < end, "calls that were given up keep their places");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_reader_who_does_not_read_holds_nothing_up() {
    let home = Home::new();
    let mut server = Server::start(wire_agent(), home.path());
    let session = server.initialize(&[]);
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let request = format!(
        "POST /mcp HTTP/1.1\r\nhost: {}\r\nmcp-session-id: {session}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        server.address(),
        body.len()
    );
    let mut deaf = server.connect();
    deaf.set_write_timeout(Some(Duration::from_millis(500))).expect("an open socket");
    // Until neither side's buffers take any more.
    while deaf.write_all(request.repeat(100).as_bytes()).is_ok() {}
    assert!(process::peak_kib(server.pid()) < 32 << 10, "answers that nobody reads are not kept");
    let answer = server.post(&[("mcp-session-id", &session)], &call(1, "weft"));
    assert_eq!(CallResult::of(&answer.json()).ok(), asked("weft"));
    server.terminate();
    assert_eq!(server.wait(Duration::from_secs(12)).code(), Some(0));
    let _ = deaf.read(&mut [0; 1]);
}
