//! The two ends of the load: a backend that answers at once, and a client that keeps calls in flight. Both do as
//! little as they can; the server between them is what is measured.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use heddle_tests::process;

const ANSWER: &str = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{"__name__":"up","instance":"127.0.0.1:9100","job":"node"},"value":[1769860800.123,"1"]},{"metric":{"__name__":"up","instance":"127.0.0.1:9090","job":"prometheus"},"value":[1769860800.123,"1"]}]}}"#;

/// Answers every request on `address` with a small vector, as Prometheus would, until the process ends.
pub fn serve(address: SocketAddr) {
    let listener = TcpListener::bind(address).unwrap_or_else(|fault| panic!("{address}: {fault}"));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || answer(stream));
        }
    });
}

fn answer(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let reply = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{ANSWER}",
        ANSWER.len()
    );
    let mut buffer = [0; 16_384];
    let mut filled = 0;
    // Requests are small and not pipelined: one is whole when its head ends.
    while let Ok(read @ 1..) = stream.read(&mut buffer[filled..]) {
        filled += read;
        if buffer[..filled].ends_with(b"\r\n\r\n") {
            filled = 0;
            if stream.write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
    }
}

/// A server under load.
pub struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    line: Vec<u8>,
    sent: u64,
}

/// What a round of calls took.
pub struct Round {
    /// Processor time of the server per call, in microseconds.
    pub cpu_us: f64,
    /// Calls per second.
    pub rate: f64,
}

impl Server {
    /// Starts a server and returns it with the time until its first answer, to `initialize`.
    pub fn start(binary: &Path, arguments: &[&str], home: &Path) -> (Self, Duration) {
        let start = Instant::now();
        let mut child = Command::new(binary)
            .args(arguments)
            .env_clear()
            .env("HEDDLE_HOME", home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fault| panic!("{}: {fault}", binary.display()));
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut server = Self { child, stdin, stdout, line: Vec::new(), sent: 1 };
        server.write(br#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}"#);
        server.read();
        let took = start.elapsed();
        server.write(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        (server, took)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in MiB.
    pub fn resident(&self) -> f64 {
        process::resident_kib(self.child.id()) as f64 / 1024.0
    }

    /// Makes `calls` calls, `window` of them in flight at any time.
    pub fn round(&mut self, calls: u64, window: u64) -> Round {
        let (cpu, start) = (process::cpu(self.child.id()), Instant::now());
        for _ in 0..window {
            self.call();
        }
        for done in 0..calls {
            self.read();
            assert!(!self.line.windows(14).any(|part| part == b"\"isError\":true"), "{}", self.said());
            assert!(self.line.windows(9).any(|part| part == b"\"result\":"), "{}", self.said());
            if done + window < calls {
                self.call();
            }
        }
        let (took, cpu) = (start.elapsed(), process::cpu(self.child.id()) - cpu);
        Round { cpu_us: cpu.as_secs_f64() * 1e6 / calls as f64, rate: calls as f64 / took.as_secs_f64() }
    }

    fn call(&mut self) {
        let id = self.sent;
        self.sent += 1;
        let call = format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"query","arguments":{{"query":"up"}}}}}}"#
        );
        self.write(call.as_bytes());
    }

    fn write(&mut self, message: &[u8]) {
        let stdin = self.stdin.as_mut().expect("open until the end");
        stdin.write_all(&[message, b"\n"].concat()).expect("the server reads");
    }

    fn read(&mut self) {
        self.line.clear();
        let read = self.stdout.read_until(b'\n', &mut self.line).expect("the server's output");
        assert!(read > 0, "the server ended");
    }

    fn said(&self) -> String {
        String::from_utf8_lossy(&self.line).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An end as clients make it: the next start has nothing to clean up after.
        self.stdin = None;
        let end = Instant::now() + Duration::from_secs(5);
        while matches!(self.child.try_wait(), Ok(None)) {
            if Instant::now() > end {
                let _ = self.child.kill();
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}
