//! Header fields: names as RFC 9110 has them, values that cannot end a line, and nothing that HTTP itself sets.

use std::collections::HashMap;

use super::credential;
use super::fields::in_a_name;
use super::uses::{Place, Uses};
use crate::check::place::inside;
use crate::check::template::{self, Piece, has_placeholder, shorten};
use crate::diag::{Diagnostic, HD0412, HD0413, HD0414, HD0415, Sink};
use crate::plan::{Field, Part};
use crate::source::{Span, Spanned};

/// All header fields of a request, sorted by name.
pub(super) fn all(
    headers: &[(Spanned<String>, Spanned<String>)],
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<Vec<Field>> {
    let mut seen: HashMap<String, Span> = HashMap::new();
    let mut fields = Vec::new();
    let mut whole = true;
    for (name, value) in headers {
        let lower = name.value.to_ascii_lowercase();
        if let Some(first) = seen.insert(lower.clone(), name.span) {
            whole = false;
            sink.push(
                Diagnostic::error(
                    HD0415,
                    format!("header `{}` is written twice", shorten(&lower)),
                    name.span,
                    "set again here",
                )
                .because(first, "it is set here already")
                .note("the case of a header's name does not count")
                .help("remove one of them"),
            );
        }
        uses.mention(&name.value);
        let named = check_name(name, &lower, sink);
        match self::value(name, &lower, value, uses, sink) {
            Some(value) if named => fields.push(Field { name: lower, value }),
            Some(_) | None => whole = false,
        }
    }
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    whole.then_some(fields)
}

fn check_name(name: &Spanned<String>, lower: &str, sink: &mut Sink) -> bool {
    if has_placeholder(&name.value) {
        sink.push(in_a_name("a header's name", name.span));
        return false;
    }
    if !is_token(&name.value) {
        sink.push(
            Diagnostic::error(
                HD0412,
                format!("`{}` is not the name of a header", shorten(&name.value)),
                name.span,
                "",
            )
            .help("a name has letters, digits and `-`, such as `X-Request-Id`"),
        );
        return false;
    }
    let Some(why) = set_by_http(lower) else { return true };
    sink.push(
        Diagnostic::error(
            HD0413,
            format!("header `{}` is not for a config to set", name.value),
            name.span,
            why,
        )
        .help("remove it"),
    );
    false
}

fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 256
        && name.bytes().all(|c| c.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&c))
}

fn set_by_http(lower: &str) -> Option<&'static str> {
    match lower {
        "host" => Some("the URL says which host"),
        "content-length" | "transfer-encoding" | "trailer" => {
            Some("the length of a body is the client's to say")
        }
        "connection" | "keep-alive" | "te" | "upgrade" | "expect" | "proxy-connection" | "http2-settings" => {
            Some("it manages the connection")
        }
        "proxy-authorization" | "proxy-authenticate" => Some("no proxy stands between"),
        "accept-encoding" | "content-encoding" => {
            Some("answers are read as they come, so that their length has a limit")
        }
        _ => None,
    }
}

fn value(
    written: &Spanned<String>,
    name: &str,
    value: &Spanned<String>,
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<Vec<Part>> {
    uses.mention(&value.value);
    let pieces = template::parse(value, sink)?;
    if value.value.trim().is_empty() {
        sink.push(
            Diagnostic::error(HD0414, "this header has no value", value.span, "empty")
                .help("write its value, or remove it"),
        );
        return None;
    }
    if value.value.trim() != value.value {
        sink.push(
            Diagnostic::error(
                HD0414,
                "a header's value begins or ends with a space",
                value.span,
                "HTTP drops it",
            )
            .help(
                "remove the spaces and line ends around it; `|` and `>` add a line end, `|-` and `>-` do not",
            ),
        );
        return None;
    }
    if name == "content-type" && !is_json(&value.value) {
        sink.push(
            Diagnostic::error(
                HD0414,
                format!("a body is JSON and not `{}`", shorten(&value.value)),
                value.span,
                "says otherwise",
            )
            .help("remove the header, or name a JSON type such as `application/merge-patch+json`"),
        );
        return None;
    }
    credential::in_header(&written.value, value, &pieces, uses, sink);
    let fixed = |text: &str, piece: &Piece<'_>, sink: &mut Sink| {
        if text.bytes().all(|c| c == b'\t' || (0x20..0x7f).contains(&c)) {
            return Some(text.to_owned());
        }
        sink.push(
            Diagnostic::error(
                HD0414,
                "a header carries visible ASCII only",
                inside(value, &piece.at),
                "other characters in here",
            )
            .note("a line end would begin a header of its own")
            .help("percent-encode the text if the server reads it so, or send it in the body"),
        );
        None
    };
    uses.parts(value, &pieces, &Place::Header(name), fixed, sink)
}

fn is_json(value: &str) -> bool {
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json"
        || essence
            .strip_suffix("+json")
            .is_some_and(|base| base.contains('/') && is_token(&base.replace('/', "")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tokens() {
        for name in ["Authorization", "X-Request-Id", "x_y.z"] {
            assert!(is_token(name), "{name}");
        }
        for name in ["", "a b", "a:b", "a\r\nb", "ü"] {
            assert!(!is_token(name), "{name}");
        }
    }

    #[test]
    fn bodies_are_json() {
        assert!(is_json("application/json; charset=utf-8"));
        assert!(is_json("application/merge-patch+json"));
        assert!(!is_json("application/x-www-form-urlencoded"));
        assert!(!is_json("+json"));
    }
}
