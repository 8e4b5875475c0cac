//! A request out of a tool's template and a call's arguments.
//!
//! The place of an argument decides its encoding, and the encoding is such that the argument stays in its place: it can
//! neither add, remove nor end a path segment, a query field or a header, nor change the shape of the body. That is
//! checked once more on the composed URL, as the client's own parser sees it.

use std::borrow::Cow;

use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Request, Url};
use serde_json::Value;

use super::body;
use super::route::Route;
use crate::broker::Secrets;
use crate::call::Values;
use crate::decl::{Body, Part};
use crate::text;

/// What arguments and secrets a template is filled with.
#[derive(Clone, Copy)]
pub(super) struct Filling<'c> {
    pub(super) values: &'c Values<'c>,
    pub(super) secrets: &'c Secrets,
    pub(super) reader: Reader,
}

/// Who reads the URL that stands beside the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    /// The audit log: `***` for a secret and for a sensitive argument.
    Log,
    /// Whoever is asked to approve the call: all that would be sent, with secrets by name.
    #[cfg(feature = "approvals")]
    Approver,
}

/// The request, and its URL as the reader is shown it.
pub(super) fn compose(route: &Route, filling: Filling<'_>) -> Result<(Request, String), String> {
    let mut url = String::with_capacity(route.base.len() + 128);
    url.push_str(&route.base);
    let mut shown = None;
    path(route, filling, &mut url, &mut shown)?;
    let fields = query(route, filling, &mut url, &mut shown)?;
    let parsed = parse(route, &url).map_err(|error| format!("the URL does not parse: {error}"))?;
    check(route, &parsed, fields)?;
    let mut request = Request::new(route.method.clone(), parsed);
    *request.headers_mut() = headers(route, filling)?;
    if let Body::Json(node) = &route.row.body {
        *request.body_mut() = body::render(node, filling)?.map(Into::into);
    }
    Ok((request, shown.unwrap_or(url)))
}

/// What the client makes of a URL. Its base was parsed at the start; behind it, two slashes would begin another host.
fn parse(route: &Route, url: &str) -> Result<Url, <Url as std::str::FromStr>::Err> {
    match url.strip_prefix(&route.base) {
        Some(rest) if !rest.starts_with("//") && !rest.starts_with("/\\") => route.parsed_base.join(rest),
        _ => Url::parse(url),
    }
}

/// The spelling of an argument as text. Lists and objects have none; the proof keeps them out of such places.
pub(super) fn spelling(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.into()),
        Value::Number(number) => Some(number.to_string().into()),
        Value::Bool(true) => Some("true".into()),
        Value::Bool(false) => Some("false".into()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The text of an argument inside other text, where it cannot be left out.
pub(super) fn argument<'v>(filling: Filling<'v>, name: &str) -> Result<Cow<'v, str>, String> {
    filling
        .values
        .value(name)
        .and_then(spelling)
        .ok_or_else(|| format!("`{name}` has no spelling as text here"))
}

/// A secret of the call. The broker gave it, or there would be no call.
pub(super) fn secret<'s>(filling: Filling<'s>, key: &str) -> Result<&'s str, String> {
    filling
        .secrets
        .find(key)
        .map(crate::broker::Secret::expose)
        .ok_or_else(|| format!("secret `{key}` is not at hand"))
}

/// Whether the field is left out: its value is one argument, and that is absent.
fn is_left_out(parts: &[Part], filling: Filling<'_>) -> bool {
    matches!(parts, [Part::Arg(name)] if filling.values.value(name).is_none())
}

/// Appends the path. `shown` is begun at the first argument that its reader must not have.
fn path(
    route: &Route,
    filling: Filling<'_>,
    url: &mut String,
    shown: &mut Option<String>,
) -> Result<(), String> {
    let start = url.len();
    for part in route.row.path {
        match part {
            Part::Text(text) => {
                for out in std::iter::once(&mut *url).chain(shown.as_mut()) {
                    out.push_str(text);
                }
            }
            Part::Arg(name) => {
                let argument = argument(filling, name)?;
                if is_masked(route, filling, name) {
                    shown.get_or_insert_with(|| url.clone()).push_str("***");
                    text::percent_encode(url, &argument);
                    continue;
                }
                for out in std::iter::once(&mut *url).chain(shown.as_mut()) {
                    text::percent_encode(out, &argument);
                }
            }
            Part::Secret(grant) => return Err(format!("secret `{}` stands in the path", grant.key)),
        }
    }
    // A dot segment would be taken out, with the one before it; an empty one is another resource.
    let composed = url.get(start..).unwrap_or_default();
    let has_argument = route.row.path.iter().any(|part| matches!(part, Part::Arg(_)));
    if has_argument {
        for (at, segment) in composed.split('/').enumerate().skip(1) {
            let dots = segment.replace("%2e", ".").replace("%2E", ".");
            if dots == "." || dots == ".." || (dots.is_empty() && is_made_of_arguments(route.row.path, at)) {
                let culprit =
                    argument_in(route.row.path, at).map_or(String::new(), |name| format!("`{name}`: "));
                return Err(format!(
                    "{culprit}a path segment may not be {}",
                    if dots.is_empty() { "empty".to_owned() } else { format!("`{dots}`") }
                ));
            }
        }
    }
    Ok(())
}

/// Whether the argument of this name is to be kept nowhere.
fn is_sensitive(route: &Route, name: &str) -> bool {
    route.is_discreet && route.row.params.iter().any(|param| param.name == name && param.sensitive)
}

/// Whether the reader of the URL must not have the argument of this name.
fn is_masked(route: &Route, filling: Filling<'_>, name: &str) -> bool {
    filling.reader == Reader::Log && is_sensitive(route, name)
}

fn is_made_of_arguments(path: &[Part], segment: usize) -> bool {
    argument_in(path, segment).is_some()
}

/// An argument that stands in the segment of this number, from 1.
fn argument_in(path: &[Part], segment: usize) -> Option<&'static str> {
    let mut at = 0;
    path.iter().find_map(|part| match part {
        Part::Text(text) => {
            at += text.bytes().filter(|byte| *byte == b'/').count();
            None
        }
        Part::Arg(name) => (at == segment).then_some(*name),
        Part::Secret(_) => None,
    })
}

/// Appends the query and says how many fields it has. `shown` is begun at the first secret, or argument that its reader
/// must not have.
fn query(
    route: &Route,
    filling: Filling<'_>,
    url: &mut String,
    shown: &mut Option<String>,
) -> Result<usize, String> {
    let mut fields = 0;
    for (key, field) in route.keys.iter().zip(route.row.query) {
        if is_left_out(field.value, filling) {
            continue;
        }
        let separator = if fields == 0 { '?' } else { '&' };
        fields += 1;
        for out in std::iter::once(&mut *url).chain(shown.as_mut()) {
            out.push(separator);
            out.push_str(key);
            out.push('=');
        }
        for part in field.value {
            let text = match part {
                Part::Text(text) => (*text).into(),
                Part::Arg(name) if is_masked(route, filling, name) => {
                    shown.get_or_insert_with(|| url.clone()).push_str("***");
                    text::percent_encode(url, &argument(filling, name)?);
                    continue;
                }
                Part::Arg(name) => argument(filling, name)?,
                Part::Secret(grant) => {
                    let secret = secret(filling, grant.key)?;
                    shown.get_or_insert_with(|| url.clone()).push_str(match filling.reader {
                        Reader::Log => "***",
                        // Their filling has the names of the secrets in their place.
                        #[cfg(feature = "approvals")]
                        Reader::Approver => secret,
                    });
                    text::percent_encode(url, secret);
                    continue;
                }
            };
            for out in std::iter::once(&mut *url).chain(shown.as_mut()) {
                text::percent_encode(out, &text);
            }
        }
    }
    Ok(fields)
}

/// The composed URL against the compiled request.
fn check(route: &Route, url: &Url, fields: usize) -> Result<(), String> {
    let origin = route.row.origin;
    let same_origin = url.as_str().starts_with(origin_prefix(origin.scheme))
        && url.host_str() == Some(origin.host)
        && url.port_or_known_default() == Some(origin.port)
        && url.username().is_empty()
        && url.password().is_none();
    if !same_origin {
        return Err("the composed URL leaves the tool's origin".to_owned());
    }
    let same_shape = url.path_segments().map(Iterator::count) == Some(route.segments)
        && url.query().map_or(0, |query| query.split('&').count()) == fields
        && url.fragment().is_none();
    if !same_shape {
        return Err("the composed URL is not of the tool's shape".to_owned());
    }
    Ok(())
}

const fn origin_prefix(scheme: crate::decl::Scheme) -> &'static str {
    match scheme {
        crate::decl::Scheme::Http => "http://",
        crate::decl::Scheme::Https => "https://",
    }
}

fn headers(route: &Route, filling: Filling<'_>) -> Result<HeaderMap, String> {
    let mut headers = route.fixed.clone();
    for (name, field) in &route.made {
        if is_left_out(field.value, filling) {
            continue;
        }
        let mut text = zeroize::Zeroizing::new(String::new());
        let mut is_secret = false;
        for part in field.value {
            match part {
                Part::Text(words) => text.push_str(words),
                Part::Arg(parameter) => {
                    let argument = argument(filling, parameter)?;
                    if let Some(bad) = argument.chars().find(|c| !matches!(c, ' '..='~')) {
                        let what = if is_sensitive(route, parameter) {
                            "something else".to_owned()
                        } else {
                            format!("U+{:04X}", u32::from(bad))
                        };
                        return Err(format!(
                            "`{parameter}` goes into the header `{name}`, which takes visible ASCII only; it has {what}",
                        ));
                    }
                    text.push_str(&argument);
                }
                Part::Secret(grant) => {
                    is_secret = true;
                    let secret = secret(filling, grant.key)?;
                    if !secret.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
                        return Err(format!(
                            "secret `{}` goes into the header `{name}`, which takes visible ASCII only; set it again without line ends",
                            grant.key
                        ));
                    }
                    text.push_str(secret);
                }
            }
        }
        let mut value =
            HeaderValue::from_str(&text).map_err(|_| format!("the header `{name}` cannot be sent"))?;
        value.set_sensitive(is_secret || route.is_discreet);
        headers.insert(name, value);
    }
    Ok(headers)
}
