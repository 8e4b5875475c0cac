//! What the caller is told of the API's answer.

use std::borrow::Cow;

use reqwest::StatusCode;
use reqwest::header::{
    ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, LAST_MODIFIED, LOCATION,
};
use serde_json::Value;
use serde_json::value::RawValue;

use super::json;
use super::route::Route;
use crate::broker::Secrets;
use crate::call::{Checker, Patterns, Place, Reader, Rigour};
use crate::decl::{Kind, Returns};
use crate::method::Verb;
use crate::text;

/// What a call comes back with.
#[derive(Debug, PartialEq)]
pub(crate) struct Reply {
    /// For the model.
    pub(crate) text: String,
    /// For programs: an object, as the tool's output schema says.
    pub(crate) structured: Option<Value>,
    /// In the place of text: an image or a sound.
    pub(crate) media: Option<Media>,
    /// The call did not do what was asked.
    pub(crate) is_error: bool,
    /// The status of the API's answer, if there was one.
    pub(crate) status: Option<u16>,
}

/// What is no text and that a model can look at or listen to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Media {
    /// An image, or else a sound.
    pub(crate) is_image: bool,
    /// Its media type.
    pub(crate) kind: String,
    /// Its bytes, in Base64.
    pub(crate) base64: String,
}

impl Reply {
    pub(super) fn error(text: String, status: Option<StatusCode>) -> Self {
        let text = text::tame(text);
        Self {
            text,
            structured: None,
            media: None,
            is_error: true,
            status: status.map(|status| status.as_u16()),
        }
    }
}

/// Longest part of an error's body that is told.
pub(super) const ERROR_BODY: usize = 16 * 1024;

/// An answer as it came in.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// There was more, which was not read.
    pub(super) is_cut: bool,
}

/// What an answer is read with.
#[derive(Clone, Copy)]
pub(super) struct Reading<'r> {
    pub(super) route: &'r Route,
    pub(super) patterns: &'r Patterns,
    pub(super) secrets: &'r Secrets,
}

/// Turns an answer into a reply.
pub(super) fn read(received: Received, reading: Reading<'_>) -> Reply {
    let status = received.status;
    if let Some(media) = media(&received, reading.route) {
        let status = Some(status.as_u16());
        return Reply { text: String::new(), structured: None, media: Some(media), is_error: false, status };
    }
    match reply(received, reading) {
        Ok((text, structured)) => Reply {
            text: text::tame(text),
            structured,
            media: None,
            is_error: false,
            status: Some(status.as_u16()),
        },
        Err(text) => Reply::error(text, Some(status)),
    }
}

/// A whole image or sound, by what the API calls it. One that was cut shows nothing.
fn media(received: &Received, route: &Route) -> Option<Media> {
    let Received { status, headers, body, is_cut } = received;
    let kind = content_type(headers);
    let (family, rest) = kind.split_once('/')?;
    let is_image = family == "image";
    let is_named = !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'));
    // A drawing in SVG is text, whatever its bytes are.
    let is_media =
        (is_image || family == "audio") && is_named && kind != "image/svg+xml" && is_binary(&kind, body);
    let is_whole =
        status.is_success() && !is_cut && !body.is_empty() && !headers.contains_key(CONTENT_ENCODING);
    (is_media && is_whole && !route.wants_json).then(|| Media {
        is_image,
        base64: text::base64(body),
        kind: kind.clone(),
    })
}

fn reply(received: Received, reading: Reading<'_>) -> Result<(String, Option<Value>), String> {
    let Received { status, headers, body, is_cut } = received;
    let Reading { route, secrets, .. } = reading;
    if status.is_redirection() {
        return Err(redirection(status, &headers, route));
    }
    if let Some(encoding) = headers.get(CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        let encoding = text::brief(&String::from_utf8_lossy(encoding.as_bytes()));
        return Err(format!(
            "HTTP {status}: the answer is packed as {encoding}, which was not asked for; it is not unpacked"
        ));
    }
    let kind = content_type(&headers);
    if status.is_client_error() || status.is_server_error() {
        return Err(error_answer(status, &kind, body, is_cut, route, secrets));
    }
    if body.is_empty() && !route.wants_json {
        return Ok((secrets.scrub(without_body(status, &headers, route.row.verb), false), None));
    }
    if is_binary(&kind, &body) {
        let size = text::count(body.len(), "byte");
        let size = if is_cut {
            format!("more than {size}, the limit `max_response_bytes` of this agent,")
        } else {
            size
        };
        let what = format!("the answer is {size} of `{}`, which is not text", text::visible(&kind));
        return if route.wants_json { Err(format!("HTTP {status}: {what}")) } else { Ok((what, None)) };
    }
    let body = into_text(body, is_cut);
    if route.wants_json {
        return from_json(status, &kind, body, is_cut, reading);
    }
    let length = body.len();
    let plain = if is_cut { body } else { plain_text(&kind, body) };
    let mut plain = secrets.scrub(plain, is_cut);
    if is_cut {
        plain.push_str(&cut_off(length));
    }
    Ok((plain, None))
}

fn cut_off(bytes: usize) -> String {
    format!(
        "\n[truncated: the answer was cut after {bytes} bytes, the limit `max_response_bytes` of this agent]"
    )
}

fn redirection(status: StatusCode, headers: &HeaderMap, route: &Route) -> String {
    let Some(location) = headers.get(LOCATION) else {
        return format!("HTTP {status}: there is no answer to this request but that status");
    };
    let target = reqwest::Url::parse(&route.base)
        .ok()
        .zip(location.to_str().ok())
        .and_then(|(base, location)| base.join(location).ok())
        .and_then(|url| url.host_str().map(text::brief));
    let target = target.unwrap_or_else(|| "no address that could be read".to_owned());
    format!("HTTP {status}: the API redirects to {target}, and redirects are not followed")
}

fn error_answer(
    status: StatusCode,
    kind: &str,
    body: Vec<u8>,
    is_cut: bool,
    route: &Route,
    secrets: &Secrets,
) -> String {
    let mut out = format!("HTTP {status} from {}", route.peer);
    if body.is_empty() {
        out.push_str(", without a body");
    } else if is_binary(kind, &body) {
        out.push_str(&format!(", with {} of `{}`", text::count(body.len(), "byte"), text::visible(kind)));
    } else {
        let is_cut = is_cut || body.len() > ERROR_BODY;
        let mut body = body;
        body.truncate(ERROR_BODY);
        out.push('\n');
        out.push_str(&secrets.scrub(into_text(body, is_cut), is_cut));
        if is_cut {
            out.push_str("\n[truncated]");
        }
    }
    out
}

/// An answer that is its status and its headers.
fn without_body(status: StatusCode, headers: &HeaderMap, verb: Verb) -> String {
    let mut out = format!("HTTP {status}, no body");
    if matches!(verb, Verb::Head | Verb::Options) {
        for name in [ALLOW, CONTENT_TYPE, CONTENT_LENGTH, ETAG, LAST_MODIFIED] {
            for value in headers.get_all(&name) {
                out.push_str(&format!(
                    "\n{name}: {}",
                    text::visible(&String::from_utf8_lossy(value.as_bytes()))
                ));
            }
        }
    }
    out
}

/// The media type without its parameters, in lower case; empty: none is given.
fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind.ends_with("+json")
}

/// Media types lie; bytes that are no text do not.
fn is_binary(kind: &str, body: &[u8]) -> bool {
    let by_name = ["image/", "audio/", "video/", "font/"].iter().any(|family| kind.starts_with(family))
        && kind != "image/svg+xml";
    let is_text = kind.starts_with("text/") || is_json(kind);
    by_name || (!is_text && !is_utf8(body))
}

/// UTF-8 without NUL, but for a character that was cut at the end.
fn is_utf8(body: &[u8]) -> bool {
    !body.contains(&0) && str::from_utf8(body).map_or_else(|error| error.error_len().is_none(), |_| true)
}

/// The bytes as text. Of a cut text the half character at its end is dropped, so that what is before it stays what it was.
fn into_text(mut body: Vec<u8>, is_cut: bool) -> String {
    if is_cut
        && let Err(error) = str::from_utf8(&body)
        && error.error_len().is_none()
    {
        body.truncate(error.valid_up_to());
    }
    String::from_utf8(body).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// JSON is made compact, and a JSON string is its text; everything else stays, and so does what only calls itself JSON.
fn plain_text(kind: &str, body: String) -> String {
    let looks_like_json = is_json(kind) || (kind.is_empty() && body.starts_with(['{', '[']));
    if !looks_like_json || json::is_compact(&body) {
        return body;
    }
    match serde_json::from_str::<&RawValue>(&body) {
        Ok(value) => json::compact(value.get()).into_owned(),
        Err(_) => body,
    }
}

fn from_json(
    status: StatusCode,
    kind: &str,
    body: String,
    is_cut: bool,
    reading: Reading<'_>,
) -> Result<(String, Option<Value>), String> {
    let Reading { route, secrets, .. } = reading;
    let path = || route.row.answer.join(".");
    let purpose = if route.row.answer.is_empty() {
        "checked against what this tool returns".to_owned()
    } else {
        format!("searched for `{}`", path())
    };
    if is_cut {
        return Err(format!(
            "HTTP {status}: the answer is longer than {} bytes, the limit `max_response_bytes` of this agent, and cannot be {purpose} when it is cut",
            body.len(),
        ));
    }
    let whole: &RawValue = serde_json::from_str(&body).map_err(|error| {
        let kind = if kind.is_empty() { "no type given".to_owned() } else { format!("type `{}`", text::visible(kind)) };
        if body.trim().is_empty() {
            return format!("HTTP {status}: the answer is empty, which is not JSON, so it cannot be {purpose}");
        }
        // The position, not the message: that would say `expected value`.
        let begins = text::brief(&secrets.scrub(text::head(&body, 256).to_owned(), true));
        format!(
            "HTTP {status}: the answer is not JSON ({kind}; fault at line {}, column {}), so it cannot be {purpose}; it begins {begins}",
            error.line(),
            error.column(),
        )
    })?;
    let found = json::find(whole, route.row.answer).map_err(|missing| {
        let before = route.row.answer.get(..missing.depth).unwrap_or_default().join(".");
        let place = if before.is_empty() { "the answer".to_owned() } else { format!("`{before}`") };
        let there = secrets.scrub(missing.there, false);
        format!("HTTP {status}: the answer has nothing at `{}`; in {place} {there}", path())
    })?;
    match &route.row.returns {
        Returns::Text => Ok((secrets.scrub(json::compact(found.get()).into_owned(), false), None)),
        Returns::Json { kind, .. } => structured(status, found, kind, reading),
    }
}

/// The answer as the tool's output schema promises it.
fn structured(
    status: StatusCode,
    found: &RawValue,
    kind: &Kind,
    reading: Reading<'_>,
) -> Result<(String, Option<Value>), String> {
    let Reading { patterns, secrets, .. } = reading;
    let unlike = |problems: Vec<String>| {
        let shown = problems.iter().take(5).map(|problem| format!("\n- {problem}")).collect::<String>();
        let more =
            if problems.len() > 5 { format!("\n- and {} more", problems.len() - 5) } else { String::new() };
        let words = format!("HTTP {status}: the answer is not what this tool returns{shown}{more}");
        secrets.scrub(words, false)
    };
    let value: Value = serde_json::from_str(found.get())
        .map_err(|error| unlike(vec![format!("it cannot be read: {error}")]))?;
    let mut reader = Reader::new(Rigour::Exact);
    let (value, is_as_found) = match reader.read(kind, &value, &Place::Answer) {
        Some(Cow::Borrowed(_)) => (value, true),
        Some(Cow::Owned(read)) => (read, false),
        None => return Err(unlike(reader.into_problems())),
    };
    let mut checker = Checker::new(patterns);
    checker.check(kind, &value, &Place::Answer);
    let problems = checker.into_problems();
    if !problems.is_empty() {
        return Err(unlike(problems));
    }
    let value = secrets.scrub_value(value);
    let text = if let Value::String(text) = &value {
        text.clone()
    } else if is_as_found && secrets.is_empty() {
        // As the API wrote it.
        json::compact(found.get()).into_owned()
    } else {
        value.to_string()
    };
    let is_object = matches!(kind, Kind::Object { .. } | Kind::OpenObject);
    let object =
        if is_object { value } else { Value::Object([("result".to_owned(), value)].into_iter().collect()) };
    Ok((text, Some(object)))
}
