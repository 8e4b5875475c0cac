//! A bridge entry, as the one request that a tool sends.

mod body;
mod credential;
mod fields;
mod header;
mod host;
mod path;
mod punycode;
mod reach;
mod url;
mod uses;

use std::collections::BTreeMap;

pub(super) use self::host::{check as host, is_loopback};
pub(super) use self::reach::{Reaches, addresses};
pub(super) use self::uses::SecretUse;
use self::uses::Uses;
use super::secrets::Secrets;
use crate::ast::{self, Bridge, Method, Tool, Value};
use crate::diag::{Diagnostic, HD0209, HD0219, Sink};
use crate::ir::Request;
use crate::plan::Param;
use crate::source::Spanned;

/// The parameters of a tool; `None` for one whose declaration was refused.
pub(super) type Declared<'a> = BTreeMap<&'a str, Option<Param>>;

/// The request of a tool.
pub(super) fn request(
    tool: &Tool,
    bridge: &Bridge,
    declared: &Declared<'_>,
    secrets: &mut Secrets<'_>,
    reaches: &mut Reaches,
    sink: &mut Sink,
) -> Option<(Request, Vec<String>)> {
    let Bridge {
        span: _,
        tool_name: _,
        method,
        url,
        query_params,
        headers,
        body_template,
        response_path,
        allow_private,
    } = bridge;
    let mut uses = Uses::new(&tool.name, declared);
    let parsed = url::parse(bridge, &mut uses, sink);
    let (place, in_url) = match parsed {
        Some((place, in_url)) => (Some(place), Some(in_url)),
        None => {
            // The URL could not be taken apart, but what it mentions is used all the same.
            uses.mention(&url.value);
            (None, None)
        }
    };
    let query = fields::query(in_url, query_params, &mut uses, sink);
    let headers = header::all(headers, &mut uses, sink);
    let template = body_template.as_ref().filter(|template| template.value != Value::Null);
    let bodiless = method.as_ref().map_or(Method::Get, |method| method.value);
    let body = match template {
        Some(template) if sends_none(bodiless) => {
            sink.push(no_body(bodiless, method.as_ref(), template));
            uses.mention_all(&template.value);
            None
        }
        Some(template) => body::node(template, &mut uses, sink).map(Some),
        None => Some(None),
    };
    let answer = answer(response_path.as_ref(), sink);
    uses.report_unused(tool, sink);
    let at = place.as_ref().map(|place| (&place.0, url.span));
    let stand = secrets.judge(&uses.secrets, uses.mentioned, at, sink);
    let (origin, path) = place?;
    let said = allow_private.as_ref().unwrap_or(url);
    reaches.add(&origin.host, &origin.addresses, said.span, sink);
    Some((Request { origin, path, query: query?, headers: headers?, body: body?, secrets: stand }, answer?))
}

fn sends_none(method: Method) -> bool {
    matches!(method, Method::Get | Method::Head | Method::Options)
}

fn no_body(method: Method, written: Option<&Spanned<Method>>, template: &Spanned<Value>) -> Diagnostic {
    let verb = verb(method);
    let found =
        Diagnostic::error(HD0209, format!("`{verb}` sends no body"), template.span, "this would not be sent");
    let found = match written {
        Some(method) => found.because(method.span, "the method"),
        None => found.note("a bridge without `method` sends `GET`"),
    };
    found.help(
        "send the values as `query_params`; a method that carries a body can write, and asks for tier 2",
    )
}

/// The method as HTTP spells it.
pub(super) fn verb(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Options => "OPTIONS",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

/// `a.b.0`, or a JSON pointer `/a/b/0`.
fn answer(path: Option<&Spanned<String>>, sink: &mut Sink) -> Option<Vec<String>> {
    let Some(path) = path else { return Some(Vec::new()) };
    let mut bad = |why: &str| {
        sink.push(
            Diagnostic::error(HD0219, format!("`{}` is not a path into an answer", path.value), path.span, why)
                .help("write `data.result`, or a JSON pointer such as `/data/result`; leave it out for the whole answer"),
        );
        None
    };
    if path.value.is_empty() {
        return bad("it is empty");
    }
    if super::template::has_placeholder(&path.value) {
        return bad("it has a placeholder, and the path is fixed when the agent is built");
    }
    if path.value.starts_with("$") || path.value.contains('[') {
        return bad("this is JSONPath; write an index as a key of its own: `items.0.name`");
    }
    if let Some(pointer) = path.value.strip_prefix('/') {
        let escapes_are_whole = pointer.replace("~0", "").replace("~1", "").find('~').is_none();
        if !escapes_are_whole {
            return bad("`~` in a pointer is written `~0`");
        }
        return Some(pointer.split('/').map(|key| key.replace("~1", "/").replace("~0", "~")).collect());
    }
    let keys: Vec<String> = path.value.split('.').map(str::to_owned).collect();
    if keys.iter().any(String::is_empty) {
        return bad("a key between two dots is empty");
    }
    Some(keys)
}

/// Whether the tool's bridge says nothing and the method is therefore GET.
pub(super) fn method(bridge: &Bridge) -> ast::Method {
    bridge.method.as_ref().map_or(Method::Get, |method| method.value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn keys(path: &str) -> Option<Vec<String>> {
        answer(Some(&Spanned::new(path.to_owned(), Span::default())), &mut Sink::default())
    }

    #[test]
    fn paths_are_dotted_or_pointers() {
        assert_eq!(keys("data.result.0"), Some(vec!["data".into(), "result".into(), "0".into()]));
        assert_eq!(keys("/data/a~1b/~01"), Some(vec!["data".into(), "a/b".into(), "~1".into()]));
        for bad in ["", "a..b", ".a", "$.a", "a[0]", "/a~2", "{{x}}"] {
            assert_eq!(keys(bad), None, "{bad}");
        }
    }
}
