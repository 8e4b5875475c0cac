//! An HTTP backend on loopback that records what it is asked and answers as a test scripts it. Written on sockets, so
//! that it sees the bytes as they came and can answer with bytes that no HTTP library would send.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::client::PATIENCE;

/// One request as it came over the socket.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Path and query, byte for byte.
    pub target: String,
    /// Header fields in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// The value of a header that stands in the request exactly once.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert!(values.next().is_none(), "`{name}` stands there twice: {self:?}");
        value
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split_once('?').map_or(self.target.as_str(), |(path, _)| path)
    }

    /// The query fields, decoded as servers decode them.
    pub fn query(&self) -> Vec<(String, String)> {
        let Some((_, query)) = self.target.split_once('?') else { return Vec::new() };
        query
            .split('&')
            .map(|field| {
                let (key, value) = field.split_once('=').unwrap_or((field, ""));
                (decode(&key.replace('+', " ")), decode(&value.replace('+', " ")))
            })
            .collect()
    }

    /// The segments of the path, decoded one by one.
    pub fn segments(&self) -> Vec<String> {
        self.path().split('/').skip(1).map(decode).collect()
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|fault| panic!("{fault}: {self:?}"))
    }
}

/// Percent-decoding; what is not an escape stands for itself.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes[at] == b'%'
            && bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
        if escape {
            out.push(u8::from_str_radix(&text[at + 1..at + 3], 16).expect("two hex digits"));
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// How a scripted answer leaves the connection.
pub enum Then {
    /// Open for the next request.
    Keep,
    /// Closed.
    Close,
}

/// Writes the answer to one request.
pub type Script = dyn Fn(&Request, &mut TcpStream) -> Then + Send + Sync;

/// A listening backend; stops when dropped.
pub struct Backend {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    connections: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Backend {
    /// Answers each request with 200 and this JSON.
    pub fn json(address: SocketAddr, body: &Value) -> Self {
        let body = body.to_string();
        Self::scripted(address, move |_, stream| {
            reply(stream, 200, "application/json", body.as_bytes());
            Then::Keep
        })
    }

    /// Answers each request as `script` does.
    pub fn scripted(
        address: SocketAddr,
        script: impl Fn(&Request, &mut TcpStream) -> Then + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(address).unwrap_or_else(|fault| panic!("{address}: {fault}"));
        let address = listener.local_addr().expect("a bound socket has an address");
        let backend =
            Self { address, requests: Arc::default(), connections: Arc::default(), stop: Arc::default() };
        let (requests, connections, stop) =
            (Arc::clone(&backend.requests), Arc::clone(&backend.connections), Arc::clone(&backend.stop));
        let script: Arc<Script> = Arc::new(script);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Acquire) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                connections.fetch_add(1, Ordering::Relaxed);
                let (requests, script) = (Arc::clone(&requests), Arc::clone(&script));
                thread::spawn(move || serve(stream, &requests, &*script));
            }
        });
        backend
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests so far.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic").clone()
    }

    /// The requests so far, forgotten here.
    pub fn take(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().expect("no panic"))
    }

    /// The one request that came since the last look.
    pub fn take_one(&self) -> Request {
        let mut requests = self.take();
        assert_eq!(requests.len(), 1, "one request, not {requests:#?}");
        requests.remove(0)
    }

    /// Waits until a request has come.
    pub fn wait(&self) {
        let end = Instant::now() + PATIENCE;
        while self.requests().is_empty() {
            assert!(Instant::now() < end, "no request within {PATIENCE:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // The listener sleeps in accept; one connection of our own wakes it.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_secs(1));
    }
}

fn serve(stream: TcpStream, requests: &Mutex<Vec<Request>>, script: &Script) {
    let _ = stream.set_nodelay(true);
    let Ok(mut writer) = stream.try_clone() else { return };
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        requests.lock().expect("no panic").push(request.clone());
        match script(&request, &mut writer) {
            Then::Keep => {}
            Then::Close => return,
        }
    }
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut words = line.trim_end().split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    assert_eq!((words.next(), words.next()), (Some("HTTP/1.1"), None), "{line:?}");
    let mut headers = Vec::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).ok().filter(|read| *read > 0)?;
        let line = String::from_utf8_lossy(&line);
        let line = line.strip_suffix("\r\n").expect("header lines end in CR LF");
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').expect("a header line has a colon");
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request = Request { method, target, headers, body: Vec::new() };
    if let Some(length) = request.header("content-length") {
        let length = length.parse().expect("a length in digits");
        request.body = vec![0; length];
        reader.read_exact(&mut request.body).ok()?;
    }
    assert_eq!(request.header("transfer-encoding"), None, "heddle knows its bodies' lengths");
    Some(request)
}

/// Writes a whole answer.
pub fn reply(stream: &mut TcpStream, status: u16, content_type: &str, body: &[u8]) {
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    // The client may have gone, which is its good right.
    let _ = stream.write_all(&[head.as_bytes(), body].concat());
}
