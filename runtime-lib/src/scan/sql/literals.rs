//! Quotation marks that close the literal around the argument, and what stands behind them.

use super::conditions::{Operand, comparison, operand};
use super::text::{Text, is_any, is_mark, skip};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token, Tokens};

/// What the text does with the first of its marks.
pub(super) fn first_mark(text: &Text<'_, '_>) -> Option<&'static str> {
    let tokens = text.tokens;
    let mark = text.mark?;
    let behind = skip(tokens, mark + 1, |token| token.sign == b')');
    let next = tokens.at(behind);
    let opens = mark <= 4
        && (0..mark).all(|index| {
            tokens.at(index).kind != Kind::Sign || tokens.is_any(index, &["@", ".", "-", "\\", "%", "/"])
        });
    let is_quoted = mark == 0 && !text.is_odd && tokens.at(tokens.len() - 1).text == tokens.at(0).text;
    if text.is_cut && opens && !is_quoted && tokens.len() - mark <= 12 {
        return Some("comment after a quotation mark");
    }
    if text.is_odd && mark == 0 && is_list_of_values(text) {
        return Some("values after a quotation mark");
    }
    if mark == 0 && joins_again(text) {
        return Some("comparison of literals");
    }
    if tokens.are(mark + 1, &["(", "function", "("]) {
        return Some("function after a quotation mark");
    }
    if text.is_odd && opens {
        let is_compared = next.has(tag::SQL_COMPARE) && !matches!(next.text, "is" | "in" | "mod" | "like");
        if mark == 0 && is_compared && tokens.at(behind + 1).is_name() && tokens.len() <= 6 {
            return Some("condition after a quotation mark");
        }
        if next.has(tag::SQL_JOIN) && next.text != "where" {
            let after = tokens.at(behind + 1);
            let has_end =
                after.is_end() || after.kind != Kind::Word || tokens.at(behind + 2).kind != Kind::Word;
            if mark == 0 && has_end || after.kind == Kind::Number || is_mark(after) {
                return Some("condition after a quotation mark");
            }
        }
        if next.text == ";" && (tokens.at(behind + 1).is_end() || tokens.at(behind + 1).has(tag::SQL_VERB)) {
            return Some("end of a statement after a quotation mark");
        }
        if mark == 0
            && next.has(tag::SQL_VERB)
            && tokens.len() <= 40
            && next.text != "use"
            && next.text != "set"
        {
            return Some("statement after a quotation mark");
        }
        if tokens.is_any(behind, &["|", "&"]) && tokens.at(behind + 1).text == next.text {
            return Some("operator after a quotation mark");
        }
        if mark == 0 && tokens.is_any(behind, &["+", "*", "^", "%"]) && tokens.len() <= 12 {
            return Some("operator after a quotation mark");
        }
    }
    None
}

/// `', 2, 1`: no word, and signs that numbers of prose do not have.
fn is_list_of_values(text: &Text<'_, '_>) -> bool {
    let tokens = text.tokens;
    let has_number = tokens.iter().any(|(_, token)| token.kind == Kind::Number);
    let is_plain = tokens.iter().all(|(_, token)| token.kind != Kind::Word);
    has_number && is_plain && tokens.len() <= 24 && tokens.has_sign(b"*,<>=") && !tokens.has_sign(b":[{")
}

/// `'-0||'`: closes the literal around, and opens it again with an operator.
fn joins_again(text: &Text<'_, '_>) -> bool {
    let tokens = text.tokens;
    let Some(last) = tokens.len().checked_sub(1).filter(|last| (3..12).contains(last)) else { return false };
    let is_plain = tokens.iter().all(|(_, token)| token.kind != Kind::Word);
    let is_operator = |at: usize| tokens.is_any(at, &["|", "+", "-", "*", "&", "^", "="]);
    is_plain && tokens.at(last).text == tokens.at(0).text && is_operator(1) && is_operator(last - 1)
}

/// `'1' not regexp '2'`.
pub(super) fn compared(tokens: &Tokens<'_>, index: usize) -> Option<&'static str> {
    let left =
        if tokens.before(index).text == "not" { index.checked_sub(2)? } else { index.checked_sub(1)? };
    // The marks around a quoted word touch it.
    (is_mark(tokens.at(left))
        && is_mark(tokens.at(index + 1))
        && tokens.at(index).is_spaced
        && tokens.at(index + 1).is_spaced
        && is_any(tokens.at(index), &["like", "rlike", "regexp", "ilike", "glob", "similar"]))
    .then_some("comparison of literals")
}

/// What stands between quotation marks, joined by `or` or `and`: `x'or'y`.
fn joined(tokens: &Tokens<'_>, index: usize, mark: Token<'_>) -> bool {
    let join = tokens.at(index + 1);
    if !join.has(tag::SQL_JOIN) {
        return false;
    }
    let (closing, behind) = (tokens.at(index + 2), tokens.at(index + 3));
    closing.text == mark.text
        && behind.is_name()
        && !join.is_spaced
        && !closing.is_spaced
        && !behind.is_spaced
}

pub(super) fn sign(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let tokens = text.tokens;
    let next = tokens.at(index + 1);
    match token.sign {
        b'\'' | b'"' | b'`' if joined(tokens, index, token) => Some("condition after a quotation mark"),
        b'\'' | b'"' => {
            let behind = skip(tokens, index + 1, |token| token.sign == b')');
            let operator = tokens.at(behind);
            // `'='` and `')=('`: a comparison between two literals whose other halves are in the statement around.
            let is_arithmetic = matches!(operator.sign, b'+' | b'-' | b'*' | b'^' | b'&' | b'|' | b'/');
            let is_compared = matches!(operator.sign, b'=' | b'<' | b'>');
            if !is_arithmetic && !is_compared {
                return None;
            }
            let closing =
                tokens.at(skip(tokens, behind + 1, |token| matches!(token.sign, b'(' | b'=' | b'>')));
            if is_arithmetic
                && index == 0
                && tokens.len() == behind + 2
                && closing.text == token.text
                && !operator.is_spaced
            {
                return Some("comparison of literals");
            }
            let is_between = is_compared
                && is_mark(closing)
                && (text.is_odd
                    || tokens.len() <= 6
                    || index > 0
                        && tokens.before(index).is_name()
                        && !tokens.at(index).is_spaced
                        && operator.text == "="
                        && !operator.is_spaced);
            if is_between && !(index == 0 && tokens.len() <= 3) {
                return Some("comparison of literals");
            }
            if operator.text == "="
                && next.text != "'"
                && text.is_odd
                && index <= 1
                && tokens.at(behind + 1).has(tag::SQL_RARE)
            {
                return Some("condition after a quotation mark");
            }
            None
        }
        b'/' if next.text == "*" && tokens.at(index + 2).text == "!" && !tokens.at(index + 2).is_spaced => {
            Some("comment that a database runs")
        }
        b'@' if next.text == "@"
            && tokens.at(index + 2).kind == Kind::Word
            && tokens.before(index).text != "@"
            && !tokens.before(index).is_name() =>
        {
            Some("variable of a database")
        }
        b'|' | b'&' if next.sign == token.sign && !next.is_spaced => {
            let open = index + 2;
            let is_group = tokens.at(open).text == "("
                && tokens.at(open + 1).is_name()
                && comparison(tokens, open + 2).is_some();
            if is_group && !tokens.at(open + 1).has(tag::COMMAND) {
                return Some("condition that is always true or false");
            }
            let (left, next) = operand(tokens, open)?;
            let (_, behind) = comparison(tokens, next)?;
            let right = operand(tokens, behind).map(|(right, _)| right);
            let is_literal = |operand| matches!(operand, Operand::Number | Operand::Text);
            (is_literal(left) && right.is_none_or(is_literal))
                .then_some("condition that is always true or false")
        }
        b'`' if tokens.are(index + 1, &[".", "`"])
            && !next.is_spaced
            && tokens.tags & (tag::SQL_WORD | tag::SQL_VERB) != 0 =>
        {
            Some("quoted names of a database")
        }
        b':' if next.sign == b':' && !next.is_spaced => cast(tokens, index),
        _ => None,
    }
}

/// `x::int`
fn cast(tokens: &Tokens<'_>, index: usize) -> Option<&'static str> {
    // Names of modules in other languages, too.
    const SHARED: &[&str] = &["json", "text"];
    const TYPES: &[&str] = &[
        "int",
        "integer",
        "bigint",
        "smallint",
        "jsonb",
        "varchar",
        "numeric",
        "regclass",
        "bytea",
        "timestamp",
    ];
    let (before, behind) = (tokens.before(index), tokens.at(index + 3));
    let is_value = is_mark(before) || before.text == ")";
    let is_type = tokens.is_any(index + 2, TYPES) || is_value && tokens.is_any(index + 2, SHARED);
    let ends = !(behind.text == ":" || behind.text == "(" || behind.text == "<") || behind.is_spaced;
    (is_type && ends && (is_value || before.is_name() && !tokens.at(index).is_spaced))
        .then_some("cast in a database")
}
