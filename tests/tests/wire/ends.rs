//! How a process ends.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use heddle_tests::audit;
use heddle_tests::client::{Client, PATIENCE};
use heddle_tests::home::Home;
use serde_json::json;

use crate::sessions::lives_on;
use crate::wire_agent;

#[test]
fn end_of_input_is_a_clean_exit() {
    let home = Home::new();
    let client = Client::connect(wire_agent(), home.path());
    assert_eq!(client.close().code(), Some(0));
    check_life(&home);
}

#[test]
fn end_of_input_before_a_word_was_said_is_a_clean_exit() {
    let home = Home::new();
    let client = Client::start(wire_agent(), home.path());
    assert_eq!(client.close().code(), Some(0));
}

#[test]
fn sigterm_is_a_clean_exit() {
    let home = Home::new();
    let mut client = Client::connect(wire_agent(), home.path());
    lives_on(&mut client);
    client.terminate();
    assert_eq!(client.wait(Duration::from_secs(5)).code(), Some(0));
    check_life(&home);
}

#[test]
fn a_client_that_stops_reading_ends_the_server_quietly() {
    let home = Home::new();
    let mut child = Command::new(&wire_agent().binary)
        .env_clear()
        .env("HEDDLE_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the agent starts");
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().expect("piped");
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "deaf", "version": "1"}}});
    // The server may be gone before the second line is written.
    let _ = stdin.write_all(format!("{hello}\n").as_bytes());
    let _ = stdin.write_all(b"{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"ping\"}\n");
    let end = Instant::now() + PATIENCE;
    while child.try_wait().expect("our own child").is_none() {
        if Instant::now() > end {
            child.kill().expect("our own child");
            panic!("the server goes on for nobody");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("our own child");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("panicked"), "{said}");
    assert_ne!(output.status.code(), Some(101), "{said}");
}

#[test]
fn nothing_is_said_before_it_is_asked() {
    let home = Home::new();
    let mut client = Client::start(wire_agent(), home.path());
    assert!(client.receive(Duration::from_millis(300)).is_none());
    client.initialize();
    assert!(client.receive(Duration::from_millis(300)).is_none());
}

/// The log begins with the start of the process and ends with its stop.
fn check_life(home: &Home) {
    let records = audit::records(home.path());
    let (first, last) = (records.first().expect("a first record"), records.last().expect("a last record"));
    assert_eq!((&first["event"], &first["action"]), (&json!("agent_lifecycle"), &json!("start")), "{first}");
    assert_eq!((&last["event"], &last["action"]), (&json!("agent_lifecycle"), &json!("stop")), "{last}");
    assert_eq!(first["session"], last["session"]);
}

#[test]
fn sockets_and_files_are_standard_streams_too() {
    // Node gives its children sockets, not pipes.
    let home = Home::new();
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().expect("a pair of sockets");
    let mut child = Command::new(&wire_agent().binary)
        .env_clear()
        .env("HEDDLE_HOME", home.path())
        .stdin(std::os::fd::OwnedFd::from(theirs.try_clone().expect("an open socket")))
        .stdout(std::os::fd::OwnedFd::from(theirs))
        .stderr(Stdio::null())
        .spawn()
        .expect("the agent starts");
    let ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\",\
        \"capabilities\":{},\"clientInfo\":{\"name\":\"node\",\"version\":\"1\"}}}\n";
    (&ours).write_all(ping.as_bytes()).expect("the agent reads");
    ours.set_read_timeout(Some(PATIENCE)).expect("an open socket");
    let mut line = String::new();
    BufReader::new(&ours).read_line(&mut line).expect("the agent answers");
    assert!(line.contains("\"serverInfo\""), "{line}");
    ours.shutdown(std::net::Shutdown::Write).expect("an open socket");
    assert!(child.wait().expect("our own child").success());

    // A file ends at once; all that it holds is answered first.
    let (input, output) = (home.path().join("input"), home.path().join("output"));
    std::fs::write(&input, ping).expect("our folder");
    let status = Command::new(&wire_agent().binary)
        .env_clear()
        .env("HEDDLE_HOME", home.path())
        .stdin(std::fs::File::open(&input).expect("our file"))
        .stdout(std::fs::File::create(&output).expect("our folder"))
        .status()
        .expect("the agent starts");
    assert!(status.success());
    let said = std::fs::read_to_string(&output).expect("our file");
    assert!(said.contains("\"serverInfo\""), "{said}");
}

#[test]
fn a_terminal_is_a_standard_stream_too() {
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    let home = Home::new();
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a terminal");
    grantpt(&ours).and_then(|()| unlockpt(&ours)).expect("a terminal");
    let name = ptsname(&ours, Vec::new()).expect("a terminal has a name").into_string().expect("a path");
    let theirs = std::fs::File::options().read(true).write(true).open(name).expect("a terminal");
    let mut child = Command::new(&wire_agent().binary)
        .env_clear()
        .env("HEDDLE_HOME", home.path())
        .stdin(theirs)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the agent starts");
    let mut ours = std::fs::File::from(ours);
    ours.write_all(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n").expect("the agent reads");
    let mut line = String::new();
    let mut said = BufReader::new(child.stdout.take().expect("piped"));
    said.read_line(&mut line).expect("the agent answers");
    assert_eq!(line, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
    // What a person types to end it.
    ours.write_all(&[4]).expect("the agent reads");
    assert!(child.wait().expect("our own child").success());
}
