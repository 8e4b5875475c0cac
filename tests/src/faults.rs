//! A backend that misbehaves: each path in one exact way.

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::backend::{Backend, Request, Then, reply};

/// Longest that a fault goes on: well past every deadline that a test sets.
const LONG: Duration = Duration::from_secs(20);

/// Starts the backend at `address`.
pub fn start(address: SocketAddr) -> Backend {
    Backend::scripted(address, misbehave)
}

/// Does what the path names. Unknown paths are a fault of the test.
pub fn misbehave(request: &Request, stream: &mut TcpStream) -> Then {
    let name = request.path().trim_start_matches('/');
    match name {
        "ok" => reply(stream, 200, "application/json", br#"{"ok":true}"#),
        "not-found" => reply(stream, 404, "application/json", br#"{"message":"no such dashboard"}"#),
        "error-page" => reply(stream, 500, "text/html", b"<html><body>the database is on fire</body></html>"),
        "unavailable" => reply(stream, 503, "text/plain", b"try later"),
        "not-json" => reply(stream, 200, "application/json", br#"{"ok": tru"#),
        "not-utf8" => reply(stream, 200, "application/json", b"{\"ok\":\"\xff\xfe\"}"),
        "empty" => reply(stream, 200, "application/json", b""),
        "deep" => reply(stream, 200, "application/json", "[".repeat(100_000).as_bytes()),
        "redirect-away" => redirect(stream, "http://127.66.66.66:9/canary"),
        "redirect-here" => redirect(stream, "/ok"),
        "redirect-file" => redirect(stream, "file:///etc/passwd"),
        _ => return misbehave_on_the_wire(name, stream),
    }
    Then::Keep
}

/// The faults after which the connection is of no more use.
fn misbehave_on_the_wire(name: &str, stream: &mut TcpStream) -> Then {
    match name {
        "silent" => sleep(LONG),
        "slow-headers" => drip(stream, b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n", 100),
        "drip" => {
            send(
                stream,
                b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n",
            );
            drip(stream, &[b' '; 1000], 100);
        }
        "stall" => {
            send(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":");
            sleep(LONG);
        }
        "endless" => {
            send(stream, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
            flood(stream, &chunk(&[b'x'; 65_536]), u64::MAX);
        }
        "huge" => {
            let length = 300 << 20;
            send(stream, format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").as_bytes());
            flood(stream, &[b'y'; 65_536], length);
        }
        "gzip-bomb" => {
            let bomb = BOMB.get_or_init(gzip_bomb);
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
                bomb.len()
            );
            send(stream, head.as_bytes());
            send(stream, bomb);
        }
        "header-bomb" => {
            send(stream, b"HTTP/1.1 200 OK\r\n");
            flood(stream, format!("x-bomb: {}\r\n", "z".repeat(8_000)).as_bytes(), 64 << 20);
        }
        "closed-early" => send(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"half\":"),
        "closed-at-once" => {}
        "reset" => {
            send(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"half\":");
            sleep(Duration::from_millis(50));
            reset(stream);
        }
        "bad-chunks" => {
            send(stream, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")
        }
        "short-chunks" => {
            send(stream, b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n")
        }
        "two-lengths" => {
            send(stream, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 7\r\n\r\n{\"a\":1}")
        }
        "not-http" => send(stream, b"\x00\x01\xfe\xff this is another protocol\r\n\r\n"),
        _ => panic!("no fault is called `{name}`"),
    }
    Then::Close
}

fn redirect(stream: &mut TcpStream, to: &str) {
    send(stream, format!("HTTP/1.1 302 Found\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n").as_bytes());
}

// The other side may hang up at any time, which is what most tests want to see.
fn send(stream: &mut TcpStream, bytes: &[u8]) {
    let _ = stream.write_all(bytes);
}

fn drip(stream: &mut TcpStream, bytes: &[u8], each_ms: u64) {
    let end = Instant::now() + LONG;
    for byte in bytes {
        if stream.write_all(&[*byte]).is_err() || Instant::now() > end {
            return;
        }
        sleep(Duration::from_millis(each_ms));
    }
}

fn flood(stream: &mut TcpStream, piece: &[u8], most: u64) {
    let end = Instant::now() + LONG;
    let mut sent = 0;
    while sent < most && Instant::now() < end && stream.write_all(piece).is_ok() {
        sent += piece.len() as u64;
    }
}

fn chunk(body: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n"].concat()
}

/// Closes with RST instead of FIN.
fn reset(stream: &mut TcpStream) {
    let _ = socket2::SockRef::from(&*stream).set_linger(Some(Duration::ZERO));
}

static BOMB: OnceLock<Vec<u8>> = OnceLock::new();

/// 256 MiB of blanks, 255 KiB on the wire.
fn gzip_bomb() -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..256 {
        encoder.write_all(&blanks).expect("a vector takes it");
    }
    encoder.finish().expect("a vector takes it")
}
