//! A small MCP client over a child's pipes: it can say what no SDK would let one say, and it checks the shape of all
//! that comes back.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::agent::Agent;
use crate::process;
use crate::schema;

/// How long a test waits for an answer before it fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Which of the protocol's two life cycles the client lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// `initialize` first, up to 2025-11-25.
    Handshake,
    /// 2026-07-28: no handshake; each request carries who asks.
    Stateless,
}

/// A running server and the pipes to it.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<Vec<u8>>,
    stderr: Arc<Mutex<String>>,
    era: Era,
    next: u64,
    /// The methods of the requests that wait for an answer.
    asked: HashMap<u64, String>,
    /// How many messages are still held against the schema: a soak hears of millions.
    judged: usize,
    /// What it declares that it can do.
    pub capabilities: Value,
}

impl Client {
    /// Starts the agent with `home` as its heddle home and nothing else in its environment. Says nothing yet.
    pub fn start(agent: &Agent, home: &Path) -> Self {
        let mut command = Command::new(&agent.binary);
        command.env_clear().env("HEDDLE_HOME", home);
        Self::start_command(&mut command)
    }

    /// Starts any server that speaks MCP on its standard streams.
    pub fn start_command(command: &mut Command) -> Self {
        let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
        let mut child = spawned.unwrap_or_else(|fault| panic!("{command:?}: {fault}"));
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut complaints = child.stderr.take().expect("piped");
        let (sender, lines) = channel();
        thread::spawn(move || {
            let mut line = Vec::new();
            while stdout.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
                if sender.send(std::mem::take(&mut line)).is_err() {
                    break;
                }
            }
        });
        let stderr = Arc::new(Mutex::new(String::new()));
        let collected = Arc::clone(&stderr);
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = complaints.read(&mut buffer) {
                collected.lock().expect("no panic").push_str(&String::from_utf8_lossy(&buffer[..read]));
            }
        });
        Self {
            child,
            stdin,
            lines,
            stderr,
            era: Era::Stateless,
            next: 1,
            asked: HashMap::new(),
            judged: 500,
            capabilities: json!({}),
        }
    }

    /// Starts the agent and shakes hands.
    pub fn connect(agent: &Agent, home: &Path) -> Self {
        let mut client = Self::start(agent, home);
        client.initialize();
        client
    }

    /// Shakes hands as clients do up to 2025-11-25, and returns the server's answer.
    pub fn initialize(&mut self) -> Value {
        self.era = Era::Handshake;
        let answer = self.request(
            "initialize",
            json!({
                "protocolVersion": "2025-11-25",
                "capabilities": self.capabilities,
                "clientInfo": {"name": "heddle-tests", "version": "1"},
            }),
        );
        self.send(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        answer["result"].clone()
    }

    /// The child's process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote to standard error so far.
    pub fn stderr(&self) -> String {
        self.stderr.lock().expect("no panic").clone()
    }

    /// Sends bytes as they are; a line needs its own newline.
    pub fn send_bytes(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("standard input is open");
        stdin.write_all(bytes).and_then(|()| stdin.flush()).expect("the server reads");
    }

    /// Sends one message.
    pub fn send(&mut self, message: &Value) {
        self.send_bytes(format!("{message}\n").as_bytes());
    }

    /// Sends a request without waiting, and returns its id.
    pub fn ask(&mut self, method: &str, mut params: Value) -> u64 {
        let id = self.next;
        self.next += 1;
        if self.era == Era::Stateless {
            let token = params.pointer("/_meta/progressToken").cloned();
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": {"name": "heddle-tests", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": self.capabilities,
            });
            if let Some(token) = token {
                params["_meta"]["progressToken"] = token;
            }
        }
        self.asked.insert(id, method.to_owned());
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Sends a request and waits for its answer; notifications that come before it are passed over.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.ask(method, params);
        self.answer(&json!(id))
    }

    /// Waits for the answer that carries `id`.
    pub fn answer(&mut self, id: &Value) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let message = self.receive(left).unwrap_or_else(|| {
                panic!("no answer to {id} within {PATIENCE:?}; stderr: {}", self.stderr())
            });
            if &message["id"] == id && message.get("method").is_none() {
                return message;
            }
        }
    }

    /// The next message, or nothing within `patience`. Whatever is on standard output must be a message of MCP.
    pub fn receive(&mut self, patience: Duration) -> Option<Value> {
        let line = match self.lines.recv_timeout(patience) {
            Ok(line) => line,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        let message = message(&line);
        self.judge(&message);
        Some(message)
    }

    /// Holds what a request of [`Self::ask`] is answered, and what the server says by itself, against the schema.
    fn judge(&mut self, message: &Value) {
        let revision = match self.era {
            Era::Handshake => "2025-11-25",
            Era::Stateless => "2026-07-28",
        };
        let asked = message["id"].as_u64().and_then(|id| self.asked.remove(&id));
        if self.judged == 0 {
            return;
        }
        self.judged -= 1;
        match asked {
            _ if message.get("method").is_some() => schema::check_told(revision, message),
            Some(method) => schema::check_answer(revision, &method, message),
            None => {}
        }
    }

    /// Calls a tool and returns the result; an error of the protocol fails the test.
    pub fn call(&mut self, tool: &str, arguments: Value) -> CallResult {
        let answer = self.request("tools/call", json!({"name": tool, "arguments": arguments}));
        CallResult::of(&answer)
    }

    /// Waits until the process has ended by itself.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        let end = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("our own child") {
                return status;
            }
            assert!(
                Instant::now() < end,
                "the server still runs after {patience:?}; stderr: {}",
                self.stderr()
            );
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Closes standard input and waits for the end. Whatever else came on standard output must be messages too.
    pub fn close(mut self) -> ExitStatus {
        self.stdin = None;
        let status = self.wait(PATIENCE);
        while self.receive(Duration::from_millis(200)).is_some() {}
        status
    }

    /// Closes our end of its standard input and keeps the rest open.
    pub fn close_stdin(&mut self) {
        self.stdin = None;
    }

    /// Kills it on the spot, and waits until it is gone. What it wrote before can still be received.
    pub fn kill(&mut self) {
        self.child.kill().expect("our own child");
        self.child.wait().expect("our own child");
    }

    /// Asks it to end, as a service manager would.
    pub fn terminate(&mut self) {
        process::signal(self.pid(), "TERM");
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // Only what this client started, and only if it is still there: a test that failed half-way.
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// The outcome of a `tools/call` that reached a tool.
#[derive(Debug)]
pub struct CallResult {
    /// Whether the tool says that it failed.
    pub is_error: bool,
    /// All text content.
    pub text: String,
    /// `structuredContent`, if any.
    pub structured: Option<Value>,
    /// The whole answer.
    pub answer: Value,
}

impl CallResult {
    /// Reads an answer, which must be a result.
    pub fn of(answer: &Value) -> Self {
        let result = answer.get("result").unwrap_or_else(|| panic!("not a result: {answer}"));
        let content = result["content"].as_array().unwrap_or_else(|| panic!("no content: {answer}"));
        let text = content
            .iter()
            .map(|block| {
                assert_eq!(block["type"], "text", "{answer}");
                block["text"].as_str().unwrap_or_else(|| panic!("a text block without text: {answer}"))
            })
            .collect::<Vec<_>>()
            .join("\n");
        Self {
            is_error: result.get("isError").is_some_and(|flag| flag.as_bool().expect("isError is a boolean")),
            text,
            structured: result.get("structuredContent").cloned(),
            answer: answer.clone(),
        }
    }

    /// The text of a success; a failure fails the test.
    pub fn ok(&self) -> &str {
        assert!(!self.is_error, "the call failed: {}", self.text);
        &self.text
    }

    /// The text of a failure; a success fails the test.
    pub fn refused(&self) -> &str {
        assert!(self.is_error, "the call should have failed: {}", self.text);
        &self.text
    }
}

/// Checks that a line is one JSON-RPC 2.0 message of a server and nothing else.
fn message(line: &[u8]) -> Value {
    let text = std::str::from_utf8(line).expect("standard output is UTF-8");
    assert!(text.ends_with('\n'), "a torn line on standard output: {text:?}");
    let message: Value =
        serde_json::from_str(text).unwrap_or_else(|fault| panic!("not JSON: {fault}: {text:?}"));
    assert_eq!(message["jsonrpc"], "2.0", "{text}");
    let (result, error) = (message.get("result"), message.get("error"));
    match message.get("method") {
        Some(_) => assert!(result.is_none() && error.is_none(), "{text}"),
        None => {
            // The id of an error may be one that could not be read; it is left out then, as the schema of MCP wants it.
            assert!(message.get("id").is_some_and(|id| !id.is_null()) || error.is_some(), "no id: {text}");
            assert!(result.is_some() != error.is_some(), "a result or an error: {text}");
        }
    }
    if let Some(error) = error {
        assert!(error["code"].is_i64() && error["message"].is_string(), "{text}");
    }
    message
}
