//! Orders in the comments of markup and code, where a reader of the page does not see them and a model does.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::Tokens;

/// How many tokens of a comment are read.
const REACH: usize = 40;

pub(super) fn weigh(tokens: &Tokens<'_>, signs: &mut Signs) {
    if !tokens.has_sign(b"#!/") {
        return;
    }
    for (index, token) in tokens.of_marks(|sign| matches!(sign, b'<' | b'/' | b'#')) {
        let start = match token.sign {
            b'<' if tokens.are(index + 1, &["!", "-", "-"]) => index + 4,
            b'/' if token.is_spaced && tokens.is_any(index + 1, &["/", "*"]) => index + 2,
            b'#' if tokens.at(index + 1).is_spaced => index + 1,
            _ => continue,
        };
        if (start..start + REACH).any(|at| is_order(tokens, start, at)) {
            signs.add(Sign::Orders, 4, 0);
            return;
        }
    }
}

/// `say: ..`, `tell the user`, `ignore .. the output`.
fn is_order(tokens: &Tokens<'_>, start: usize, at: usize) -> bool {
    const SAY: &[&str] = &["say", "state", "respond", "reply", "answer", "summarize", "output"];
    tokens.is_any(at, SAY) && tokens.is_any(at + 1, &[":", "that", "with"])
        || tokens.are(at, &["tell", "the", "user"])
        || tokens.is_any(at, &["output", "answer", "response", "conclusion", "summary"])
            && tokens.next_tagged(start, at.saturating_sub(start), tag::DROP).is_some()
}
