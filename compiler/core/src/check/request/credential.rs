//! Credentials written into the config. A config is shared, reviewed and committed; a credential in it is lost.

use super::uses::Uses;
use crate::ast::Value;
use crate::check::place::inside;
use crate::check::template::{Piece, What, has_placeholder, shorten};
use crate::diag::{Diagnostic, HD0305, HD0306, HD0310, Sink};
use crate::plan::{Json, Param, Presence};
use crate::source::{Span, Spanned};

/// A header's value that is a literal credential.
pub(super) fn in_header(
    name: &str,
    value: &Spanned<String>,
    pieces: &[Piece<'_>],
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) {
    if !header_is_credential(&name.to_ascii_lowercase()) {
        return;
    }
    if let [Piece { what: What::Text(_), .. }] = pieces {
        sink.push(
            Diagnostic::error(HD0305, format!("header `{name}` holds a literal credential"), value.span, "anybody who reads this config has it")
                .note("it would also stand in the generated crate and in the binary; take it as known to others and replace it")
                .help(format!("store it with `heddle secrets set KEY`, and write `{name}: \"{}{{{{secret:KEY}}}}\"`", scheme(&value.value))),
        );
    }
    for piece in pieces {
        if let What::Arg(argument) = piece.what
            && let Some(Some(param)) = uses.take(argument)
        {
            let at = inside(value, &piece.at);
            default_is_credential(HD0305, &format!("header `{name}`"), argument, param, at, sink);
        }
    }
}

/// A query field of the URL that is a literal credential.
pub(super) fn in_query(
    key: &str,
    url: &Spanned<String>,
    pieces: &[Piece<'_>],
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) {
    if !key_is_credential(key) {
        return;
    }
    if let [piece @ Piece { what: What::Text(_), .. }] = pieces {
        sink.push(
            Diagnostic::error(HD0306, format!("query field `{key}` holds a literal credential"), inside(url, &piece.at), "anybody who reads this config has it")
                .note("it would also stand in the generated crate and in the binary; take it as known to others and replace it")
                .help("store it with `heddle secrets set KEY`, and send it in a header: `{{secret:KEY}}`"),
        );
    }
    for piece in pieces {
        if let What::Arg(argument) = piece.what
            && let Some(Some(param)) = uses.take(argument)
        {
            by_default(key, argument, param, inside(url, &piece.at), sink);
        }
    }
}

/// A parameter under a credential's query key whose default is the credential.
pub(super) fn by_default(key: &str, argument: &str, param: &Param, at: Span, sink: &mut Sink) {
    if key_is_credential(key) {
        default_is_credential(HD0306, &format!("query field `{key}`"), argument, param, at, sink);
    }
}

fn default_is_credential(
    code: crate::diag::Code,
    place: &str,
    argument: &str,
    param: &Param,
    at: Span,
    sink: &mut Sink,
) {
    if let Presence::Default(Json::Text(default)) = &param.presence
        && !default.is_empty()
    {
        sink.push(
            Diagnostic::error(
                code,
                format!("{place} holds a literal credential"),
                at,
                format!("the default of `{argument}`"),
            )
            .note("a default is published to every client")
            .help("take the default away, or write `{{secret:KEY}}` in place of the parameter"),
        );
    }
}

/// A member of a body that is a literal credential.
pub(super) fn in_body(name: &Spanned<String>, member: &Spanned<Value>, sink: &mut Sink) {
    if let Value::Text(text) = &member.value
        && !text.is_empty()
        && !has_placeholder(text)
        && member_is_credential(&name.value)
    {
        sink.push(
            Diagnostic::error(HD0310, format!("member `{}` holds a literal credential", shorten(&name.value)), member.span, "anybody who reads this config has it")
                .note("it would also stand in the generated crate and in the binary; take it as known to others and replace it")
                .help("store it with `heddle secrets set KEY`, and write `\"{{secret:KEY}}\"`"),
        );
    }
}

fn header_is_credential(name: &str) -> bool {
    const EXACT: &[&str] =
        &["authorization", "cookie", "x-auth-key", "ocp-apim-subscription-key", "x-functions-key"];
    const INSIDE: &[&str] = &["token", "secret", "password", "api-key", "apikey", "access-key"];
    // Named like tokens, and fixed words all the same.
    const HARMLESS: &[&str] = &["x-atlassian-token", "x-csrf-token", "x-token-type"];
    !HARMLESS.contains(&name) && (EXACT.contains(&name) || INSIDE.iter().any(|word| name.contains(word)))
}

/// Names that a credential has wherever it stands.
const CREDENTIALS: &[&str] = &[
    "token",
    "apikey",
    "password",
    "passwd",
    "secret",
    "accesstoken",
    "authtoken",
    "clientsecret",
    "privatetoken",
    "accesskey",
    "apitoken",
    "secretkey",
    "privatekey",
];

/// A query also has short names, which are ordinary words in a body.
fn key_is_credential(key: &str) -> bool {
    const SHORT: &[&str] = &["key", "pwd", "appkey", "sig", "signature"];
    let key = plain(key);
    CREDENTIALS.contains(&key.as_str()) || SHORT.contains(&key.as_str())
}

fn member_is_credential(name: &str) -> bool {
    CREDENTIALS.contains(&plain(name).as_str())
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The scheme that stands before a credential, kept for the way out.
fn scheme(value: &str) -> &'static str {
    let lower = value.to_ascii_lowercase();
    if lower.starts_with("bearer ") {
        "Bearer "
    } else if lower.starts_with("basic ") {
        "Basic "
    } else if lower.starts_with("token ") {
        "token "
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_credentials_away() {
        for name in ["authorization", "x-api-key", "x-auth-token", "private-token", "cookie"] {
            assert!(header_is_credential(name), "{name}");
        }
        for name in ["accept", "x-request-id", "x-atlassian-token", "if-match"] {
            assert!(!header_is_credential(name), "{name}");
        }
        for key in ["token", "api_key", "API-Key", "access_token", "sig"] {
            assert!(key_is_credential(key), "{key}");
        }
        for name in CREDENTIALS {
            assert!(key_is_credential(name) && member_is_credential(name), "{name}");
        }
        for word in ["key", "signature"] {
            assert!(!member_is_credential(word), "{word}");
        }
        for key in ["q", "page_token_count", "keyword"] {
            assert!(!key_is_credential(key), "{key}");
        }
    }
}
