//! A small HTTP client for agents that serve over HTTP: it can say what no SDK would let one say.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::agent::Agent;
use crate::client::PATIENCE;
use crate::process;
use crate::schema;

/// An agent that serves over HTTP on a port of its own.
pub struct Server {
    child: Child,
    address: SocketAddr,
    complaints: std::sync::Arc<std::sync::Mutex<String>>,
}

/// A whole answer.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Header fields in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, chunks put together.
    pub body: Vec<u8>,
}

impl Server {
    /// Starts an agent on the loopback, with `home` as its heddle home.
    pub fn start(agent: &Agent, home: &Path) -> Self {
        Self::start_with(agent, home, &["--http", "0"])
    }

    /// Starts it with these arguments, and waits until it says where it listens.
    pub fn start_with(agent: &Agent, home: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(&agent.binary);
        Self::start_command(command.args(arguments).env_clear().env("HEDDLE_HOME", home))
    }

    /// Starts an agent by a command of the test's own.
    pub fn start_command(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fault| panic!("{command:?}: {fault}"));
        let mut said = BufReader::new(child.stderr.take().expect("piped"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(said.read_line(&mut line).is_ok_and(|read| read > 0), "it ended without a word");
            if let Some((_, rest)) = line.split_once("listening on http://") {
                let address = rest.trim().trim_end_matches("/mcp");
                break address.parse().unwrap_or_else(|fault| panic!("{fault}: {line}"));
            }
        };
        let complaints = std::sync::Arc::<std::sync::Mutex<String>>::default();
        let collected = complaints.clone();
        thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                collected.lock().expect("no panic").push_str(&format!("{line}\n"));
            }
        });
        Self { child, address, complaints }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote to standard error after where it listens.
    pub fn stderr(&self) -> String {
        self.complaints.lock().expect("no panic").clone()
    }

    /// Whether it says this on standard error, now or soon: what it writes there comes by another way than its answers.
    pub fn complains_of(&self, what: &str) -> bool {
        let end = Instant::now() + PATIENCE;
        while !self.stderr().contains(what) {
            if Instant::now() > end {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        true
    }

    /// A connection.
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("an open socket");
        stream.set_nodelay(true).expect("an open socket");
        stream
    }

    /// Sends one request on a connection of its own. `Host` is the address, unless it is among the fields.
    pub fn request(&self, method: &str, path: &str, fields: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = self.connect();
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            head += &format!("host: {}\r\n", self.address);
        }
        for (name, value) in fields {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() {
            head += &format!("content-length: {}\r\n", body.len());
        }
        // It may answer, and hang up, before all of a body that it does not want has left.
        let _ = stream.write_all(&[head.as_bytes(), b"\r\n", body].concat());
        read(&mut BufReader::new(stream)).expect("an answer")
    }

    /// Posts one message to the endpoint.
    pub fn post(&self, fields: &[(&str, &str)], message: &Value) -> Answer {
        let usual = [("content-type", "application/json"), ("accept", "application/json, text/event-stream")];
        let fields: Vec<_> = usual
            .iter()
            .filter(|(name, _)| !fields.iter().any(|(own, _)| own == name))
            .chain(fields)
            .copied()
            .collect();
        let answer = self.request("POST", "/mcp", &fields, message.to_string().as_bytes());
        if answer.status == 200 {
            judge(message, &answer);
        }
        answer
    }

    /// Posts one message, and hears of what is answered as it comes.
    pub fn stream(&self, fields: &[(&str, &str)], message: &Value) -> Stream {
        let mut stream = self.connect();
        let body = message.to_string();
        let mut head = format!(
            "POST /mcp HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
             accept: application/json, text/event-stream\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in fields {
            head += &format!("{name}: {value}\r\n");
        }
        stream.write_all(format!("{head}\r\n{body}").as_bytes()).expect("it reads");
        Stream(BufReader::new(stream))
    }

    /// Shakes hands, and returns the session.
    pub fn initialize(&self, fields: &[(&str, &str)]) -> String {
        self.initialize_with(fields, json!({}))
    }

    /// The same, as a client that says it can do these things.
    pub fn initialize_with(&self, fields: &[(&str, &str)], capabilities: Value) -> String {
        let mut hello = hello();
        hello["params"]["capabilities"] = capabilities;
        let answer = self.post(fields, &hello);
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.header("mcp-session-id").expect("a session").to_owned()
    }

    /// Sends a request of 2026-07-28, with the header fields that it wants.
    pub fn stateless(&self, fields: &[(&str, &str)], id: &Value, method: &str, params: Value) -> Answer {
        let message = stateless(id, method, params);
        let name = message["params"]["name"].as_str().unwrap_or_default().to_owned();
        let mut all = vec![("mcp-protocol-version", "2026-07-28"), ("mcp-method", method)];
        if !name.is_empty() {
            all.push(("mcp-name", &name));
        }
        all.extend(fields);
        self.post(&all, &message)
    }

    /// Asks it to end, as a service manager would.
    pub fn terminate(&self) {
        process::signal(self.pid(), "TERM");
    }

    /// Waits until it has ended by itself.
    pub fn wait(&mut self, patience: Duration) -> ExitStatus {
        let end = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait().expect("our own child") {
                return status;
            }
            assert!(Instant::now() < end, "it still runs after {patience:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// Holds all that a message is answered against the schema of its revision.
fn judge(message: &Value, answer: &Answer) {
    let version = message.pointer("/params/_meta/io.modelcontextprotocol~1protocolVersion");
    let revision = if version.is_some() { "2026-07-28" } else { "2025-11-25" };
    let is_stream = answer.header("content-type") == Some("text/event-stream");
    for said in if is_stream { answer.events() } else { vec![answer.json()] } {
        match message["method"].as_str() {
            _ if said.get("method").is_some() => schema::check_told(revision, &said),
            Some(method) => schema::check_answer(revision, method, &said),
            None => {}
        }
    }
}

/// A stream of events that is still being answered. Dropped, it hangs up.
pub struct Stream(BufReader<TcpStream>);

impl Stream {
    /// The next message; none: the stream has ended.
    pub fn event(&mut self) -> Option<Value> {
        let mut line = String::new();
        loop {
            line.clear();
            self.0.read_line(&mut line).ok().filter(|read| *read > 0)?;
            // The sizes of chunks are lines of their own; the last of them is nothing.
            if line.trim_end() == "0" {
                return None;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).unwrap_or_else(|fault| panic!("{fault}: {line}")));
            }
        }
    }
}

/// `heddle tokens` on the home of an agent; what it prints.
pub fn tokens(home: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(crate::home::heddle_path());
    let output =
        command.arg("tokens").args(arguments).env("HEDDLE_HOME", home).output().expect("heddle runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

/// The header field that a token stands in.
pub fn bearer(token: &str) -> String {
    format!("Bearer {token}")
}

impl Answer {
    /// The value of a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|fault| panic!("{fault}: {self:?}"))
    }

    /// The messages of a stream.
    pub fn events(&self) -> Vec<Value> {
        let text = String::from_utf8_lossy(&self.body);
        let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
        data.map(|data| serde_json::from_str(data).expect("JSON")).collect()
    }
}

/// The first request of clients up to 2025-11-25.
pub fn hello() -> Value {
    json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "tests", "version": "1"}}})
}

/// A request of 2026-07-28.
pub fn stateless(id: &Value, method: &str, mut params: Value) -> Value {
    let meta = params["_meta"].as_object().cloned().unwrap_or_default();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    });
    for (key, value) in meta {
        params["_meta"][key] = value;
    }
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

/// Reads one answer off a connection; none: it was closed first.
pub fn read(reader: &mut impl BufRead) -> Option<Answer> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let status = line.split(' ').nth(1)?.parse().ok()?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut answer = Answer { status, headers, body: Vec::new() };
    if answer.header("transfer-encoding") == Some("chunked") {
        loop {
            line.clear();
            reader.read_line(&mut line).ok()?;
            let length = usize::from_str_radix(line.trim(), 16).ok()?;
            let mut chunk = vec![0; length + 2];
            reader.read_exact(&mut chunk).ok()?;
            if length == 0 {
                break;
            }
            answer.body.extend_from_slice(&chunk[..length]);
        }
    } else if let Some(length) = answer.header("content-length") {
        answer.body = vec![0; length.parse().ok()?];
        reader.read_exact(&mut answer.body).ok()?;
    }
    Some(answer)
}
