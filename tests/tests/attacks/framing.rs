//! Messages whose frame can be read in two ways: whoever stands before the server would read another message than it does.

use std::io::{Read as _, Write as _};

use heddle_tests::home::Home;
use heddle_tests::http::{Server, hello};
use heddle_tests::process;

use crate::http::{call, guarded};

/// Sends these bytes and gives all that comes back until the server hangs up.
fn exchange(server: &Server, bytes: &[u8]) -> String {
    let mut stream = server.connect();
    // It may have hung up before all has left.
    let _ = stream.write_all(bytes);
    let mut said = Vec::new();
    // What was said before a reset counts.
    let _ = stream.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}

/// The statuses of all answers in it.
fn statuses(said: &str) -> Vec<&str> {
    said.split("HTTP/1.1 ").skip(1).filter_map(|rest| rest.get(..3)).collect()
}

fn head(server: &Server, version: &str, fields: &str) -> String {
    format!(
        "POST /mcp HTTP/{version}\r\nhost: {}\r\ncontent-type: application/json\r\n{fields}\r\n",
        server.address()
    )
}

#[test]
fn no_second_request_is_smuggled_in_the_body_of_a_first() {
    let (agent, backend) = guarded();
    let home = Home::new();
    let server = Server::start(agent, home.path());
    let session = server.initialize(&[]);
    let body = call("look").to_string();
    let within = format!("mcp-session-id: {session}\r\n");
    let hidden =
        format!("{}{body}", head(&server, "1.1", &format!("{within}content-length: {}\r\n", body.len())));
    let chunks = format!("0\r\n\r\n{hidden}");
    let (length, short) = (chunks.len(), body.len());
    let before = backend.requests().len();
    for (version, fields, body) in [
        ("1.1", format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"), &chunks),
        ("1.1", format!("transfer-encoding: chunked\r\ncontent-length: {length}\r\n"), &chunks),
        ("1.1", format!("content-length: {length}\r\ntransfer-encoding : chunked\r\n"), &chunks),
        ("1.1", format!("content-length: {length}\r\ntransfer-encoding:\r\n chunked\r\n"), &chunks),
        ("1.1", format!("content-length: {length}\r\ntransfer-encoding: \u{b}chunked\r\n"), &chunks),
        ("1.1", "transfer-encoding: chunked, identity\r\n".to_owned(), &chunks),
        ("1.1", "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n".to_owned(), &chunks),
        ("1.1", "transfer-encoding: xchunked\r\n".to_owned(), &chunks),
        ("1.0", "transfer-encoding: chunked\r\n".to_owned(), &chunks),
        ("1.1", format!("content-length: 0\r\ncontent-length: {short}\r\n"), &hidden),
        ("1.1", format!("content-length: 0, {short}\r\n"), &hidden),
        ("1.1", "content-length: +0\r\n".to_owned(), &hidden),
        ("1.1", "content-length: 0x0\r\n".to_owned(), &hidden),
        ("1.1", "content-length : 0\r\n".to_owned(), &hidden),
        ("1.1", "x-a: b\rcontent-length: 0\r\n".to_owned(), &hidden),
    ] {
        let said = exchange(&server, format!("{}{body}", head(&server, version, &fields)).as_bytes());
        assert!(statuses(&said) == ["400"] || said.starts_with("HTTP/1.0 400"), "{fields}: {said}");
    }
    assert_eq!(backend.requests().len(), before, "what was hidden was done");
    // The request that was hidden is a good one.
    let said = exchange(&server, hidden.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n").as_bytes());
    assert_eq!(statuses(&said), ["200"], "{said}");
}

#[test]
fn a_target_that_names_another_host_is_refused() {
    let home = Home::new();
    let server = Server::start(&guarded().0, home.path());
    let (own, body) = (server.address(), hello().to_string());
    let post = |target: &str| {
        let json = [("content-type", "application/json")];
        server.request("POST", target, &json, body.as_bytes()).status
    };
    assert_eq!(post(&format!("http://{own}/mcp")), 200);
    for target in
        ["http://evil.example/mcp", "http://169.254.169.254/mcp", &format!("http://evil.example@{own}/mcp")]
    {
        assert_eq!(post(target), 403, "{target}");
    }
    for host in [format!("evil@{own}"), format!("{own}@evil.example"), own.to_string().replace(':', ":+")] {
        assert_eq!(server.post(&[("host", &host)], &hello()).status, 403, "{host}");
    }
    for host in [format!("{own}, evil.example"), format!("{own}/evil"), format!("{own}\\@evil.example")] {
        assert_eq!(server.post(&[("host", &host)], &hello()).status, 400, "{host}");
    }
}

#[test]
fn a_body_that_is_not_what_it_says_is_refused() {
    let home = Home::new();
    let server = Server::start(&guarded().0, home.path());
    for packed in ["gzip", "deflate", "br", "identity"] {
        assert_eq!(server.post(&[("content-encoding", packed)], &hello()).status, 415, "{packed}");
    }
    let twice = [("content-type", "application/json"), ("content-type", "text/plain")];
    assert_eq!(server.request("POST", "/mcp", &twice, hello().to_string().as_bytes()).status, 415);
}

#[test]
fn floods_beside_the_body_cost_nothing() {
    let home = Home::new();
    let server = Server::start(&guarded().0, home.path());
    let body = hello().to_string();
    let start = head(&server, "1.1", "transfer-encoding: chunked\r\n");
    let extension = format!("1;{}\r\n{{\r\n", "x".repeat(1 << 20));
    let extensions: String =
        body.chars().map(|byte| format!("1;{}\r\n{byte}\r\n", "x".repeat(2000))).collect();
    let whole = format!("{:x}\r\n{body}\r\n0\r\n", body.len());
    let trailers: String = (0..20_000).map(|number| format!("x-{number}: y\r\n")).collect();
    for flood in
        [extension, extensions, format!("{whole}{trailers}\r\n"), "ffffffffffffffffff\r\n".to_owned()]
    {
        let said = exchange(&server, format!("{start}{flood}").as_bytes());
        assert_eq!(statuses(&said), ["400"], "{}", &flood[..40.min(flood.len())]);
    }
    let peak = process::peak_kib(server.pid());
    assert!(peak < 32 << 10, "{peak} KiB");
    assert_eq!(server.post(&[], &hello()).status, 200);
}
