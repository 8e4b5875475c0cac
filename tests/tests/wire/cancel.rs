//! A call that its client gives up stops the request to the API: the backend sees its connection close.

use std::io::{ErrorKind, Read as _};
use std::net::TcpStream;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::backend::{Backend, Then};
use heddle_tests::client::{Client, PATIENCE};
use heddle_tests::home::Home;
use heddle_tests::http::{self, Server};
use serde_json::{Value, json};

struct Rig {
    agent: Agent,
    backend: Backend,
    /// How each connection of a request without an answer ended.
    ends: Receiver<String>,
}

/// One test at a time: each looks at how all connections ended.
fn rig() -> MutexGuard<'static, Rig> {
    static RIG: OnceLock<Mutex<Rig>> = OnceLock::new();
    RIG.get_or_init(|| {
        let agent = agent::build("cancel", include_str!("agent.yaml"));
        let (send, ends) = channel();
        let send = Mutex::new(send);
        let backend = Backend::scripted(agent.backend, move |_, stream| {
            let end = end_of(stream);
            // Nobody listens once the test is over.
            let _ = send.lock().expect("no panic").send(end);
            Then::Close
        });
        Mutex::new(Rig { agent, backend, ends })
    })
    .lock()
    .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Answers nothing, and waits for the other side to do something.
fn end_of(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(Duration::from_secs(8))).expect("an open socket");
    match stream.read(&mut [0; 1]) {
        Ok(0) => "closed".to_owned(),
        Ok(_) => "more bytes".to_owned(),
        Err(fault) if fault.kind() == ErrorKind::ConnectionReset => "closed".to_owned(),
        Err(fault) => fault.to_string(),
    }
}

impl Rig {
    /// The one request was under way, and its connection closes well before the deadline of the call.
    fn closes_after(&self, give_up: impl FnOnce()) {
        self.backend.wait();
        std::thread::sleep(Duration::from_millis(100));
        assert!(self.ends.try_recv().is_err(), "it ended by itself");
        give_up();
        assert_eq!(self.ends.recv_timeout(Duration::from_secs(5)).as_deref(), Ok("closed"));
        assert_eq!(self.backend.take().len(), 1);
    }
}

fn look() -> Value {
    json!({"name": "look", "arguments": {"word": "weft"}})
}

fn give_up(id: u64) -> Value {
    json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id, "reason": "enough"}})
}

fn cancelled(home: &Home, calls: usize) {
    let records = audit::of_tool(home.path(), "look");
    let ends: Vec<&Value> = records.iter().filter(|record| record["event"] == "tool_call").collect();
    assert_eq!(ends.len(), calls, "{records:#?}");
    assert!(ends.iter().all(|record| record["status"] == "cancelled"), "{records:#?}");
}

#[test]
fn on_standard_streams_in_both_eras() {
    let rig = rig();
    for shakes_hands in [true, false] {
        let home = Home::new();
        let mut client = Client::start(&rig.agent, home.path());
        if shakes_hands {
            client.initialize();
        }
        let id = client.ask("tools/call", look());
        rig.closes_after(|| client.send(&give_up(id)));
        // No answer to it, and the next one comes.
        let list = client.ask("tools/list", json!({}));
        assert_eq!(client.receive(PATIENCE).expect("an answer")["id"], list);
        assert!(client.close().success());
        cancelled(&home, 1);
    }
}

#[test]
fn over_http_by_hanging_up_and_in_its_session() {
    let rig = rig();
    let home = Home::new();
    let mut server = Server::start(&rig.agent, home.path());
    let newest = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "look")];
    let stream = server.stream(&newest, &http::stateless(&json!(1), "tools/call", look()));
    rig.closes_after(|| drop(stream));

    let session = server.initialize(&[]);
    let fields = [("mcp-session-id", session.as_str())];
    let request = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": look()});
    let stream = server.stream(&fields, &request);
    rig.closes_after(|| assert_eq!(server.post(&fields, &give_up(2)).status, 202));
    drop(stream);

    let stream = server.stream(&fields, &request);
    rig.closes_after(|| drop(stream));
    server.terminate();
    assert!(server.wait(PATIENCE).success());
    cancelled(&home, 3);
}
