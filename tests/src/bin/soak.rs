//! A soak: `soak MINUTES`. One agent keeps 32 calls in flight the whole time, a fifth of them to a backend that misbehaves;
//! the backend is a process of its own, which is killed and restarted all along. A second agent is killed and restarted
//! itself, over one audit log.
//!
//! Ends with 1, and says why, when a call gets no answer, the answer of another, or one that is late; when resident memory
//! grows after it has warmed up; when calls fail that nothing was in the way of; when a record is missing or an audit
//! log is not whole.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use heddle_tests::agent::{self, Agent};
use heddle_tests::backend::{Backend, Then, reply};
use heddle_tests::client::{CallResult, Client};
use heddle_tests::home::{self, Home};
use heddle_tests::{faults, process};
use serde_json::json;

const IN_FLIGHT: usize = 32;
/// What a call may take, in seconds, as the config says.
const DEADLINE_S: u64 = 2;
/// By how much an answer may be late: the machine may have other things to do.
const GRACE: Duration = Duration::from_secs(3);
/// How the backend lives and dies.
const UP: Duration = Duration::from_secs(6);
const DOWN: Duration = Duration::from_millis(700);
/// How long after the backend is back a call may still fail for having met it dead.
const ECHO_OF_A_KILL: Duration = Duration::from_secs(DEADLINE_S);
/// How long the second agent lives.
const LIFE: Duration = Duration::from_secs(9);
/// What the backend does wrong. Floods that cost this machine more than the agent are for the tests of `wire`.
const FAULTS: [&str; 15] = [
    "not-found",
    "error-page",
    "not-json",
    "deep",
    "redirect-away",
    "silent",
    "drip",
    "endless",
    "closed-early",
    "closed-at-once",
    "reset",
    "bad-chunks",
    "short-chunks",
    "two-lengths",
    "not-http",
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["backend", address] => serve(address.parse().expect("an address")),
        [minutes] => match minutes.parse() {
            Ok(minutes @ 1..) => soak(Duration::from_secs(60 * minutes)),
            Ok(0) | Err(_) => usage(),
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: soak MINUTES");
    ExitCode::from(2)
}

/// The backend's process: what is asked of `/echo/N` is N, everything else is a fault.
fn serve(address: SocketAddr) -> ExitCode {
    let backend = Backend::scripted(address, |request, stream| match request.path().strip_prefix("/echo/") {
        Some(number) => {
            reply(stream, 200, "application/json", format!(r#"{{"ok":{number}}}"#).as_bytes());
            Then::Keep
        }
        None => faults::misbehave(request, stream),
    });
    loop {
        thread::sleep(Duration::from_secs(1));
        drop(backend.take());
    }
}

fn config() -> String {
    let mut exposes =
        "    - { name: echo, description: \"Gives the number back.\", parameters: { number: { type: integer } } }\n"
            .to_owned();
    let mut bridge =
        "    - { tool_name: echo, method: GET, url: \"{origin}/echo/{{number}}\", response_path: ok }\n"
            .to_owned();
    for fault in FAULTS {
        exposes += &format!("    - {{ name: {fault}, description: \"Asks for {fault}.\" }}\n");
        bridge += &format!(
            "    - {{ tool_name: {fault}, method: GET, url: \"{{origin}}/{fault}\", response_path: ok }}\n"
        );
    }
    format!(
        "agent:\n  name: soaked\n  version: \"1.0.0\"\n  exposes:\n{exposes}  http_bridge:\n{bridge}  runtime:\n    \
         trust_tier: 1\n    max_execution_time: {DEADLINE_S}s\n    max_response_bytes: 256KiB\n    \
         rate_limit: {{ per_minute: 1000000, burst: 1000000 }}\n"
    )
}

fn soak(length: Duration) -> ExitCode {
    let agent = agent::build("soak", &config());
    let (stop, kills) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let reaper = {
        let (stop, kills, address) = (Arc::clone(&stop), Arc::clone(&kills), agent.backend);
        thread::spawn(move || kill_backends(address, &stop, &kills))
    };
    let victim = {
        let (stop, agent) = (Arc::clone(&stop), agent.clone());
        thread::spawn(move || kill_agents(&agent, &stop))
    };

    let home = Home::new();
    let mut report = Report::default();
    calls(&agent, &home, length, &mut report);
    stop.store(true, Ordering::Release);
    reaper.join().expect("the backend is killed to the end");
    let (lives, victims_home) = victim.join().expect("the second agent is killed to the end");

    let kills = kills.lock().expect("no panic").clone();
    report.judge_failures(&kills);
    report.judge_memory();
    let records = report.judge_log(&home, Some(report.calls));
    report.judge_log(&victims_home, None);
    println!(
        "{} calls ({} failed, as they should) in {} s, {} in flight, {} answers lost; the backend was killed {} times, the \
         second agent {lives}; slowest answer {:.1} s; {} records, verified; memory {}",
        report.calls,
        report.failed,
        length.as_secs(),
        IN_FLIGHT,
        report.lost,
        kills.len(),
        report.slowest.as_secs_f64(),
        records.map_or_else(|| "no".to_owned(), |records| records.to_string()),
        report.memory()
    );
    for fault in &report.faults {
        println!("VIOLATION: {fault}");
    }
    if report.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// From when to when the backend was gone.
type Kill = (Instant, Instant);

fn start_backend(address: SocketAddr) -> Child {
    let own = std::env::current_exe().expect("a process knows its executable");
    let child = Command::new(own).args(["backend", &address.to_string()]).stdin(Stdio::null()).spawn();
    let child = child.expect("the backend starts");
    let end = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(address).is_err() {
        assert!(Instant::now() < end, "the backend does not listen at {address}");
        thread::sleep(Duration::from_millis(10));
    }
    child
}

fn kill_backends(address: SocketAddr, stop: &AtomicBool, kills: &Mutex<Vec<Kill>>) {
    let mut backend = start_backend(address);
    while sleep_unless(stop, UP) {
        let gone = Instant::now();
        backend.kill().and_then(|()| backend.wait().map(drop)).expect("our own child");
        sleep_unless(stop, DOWN);
        backend = start_backend(address);
        kills.lock().expect("no panic").push((gone, Instant::now()));
    }
    // Whoever still asks is answered: the calls in flight end after this.
    thread::sleep(Duration::from_secs(DEADLINE_S) + GRACE);
    backend.kill().and_then(|()| backend.wait().map(drop)).expect("our own child");
}

/// Whether the whole time was slept.
fn sleep_unless(stop: &AtomicBool, time: Duration) -> bool {
    let end = Instant::now() + time;
    while Instant::now() < end {
        if stop.load(Ordering::Acquire) {
            return false;
        }
        thread::sleep(Duration::from_millis(50));
    }
    true
}

/// Starts an agent over one log again and again, and kills it with calls in flight. Gives how often, and its home.
fn kill_agents(agent: &Agent, stop: &AtomicBool) -> (usize, Home) {
    let (home, mut lives) = (Home::new(), 0);
    loop {
        let mut client = Client::connect(agent, home.path());
        let end = Instant::now() + LIFE;
        while Instant::now() < end && !stop.load(Ordering::Acquire) {
            client.ask("tools/call", json!({ "name": "echo", "arguments": { "number": 1 } }));
            client.ask("tools/call", json!({ "name": FAULTS[lives % FAULTS.len()], "arguments": {} }));
            while client.receive(Duration::from_millis(40)).is_some() {}
        }
        if stop.load(Ordering::Acquire) {
            assert!(client.close().success(), "the last life of the second agent ends well");
            return (lives, home);
        }
        client.kill();
        lives += 1;
    }
}

/// A call that waits for its answer.
struct Waiting {
    tool: &'static str,
    number: usize,
    since: Instant,
}

/// Keeps calls in flight, then lets them end.
fn calls(agent: &Agent, home: &Home, length: Duration, report: &mut Report) {
    let mut client = Client::connect(agent, home.path());
    let mut waiting: HashMap<u64, Waiting> = HashMap::new();
    let (start, mut looked) = (Instant::now(), Instant::now());
    let patience = Duration::from_secs(DEADLINE_S) + GRACE;
    loop {
        let over = start.elapsed() >= length;
        while !over && waiting.len() < IN_FLIGHT {
            let number = report.calls;
            // A fifth of the calls meets a fault; most faults take no longer than an answer.
            let tool = if number.is_multiple_of(5) { FAULTS[number / 5 % FAULTS.len()] } else { "echo" };
            let arguments = if tool == "echo" { json!({ "number": number }) } else { json!({}) };
            let id = client.ask("tools/call", json!({ "name": tool, "arguments": arguments }));
            waiting.insert(id, Waiting { tool, number, since: Instant::now() });
            report.calls += 1;
        }
        if over && waiting.is_empty() {
            break;
        }
        let Some(answer) = client.receive(patience) else {
            report.lost = waiting.len();
            report.fault(format!(
                "{} calls got no answer within {patience:?}; {}",
                waiting.len(),
                client.stderr()
            ));
            return;
        };
        let Some(id) = answer["id"].as_u64() else { continue };
        match waiting.remove(&id) {
            Some(call) => report.answer(&call, &CallResult::of(&answer)),
            None => report.fault(format!("an answer that nobody waits for: {answer}")),
        }
        if looked.elapsed() > Duration::from_millis(500) {
            looked = Instant::now();
            report.resident.push(process::resident_kib(client.pid()));
        }
    }
    if !client.close().success() {
        report.fault("the agent did not end well".to_owned());
    }
}

#[derive(Default)]
struct Report {
    calls: usize,
    failed: usize,
    lost: usize,
    slowest: Duration,
    resident: Vec<u64>,
    /// Calls that should have gone well and did not: from when to when.
    unlucky: Vec<(Instant, Instant, String)>,
    faults: Vec<String>,
}

impl Report {
    fn fault(&mut self, what: String) {
        // The first of them say what the matter is.
        if self.faults.len() < 20 {
            self.faults.push(what);
        }
    }

    fn answer(&mut self, call: &Waiting, result: &CallResult) {
        let Waiting { tool, number, since } = call;
        let took = since.elapsed();
        self.slowest = self.slowest.max(took);
        self.failed += usize::from(result.is_error);
        if took > Duration::from_secs(DEADLINE_S) + GRACE {
            self.fault(format!("{tool} was answered after {took:?}"));
        }
        match (*tool == "echo", result.is_error) {
            (true, false) if result.text != number.to_string() => {
                self.fault(format!("the call {number} got the answer `{}`", result.text));
            }
            (true, true) => self.unlucky.push((*since, Instant::now(), result.text.clone())),
            (false, false) => self.fault(format!("{tool} went well: {}", result.text)),
            (true, false) | (false, true) => {}
        }
    }

    /// A call may fail while the backend is gone, and one in a thousand because the machine was busy.
    fn judge_failures(&mut self, kills: &[Kill]) {
        let met_a_kill = |from: &Instant, to: &Instant| {
            kills.iter().any(|(gone, back)| from <= &(*back + ECHO_OF_A_KILL) && to >= gone)
        };
        self.unlucky.retain(|(from, to, _)| !met_a_kill(from, to));
        if self.unlucky.len() > self.calls / 1000
            && let Some((.., why)) = self.unlucky.first().cloned()
        {
            self.fault(format!(
                "{} calls failed with nothing in the way, the first: {why}",
                self.unlucky.len()
            ));
        }
        // While the backend is gone a call fails at once, so that many of them fit into that time.
        if self.calls - self.failed < self.calls / 5 {
            self.fault(format!("{} of {} calls failed", self.failed, self.calls));
        }
    }

    /// The middle of the third that follows the warm-up, and that of the last one.
    fn levels(&self) -> (u64, u64) {
        let third = self.resident.len() / 3;
        let middle = |samples: &[u64]| {
            let mut samples = samples.to_vec();
            samples.sort_unstable();
            samples.get(samples.len() / 2).copied().unwrap_or_default()
        };
        (middle(&self.resident[third / 2..third + third / 2]), middle(&self.resident[2 * third..]))
    }

    fn judge_memory(&mut self) {
        let (early, late) = self.levels();
        // Buffers of calls that happen to be in flight come and go.
        if late > early + early / 8 + 1024 || self.resident.len() < 30 {
            self.fault(format!("resident memory grew from {early} to {late} KiB"));
        }
    }

    fn memory(&self) -> String {
        let (early, late) = self.levels();
        let peak = self.resident.iter().max().copied().unwrap_or_default();
        let at = |index: usize| self.resident.get(index).copied().unwrap_or_default();
        let (first, middle) = (at(0), at(self.resident.len() / 2));
        format!(
            "{first} KiB at the start, {early} KiB after warm-up, {middle} KiB in the middle, {late} KiB at the end, {peak} KiB \
             at most"
        )
    }

    /// The log is whole, and has what each call leaves in it. Gives how many records it has.
    fn judge_log(&mut self, home: &Home, calls: Option<usize>) -> Option<usize> {
        let output = home::heddle()
            .env("HEDDLE_HOME", home.path())
            .args(["audit", "verify"])
            .output()
            .expect("heddle runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
            self.fault(format!("the audit log is not whole: {said}{complaint}"));
            return None;
        }
        let records = said.strip_prefix("whole: ").and_then(|rest| rest.split(' ').next()?.parse().ok());
        match (records, calls) {
            (None, _) => self.fault(format!("nobody says how many records the log has: {said}")),
            // Intent and outcome of each call; beyond that the log speaks of itself: starts, anomalies, new segments.
            (Some(records), Some(calls)) if records < 2 * calls => {
                self.fault(format!("{records} records of {calls} calls"));
            }
            (Some(_), _) => {}
        }
        records
    }
}
