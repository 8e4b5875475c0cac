//! What happened to a request that got no whole answer, in plain words.

use std::error::Error;
use std::io::ErrorKind;

use super::egress::NameFault;

/// Words for a transport error. The error's own text is used where it says more; its URL never is.
pub(super) fn words(error: &reqwest::Error, peer: &str) -> String {
    let mut deepest: &(dyn Error + 'static) = error;
    let mut kind = None;
    loop {
        if let Some(fault) = deepest.downcast_ref::<NameFault>() {
            return format!("no connection to {peer}: {fault}");
        }
        #[cfg(feature = "tls")]
        if let Some(fault) = deepest.downcast_ref::<rustls::Error>() {
            return format!("no TLS with {peer}: {fault}");
        }
        // An I/O error that wraps another passes over it when asked for its source.
        let wrapped: Option<&(dyn Error + 'static)> = match deepest.downcast_ref::<std::io::Error>() {
            Some(io) => {
                kind = Some(io.kind());
                io.get_ref().map(|inner| inner as _)
            }
            None => deepest.source(),
        };
        match wrapped {
            Some(source) => deepest = source,
            None => break,
        }
    }
    match kind {
        Some(ErrorKind::ConnectionRefused) => {
            format!("connection refused by {peer}; is the API running there?")
        }
        Some(ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe) => {
            format!("{peer} closed the connection before the answer was complete")
        }
        Some(ErrorKind::UnexpectedEof) => {
            format!("{peer} closed the connection before the answer was complete ({deepest})")
        }
        Some(ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) => {
            format!("{peer} cannot be reached: {deepest}")
        }
        Some(ErrorKind::PermissionDenied) => format!("this process may not connect to {peer}: {deepest}"),
        _ if error.is_connect() && error.is_timeout() => format!("no connection to {peer} in time"),
        _ if error.is_connect() => format!("no connection to {peer}: {deepest}"),
        _ if error.is_timeout() => format!("{peer} did not answer in time"),
        _ => {
            // The HTTP library's errors have no kinds that could be asked for from here; their words are stable enough
            // to choose better ones by, and are told where they are not known.
            let words = deepest.to_string();
            match words.as_str() {
                "connection closed before message completed" => {
                    format!("{peer} closed the connection without an answer")
                }
                "message head is too large" => format!("the header of the answer of {peer} is too large"),
                _ => format!("the answer of {peer} cannot be read as HTTP: {words}"),
            }
        }
    }
}
