//! The example agent over standard input and output, as a client sees it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy.toml exempts the bodies of tests, and this file is nothing but tests and their helpers"
)]

use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(60);
const MODERN: &str = r#""_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{}}"#;

static BACKEND: OnceLock<File> = OnceLock::new();

/// Runs the backend that the example is built for, once, while no other process on this machine does. It answers
/// `?query=N` after N milliseconds.
fn backend() {
    BACKEND.get_or_init(|| {
        let path = std::env::temp_dir().join("heddle-small-agent.lock");
        let turn = File::options().create(true).append(true).open(path).unwrap();
        turn.lock().unwrap();
        let listener = TcpListener::bind("127.0.0.1:18741").unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                thread::spawn(move || answer(stream));
            }
        });
        turn
    });
}

fn answer(mut stream: TcpStream) {
    let mut request = [0; 4096];
    let len = stream.read(&mut request).unwrap_or(0);
    let request = String::from_utf8_lossy(&request[..len]).into_owned();
    let wait = request.split_once("query=").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
    thread::sleep(Duration::from_millis(wait.unwrap_or(0)));
    // Who has gone away in the meantime needs no answer.
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nyes!");
}

/// Cargo puts examples beside the folder of the tests.
fn program() -> PathBuf {
    let deps = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    deps.parent().unwrap().join("examples/small_agent")
}

fn command(home: &tempfile::TempDir) -> Command {
    let mut command = Command::new(program());
    command.env_clear().env("HEDDLE_HOME", home.path());
    command
}

struct Agent {
    home: tempfile::TempDir,
    child: Child,
    input: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Agent {
    fn start() -> Self {
        backend();
        let home = tempfile::tempdir().unwrap();
        let mut child = command(&home).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (send, lines) = channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { home, input: child.stdin.take(), child, lines }
    }

    fn initialized() -> Self {
        let mut agent = Self::start();
        agent.say(
            r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#,
        );
        assert_eq!(agent.hear()["result"]["protocolVersion"], "2025-11-25");
        agent.say(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        agent
    }

    fn say(&mut self, line: &str) {
        self.say_bytes(format!("{line}\n").as_bytes());
    }

    fn say_bytes(&mut self, bytes: &[u8]) {
        self.input.as_mut().unwrap().write_all(bytes).unwrap();
    }

    fn call(&mut self, id: u32, query: u32) {
        self.say(&format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"ask","arguments":{{"query":"{query}"}}}}}}"#
        ));
    }

    fn hear(&self) -> Value {
        serde_json::from_str(&self.lines.recv_timeout(PATIENCE).unwrap()).unwrap()
    }

    fn signal(&self, name: &str) {
        assert!(Command::new("kill").arg(name).arg(self.child.id().to_string()).status().unwrap().success());
    }

    /// Waits for the end; what was said after what was heard comes with it.
    fn finish(&mut self) -> (ExitStatus, Vec<String>) {
        let until = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < until, "the agent does not end");
            thread::sleep(Duration::from_millis(5));
        };
        (status, self.lines.iter().collect())
    }

    fn audit(&self) -> Vec<Value> {
        let entries = std::fs::read_dir(self.home.path().join("audit")).unwrap();
        let mut paths = entries.map(|entry| entry.unwrap().path());
        let segment = paths.find(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
        let text = std::fs::read_to_string(segment.unwrap()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn assert_stopped_well(&mut self) -> Vec<String> {
        let (status, rest) = self.finish();
        assert_eq!((status.code(), status.signal()), (Some(0), None));
        assert_eq!(self.audit().last().unwrap()["action"], "stop");
        rest
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn both_eras_list_and_call() {
    let mut agent = Agent::initialized();
    agent.say(r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#);
    let tools = agent.hear()["result"]["tools"].clone();
    assert_eq!(tools[0]["name"], "ask");
    assert_eq!(tools[0]["inputSchema"]["required"], json!(["query"]));
    agent.call(2, 0);
    assert_eq!(
        agent.hear()["result"],
        json!({ "content": [{ "type": "text", "text": "yes!" }], "isError": false })
    );
    agent.input = None;
    assert_eq!(agent.assert_stopped_well(), Vec::<String>::new());
    drop(agent);

    let mut agent = Agent::start();
    agent.say(&format!(r#"{{"jsonrpc":"2.0","id":1,"method":"server/discover","params":{{{MODERN}}}}}"#));
    assert!(agent.hear()["result"]["supportedVersions"].to_string().contains("2026-07-28"));
    agent.say(&format!(
        r#"{{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{{"name":"ask","arguments":{{"query":"up"}},{MODERN}}}}}"#
    ));
    assert_eq!(agent.hear()["result"]["resultType"], "complete");
    agent.say(&format!(r#"{{"jsonrpc":"2.0","id":3,"method":"tools/list","params":{{{MODERN}}}}}"#));
    assert_eq!(agent.hear()["result"]["tools"], tools);
}

#[test]
fn bad_lines_are_answered_and_the_server_lives_on() {
    let mut agent = Agent::start();
    agent.say(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#);
    agent.say_bytes(b"\xff\xfe\n{\"jsonrpc\"\n");
    for _ in 0..2 {
        let answer = agent.hear();
        assert_eq!((&answer["id"], &answer["error"]["code"]), (&Value::Null, &json!(-32700)));
    }
    agent.say_bytes(
        br#"{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"ask","arguments":{"query":""#,
    );
    for _ in 0..17 {
        agent.say_bytes(&vec![b'x'; 1024 * 1024]);
    }
    agent.say("\"}}}");
    let answer = agent.hear();
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(9), &json!(-32600)));
    agent.say(r#"{"jsonrpc":"2.0","id":10,"method":"ping"}"#);
    assert_eq!(agent.hear(), json!({ "jsonrpc": "2.0", "id": 10, "result": {} }));
}

#[test]
fn calls_in_flight_at_the_end_of_input_are_answered() {
    let mut agent = Agent::initialized();
    for id in 1..=20 {
        agent.call(id, 400);
    }
    agent.input = None;
    let answers = agent.assert_stopped_well();
    assert_eq!(answers.len(), 20);
    assert!(answers.iter().all(|answer| answer.contains("yes!")));
}

#[test]
fn a_signal_ends_it_promptly_with_every_call_answered_and_on_record() {
    for name in ["-TERM", "-INT"] {
        let mut agent = Agent::initialized();
        agent.call(1, 2000);
        agent.say(r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#);
        assert_eq!(agent.hear()["id"], 2);
        let asked = Instant::now();
        agent.signal(name);
        let answers = agent.assert_stopped_well();
        assert!(asked.elapsed() < Duration::from_secs(10));
        assert_eq!(answers.len(), 1);
        assert!(answers[0].contains("\"isError\":true"), "{answers:?}");
        let outcome = agent.audit().into_iter().find(|record| record["event"] == "tool_call").unwrap();
        assert_eq!(outcome["status"], "cancelled");
    }
}

#[test]
fn a_call_that_is_given_up_gets_no_answer_and_is_on_record() {
    let mut agent = Agent::initialized();
    agent.call(1, 2000);
    agent.say(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#);
    agent.input = None;
    assert_eq!(agent.assert_stopped_well(), Vec::<String>::new());
    let outcome = agent.audit().into_iter().find(|record| record["event"] == "tool_call").unwrap();
    assert_eq!(outcome["status"], "cancelled");
}

#[test]
fn calls_beyond_the_bound_are_refused_and_on_record() {
    let mut agent = Agent::initialized();
    for id in 1..=300 {
        agent.call(id, 1000);
    }
    let answers: Vec<Value> = (0..300).map(|_| agent.hear()).collect();
    let refused: Vec<&Value> = answers.iter().filter(|answer| answer["result"]["isError"] == true).collect();
    assert_eq!(refused.len(), 300 - 256);
    assert!(refused.iter().all(|answer| answer.to_string().contains("256 calls are in flight")));
    let records = agent.audit();
    assert_eq!(records.iter().filter(|record| record["status"] == "refused").count(), refused.len());
}

#[test]
fn an_id_that_is_in_flight_is_not_taken_twice() {
    let mut agent = Agent::initialized();
    agent.call(1, 500);
    agent.call(1, 500);
    assert_eq!(agent.hear()["error"]["code"], -32600);
    assert_eq!(agent.hear()["id"], 1);
}

#[test]
fn a_reader_who_goes_away_ends_it_quietly() {
    let home = tempfile::tempdir().unwrap();
    let mut child =
        command(&home).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    input.write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n").unwrap();
    let until = Instant::now() + PATIENCE;
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "the agent does not end while its input is open");
        thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.lines().all(|line| line.starts_with("small: sandbox: ")), "{said}");
}

#[test]
fn files_and_sockets_serve_as_well_as_pipes() {
    let home = tempfile::tempdir().unwrap();
    let text = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n";
    let expected = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n";
    let (input, output) = (home.path().join("in"), home.path().join("out"));
    std::fs::write(&input, text).unwrap();
    let status = command(&home)
        .stdin(File::open(&input).unwrap())
        .stdout(File::create(&output).unwrap())
        .status()
        .unwrap();
    assert!(status.success());
    assert_eq!(std::fs::read_to_string(&output).unwrap(), expected);

    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    let twin = theirs.try_clone().unwrap();
    let mut child = command(&home)
        .stdin(std::os::fd::OwnedFd::from(theirs))
        .stdout(std::os::fd::OwnedFd::from(twin))
        .spawn()
        .unwrap();
    ours.write_all(text.as_bytes()).unwrap();
    ours.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    ours.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, expected);
    assert!(child.wait().unwrap().success());
}

#[test]
fn without_an_audit_log_nothing_is_served() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("audit"), "in the way").unwrap();
    let output = command(&home).stdin(Stdio::null()).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(1), [].as_slice()));
    assert!(String::from_utf8(output.stderr).unwrap().contains("audit"));
    let output = command(&home).arg("--self-check").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("serves   no"));
}

#[test]
fn the_policy_is_json_and_wrong_usage_is_told_apart() {
    let home = tempfile::tempdir().unwrap();
    let run = |argument: &str| command(&home).arg(argument).output().unwrap();
    let policy: Value = serde_json::from_slice(&run("--policy").stdout).unwrap();
    assert_eq!(policy["tier"], 1);
    assert_eq!(policy["tools"][0]["url"], "http://127.0.0.1:18741/ask");
    assert_eq!(policy["tools"][0]["query"][1], json!({ "name": "query", "value": "{query}" }));
    assert_eq!(policy["tools_digest"].as_str().map(str::len), Some(64));
    let wrong = run("--verbose");
    assert_eq!((wrong.status.code(), wrong.stdout.as_slice()), (Some(2), [].as_slice()));
    assert!(!home.path().join("audit").exists());
}
