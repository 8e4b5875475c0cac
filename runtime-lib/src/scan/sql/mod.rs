//! SQL that leaves the string or number it was put into, and statements that have no business in an argument.

mod calls;
mod conditions;
mod literals;
mod statements;
mod text;

use super::lexicon::tag;
use super::tokens::{Kind, Token, Tokens};
use text::Text;

/// What fired, if something did.
pub(super) fn detect(tokens: &Tokens<'_>) -> Option<&'static str> {
    const WORDS: u64 = tag::SQL_JOIN
        | tag::SQL_VERB
        | tag::SQL_RARE
        | tag::SQL_NAME
        | tag::SQL_COMPARE
        | tag::SQL_CALL
        | tag::SQL_WORD;
    let has_signs = tokens.has_sign(b"'\"`=|&@");
    if tokens.tags & WORDS == 0 && !has_signs {
        return None;
    }
    let text = Text::read(tokens);
    for (index, token) in tokens.iter() {
        let found = match token.kind {
            Kind::Word if token.has(WORDS) => word(&text, index, token),
            Kind::Sign => literals::sign(&text, index, token),
            Kind::Number => conditions::number(&text, index),
            Kind::Word | Kind::Nothing => None,
        };
        if found.is_some() {
            return found;
        }
    }
    literals::first_mark(&text)
}

fn word(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let tokens = text.tokens;
    let next = tokens.at(index + 1);
    if token.has(tag::SQL_JOIN)
        && let Some(found) = conditions::condition(text, index + 1)
    {
        return Some(found);
    }
    if token.text == "xor" && next.kind == Kind::Number {
        return Some("condition that is always true or false");
    }
    if token.text.starts_with("xp_") || token.text.starts_with("sp_") && token.has(tag::SQL_NAME) {
        return Some("stored procedure of a database");
    }
    if token.has(tag::SQL_VERB)
        && let Some(found) = statements::statement(text, index, token)
    {
        return Some(found);
    }
    if token.has(tag::SQL_NAME)
        && (text.is_broken()
            || tokens.tags & tag::SQL_VERB != 0 && text.has_query
            || tokens.before(index).text == "from" && tokens.len() <= 8 && next.text != "=")
    {
        return Some("catalogue of a database");
    }
    if token.has(tag::SQL_RARE | tag::SQL_CALL)
        && let Some(found) = calls::call(text, index, token)
    {
        return Some(found);
    }
    statements::clause(text, index, token)
}
