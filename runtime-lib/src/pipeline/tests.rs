//! Whole calls, against backends that behave and backends that do not, and what the log says of them.

use super::*;
use crate::decl::{Field, Grant, Limit, Origin, Part, Sandbox, Scheme, Slot};
use crate::proof::fixture::{AUDIT, INTEGER, ROW, block_on, leak, members, optional};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;

#[cfg(feature = "approvals")]
mod held;

/// A backend on loopback that hands each connection to `serve`, and counts them.
struct Backend {
    port: u16,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Backend {
    fn new(serve: impl Fn(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (counted, kept) = (Arc::clone(&connections), Arc::clone(&requests));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                while let Some(head) = read_head(&mut stream) {
                    kept.lock().unwrap().push(head);
                    serve(&mut stream);
                }
            }
        });
        Self { port, connections, requests }
    }

    /// One that gives the same answer to each request.
    fn answering(answer: &'static str) -> Self {
        Self::new(move |stream| {
            let _ = stream.write_all(answer.as_bytes());
        })
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    String::from_utf8(head).ok()
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{\"a\": 1 }";

struct Running {
    pipeline: Pipeline,
    home: TempDir,
}

impl Running {
    fn new(port: u16, deadline_ms: u64, row: Row) -> Self {
        Self::start(Scheme::Http, port, deadline_ms, row).unwrap()
    }

    fn start(scheme: Scheme, port: u16, deadline_ms: u64, row: Row) -> Result<Self, String> {
        let home = tempfile::tempdir().unwrap();
        let origin = Origin { scheme, port, ..ROW.origin };
        let agent: &'static Agent = Box::leak(Box::new(Agent {
            name: "agent",
            version: "1.0.0",
            about: "",
            plan: "0000000000000000000000000000000000000000000000000000000000000000",
            origins: Box::leak(Box::new([origin])),
            grants: &[GRANT],
            deadline_ms,
            max_response_bytes: 1000,
            audit: AUDIT,
            validation: crate::decl::Validation::Strict,
            sandbox: Sandbox::Off,
            transports: &[crate::decl::Transport::Stdio],
            authorization: crate::decl::Authorization::Tokens,
        }));
        let audit = Audit::open(agent, home.path()).unwrap();
        let broker = Broker::new(agent, home.path());
        let pipeline = Pipeline::new(
            agent,
            [leak(Row { origin, ..row })],
            audit,
            broker,
            Desk::new(agent, home.path()),
            &Trust::default(),
        )?;
        Ok(Self { pipeline, home })
    }

    fn call(&self, arguments: Value) -> (String, bool) {
        match block_on(self.pipeline.call("tool", members(arguments), &Caller::default())) {
            Answer::Result { text, is_error, .. } => (text, is_error),
            Answer::UnknownTool => panic!("the tool is known"),
        }
    }

    /// The records of the log as `event:status:layer`, where they have them.
    fn log(&self) -> Vec<String> {
        self.records()
            .iter()
            .map(|record| {
                let words = ["event", "status", "layer"].map(|key| record[key].as_str());
                words.into_iter().flatten().collect::<Vec<_>>().join(":")
            })
            .collect()
    }

    fn records(&self) -> Vec<Value> {
        self.text_of_log().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn text_of_log(&self) -> String {
        let entries = std::fs::read_dir(self.home.path().join("audit")).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "jsonl"))
            .map(|segment| std::fs::read_to_string(segment).unwrap())
            .collect()
    }

    fn store(&self, name: &str, text: &str) {
        write_private(&self.home.path().join(name), text);
    }
}

fn write_private(path: &Path, text: &str) {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    let file = options.write(true).create(true).truncate(true).mode(0o600).open(path);
    file.unwrap().write_all(text.as_bytes()).unwrap();
}

const QUERY: Row =
    Row { params: &[optional("x", INTEGER)], query: &[Field { name: "x", value: &[Part::Arg("x")] }], ..ROW };

#[test]
fn a_call_is_sent_answered_and_recorded() {
    let backend = Backend::answering(OK);
    let agent = Running::new(backend.port, 5000, QUERY);
    assert_eq!(agent.call(json!({"x": "7"})), ("{\"a\":1}".to_owned(), false));
    assert_eq!(agent.log(), ["http_bridge", "tool_call:success"]);
    let records = agent.records();
    assert_eq!(records[0]["url"], format!("http://localhost:{}/?x=7", backend.port));
    assert_eq!(records[0]["parameters"], json!({"x": "7"}));
    assert_eq!((&records[1]["status_code"], &records[1]["call"]), (&json!(200), &json!(1)));
    assert!(backend.requests()[0].starts_with("GET /?x=7 HTTP/1.1\r\n"));
}

#[test]
fn calls_share_one_connection() {
    let backend = Backend::answering(OK);
    let agent = Running::new(backend.port, 5000, QUERY);
    block_on(async {
        for _ in 0..5 {
            agent.pipeline.call("tool", Map::new(), &Caller::default()).await;
        }
    });
    assert_eq!(backend.requests().len(), 5);
    assert_eq!(backend.connections.load(Ordering::SeqCst), 1);
}

#[test]
fn what_is_refused_is_recorded_and_not_sent() {
    let backend = Backend::answering(OK);
    let agent = Running::new(backend.port, 5000, Row { limit: Limit { per_minute: 1, burst: 1 }, ..QUERY });
    assert!(agent.call(json!({"y": 1})).1);
    assert!(agent.call(json!({"x": 1})).1);
    assert_eq!(
        block_on(agent.pipeline.call("other", members(json!({"z": 1})), &Caller::default())),
        Answer::UnknownTool
    );
    assert_eq!(
        agent.log(),
        [
            "tool_call:refused:input_validation",
            "tool_call:refused:rate_limit",
            "anomaly",
            "tool_call:refused:unknown_tool"
        ]
    );
    assert_eq!(
        (&agent.records()[2]["kind"], &agent.records()[2]["tool"]),
        (&json!("rate_limit"), &json!("tool"))
    );
    assert_eq!(agent.records()[3]["parameters"], json!({"z": 1}));
    assert_eq!(agent.records()[3]["tool"], "other");
    assert_eq!(backend.connections.load(Ordering::SeqCst), 0);
}

#[cfg(not(feature = "approvals"))]
#[test]
fn a_rule_that_holds_and_nobody_to_ask_is_a_reason_not_to_start() {
    let agent = Running::start(Scheme::Http, 1, 1000, Row { held_always: true, ..QUERY }).map(|_| ());
    assert!(agent.unwrap_err().contains("feature `approvals`"));
}

#[test]
fn a_contradiction_of_the_tier_is_a_violation() {
    let agent = Running::new(1, 5000, Row { mode: crate::access::Mode::Write, ..QUERY });
    assert!(agent.call(json!({})).1);
    assert_eq!(agent.log(), ["trust_violation", "tool_call:refused:access_mode"]);
    let violation = &agent.records()[0];
    assert_eq!((&violation["trust_tier"], &violation["action"]), (&json!(1), &json!("GET")), "{violation}");
    assert_eq!(violation["severity"], "high");
    assert!(violation["detail"].is_string(), "{violation}");
}

#[test]
fn without_a_record_nothing_is_sent() {
    let backend = Backend::answering(OK);
    let agent = Running::new(backend.port, 5000, QUERY);
    agent.pipeline.audit().room(0);
    let (text, is_error) = agent.call(json!({}));
    assert!(
        is_error && text.contains("audit log cannot be written") && text.contains("nothing was sent"),
        "{text}"
    );
    assert_eq!(backend.connections.load(Ordering::SeqCst), 0);
}

const GRANT: Grant = Grant { key: "token", origin: ROW.origin, slots: &[Slot::Header("authorization")] };

const AUTHORIZED: Row = Row {
    headers: &[Field { name: "authorization", value: &[Part::Text("Bearer "), Part::Secret(&GRANT)] }],
    ..ROW
};

#[test]
fn a_denied_secret_stops_the_call() {
    let backend = Backend::answering(OK);
    let agent = Running::new(backend.port, 5000, AUTHORIZED);
    let (text, is_error) = agent.call(json!({}));
    assert!(is_error && text.starts_with("***CREDENTIAL_DENIED*** secret `token`: "), "{text}");
    assert_eq!(agent.log(), ["credential_access", "tool_call:refused:http_bridge"]);
    assert_eq!(agent.records()[0]["granted"], json!(false));
    assert_eq!(agent.records()[0]["credential_key"], "token");
    assert_eq!(backend.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn a_granted_secret_is_sent_and_never_told() {
    let backend = Backend::answering("HTTP/1.1 401 No\r\ncontent-length: 20\r\n\r\nbad key hunter2hunter");
    let agent = Running::new(backend.port, 5000, AUTHORIZED);
    agent.store("secrets.json", r#"{"token": "hunter2hunter2"}"#);
    agent.store("credential_policy.json", r#"{"agent": ["token"]}"#);
    let (text, is_error) = agent.call(json!({}));
    assert!(is_error && text.contains("bad key") && text.contains("401"), "{text}");
    assert!(backend.requests()[0].contains("authorization: Bearer hunter2hunter2\r\n"));
    assert_eq!(agent.log(), ["credential_access", "http_bridge", "tool_call:error:http_bridge"]);
    assert!(!agent.text_of_log().contains("hunter2hunter2"));
    agent.store("credential_policy.json", r#"{"agent": []}"#);
    assert!(agent.call(json!({})).0.contains("CREDENTIAL_DENIED"));
    assert_eq!(backend.requests().len(), 1);
}

#[test]
fn a_backend_that_is_down_is_named() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let agent = Running::new(port, 5000, QUERY);
    let (text, is_error) = agent.call(json!({}));
    assert!(is_error && text.starts_with(&format!("connection refused by localhost:{port}")), "{text}");
    assert_eq!(agent.log(), ["http_bridge", "tool_call:error:http_bridge"]);
}

#[test]
fn the_deadline_is_for_everything() {
    let drips = Backend::new(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n");
        while stream.write_all(b"x").is_ok() {
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let silent = Backend::new(|_| std::thread::sleep(Duration::from_secs(2)));
    for backend in [drips, silent] {
        let agent = Running::new(backend.port, 300, QUERY);
        let start = Instant::now();
        let (text, is_error) = agent.call(json!({}));
        assert!(is_error && text.contains("the deadline of 300 ms for the whole call has passed"), "{text}");
        assert!(start.elapsed() < Duration::from_millis(1500), "{:?}", start.elapsed());
        assert_eq!(agent.log(), ["http_bridge", "tool_call:error:http_bridge"]);
    }
}

#[test]
fn an_answer_is_cut_while_it_streams() {
    let backend = Backend::new(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    let agent = Running::new(backend.port, 5000, QUERY);
    let (text, is_error) = agent.call(json!({}));
    assert!(!is_error && text.contains("[truncated: the answer was cut after 1000 bytes"), "{text}");
    assert!(text.len() < 1200);
}

#[test]
fn what_ends_early_is_an_error_in_words() {
    for (answer, words) in [
        ("", "closed the connection without an answer"),
        ("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", "before the answer was complete"),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz", "cannot be read as HTTP"),
        ("junk\r\n\r\n", "cannot be read as HTTP"),
    ] {
        let backend = Backend::new(move |stream| {
            let _ = stream.write_all(answer.as_bytes());
            let _ = stream.shutdown(std::net::Shutdown::Both);
        });
        let agent = Running::new(backend.port, 5000, QUERY);
        let (text, is_error) = agent.call(json!({}));
        assert!(is_error && text.contains(words), "{text}");
        assert!(text.contains(&format!("localhost:{}", backend.port)), "{text}");
    }
}

#[test]
fn a_header_without_an_end_is_named() {
    let backend = Backend::new(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        while stream.write_all(b"x-more: and more and more\r\n").is_ok() {}
    });
    let agent = Running::new(backend.port, 5000, QUERY);
    let (text, is_error) = agent.call(json!({}));
    assert!(is_error && text.contains("HTTP") | text.contains("header"), "{text}");
}

#[cfg(feature = "tls")]
#[test]
fn a_backend_without_tls_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.accept().unwrap().0.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    let agent = Running::start(Scheme::Https, port, 5000, QUERY).unwrap();
    let (text, is_error) = agent.call(json!({}));
    assert!(is_error && text.starts_with(&format!("no TLS with localhost:{port}: ")), "{text}");
}

#[cfg(not(feature = "tls"))]
#[test]
fn https_without_tls_is_a_reason_not_to_start() {
    let agent = Running::start(Scheme::Https, 1, 1000, QUERY).map(|_| ());
    assert!(agent.unwrap_err().contains("feature `tls`"));
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Backend::answering(OK);
    let to = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{}/\r\ncontent-length: 0\r\n\r\n",
        elsewhere.port
    );
    let backend = Backend::answering(Box::leak(to.into_boxed_str()));
    let agent = Running::new(backend.port, 5000, QUERY);
    let (text, is_error) = agent.call(json!({}));
    assert!(is_error && text.contains("redirects are not followed"), "{text}");
    assert_eq!(elsewhere.connections.load(Ordering::SeqCst), 0);
}

#[test]
fn a_dropped_call_is_recorded_as_cancelled() {
    let backend = Backend::new(|_| std::thread::sleep(Duration::from_secs(2)));
    let agent = Running::new(backend.port, 5000, QUERY);
    block_on(async {
        let caller = Caller::default();
        let call = agent.pipeline.call("tool", Map::new(), &caller);
        assert!(tokio::time::timeout(Duration::from_millis(100), call).await.is_err());
    });
    assert_eq!(agent.log(), ["http_bridge", "tool_call:cancelled"]);
}

#[test]
fn two_tools_of_one_name_are_a_reason_not_to_start() {
    let home = tempfile::tempdir().unwrap();
    let agent = Running::new(1, 1000, QUERY);
    let origins: &'static Agent = Box::leak(Box::new(Agent {
        name: "agent",
        version: "1.0.0",
        about: "",
        plan: "",
        origins: &[],
        grants: &[],
        deadline_ms: 1,
        max_response_bytes: 1,
        audit: AUDIT,
        validation: crate::decl::Validation::Strict,
        sandbox: Sandbox::Off,
        transports: &[crate::decl::Transport::Stdio],
        authorization: crate::decl::Authorization::Tokens,
    }));
    let audit = Audit::open(origins, home.path()).unwrap();
    let broker = Broker::new(origins, home.path());
    let (rows, desk) = ([leak(QUERY), leak(QUERY)], Desk::new(origins, home.path()));
    let problem = Pipeline::new(origins, rows, audit, broker, desk, &Trust::default()).unwrap_err();
    assert_eq!(problem, "there are two tools `tool`");
    drop(agent);
}

#[test]
fn a_call_can_move_between_threads() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let agent = Running::new(1, 1000, QUERY);
    let caller = Caller::default();
    drop(is_send(agent.pipeline.call("tool", Map::new(), &caller)));
}
