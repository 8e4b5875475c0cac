//! The agent over HTTP against rmcp's own server over HTTP, both with JSON answers and without Nagle's algorithm; the agent
//! with its sandbox and its audit log.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Instant;

use heddle_tests::home::Home;
use heddle_tests::process;

use crate::load::{self, Round};
use crate::report::{Report, Target, median};
use crate::sandbox;
use crate::server::{build_agent, build_floor};

/// Measures both servers in alternation and adds the rows.
pub fn measure(report: &mut Report, quick: bool) {
    let (rounds, calls) = if quick { (3, 2_000) } else { (7, 10_000) };
    let (floor, agent) = (build_floor("floor-http", &["--features", "http"]), build_agent("bench over HTTP"));
    sandbox::is_on(&agent);
    load::serve(agent.backend);
    let base = format!("http://{}", agent.backend);
    let home = Home::new();
    for window in [1, 32] {
        let (mut floors, mut agents) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            for (binary, argument, taken) in [
                (&floor, vec![base.as_str()], &mut floors),
                (&agent.binary, vec!["--http", "0"], &mut agents),
            ] {
                let server = Server::start(binary, &argument, home.path());
                let mut lanes: Vec<Lane> = (0..window).map(|_| Lane::open(server.address)).collect();
                server.round(&mut lanes, calls / 10);
                taken.push(server.round(&mut lanes, calls));
            }
        }
        let of = |rounds: &[Round], figure: fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
        let both = |figure: fn(&Round) -> f64| (of(&floors, figure), of(&agents, figure));
        let (floor_cpu, agent_cpu) = both(|round| round.cpu_us);
        let what = format!("CPU per call over HTTP, {window} in flight");
        report.ratio(&what, "µs", floor_cpu, agent_cpu, Target::Most(1.3));
        let (floor_rate, agent_rate) = both(|round| round.rate);
        let what = format!("throughput over HTTP, {window} in flight");
        report.ratio(&what, "calls/s", floor_rate, agent_rate, Target::Least(0.85));
    }
}

/// A server that listens.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(binary: &Path, arguments: &[&str], home: &Path) -> Self {
        let mut child = Command::new(binary)
            .args(arguments)
            .env_clear()
            .env("HEDDLE_HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fault| panic!("{}: {fault}", binary.display()));
        let mut said = BufReader::new(child.stderr.take().expect("piped"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(said.read_line(&mut line).is_ok_and(|read| read > 0), "the server ended");
            if let Some((_, rest)) = line.split_once("listening on http://") {
                break rest.trim().trim_end_matches("/mcp").parse().expect("an address");
            }
        };
        // Nobody may have to wait for a reader of its complaints.
        thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { child, address }
    }

    /// Makes `calls` calls, one at a time in each lane.
    fn round(&self, lanes: &mut [Lane], calls: u64) -> Round {
        let (cpu, start) = (process::cpu(self.child.id()), Instant::now());
        let window = lanes.len() as u64;
        for lane in lanes.iter_mut() {
            lane.call();
        }
        for done in 0..calls {
            let turn = usize::try_from(done % window).expect("a small number");
            lanes[turn].answer();
            if done + window < calls {
                lanes[turn].call();
            }
        }
        let (took, cpu) = (start.elapsed(), process::cpu(self.child.id()) - cpu);
        Round { cpu_us: cpu.as_secs_f64() * 1e6 / calls as f64, rate: calls as f64 / took.as_secs_f64() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        process::signal(self.child.id(), "TERM");
        let _ = self.child.wait();
    }
}

/// One connection, with one call at a time.
struct Lane {
    stream: BufReader<TcpStream>,
    request: String,
    line: String,
    body: Vec<u8>,
}

impl Lane {
    fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nodelay(true).expect("an open socket");
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"query","arguments":{"query":"up"},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientInfo":{"name":"bench","version":"1"},"io.modelcontextprotocol/clientCapabilities":{}}}}"#;
        let request = format!(
            "POST /mcp HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\naccept: application/json, \
             text/event-stream\r\nmcp-protocol-version: 2026-07-28\r\nmcp-method: tools/call\r\nmcp-name: query\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        Self { stream: BufReader::new(stream), request, line: String::new(), body: Vec::new() }
    }

    fn call(&mut self) {
        self.stream.get_mut().write_all(self.request.as_bytes()).expect("the server reads");
    }

    fn answer(&mut self) {
        let mut length = None;
        self.read_line();
        assert!(self.line.starts_with("HTTP/1.1 200"), "{}", self.line);
        loop {
            self.read_line();
            let line = self.line.trim_end().to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => length = value.parse().ok(),
                Some(_) => {}
                None => break,
            }
        }
        self.body.resize(length.expect("an answer in one piece"), 0);
        self.stream.read_exact(&mut self.body).expect("a whole answer");
        let has = |part: &[u8]| self.body.windows(part.len()).any(|window| window == part);
        assert!(has(b"\"result\":") && !has(b"\"isError\":true"), "{}", String::from_utf8_lossy(&self.body));
    }

    fn read_line(&mut self) {
        self.line.clear();
        assert!(self.stream.read_line(&mut self.line).is_ok_and(|read| read > 0), "the server hung up");
    }
}
