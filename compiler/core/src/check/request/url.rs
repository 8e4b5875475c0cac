//! A URL, taken apart: the origin is constant, the rest is a template.

use super::fields::InUrl;
use super::path;
use super::uses::{Uses, misplaced};
use super::{fields, host, reach};
use crate::ast::Bridge;
use crate::check::place::{exactly_inside, inside};
use crate::check::template::{self, shorten};
use crate::diag::{Diagnostic, HD0401, HD0402, HD0403, HD0404, HD0408, HD0409, HD0411, Sink};
use crate::plan::{Origin, Part, Scheme};
use crate::source::Spanned;

/// Where a request goes: origin and path.
pub(super) type Where = (Origin, Vec<Part>);

/// Takes a URL apart; its query fields are returned for [`fields::query`].
pub(super) fn parse<'a>(
    bridge: &'a Bridge,
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<(Where, Vec<InUrl<'a>>)> {
    let url = &bridge.url;
    // A placeholder's name has none of the characters that structure a URL, so the text can be cut as it stands.
    template::parse(url, sink)?;
    let text = url.value.as_str();
    if let Some((at, bad)) =
        text.char_indices().find(|(_, c)| c.is_whitespace() || c.is_control() || *c == '\\')
    {
        sink.push(
            Diagnostic::error(
                HD0411,
                "a URL has no spaces, control characters or backslashes",
                inside(url, &(at..at + bad.len_utf8())),
                "in here",
            )
            .help("write a space as `%20` and a slash as `/`"),
        );
        return None;
    }
    let (scheme, rest) = scheme(url, sink)?;
    let begin = text.len() - rest.len();
    let end = rest.find(['/', '?', '#']).map_or(text.len(), |end| begin + end);
    let authority = text.get(begin..end)?;
    let origin = origin(scheme, authority, begin, bridge, uses, sink);
    let behind = text.get(end..)?;
    if let Some(hash) = behind.find('#') {
        let at = end + hash..text.len();
        let found =
            Diagnostic::error(HD0409, "a fragment is never sent", inside(url, &at), "stays with the client")
                .note("what follows `#` is for browsers; no server sees it");
        sink.push(match exactly_inside(url, &at) {
            Some(exact) => found.help("remove it").fix(exact, "", "remove the fragment"),
            None => found.help("remove it, or write `#` as `%23`"),
        });
        return None;
    }
    let (path, query) = behind.split_once('?').map_or((behind, None), |(path, query)| (path, Some(query)));
    let fields =
        query.map_or(Some(Vec::new()), |query| fields::in_url(url, query, end + path.len() + 1, uses, sink));
    let path = path::parts(url, path, end, uses, sink);
    Some(((origin?, path?), fields?))
}

fn scheme<'a>(url: &'a Spanned<String>, sink: &mut Sink) -> Option<(Scheme, &'a str)> {
    let text = url.value.as_str();
    let Some((scheme, rest)) = text.split_once("://") else {
        let found = match text.split_once("{{") {
            Some(("", _)) => {
                Diagnostic::error(HD0401, "the origin of a request cannot come from a call", url.span, "")
                    .note("a caller could send the request, and its secrets, anywhere")
                    .help("write scheme, host and port out: `http://localhost:9090/..`")
            }
            _ if text.to_ascii_lowercase().starts_with("http:")
                || text.to_ascii_lowercase().starts_with("https:") =>
            {
                Diagnostic::error(HD0402, "this URL has no host", url.span, "two slashes follow the scheme")
                    .help("write `http://host/path`")
            }
            _ => {
                let rest = text.trim_start_matches('/');
                let near = rest.starts_with("localhost") || rest.starts_with("127.");
                let scheme = if near { "http" } else { "https" };
                Diagnostic::error(HD0402, "a URL is written in full", url.span, "has no scheme")
                    .help(format!("write `{scheme}://{}`", shorten(rest)))
            }
        };
        sink.push(found);
        return None;
    };
    let at = 0..scheme.len();
    if template::has_placeholder(scheme) {
        sink.push(constant("scheme", url));
        return None;
    }
    match scheme.to_ascii_lowercase().as_str() {
        "http" => Some((Scheme::Http, rest)),
        "https" => Some((Scheme::Https, rest)),
        other => {
            let found = Diagnostic::error(
                HD0403,
                format!("`{}://` is not spoken here", shorten(other)),
                inside(url, &at),
                "neither http nor https",
            );
            sink.push(match other {
                "file" => found
                    .note("an agent reads no files")
                    .help("serve the file over http, or use another tool"),
                "ws" | "wss" => found
                    .note("a tool sends one request and reads one answer")
                    .help("use the server's http interface"),
                _ => found.help("write `http://` or `https://`"),
            });
            None
        }
    }
}

fn constant(what: &str, url: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(
        HD0401,
        format!("the {what} of a request cannot come from a call"),
        url.span,
        "a placeholder before the path",
    )
    .note("a caller could send the request, and its secrets, anywhere")
    .help("write scheme, host and port out, and begin the path with `/`; several servers are several tools")
}

fn origin(
    scheme: Scheme,
    authority: &str,
    begin: usize,
    bridge: &Bridge,
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<Origin> {
    let url = &bridge.url;
    for piece in template::split(authority).into_iter().flatten() {
        let span = inside(url, &(begin + piece.at.start..begin + piece.at.end));
        match piece.what {
            template::What::Text(_) => {}
            template::What::Arg(_) => {
                let mut found = constant("host", url);
                found.primary.span = span;
                sink.push(found);
                return None;
            }
            template::What::Secret(key) => {
                uses.secret(key, None, span);
                sink.push(misplaced(key, "a host", span));
                return None;
            }
        }
    }
    if let Some((userinfo, _)) = authority.rsplit_once('@') {
        sink.push(
            Diagnostic::error(
                HD0404,
                "a URL carries no user and no password",
                inside(url, &(begin..begin + userinfo.len() + 1)),
                "everything before `@`",
            )
            .note("it would be written to every log; and `http://good@evil/` goes to `evil`")
            .help("send it in a header: `Authorization: \"Basic {{secret:..}}\"`"),
        );
        return None;
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(bracketed) => match bracketed.split_once(']') {
            Some((_, "")) => (authority, None),
            Some((inner, port)) if port.starts_with(':') => {
                (authority.get(..inner.len() + 2)?, port.get(1..))
            }
            Some(_) | None => (authority, None),
        },
        None => authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let at = inside(url, &(begin..begin + authority.len()));
    let number = match port {
        None => Some(if scheme == Scheme::Https { 443 } else { 80 }),
        Some(port) => {
            port.parse::<u16>().ok().filter(|number| *number > 0 && port.bytes().all(|c| c.is_ascii_digit()))
        }
    };
    if number.is_none() {
        sink.push(
            Diagnostic::error(
                HD0408,
                format!("`{}` is not a port", shorten(port.unwrap_or_default())),
                at,
                "",
            )
            .help("write a number from 1 to 65535, or leave `:` out for the scheme's own port"),
        );
    }
    let host = host::check(host, at, sink)?;
    let addresses = reach::addresses(&host, url, bridge.allow_private.as_ref(), sink);
    Some(Origin { scheme, host, port: number?, addresses })
}
