//! SQL that leaves the string or number it was put into, and statements that have no business in an argument.

use super::lexicon::tag;
use super::tokens::{Kind, Token, Tokens};

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
            Kind::Sign => sign(&text, index, token),
            Kind::Number => number(&text, index),
            Kind::Word | Kind::Nothing => None,
        };
        if found.is_some() {
            return found;
        }
    }
    text.as_a_whole()
}

/// What is known of the whole text.
struct Text<'a, 't> {
    tokens: &'a Tokens<'t>,
    /// A quotation mark is left over, apostrophes not counted.
    is_odd: bool,
    /// The first of the marks.
    mark: Option<usize>,
    /// It ends in a comment.
    is_cut: bool,
    /// A word that a query cannot do without stands in it.
    has_query: bool,
}

impl<'a, 't> Text<'a, 't> {
    fn read(tokens: &'a Tokens<'t>) -> Self {
        let (mut single, mut double, mut mark) = (0_usize, 0_usize, None);
        let mut has_query = false;
        for (index, token) in tokens.iter() {
            has_query |= token.has(tag::SQL_VERB | tag::SQL_WORD | tag::SQL_JOIN)
                && is_any(token, &["select", "union", "exec", "from", "where"]);
            let is_mark = match token.text {
                "'" if is_apostrophe(tokens, index) => false,
                "'" => {
                    single += 1;
                    true
                }
                "\"" => {
                    double += 1;
                    true
                }
                _ => false,
            };
            if is_mark && mark.is_none() {
                mark = Some(index);
            }
        }
        let is_odd = single % 2 == 1 || double % 2 == 1;
        Self { tokens, is_odd, mark, is_cut: is_cut(tokens), has_query }
    }

    /// A literal of the statement around was closed, or its rest was cut off.
    const fn is_broken(&self) -> bool {
        self.is_odd || (self.is_cut && self.mark.is_some())
    }

    fn as_a_whole(&self) -> Option<&'static str> {
        let tokens = self.tokens;
        let mark = self.mark?;
        let behind = skip(tokens, mark + 1, &[")", " "]);
        let next = tokens.at(behind);
        let opens = mark <= 4
            && (0..mark).all(|index| {
                tokens.at(index).kind != Kind::Sign || tokens.is_any(index, &["@", ".", "-", "\\", "%", "/"])
            });
        let is_quoted = mark == 0 && !self.is_odd && tokens.at(tokens.len() - 1).text == tokens.at(0).text;
        if self.is_cut && opens && !is_quoted && tokens.len() - mark <= 12 {
            return Some("comment after a quotation mark");
        }
        if self.is_odd && opens {
            if next.has(tag::SQL_JOIN) && next.text != "where" {
                let after = tokens.at(behind + 1);
                let has_end =
                    after.is_end() || after.kind != Kind::Word || tokens.at(behind + 2).kind != Kind::Word;
                if mark == 0 && has_end || after.kind == Kind::Number || is_mark(after) {
                    return Some("condition after a quotation mark");
                }
            }
            if next.text == ";"
                && (tokens.at(behind + 1).is_end() || tokens.at(behind + 1).has(tag::SQL_VERB))
            {
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
}

/// Whether the mark stands inside or at the end of an English word, or in a name.
fn is_apostrophe(tokens: &Tokens<'_>, index: usize) -> bool {
    let (before, after) = (tokens.before(index), tokens.at(index + 1));
    let touches = before.kind == Kind::Word && !tokens.at(index).is_spaced;
    if !touches {
        return false;
    }
    let joined = after.kind == Kind::Word && !after.is_spaced && !after.has(tag::SQL_JOIN | tag::SQL_VERB);
    joined
        && (matches!(after.text, "s" | "t" | "re" | "ve" | "ll" | "d" | "m" | "n" | "em" | "clock" | "am")
            || (before.text.len() <= 3 && after.text.len() > 2))
        || (after.is_spaced
            && before.text.ends_with(['s', 'n'])
            && after.kind == Kind::Word
            && !after.has(tag::SQL_JOIN))
}

fn is_mark(token: Token<'_>) -> bool {
    matches!(token.text, "'" | "\"" | "`")
}

/// Whether the rest of a statement would be a comment.
fn is_cut(tokens: &Tokens<'_>) -> bool {
    let last = tokens.len().saturating_sub(1);
    let mut index = last;
    // What stands behind the comment does not matter; a few tokens of it are looked through.
    for _ in 0..6 {
        let token = tokens.at(index);
        let is_comment = match token.text {
            "-" => tokens.before(index).text == "-" && !tokens.at(index).is_spaced,
            "#" => !tokens.at(index + 1).is_name() || tokens.at(index + 1).is_spaced,
            "*" => tokens.before(index).text == "/",
            _ => false,
        };
        if is_comment {
            return true;
        }
        let Some(before) = index.checked_sub(1) else { return false };
        index = before;
    }
    false
}

fn skip(tokens: &Tokens<'_>, from: usize, texts: &[&str]) -> usize {
    let mut index = from;
    while index < from + 8 && texts.contains(&tokens.at(index).text) {
        index += 1;
    }
    index
}

/// What an expression begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operand {
    Number,
    Text,
    Name,
    Call,
}

/// An operand and what stands behind it.
fn operand(tokens: &Tokens<'_>, from: usize) -> Option<(Operand, usize)> {
    let start = skip(tokens, from, &["(", "+", "-", "!", "~", "not", "binary", "@", "n"]);
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
fn comparison(tokens: &Tokens<'_>, from: usize) -> Option<(bool, usize)> {
    let start = skip(tokens, from, &[")"]);
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

/// `or 1=1` and its relatives, from behind the `or`.
fn condition(text: &Text<'_, '_>, from: usize) -> Option<&'static str> {
    let tokens = text.tokens;
    let (left, next) = operand(tokens, from)?;
    let Some((is_sql, behind)) = comparison(tokens, next) else {
        let ends = tokens.at(skip(tokens, next, &[")", "'", "\"", ";"])).is_end() || text.is_cut;
        let is_literal =
            matches!(left, Operand::Number | Operand::Text) || tokens.is_any(from, &["true", "false"]);
        return (text.is_broken() && ends && (is_literal || text.is_cut))
            .then_some("condition after a quotation mark");
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
        && tokens.at(next - 1).text == tokens.at(skip(tokens, behind, &["("])).text;
    let is_open = right.is_none() && left == Operand::Number;
    if (are_literal && (is_sql || left == Operand::Text)) || is_same || is_open {
        return Some("condition that is always true or false");
    }
    if are_literal && left == Operand::Number && tokens.len() <= 24 {
        return Some("condition that is always true or false");
    }
    if text.is_broken() && (text.mark.is_some_and(|mark| mark < from) || text.is_cut || right.is_none()) {
        return Some("condition after a quotation mark");
    }
    // An unfinished literal at the end: the text goes on in the statement around it.
    let is_unfinished = is_mark(tokens.at(tokens.len().saturating_sub(1))) && text.is_odd;
    is_unfinished.then_some("condition with an open quotation mark")
}

fn word(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let tokens = text.tokens;
    let next = tokens.at(index + 1);
    if token.has(tag::SQL_JOIN)
        && let Some(found) = condition(text, index + 1)
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
        && let Some(found) = statement(text, index, token)
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
        && let Some(found) = call(text, index, token)
    {
        return Some(found);
    }
    clause(text, index, token)
}

fn is_any(token: Token<'_>, texts: &[&str]) -> bool {
    texts.contains(&token.text)
}

/// Functions of databases.
fn call(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    const FOUND: Option<&str> = Some("function of a database");
    let tokens = text.tokens;
    // `user ||(` is how filters are gone round.
    let open = skip(tokens, index + 1, &["|", "&", "=", "?", "]", "/", "*"]);
    if tokens.at(open).text != "(" || open > index + 5 {
        return None;
    }
    let inside = tokens.at(open + 1);
    if inside.is_end() && tokens.len() <= index + 8 && index <= 2 && !token.is_line {
        return FOUND;
    }
    if open > index + 1 || inside.text == ")" && !text.is_broken() {
        return None;
    }
    let is_after_break = text.is_broken() && text.mark.is_some_and(|mark| mark < index);
    match token.text {
        "sleep" | "pg_sleep" | "benchmark"
            if inside.kind == Kind::Number || inside.text == "(" || is_mark(inside) || inside.is_name() =>
        {
            (token.text != "sleep" || !inside.has(!0) || is_after_break || inside.kind == Kind::Number)
                .then_some("delay in a database")
        }
        "extractvalue" | "updatexml" | "load_file" | "xmltype" | "openrowset" | "opendatasource"
        | "load_extension" | "utl_inaddr" | "utl_http" | "dbms_pipe" | "pg_read_file" | "group_concat"
        | "randomblob" | "json_keys" => FOUND,
        _ if is_after_break => FOUND,
        _ if token.has(tag::SQL_RARE)
            && (index == 0
                || tokens.is_any(index - 1, &["select", ",", "or", "and", "(", "=", "+", "'"])) =>
        {
            let is_sql = text.has_query
                || tokens.at(index.wrapping_sub(1)).text == "or"
                || index == 0 && !token.is_spaced && !tokens.before(index).is_name();
            (is_sql && tokens.len() <= 64).then_some("function of a database")
        }
        "if" if inside.kind == Kind::Number && tokens.at(open + 2).text == "=" => FOUND,
        "char" | "chr" if inside.kind == Kind::Number && tokens.is_any(open + 2, &[",", ")"]) => FOUND,
        _ => None,
    }
}

/// Whole statements.
fn statement(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
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
            next_at = skip(tokens, next_at, &["(", "/", "*", "!"]);
            next = tokens.at(next_at);
            let after = tokens.at(next_at + 1);
            let is_select = next.text == "select"
                || next.text.starts_with("select") && next.kind == Kind::Word && next.text.len() < 8;
            is_select && (!after.is_end() || text.is_broken() || index > 0)
        }
        "select" => is_select(text, index, is_stacked),
        "insert" => next.text == "into" && (is_stacked || has_next(tokens, index, 40, &["values", "select"])),
        "update" => {
            let set = has_next(tokens, index, 6, &["set"]);
            set && has_next(tokens, index, 12, &["="]) && (is_stacked || tokens.len() <= 60)
        }
        "delete" => {
            next.text == "from"
                && (is_stacked
                    || has_next(tokens, index, 6, &["where", ";"])
                        && has_next(tokens, index, 16, &["=", ";", "-"]))
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
                || next.text == "@"
        }
        "declare" => next.text == "@" || is_stacked && next.kind == Kind::Word,
        "set" => next.text == "@" && has_next(tokens, index, 6, &["="]) && (is_stacked || text.is_odd),
        "waitfor" => is_any(next, &["delay", "time"]),
        "begin" | "shutdown" | "use" | "grant" | "revoke" | "kill" | "dbcc" | "bulk" | "handler"
        | "merge" => is_stacked && text.is_broken(),
        "replace" => next.text == "into" && has_next(tokens, index, 30, &["values", "select"]),
        _ => false,
    };
    found.then_some(if token.text == "union" { "union of a second query" } else { "statement of SQL" })
}

fn has_next(tokens: &Tokens<'_>, from: usize, reach: usize, texts: &[&str]) -> bool {
    (from + 1..(from + 1 + reach).min(tokens.len())).any(|index| tokens.is_any(index, texts))
}

/// Whether `select` begins a query and not a sentence.
fn is_select(text: &Text<'_, '_>, index: usize, is_stacked: bool) -> bool {
    let tokens = text.tokens;
    let next_at = skip(tokens, index + 1, &["distinct", "all", "top", "(", "-", "+", "!"]);
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
                && !is_any(
                    source,
                    &[
                        "the", "a", "an", "my", "your", "our", "this", "that", "these", "all", "our", "each",
                        "one",
                    ],
                )
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
    let is_function =
        next.has(tag::SQL_RARE | tag::SQL_CALL) && after.text == "(" && !tokens.at(next_at + 1).is_spaced;
    let is_lone_value = next.kind == Kind::Number
        && (after.is_end() || is_any(after, &[",", ";", "-", "#", "'"]))
        && (index == 0 || tokens.before(index).kind == Kind::Sign);
    is_function
        || is_lone_value
        || is_stacked && (next.is_name() || next.text == "*")
        || tokens.before(index).text == "(" && (is_list || from.is_some())
        || has_next(tokens, index, 12, &["group"]) && has_next(tokens, index, 24, &["having"])
}

/// Clauses that stand behind a query.
fn clause(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
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

fn sign(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let tokens = text.tokens;
    let next = tokens.at(index + 1);
    match token.text {
        "'" | "\"" => {
            let behind = skip(tokens, index + 1, &[")"]);
            let operator = tokens.at(behind);
            // `'='` and `')=('`: a comparison between two literals whose other halves are in the statement around.
            let is_arithmetic = is_any(operator, &["+", "-", "*", "^", "&", "|", "/"]);
            let closing = tokens.at(skip(tokens, behind + 1, &["(", "=", ">"]));
            if is_arithmetic
                && index == 0
                && tokens.len() == behind + 2
                && closing.text == token.text
                && !operator.is_spaced
            {
                return Some("comparison of literals");
            }
            let is_between = is_any(operator, &["=", "<", ">"])
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
        "/" if next.text == "*" && tokens.at(index + 2).text == "!" && !tokens.at(index + 2).is_spaced => {
            Some("comment that a database runs")
        }
        "@" if next.text == "@"
            && tokens.at(index + 2).kind == Kind::Word
            && tokens.before(index).text != "@"
            && !tokens.before(index).is_name() =>
        {
            Some("variable of a database")
        }
        "|" | "&" if next.text == token.text && !next.is_spaced => {
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
        ":" if next.text == ":"
            && tokens
                .is_any(index + 2, &["int", "jsonb", "json", "text", "varchar", "integer", "numeric"]) =>
        {
            (is_mark(tokens.before(index)) || tokens.before(index).text == ")")
                .then_some("cast in a database")
        }
        _ => None,
    }
}

/// `1=1` alone or at the end of a short text.
fn number(text: &Text<'_, '_>, index: usize) -> Option<&'static str> {
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
                || tokens.at(at).text == "!" && right.text.starts_with(left) && tokens.len() <= 4);
        if is_equal {
            return Some("condition that is always true or false");
        }
    }
    let closes = tokens.at(at).text == ")" && text.is_cut && tokens.len() <= 12;
    (closes && tokens.is_any(at + 1, &[")", "-", "#", ";"])).then_some("comment after a bracket")
}
