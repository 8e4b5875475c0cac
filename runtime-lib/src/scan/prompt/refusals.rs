//! Answers that may not be refused.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Token, Tokens};

/// `do not refuse`, `without warnings`.
pub(super) fn ruled_out(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    let before = index.saturating_sub(4)..index;
    let is_denied = before.clone().any(|at| {
        tokens.at(at).has(tag::NOT | tag::NONE)
            || tokens.are(at, &["can", "not"])
            || tokens.is_any(at, &["cannot", "forbidden"])
    }) || (index + 1..index + 4).any(|at| {
        tokens.are(at, &["not", "permitted"])
            || tokens.are(at, &["not", "allowed"])
            || tokens.is_any(at, &["forbidden"])
    });
    // Others refuse, too; a model is told that it does.
    let is_weak = matches!(
        token.text,
        "mention"
            | "policies"
            | "warnings"
            | "warning"
            | "sorry"
            | "reject"
            | "advice"
            | "apologize"
            | "apologise"
    );
    if is_denied {
        signs.add(Sign::Refusal, if is_weak { 1 } else { 2 }, if is_weak { 1 } else { 2 });
    } else if matches!(token.text, "refuse")
        && tokens.is_any(index.wrapping_sub(1), &["you"])
        && tokens.is_any(index.wrapping_sub(2), &["if", "time"])
    {
        signs.add(Sign::Refusal, 2, 1);
    }
}
