//! What is served under which path.

use super::access::{Access, Challenge};
use super::body::{Body, Events, Intake, Unread};
use super::gate::{Barred, Gate};
use super::guests::Guest;
use crate::call::Principal;
use crate::mcp::{Exchange, Head, Posted, Posts, Said, status};
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const JSON: &str = "application/json";
const EVENTS: &str = "text/event-stream";

/// All that the server knows beside its connections.
#[derive(Debug)]
pub struct Site {
    /// Which hosts and origins are let in.
    pub gate: Gate,
    /// Who is let in.
    pub access: Access,
    /// Where messages go.
    pub posts: Posts,
    /// Bodies on their way in.
    pub intake: Intake,
    /// The server is about to stop.
    pub is_leaving: AtomicBool,
}

impl Site {
    /// Answers one request.
    pub async fn answer(self: Arc<Self>, guest: Arc<Guest>, request: Request<Incoming>) -> Response<Body> {
        match (request.uri().path(), request.method()) {
            // For whoever watches over the process, by whatever name it knows it; they say nothing else.
            ("/healthz", &Method::GET | &Method::HEAD) => return plain(StatusCode::OK, ""),
            ("/readyz", &Method::GET | &Method::HEAD) => {
                let leaves = self.is_leaving.load(Ordering::Relaxed);
                return plain(if leaves { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }, "");
            }
            _ => {}
        }
        if let Err(barred) = self.gate.check(request.uri(), request.headers()) {
            return match barred {
                Barred::NoHost => plain(StatusCode::BAD_REQUEST, "one Host, and one that can be read\n"),
                Barred::Host => plain(StatusCode::FORBIDDEN, "this server is not known by that Host\n"),
                Barred::Origin => plain(StatusCode::FORBIDDEN, "requests from other sites are refused\n"),
            };
        }
        #[cfg(feature = "oauth")]
        if let Some(oauth) = self.access.oauth().filter(|oauth| oauth.is_metadata_path(request.uri().path()))
        {
            return match *request.method() {
                Method::GET | Method::HEAD => json(200, oauth.metadata()),
                _ => plain(StatusCode::METHOD_NOT_ALLOWED, ""),
            };
        }
        if request.uri().path() != "/mcp" {
            return plain(StatusCode::NOT_FOUND, "MCP is at /mcp\n");
        }
        let principal = match self.access.principal(request.headers()).await {
            Ok(principal) => principal,
            Err(challenge) => return challenged(challenge),
        };
        match *request.method() {
            Method::POST => self.post(&guest, principal, request).await,
            Method::DELETE => self.delete(&principal, request.headers()),
            // An agent has nothing to tell that nobody asked for.
            _ => with(
                plain(StatusCode::METHOD_NOT_ALLOWED, ""),
                [(ALLOW, HeaderValue::from_static("POST, DELETE"))],
            ),
        }
    }

    async fn post(
        &self,
        guest: &Arc<Guest>,
        principal: Principal,
        request: Request<Incoming>,
    ) -> Response<Body> {
        let (parts, body) = request.into_parts();
        if !is_json(&parts.headers) {
            return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type has to be application/json\n");
        }
        if parts.headers.contains_key(CONTENT_ENCODING) {
            return plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "a body that is packed is not unpacked\n");
        }
        if !accepts(&parts.headers, JSON) {
            return plain(
                StatusCode::NOT_ACCEPTABLE,
                "Accept has to name application/json and text/event-stream\n",
            );
        }
        let Some(mut head) = head(&parts.headers) else {
            return plain(StatusCode::BAD_REQUEST, "a header field of MCP stands twice, or cannot be read\n");
        };
        head.streams = accepts(&parts.headers, EVENTS);
        let body = match self.intake.read(body).await {
            Ok(body) => body,
            Err(unread) => return refused_body(&unread),
        };
        // From here on it is the agent that takes its time.
        let stay = guest.work();
        match self.posts.post(&body, &head, &principal) {
            Posted::Accepted => plain(StatusCode::ACCEPTED, ""),
            Posted::Refused(status, body) => json(status, body),
            Posted::ReadOnly { tool, arguments } => {
                self.posts.record_read_only(&principal, &tool, &arguments).await;
                challenged(self.access.beyond_scope())
            }
            Posted::Asked { exchange, session, era } => {
                let heard = first(exchange, head.streams).await;
                let mut response = match heard {
                    Heard::Answer(body, code) => json(status(era, code), body),
                    Heard::Before(first, rest) => {
                        let events = Events { first: Some(first), rest, stay };
                        typed(StatusCode::OK, EVENTS, Body::Events(Box::new(events)))
                    }
                    Heard::Nothing => plain(StatusCode::ACCEPTED, ""),
                };
                if let Some(session) = session.and_then(|session| HeaderValue::from_str(&session).ok()) {
                    response.headers_mut().insert("mcp-session-id", session);
                }
                response
            }
        }
    }

    fn delete(&self, principal: &Principal, headers: &HeaderMap) -> Response<Body> {
        let Some(Head { session: Some(session), .. }) = head(headers) else {
            return plain(StatusCode::BAD_REQUEST, "Mcp-Session-Id is missing\n");
        };
        if self.posts.close_session(session, principal) {
            plain(StatusCode::NO_CONTENT, "")
        } else {
            plain(StatusCode::NOT_FOUND, "")
        }
    }
}

/// What came first of an exchange.
enum Heard {
    Answer(Vec<u8>, Option<i32>),
    Before(Vec<u8>, Exchange),
    /// It was given up, and has no answer.
    Nothing,
}

/// Waits for the answer, or, if the client takes a stream, for whatever comes.
async fn first(mut exchange: Exchange, streams: bool) -> Heard {
    loop {
        match exchange.next().await {
            Some(Said::Answer(body, code)) => return Heard::Answer(body, code),
            Some(Said::Before(message)) if streams => return Heard::Before(message, exchange),
            Some(Said::Before(_)) => {}
            None => return Heard::Nothing,
        }
    }
}

fn head(headers: &HeaderMap) -> Option<Head<'_>> {
    let field = |name: &str| {
        let mut values = headers.get_all(name).iter();
        match (values.next(), values.next()) {
            (None, _) => Some(None),
            (Some(value), None) => value.to_str().ok().map(Some),
            (Some(_), Some(_)) => None,
        }
    };
    Some(Head {
        version: field("mcp-protocol-version")?,
        method: field("mcp-method")?,
        name: field("mcp-name")?,
        session: field("mcp-session-id")?,
        streams: false,
    })
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    value.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(JSON)
}

/// Whether `Accept` names the type, or a family that it is of. Left out, it takes anything.
fn accepts(headers: &HeaderMap, wanted: &str) -> bool {
    let mut values = headers.get_all(ACCEPT).iter().peekable();
    if values.peek().is_none() {
        return true;
    }
    let family = wanted.split('/').next().unwrap_or_default();
    values.filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let is_refused = parts.any(|part| matches!(part, "q=0" | "q=0." | "q=0.0" | "q=0.00" | "q=0.000"));
        let matches = kind.eq_ignore_ascii_case(wanted)
            || kind == "*/*"
            || kind.strip_suffix("/*").is_some_and(|kind| kind.eq_ignore_ascii_case(family));
        matches && !is_refused
    })
}

fn refused_body(unread: &Unread) -> Response<Body> {
    match unread {
        Unread::TooLong => plain(StatusCode::PAYLOAD_TOO_LARGE, "the body is longer than 4 MiB\n"),
        Unread::TooSlow => plain(StatusCode::REQUEST_TIMEOUT, "the body did not come in time\n"),
        Unread::TooMany => plain(StatusCode::SERVICE_UNAVAILABLE, "too many long bodies at once\n"),
        Unread::Broken => plain(StatusCode::BAD_REQUEST, "the body broke off\n"),
    }
}

fn challenged(challenge: Challenge) -> Response<Body> {
    let response = plain(challenge.status, challenge.text);
    match challenge.authenticate {
        Some(value) => with(response, [(WWW_AUTHENTICATE, value)]),
        None => response,
    }
}

fn json(status: u16, body: Vec<u8>) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    typed(status, JSON, Body::of(body))
}

fn plain(status: StatusCode, text: &str) -> Response<Body> {
    if text.is_empty() {
        let mut response = Response::new(Body::of(""));
        *response.status_mut() = status;
        response
    } else {
        typed(status, "text/plain; charset=utf-8", Body::of(text.to_owned()))
    }
}

fn typed(status: StatusCode, kind: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    with(
        response,
        [
            (CONTENT_TYPE, HeaderValue::from_static(kind)),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        ],
    )
}

fn with<const N: usize>(
    mut response: Response<Body>,
    fields: [(hyper::header::HeaderName, HeaderValue); N],
) -> Response<Body> {
    response.headers_mut().extend(fields);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepts(accept: &[&str], wanted: &str) -> bool {
        let mut headers = HeaderMap::new();
        for value in accept {
            headers.append(ACCEPT, value.parse().unwrap());
        }
        super::accepts(&headers, wanted)
    }

    #[test]
    fn a_type_is_accepted_by_its_name_or_its_family() {
        for accept in [
            &[][..],
            &["application/json, text/event-stream"],
            &["text/event-stream", "application/json;q=0.5"],
            &["*/*"],
            &["application/*"],
            &["Application/JSON"],
        ] {
            assert!(accepts(accept, JSON), "{accept:?}");
        }
        for accept in [&["text/event-stream"][..], &["application/json;q=0"], &["text/*"], &["nonsense"]] {
            assert!(!accepts(accept, JSON), "{accept:?}");
        }
    }

    #[test]
    fn a_field_of_mcp_stands_once() {
        let mut headers = HeaderMap::new();
        headers.append("mcp-session-id", "a".parse().unwrap());
        assert_eq!(head(&headers).unwrap().session, Some("a"));
        headers.append("Mcp-Session-Id", "a".parse().unwrap());
        assert!(head(&headers).is_none());
    }
}
