//! What is made of a tool's request once, at start: everything in it that no argument changes.

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::{Method, Url};

use super::egress;
use crate::call::any_sensitive;
use crate::decl::{Body, Field, Node, Origin, Part, Scheme};
use crate::method::Verb;
use crate::proof::Row;
use crate::text;

/// The request of one tool.
#[derive(Debug)]
pub(super) struct Route {
    pub(super) row: &'static Row,
    pub(super) method: Method,
    /// Scheme, host and port, as every URL of this tool begins.
    pub(super) base: String,
    /// The same as the client's parser sees it.
    pub(super) parsed_base: Url,
    /// Host and port, for messages.
    pub(super) peer: String,
    /// Path segments; no argument changes their number.
    pub(super) segments: usize,
    /// The keys of [`Row::query`], encoded, one for one.
    pub(super) keys: Vec<String>,
    /// The header fields that are the same for every call.
    pub(super) fixed: HeaderMap,
    /// The header fields that are not.
    pub(super) made: Vec<(HeaderName, &'static Field)>,
    /// Keys of the secrets that a call needs, each once.
    pub(super) secrets: Vec<&'static str>,
    /// Whether an argument of a call may be sensitive.
    pub(super) is_discreet: bool,
    /// Whether the answer is read as JSON.
    pub(super) wants_json: bool,
}

/// Fields that frame a message, name its receiver, manage the connection or ask for a packed answer: they are the
/// client's own.
const OWN: [&str; 15] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl Route {
    pub(super) fn new(row: &'static Row) -> Result<Self, String> {
        let Origin { scheme, host, port, addresses: _ } = row.origin;
        let scheme = match scheme {
            Scheme::Http => "http",
            Scheme::Https if cfg!(feature = "tls") => "https",
            Scheme::Https => return Err(format!("`https://{host}` needs the runtime's feature `tls`")),
        };
        let base = format!("{scheme}://{host}:{port}");
        let parsed_base = egress::check_origin(&base, row.origin)?;
        let mut fixed = HeaderMap::new();
        fixed.insert(USER_AGENT, HeaderValue::from_static(concat!("heddle/", env!("CARGO_PKG_VERSION"))));
        fixed.insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.5"));
        if let Body::Json(_) = row.body {
            fixed.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        let mut made = Vec::new();
        for field in row.headers {
            let name = HeaderName::from_bytes(field.name.as_bytes())
                .map_err(|_| format!("`{}` is not the name of a header", field.name))?;
            if OWN.contains(&name.as_str()) {
                return Err(format!("the header `{name}` is the client's own"));
            }
            match fixed_text(field.value) {
                Some(text) => {
                    let value = HeaderValue::from_str(&text).map_err(|_| {
                        format!("the value of the header `{name}` is not one that HTTP can send")
                    })?;
                    fixed.insert(name, value);
                }
                None => made.push((name, field)),
            }
        }
        let keys = row.query.iter().map(|field| {
            let mut key = String::new();
            text::percent_encode(&mut key, field.name);
            key
        });
        Ok(Self {
            row,
            method: method(row.verb),
            base,
            parsed_base,
            peer: format!("{host}:{port}"),
            segments: row.path.iter().map(slashes).sum(),
            keys: keys.collect(),
            fixed,
            made,
            secrets: secrets(row),
            is_discreet: any_sensitive(row.params),
            wants_json: !row.answer.is_empty() || matches!(row.returns, crate::decl::Returns::Json { .. }),
        })
    }
}

fn method(verb: Verb) -> Method {
    match verb {
        Verb::Get => Method::GET,
        Verb::Head => Method::HEAD,
        Verb::Options => Method::OPTIONS,
        #[cfg(feature = "post")]
        Verb::Post => write::post(),
        #[cfg(feature = "put")]
        Verb::Put => write::put(),
        #[cfg(feature = "patch")]
        Verb::Patch => write::patch(),
        #[cfg(feature = "delete")]
        Verb::Delete => write::delete(),
    }
}

/// The methods that write, each in a function of its own that is never folded into another, so that the symbols of a
/// binary say which of them are in it. The words themselves are in every binary: the library of HTTP has a list of them.
mod write {
    #[cfg(any(feature = "post", feature = "put", feature = "patch", feature = "delete"))]
    use reqwest::Method;

    #[cfg(feature = "post")]
    #[inline(never)]
    pub(super) fn post() -> Method {
        Method::POST
    }

    #[cfg(feature = "put")]
    #[inline(never)]
    pub(super) fn put() -> Method {
        Method::PUT
    }

    #[cfg(feature = "patch")]
    #[inline(never)]
    pub(super) fn patch() -> Method {
        Method::PATCH
    }

    #[cfg(feature = "delete")]
    #[inline(never)]
    pub(super) fn delete() -> Method {
        Method::DELETE
    }
}

fn fixed_text(parts: &[Part]) -> Option<String> {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => Some(*text),
            Part::Arg(_) | Part::Secret(_) => None,
        })
        .collect()
}

fn slashes(part: &Part) -> usize {
    match part {
        Part::Text(text) => text.bytes().filter(|byte| *byte == b'/').count(),
        Part::Arg(_) | Part::Secret(_) => 0,
    }
}

fn secrets(row: &Row) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for field in row.query.iter().chain(row.headers) {
        of_parts(field.value, &mut keys);
    }
    if let Body::Json(node) = &row.body {
        of_node(node, &mut keys);
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn of_parts(parts: &[Part], keys: &mut Vec<&'static str>) {
    keys.extend(parts.iter().filter_map(|part| match part {
        Part::Secret(grant) => Some(grant.key),
        Part::Text(_) | Part::Arg(_) => None,
    }));
}

fn of_node(node: &Node, keys: &mut Vec<&'static str>) {
    match node {
        Node::Fixed(_) | Node::Arg(_) => {}
        Node::Text(parts) => of_parts(parts, keys),
        Node::List(items) => items.iter().for_each(|item| of_node(item, keys)),
        Node::Map(members) => members.iter().for_each(|(_, member)| of_node(member, keys)),
    }
}
