//! Conditions that are always true or false, or go on behind a literal that they closed.

use super::text::{Text, is_mark, skip};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Tokens};

/// How many tokens stand between a mark and a condition behind it.
const NEAR: usize = 8;
/// How many tokens a text has that is hardly prose.
const SHORT: usize = 24;

/// `or 1=1` and its relatives, from behind the `or`.
pub(super) fn condition(text: &Text<'_, '_>, from: usize) -> Option<&'static str> {
    let tokens = text.tokens;
    let (left, next) = operand(tokens, from)?;
    // Behind a mark, or in a text of some words: in prose with quotations, people say `and` and `or` wherever they like.
    let is_near = tokens.len() <= SHORT || text.mark.is_some_and(|mark| mark < from && from - mark <= NEAR);
    // `7 or ..`, `or ..`: what stands before belongs to the statement around.
    let is_behind_number = from == 2 && tokens.at(0).kind == Kind::Number
        || from == 3 && tokens.at(0).text == "-" && tokens.at(1).kind == Kind::Number;
    let Some((is_sql, behind)) = comparison(tokens, next) else {
        let ends =
            tokens.at(skip(tokens, next, |token| matches!(token.sign, b')' | b'\'' | b'"' | b';'))).is_end()
                || text.is_cut;
        let is_truth = tokens.is_any(from, &["true", "false"])
            || tokens.at(from).text == "not" && tokens.at(from + 1).kind == Kind::Number;
        let is_literal = matches!(left, Operand::Number | Operand::Text) || is_truth;
        let is_tail = from <= 2 && text.is_cut && next + 3 >= tokens.len() && (from == 1 || is_behind_number);
        return (text.is_broken() && ends && (is_literal || text.is_cut && is_near)
            || is_literal && is_tail
            || is_truth && is_behind_number && ends)
            .then_some("condition after a literal");
    };
    let right = operand(tokens, behind).map(|(right, _)| right);
    let are_literal = matches!(
        (left, right),
        (Operand::Number, Some(Operand::Number | Operand::Text))
            | (Operand::Text, Some(Operand::Text) | None)
    );
    let is_same = left == Operand::Name
        && right == Some(Operand::Name)
        && is_sql
        && tokens.at(next - 1).text == tokens.at(skip(tokens, behind, |token| token.sign == b'(')).text;
    let is_open = right.is_none() && left == Operand::Number;
    let is_asked = left == Operand::Call
        && tokens.at(from_call(tokens, from)).has(tag::SQL_RARE | tag::SQL_CALL)
        || left == Operand::Number && is_sql;
    // PromQL compares with `==`.
    if is_behind_number && is_asked && !tokens.are(next, &["=", "="]) || from == 1 && text.is_cut && is_sql {
        return Some("condition after a literal");
    }
    if (are_literal && (is_sql || left == Operand::Text)) || is_same || is_open {
        return Some("condition that is always true or false");
    }
    if are_literal && left == Operand::Number && tokens.len() <= 24 {
        return Some("condition that is always true or false");
    }
    if text.is_inverted && text.mark.is_some_and(|mark| mark < from) && is_mark_ahead(tokens, behind) {
        return Some("condition after a quotation mark");
    }
    let is_in_words = tokens.at(skip(tokens, next, |token| token.sign == b')')).has(tag::SQL_COMPARE);
    if is_in_words && !is_near {
        return None;
    }
    if text.is_broken() && (text.mark.is_some_and(|mark| mark < from) || text.is_cut || right.is_none()) {
        return Some("condition after a quotation mark");
    }
    // An unfinished literal at the end: the text goes on in the statement around it.
    let is_unfinished = is_mark(tokens.at(tokens.len().saturating_sub(1))) && text.is_odd;
    is_unfinished.then_some("condition with an open quotation mark")
}

/// Where the name of a call stands, behind what an operand may begin with.
fn from_call(tokens: &Tokens<'_>, from: usize) -> usize {
    skip(tokens, from, |token| matches!(token.text, "(" | "+" | "-" | "!" | "~" | "not" | "binary"))
}

fn is_mark_ahead(tokens: &Tokens<'_>, from: usize) -> bool {
    (from..from + 3).any(|at| is_mark(tokens.at(at)))
}

/// `(..) --`: a bracket that needs no other, and nothing behind it.
pub(super) fn bracketed(text: &Text<'_, '_>) -> Option<&'static str> {
    const WORDS: u64 = tag::SQL_CALL | tag::SQL_RARE | tag::SQL_VERB;
    let tokens = text.tokens;
    let is_sql = tokens.tags & WORDS != 0 || tokens.has_sign(b"@'\"");
    (text.is_cut && is_sql && tokens.at(0).text == "(" && tokens.len() <= 40)
        .then_some("comment after a bracket")
}

/// `1=1` alone or at the end of a short text.
pub(super) fn number(text: &Text<'_, '_>, index: usize) -> Option<&'static str> {
    let tokens = text.tokens;
    let (left, at) = (tokens.at(index).text, index + 1);
    if tokens.is_any(at, &["=", "!", "<"])
        && tokens.len() <= 10
        && !tokens.before(index).has(tag::COMMON_COMMAND)
        && (index == 0 || !tokens.before(index).text.starts_with(['=', '.', '-', '/', ':']))
    {
        let (_, behind) = comparison(tokens, at)?;
        let right = tokens.at(behind);
        let is_equal = right.kind == Kind::Number
            && (tokens.at(at).text == "=" && right.text == left && tokens.at(at + 1).text != "="
                || tokens.is_any(at, &["!", "<"]) && index == 0 && tokens.len() == 4);
        if is_equal {
            return Some("condition that is always true or false");
        }
    }
    let closes = tokens.at(at).text == ")" && text.is_cut && tokens.len() <= 12;
    (closes && tokens.is_any(at + 1, &[")", "-", "#", ";"])).then_some("comment after a bracket")
}

/// What an expression begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operand {
    Number,
    Text,
    Name,
    Call,
}

/// An operand and what stands behind it.
pub(super) fn operand(tokens: &Tokens<'_>, from: usize) -> Option<(Operand, usize)> {
    let start = skip(tokens, from, |token| {
        matches!(token.text, "(" | "+" | "-" | "!" | "~" | "not" | "binary" | "@" | "n")
    });
    let first = tokens.at(start);
    match first.kind {
        Kind::Number => {
            let has_point = tokens.at(start + 1).text == "." && tokens.at(start + 2).kind == Kind::Number;
            Some((Operand::Number, start + if has_point { 3 } else { 1 }))
        }
        Kind::Sign if is_mark(first) => {
            let end =
                (start + 1..(start + 9).min(tokens.len())).find(|index| tokens.at(*index).text == first.text);
            Some((Operand::Text, end.map_or(start + 2, |end| end + 1)))
        }
        Kind::Word if tokens.at(start + 1).text == "(" => {
            let mut depth = 0_usize;
            for index in start + 1..(start + 60).min(tokens.len()) {
                match tokens.at(index).text {
                    "(" => depth += 1,
                    ")" => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if depth == 0 {
                    return Some((Operand::Call, index + 1));
                }
            }
            Some((Operand::Call, start + 2))
        }
        Kind::Word if tokens.at(start + 1).text == "." => Some((Operand::Name, start + 3)),
        Kind::Word => Some((Operand::Name, start + 1)),
        Kind::Sign | Kind::Nothing => None,
    }
}

/// A comparison and what stands behind it; the flag: SQL alone writes it so.
pub(super) fn comparison(tokens: &Tokens<'_>, from: usize) -> Option<(bool, usize)> {
    let start = skip(tokens, from, |token| token.sign == b')');
    let (first, second) = (tokens.at(start), tokens.at(start + 1).text);
    if first.has(tag::SQL_COMPARE) {
        return Some((false, start + 1));
    }
    match (first.text, second) {
        ("=", "=") => Some((false, start + 2)),
        ("<", "=") if tokens.at(start + 2).text == ">" => Some((true, start + 3)),
        ("<", ">") => Some((true, start + 2)),
        ("<" | ">" | "!", "=") => Some((false, start + 2)),
        ("=", _) => Some((true, start + 1)),
        ("<" | ">", _) => Some((false, start + 1)),
        _ => None,
    }
}
