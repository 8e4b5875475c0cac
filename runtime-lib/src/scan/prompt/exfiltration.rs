//! Data that a model is told to put into an address.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Tokens};

/// How many tokens before an address are read.
const BEFORE: usize = 16;
/// How many tokens of an address are read.
const ADDRESS: usize = 40;

pub(super) fn weigh(tokens: &Tokens<'_>, signs: &mut Signs) {
    if !tokens.has_sign(b":") || !tokens.has_sign(b"/") || !tokens.text.contains("://") {
        return;
    }
    for (colon, _) in tokens.of_marks(|sign| sign == b':') {
        let index = colon.wrapping_sub(1);
        if !matches!(tokens.at(index).text, "http" | "https") || !tokens.are(colon + 1, &["/", "/"]) {
            continue;
        }
        let before = index.saturating_sub(BEFORE)..index;
        let is_image = tokens.has_sign(b"!")
            && before.clone().any(|at| tokens.are(at, &["!", "["]))
            && tokens.before(index).text == "(";
        let is_of_user = || before.clone().any(|at| tokens.are(at, &["user", "'", "s"]));
        let is_sent = before.clone().any(|at| is_verb(tokens.at(at).text))
            && (is_of_user()
                || before.clone().any(|at| is_data(tokens.at(at).text))
                || is_followed(tokens, index));

        let end = (index + 4..index + ADDRESS)
            .find(|at| tokens.at(*at).is_spaced || matches!(tokens.at(*at).sign, b')' | b'"' | b'\'' | b'>'))
            .unwrap_or(index + ADDRESS);
        // `?d=SECRET`, `?x={all messages}`: what belongs there stands there.
        let is_filled = (index + 4..end + 4).any(|at| {
            tokens.at(at).sign == b'='
                && (tokens.at(at + 1).has(tag::DATA | tag::SECRET)
                    || tokens.is_any(at + 1, &["{", "[", "<"])
                        && tokens.next_tagged(at + 2, 4, tag::DATA | tag::SECRET).is_some()
                    || tokens.is_any(at + 1, &["secret", "data", "history"]))
        });
        if !is_sent && !is_image && !is_filled {
            continue;
        }
        signs.add(
            Sign::Exfiltration,
            if is_filled && (is_image || before.clone().any(|at| is_verb(tokens.at(at).text))) {
                4
            } else {
                2
            },
            0,
        );
        let is_secret = before.clone().any(|at| {
            tokens.at(at).has(tag::SECRET)
                || tokens.is_any(at, &["env", "id_rsa", "secrets", "credentials", "passwd", "shadow", "ssh"])
        });
        if is_sent && is_secret {
            signs.add(Sign::Exfiltration, 4, 0);
        }
        // An address with a place left open, or with a name for what belongs there.
        let is_open = tokens.before(end).text == "="
            || (index + 4..end)
                .any(|at| tokens.at(at).text == "=" && tokens.is_any(at + 1, &["{", "[", "<", "$"]));
        if is_open {
            signs.add(Sign::Exfiltration, 4, 0);
        }
        if before.clone().any(|at| tokens.at(at).kind == Kind::Word && tokens.at(at).text.contains("encode"))
        {
            signs.add(Sign::Exfiltration, 0, 1);
        }
    }
}

fn is_verb(text: &str) -> bool {
    matches!(
        text,
        "append"
            | "send"
            | "post"
            | "upload"
            | "submit"
            | "forward"
            | "exfiltrate"
            | "leak"
            | "transmit"
            | "attach"
            | "add"
            | "render"
            | "fetch"
            | "load"
    )
}

fn is_data(text: &str) -> bool {
    matches!(
        text,
        "result"
            | "results"
            | "data"
            | "conversation"
            | "chat"
            | "history"
            | "response"
            | "output"
            | "contents"
            | "content"
            | "messages"
            | "secrets"
            | "keys"
            | "key"
            | "credentials"
            | "password"
            | "prompt"
            | "context"
            | "summary"
    )
}

/// `https://host/?q= followed by the conversation`
fn is_followed(tokens: &Tokens<'_>, index: usize) -> bool {
    (index + 4..index + ADDRESS).any(|at| {
        tokens.is_any(at, &["followed", "plus", "with", "containing"])
            && tokens.at(at).is_spaced
            && tokens.next_tagged(at + 1, 5, tag::DATA | tag::SECRET).is_some()
    })
}
