//! Statements, and clauses that stand behind a query.

use super::text::{Text, has_next, is_any, is_mark, skip};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token};

/// Whole statements.
pub(super) fn statement(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let tokens = text.tokens;
    let mut next_at = index + 1;
    let mut next = tokens.at(next_at);
    let before = tokens.before(index);
    let is_stacked = before.text == ";" || (before.text == ")" || is_mark(before)) && text.is_broken();
    let found = match token.text {
        "union" | "intersect" | "except" | "minus" => {
            if is_any(next, &["all", "distinct"]) {
                next_at += 1;
            }
            next_at = skip(tokens, next_at, |token| matches!(token.sign, b'(' | b'/' | b'*' | b'!'));
            next = tokens.at(next_at);
            let after = tokens.at(next_at + 1);
            let is_select = next.text == "select"
                || next.text.starts_with("select") && next.kind == Kind::Word && next.text.len() < 8;
            is_select && (!after.is_end() || text.is_broken() || index > 0)
        }
        "select" => is_select(text, index, is_stacked),
        "insert" => {
            next.text == "into"
                && (is_stacked && !is_article(tokens.at(index + 2))
                    || has_next(tokens, index, 40, &["values", "select"]))
        }
        "update" => {
            let set = has_next(tokens, index, 6, &["set"]);
            set && has_next(tokens, index, 12, &["="]) && (is_stacked || tokens.len() <= 60)
        }
        "delete" => {
            next.text == "from"
                && (is_stacked && !is_article(tokens.at(index + 2))
                    || has_next(tokens, index, 6, &["where", ";"])
                        && has_next(tokens, index, 16, &["=", ";", "-"]))
        }
        "backup" if next.text == "database" => has_next(tokens, index, 6, &["to"]),
        "alter" if next.text == "table" && has_next(tokens, index, 6, &["`"]) => {
            has_next(tokens, index, 12, &["add", "change", "drop", "modify", "rename", "set", "engine"])
        }
        "drop" | "create" | "alter" | "truncate" | "rename" | "backup" => {
            let is_thing = is_any(
                next,
                &[
                    "table",
                    "database",
                    "view",
                    "index",
                    "user",
                    "procedure",
                    "function",
                    "schema",
                    "login",
                    "role",
                    "trigger",
                    "column",
                    "or",
                    "temporary",
                ],
            );
            let ends = has_next(tokens, index, 8, &[";", "#"]) || text.is_cut;
            let is_definition = has_next(tokens, index, 6, &["("]) && token.text == "create" && is_thing;
            is_thing && (is_stacked || is_definition || ends && index <= 2)
        }
        "exec" | "execute" | "call" => {
            next.has(tag::SQL_NAME)
                || next.text.starts_with("xp_")
                || next.text.starts_with("sp_")
                || is_any(next, &["master", "sp", "immediate", "xp"])
                || tokens.are(index + 1, &["(", "@"])
                || is_stacked && next.text == "(" && is_mark(tokens.at(index + 2))
                || next.text == "@"
        }
        "declare" => next.text == "@" || is_stacked && next.kind == Kind::Word,
        "set" => {
            next.text == "@"
                && tokens.at(index + 2).kind == Kind::Word
                && (is_stacked || text.is_odd || before.kind == Kind::Sign && before.text != ".")
        }
        "waitfor" => is_any(next, &["delay", "time"]),
        "shutdown" | "vacuum" => is_stacked && (text.is_broken() || text.is_cut),
        "grant" | "revoke" if is_stacked && text.is_cut => has_next(tokens, index, 8, &["on", "to"]),
        "begin" | "use" | "grant" | "revoke" | "kill" | "dbcc" | "bulk" | "handler" | "merge" => {
            is_stacked && text.is_broken()
        }
        "replace" => next.text == "into" && has_next(tokens, index, 30, &["values", "select"]),
        _ => false,
    };
    found.then_some(if token.text == "union" { "union of a second query" } else { "statement of SQL" })
}

/// Whether `select` begins a query and not a sentence.
fn is_select(text: &Text<'_, '_>, index: usize, is_stacked: bool) -> bool {
    let tokens = text.tokens;
    let next_at = skip(tokens, index + 1, |token| {
        matches!(token.text, "distinct" | "all" | "top" | "(" | "-" | "+" | "!" | "@")
    });
    let (next, after) = (tokens.at(next_at), tokens.at(next_at + 1));
    if tokens.at(index + 1).text == "(" && tokens.before(index).text == "("
        || tokens.are(next_at, &["@", "@"])
    {
        return true;
    }
    let from = (index + 1..(index + 60).min(tokens.len())).find(|at| tokens.at(*at).text == "from");
    let is_source = from.is_some_and(|from| {
        let source = tokens.at(from + 1);
        let behind = tokens.at(from + 2);
        source.text == "("
            || source.kind == Kind::Word
                && !is_article(source)
                && (behind.is_end()
                    || behind.kind == Kind::Sign && behind.text != "'"
                    || behind.has(tag::SQL_JOIN | tag::SQL_WORD)
                    || source.has(tag::SQL_NAME))
    });
    let is_list = next.text == "*"
        || after.text == ","
        || after.text == "."
        || after.text == "("
        || after.text == "from"
        || after.text == ")" && tokens.at(index + 1).text == "("
        || next.kind == Kind::Number
        || is_mark(next);
    if is_source
        && is_list
        && (next.text == "*"
            || after.text != "from"
            || tokens.len() > index + 5
            || is_stacked
            || text.is_broken())
    {
        return true;
    }
    let is_function = next.has(tag::SQL_RARE | tag::SQL_CALL)
        && after.text == "("
        && (!after.is_spaced || next.has(tag::SQL_RARE));
    let is_lone_value = next.kind == Kind::Number
        && (after.is_end() || is_any(after, &[",", ";", "-", "#", "'"]))
        && (index == 0 || tokens.before(index).kind == Kind::Sign);
    is_function
        || is_lone_value
        || is_stacked && (text.is_broken() || is_value(next, after))
        || tokens.before(index).text == "(" && (next.is_end() || is_list || from.is_some())
        || has_next(tokens, index, 12, &["group"]) && has_next(tokens, index, 24, &["having"])
}

/// `*`, `user`, `version()`: what is selected, and not the next word of a sentence.
fn is_value(first: Token<'_>, behind: Token<'_>) -> bool {
    let is_joined = behind.kind == Kind::Sign && !behind.is_spaced && !matches!(behind.text, "'" | "-" | ".");
    first.text == "*"
        || first.kind == Kind::Number
        || first.has(tag::SQL_NAME)
        || first.kind == Kind::Word && (behind.is_end() || is_joined)
}

/// Articles and the like, which stand before the things of a sentence.
fn is_article(token: Token<'_>) -> bool {
    is_any(token, &["the", "a", "an", "my", "your", "our", "this", "that", "these", "all", "each", "one"])
}

/// Clauses that stand behind a query.
pub(super) fn clause(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let tokens = text.tokens;
    let next = tokens.at(index + 1);
    match token.text {
        "order" | "group" if next.text == "by" => {
            let position = tokens.at(index + 2);
            let after = tokens.at(index + 3);
            let ends =
                after.is_end() || is_any(after, &[",", "#", ";", "-", "/", ")", "'", "\"", "+", "limit"]);
            let is_position = position.kind == Kind::Number
                && ends
                && (index <= 1 || tokens.before(index).kind != Kind::Word || text.is_broken());
            let is_having = token.text == "group"
                && tokens
                    .next_tagged(index + 3, 8, tag::SQL_JOIN)
                    .is_some_and(|at| tokens.at(at).text == "having");
            (is_position || is_having || text.is_broken() && text.is_cut).then_some("clause behind a query")
        }
        "from" if index == 0 && tokens.at(1).is_name() && tokens.is_any(2, &["group", "order"]) => {
            tokens.is_any(3, &["by"]).then_some("clause behind a query")
        }
        "infile" if tokens.before(index).text == "data" || tokens.before(index).text == "local" => {
            Some("file read by a database")
        }
        "database" if tokens.before(index).text == "attach" && is_mark(next) => Some("statement of SQL"),
        "program"
            if is_any(tokens.before(index), &["to", "from"])
                && is_mark(next)
                && (index.saturating_sub(8)..index).any(|at| tokens.at(at).text == "copy") =>
        {
            Some("statement of SQL")
        }
        "into" if is_any(next, &["outfile", "dumpfile"]) => Some("file written by a database"),
        "procedure" if next.text == "analyse" => Some("clause behind a query"),
        "like" | "regexp" | "rlike"
            if is_mark(next) && tokens.at(index + 2).is_end() && !is_mark(tokens.before(index)) =>
        {
            Some("condition with an open quotation mark")
        }
        "in" if next.text == "("
            && (index <= 1 || tokens.before(index).kind != Kind::Word || text.is_broken()) =>
        {
            let is_list = tokens.at(index + 2).is_name()
                && tokens.is_any(index + 3, &[",", ")"])
                && !tokens.at(index + 2).is_end();
            (is_list && index <= 1 && tokens.at(tokens.len().saturating_sub(1)).text == ")"
                || tokens.at(index + 2).text == "select")
                .then_some("clause behind a query")
        }
        "exists" | "all" if next.text == "(" && tokens.at(index + 2).text == "select" => {
            Some("query inside a query")
        }
        "as" if index >= 1
            && tokens.before(index).text == ")"
            && has_next(tokens, index, 4, &["from"])
            && tokens.len() <= 8 =>
        {
            Some("clause behind a query")
        }
        "limit" | "offset" if text.is_broken() && text.is_cut => Some("clause behind a query"),
        "div" | "mod"
            if tokens.len() <= 9
                && next.text == "("
                && tokens.at(index + 2).kind == Kind::Number
                && index == 0 =>
        {
            Some("function of a database")
        }
        _ => None,
    }
}
