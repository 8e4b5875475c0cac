//! SQL that leaves the string or number it was put into, and statements that have no business in an argument.

mod calls;
mod conditions;
mod literals;
mod statements;
mod text;

use super::lexicon::tag;
use super::tokens::{Kind, Token, Tokens};
use text::Text;

const WORDS: u64 = tag::SQL_JOIN
    | tag::SQL_VERB
    | tag::SQL_RARE
    | tag::SQL_NAME
    | tag::SQL_COMPARE
    | tag::SQL_CALL
    | tag::SQL_WORD;

/// What fired, if something did.
pub(super) fn detect(tokens: &Tokens<'_>) -> Option<&'static str> {
    let has_signs = tokens.has_sign(b"'\"`=|&@:");
    if tokens.tags & WORDS == 0 && !has_signs {
        return None;
    }
    found_in(&Text::read(tokens)).or_else(|| {
        // A database reads a comment as a space, so that words may be joined or parted by them.
        let bare = if tokens.has_sign(b"*") { without_comments(tokens.text)? } else { return None };
        found_in(&Text::read(&Tokens::of(&bare)))
    })
}

/// The text with a space for each of its comments; `None`: it has none.
fn without_comments(text: &str) -> Option<String> {
    let (mut bare, mut rest) = (String::new(), text);
    while let Some((before, comment)) = rest.split_once("/*").filter(|(_, comment)| !comment.starts_with('!'))
    {
        let (_, behind) = comment.split_once("*/")?;
        bare.extend([before, " "]);
        rest = behind;
    }
    bare.push_str(rest);
    (rest.len() < text.len()).then_some(bare)
}

fn found_in(text: &Text<'_, '_>) -> Option<&'static str> {
    let tokens = text.tokens;
    for (index, token) in tokens.telling() {
        let found = match token.kind {
            Kind::Word if token.has(WORDS) => word(text, index, token),
            Kind::Sign if is_telling(tokens, index, token) => literals::sign(text, index, token),
            Kind::Number => conditions::number(text, index),
            Kind::Word | Kind::Sign | Kind::Nothing => None,
        };
        if found.is_some() {
            return found;
        }
    }
    literals::first_mark(text).or_else(|| conditions::bracketed(text))
}

/// Whether a sign may mean something to a database: a mark, or the first of a pair.
fn is_telling(tokens: &Tokens<'_>, index: usize, token: Token<'_>) -> bool {
    match token.sign {
        b'\'' | b'"' | b'`' => true,
        b'/' => tokens.at(index + 1).sign == b'*',
        b'@' | b'|' | b'&' | b':' => tokens.at(index + 1).sign == token.sign,
        _ => false,
    }
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
    if token.has(tag::SQL_COMPARE)
        && let Some(found) = literals::compared(tokens, index)
    {
        return Some(found);
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
