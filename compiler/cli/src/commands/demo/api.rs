//! The API of the demo: a warehouse with a few screws in it.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

/// A running API. It ends with the process.
#[derive(Debug)]
pub struct Api {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Api {
    /// Starts it on a free port of the loopback interface.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let asked = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let counter = Arc::clone(&counter);
                thread::spawn(move || answer(&stream, &counter));
            }
        });
        Ok(Self { address, asked })
    }

    /// Its origin.
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests reached it.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// One request, one answer, and the connection ends. A caller that breaks off is its own affair.
fn answer(stream: &TcpStream, asked: &AtomicUsize) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut lines = BufReader::new(stream).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    asked.fetch_add(1, Ordering::SeqCst);
    let mut words = request.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (status, body) = route(method, target);
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}

fn route(method: &str, target: &str) -> (&'static str, Value) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    match (method, path.strip_prefix("/parts")) {
        ("GET", Some("" | "/")) => {
            let limit =
                query.split('&').find_map(|field| field.strip_prefix("limit=")?.parse().ok()).unwrap_or(3);
            ("200 OK", Value::Array(parts().into_iter().take(limit).collect()))
        }
        ("GET", Some(number)) => {
            let number = number.trim_start_matches('/');
            match parts().into_iter().find(|part| part.get("number").is_some_and(|known| known == number)) {
                Some(part) => ("200 OK", part),
                None => ("404 Not Found", json!({ "error": "there is no such part" })),
            }
        }
        _ => ("404 Not Found", json!({ "error": "there is nothing here" })),
    }
}

fn parts() -> Vec<Value> {
    [("M3-10", "screw, M3 x 10 mm", 4, 1_200), ("M4-16", "screw, M4 x 16 mm", 6, 800), ("N-M4", "nut, M4", 7, 950)]
        .into_iter()
        .map(|(number, name, cents, stock)| json!({ "number": number, "name": name, "cents": cents, "stock": stock }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_warehouse_lists_finds_and_misses_parts() {
        assert_eq!(route("GET", "/parts?limit=2").1.as_array().unwrap().len(), 2);
        assert_eq!(route("GET", "/parts/N-M4").1["stock"], 950);
        assert_eq!(route("GET", "/parts/none").0, "404 Not Found");
        assert_eq!(route("POST", "/orders").0, "404 Not Found");
    }
}
