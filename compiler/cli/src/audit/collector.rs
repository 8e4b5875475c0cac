//! A collector of OpenTelemetry logs: OTLP/HTTP over plain TCP, meant for one on this machine or in this network.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::str::FromStr;
use std::time::Duration;

use serde_json::Value;

use crate::console::harmless;
use crate::failure::{Failure, plain};

/// How long a collector may take for anything.
const PATIENCE: Duration = Duration::from_secs(10);
/// No answer has to be longer.
const ANSWER_MAX: u64 = 64 * 1024;

/// Where logs are sent to: `http://HOST:PORT/PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collector {
    authority: String,
    path: String,
}

impl FromStr for Collector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let rest = text.strip_prefix("http://").ok_or(
            "write `http://HOST:PORT/v1/logs`; what leaves the machine should leave through a collector on it, which \
             speaks https",
        )?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, "v1/logs"));
        let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_graphic());
        if authority.is_empty() || authority.contains('@') || !is_plain(authority) || !is_plain(path) {
            return Err("write `http://HOST:PORT/v1/logs`".into());
        }
        Ok(Self { authority: authority.to_owned(), path: format!("/{path}") })
    }
}

impl Collector {
    /// Sends one request. Whatever the collector did not take is an error.
    pub fn send(&self, request: &Value) -> Result<(), Failure> {
        let failed =
            |what: &str| Failure::fault(format_args!("the collector at `{}` {what}", self.authority));
        let (head, body) = self
            .exchange(request.to_string().as_bytes())
            .map_err(|error| failed(&format!("cannot be reached: {}", plain(&error))))?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        if !status.starts_with('2') || status.len() != 3 {
            let said: String = body.chars().take(200).collect();
            return Err(failed(&format!("answered {}: {}", harmless(&head), harmless(&said))));
        }
        // What stands around the object is the framing of an answer in chunks.
        let object = body.find('{').zip(body.rfind('}')).and_then(|(from, to)| body.get(from..=to));
        let answer = object.and_then(|object| serde_json::from_str::<Value>(object).ok());
        let rejected = answer.and_then(|answer| {
            let rejected = answer.get("partialSuccess")?.get("rejectedLogRecords")?;
            rejected.as_u64().or_else(|| rejected.as_str()?.parse().ok())
        });
        match rejected {
            Some(rejected @ 1..) => Err(failed(&format!("rejected {rejected} records"))),
            Some(0) | None => Ok(()),
        }
    }

    /// The first line of the answer, and its body.
    fn exchange(&self, body: &[u8]) -> io::Result<(String, String)> {
        let with_port = if self.authority.contains(':') {
            self.authority.clone()
        } else {
            format!("{}:80", self.authority)
        };
        let address = with_port.to_socket_addrs()?.next().ok_or(io::ErrorKind::NotFound)?;
        let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        // The answer has a length, or ends where the connection does.
        let head = format!(
            "POST {} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            self.path,
            self.authority,
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body)?;
        let mut answer = BufReader::new(stream.take(ANSWER_MAX));
        let (mut status, mut length) = (String::new(), ANSWER_MAX);
        answer.read_line(&mut status)?;
        loop {
            let mut field = String::new();
            answer.read_line(&mut field)?;
            let Some((name, value)) = field.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().map_err(|_| io::ErrorKind::InvalidData)?;
            }
        }
        let mut body = Vec::new();
        answer.take(length).read_to_end(&mut body)?;
        Ok((status.trim_end().to_owned(), String::from_utf8_lossy(&body).into_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collector_is_named_by_its_address() {
        let parsed: Collector = "http://127.0.0.1:4318".parse().unwrap();
        assert_eq!((parsed.authority.as_str(), parsed.path.as_str()), ("127.0.0.1:4318", "/v1/logs"));
        assert_eq!("http://otel:4318/x/y".parse::<Collector>().unwrap().path, "/x/y");
        for wrong in [
            "https://otel:4318",
            "127.0.0.1:4318",
            "http:///v1/logs",
            "http://a@b/",
            "http://a b/",
            "http://a/\r\n",
        ] {
            assert!(wrong.parse::<Collector>().is_err(), "{wrong}");
        }
    }
}
