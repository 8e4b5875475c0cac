//! How clients reach the agent, and how those who come over HTTP prove who they are.

use std::collections::BTreeSet;

use crate::ast::{self, Http};
use crate::check::request::{self, Reaches, is_loopback};
use crate::check::template::shorten;
use crate::diag::{Diagnostic, HD0440, HD0441, HD0442, HD0443, Sink};
use crate::plan::{Addresses, OAuth, Origin, Scheme, Transport};
use crate::source::Spanned;

/// The transports that are listed; left out, there are both.
pub(super) fn transports(
    listed: Option<&Spanned<Vec<Spanned<ast::Transport>>>>,
    sink: &mut Sink,
) -> BTreeSet<Transport> {
    let Some(listed) = listed else { return [Transport::Http, Transport::Stdio].into() };
    if listed.value.is_empty() {
        sink.push(
            Diagnostic::error(HD0440, "no client could reach this agent", listed.span, "lists no transport")
                .help("write `[stdio]`, or leave the key out"),
        );
    }
    let mut found = BTreeSet::new();
    for item in &listed.value {
        let transport = match item.value {
            ast::Transport::Stdio => Transport::Stdio,
            ast::Transport::Http => Transport::Http,
        };
        if !found.insert(transport) {
            sink.push(
                Diagnostic::error(HD0440, "a transport is listed twice", item.span, "the second time")
                    .help("remove it"),
            );
        }
    }
    found
}

/// The authorization server, if callers over HTTP have tokens of one.
pub(super) fn oauth(
    http: Option<&Http>,
    transports: &BTreeSet<Transport>,
    reaches: &mut Reaches,
    sink: &mut Sink,
) -> Option<OAuth> {
    let Http { span, resource, issuer, jwks, allow_private, read_scope, write_scope } = http?;
    if !transports.contains(&Transport::Http) {
        sink.push(
            Diagnostic::error(HD0441, "this agent is not served over HTTP", *span, "would never be read")
                .help("list `http` in `transports`, or remove this"),
        );
    }
    let resource_at = url("resource", resource, sink);
    let issuer_at = url("issuer", issuer, sink);
    let keys = url("jwks", jwks, sink).and_then(|(origin, path)| {
        Some((reached(origin, jwks, allow_private.as_ref(), reaches, sink)?, path))
    });
    for scope in [read_scope, write_scope] {
        check_scope(scope, sink);
    }
    if read_scope.value == write_scope.value {
        sink.push(
            Diagnostic::error(
                HD0443,
                "one scope cannot stand for reading and for writing",
                write_scope.span,
                "the same as `read_scope`",
            )
            .because(read_scope.span, "the other one")
            .help("name a scope of its own for writing; it includes reading"),
        );
    }
    resource_at.and(issuer_at)?;
    let (keys_origin, keys_path) = keys?;
    Some(OAuth {
        resource: resource.value.clone(),
        issuer: issuer.value.clone(),
        keys_origin,
        keys_path,
        read_scope: read_scope.value.clone(),
        write_scope: write_scope.value.clone(),
    })
}

/// The agent connects there, so it is judged as the origin of a tool is.
fn reached(
    origin: Origin,
    url: &Spanned<String>,
    allow_private: Option<&Spanned<String>>,
    reaches: &mut Reaches,
    sink: &mut Sink,
) -> Option<Origin> {
    let host = request::host(&origin.host, url.span, sink)?;
    let addresses = request::addresses(&host, url, allow_private, sink);
    reaches.add(&host, &addresses, allow_private.unwrap_or(url).span, sink);
    Some(Origin { host, addresses, ..origin })
}

/// A URL that is compared or fetched as it stands: nothing in it may be written in two ways.
fn url(key: &str, url: &Spanned<String>, sink: &mut Sink) -> Option<(Origin, String)> {
    let refuse = |says: &str, help: &str, sink: &mut Sink| {
        sink.push(
            Diagnostic::error(
                HD0442,
                format!("`{}` cannot be `{key}`", shorten(&url.value)),
                url.span,
                says.to_owned(),
            )
            .note("it is compared letter by letter with what a token says, or fetched as it stands")
            .help(help.to_owned()),
        );
        None
    };
    let plain = "write scheme, host and path out, as `https://mcp.example.org/mcp`";
    let (scheme, rest) = match url.value.split_once("://") {
        Some(("https", rest)) => (Scheme::Https, rest),
        Some(("http", rest)) => (Scheme::Http, rest),
        _ => return refuse("is no `https://` URL", plain, sink),
    };
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok().filter(|port| *port != 0)),
        _ => (authority, Some(if scheme == Scheme::Https { 443 } else { 80 })),
    };
    let is_host = !host.is_empty()
        && host.bytes().all(|byte| {
            byte.is_ascii_lowercase()
                || byte.is_ascii_digit()
                || matches!(byte, b'.' | b'-' | b':' | b'[' | b']')
        });
    let Some(port) = port.filter(|_| is_host) else {
        return refuse("has no host in small letters", plain, sink);
    };
    let is_path = path
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~'))
        && !path.split('/').any(|segment| matches!(segment, "." | ".."));
    if !is_path {
        return refuse("has a query, a fragment or an escape", "write a path of plain characters", sink);
    }
    if scheme == Scheme::Http && !is_loopback(host) {
        return refuse("is not encrypted", "write `https://`; `http://` is for this machine alone", sink);
    }
    let path = if path.is_empty() { "/" } else { path };
    Some((Origin { scheme, host: host.to_owned(), port, addresses: Addresses::of(host) }, path.to_owned()))
}

fn check_scope(scope: &Spanned<String>, sink: &mut Sink) {
    // RFC 6749, section 3.3.
    let fits = !scope.value.is_empty()
        && scope.value.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
        && !scope.value.contains(',');
    if !fits {
        sink.push(
            Diagnostic::error(
                HD0443,
                format!("`{}` is not one scope", shorten(&scope.value)),
                scope.span,
                "a scope is one word",
            )
            .help("write a word such as `tools:read`"),
        );
    }
}
