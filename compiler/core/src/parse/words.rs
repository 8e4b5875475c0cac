//! How messages call what was expected and what was found.

use super::keys::{Is, Word};
use crate::source::{Sources, Span};
use crate::yaml::{Kind, Node};

/// What a key takes: "takes text".
pub(super) fn expected(is: &Is) -> String {
    match is {
        Is::Text | Is::Shaped(_) => "text".into(),
        Is::Int { .. } => "a whole number".into(),
        Is::Num => "a number".into(),
        Is::Bool => "`true` or `false`".into(),
        Is::Duration(_) => "a duration such as `30s`".into(),
        Is::Size => "a size such as `1MiB`".into(),
        Is::OneOf(words) | Is::Level(words) => choices(words),
        Is::Data => "any value".into(),
        Is::BoolOrNames => "`true`, `false` or a list of names".into(),
        Is::Table(_) | Is::Named(_) => "a mapping".into(),
        Is::List(_) => "a list".into(),
        Is::Refused { .. } => "nothing".into(),
    }
}

/// The words that a key takes: "`a`, `b` or `c`".
pub(super) fn choices(words: &[Word]) -> String {
    list(words.iter().filter(|word| !word.refused).map(|word| word.word), "or")
}

/// Names in backticks: "`a`, `b` or `c`".
pub(super) fn list<'a>(names: impl Iterator<Item = &'a str>, conjunction: &str) -> String {
    let quoted: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} {conjunction} {last}", rest.join(", ")),
    }
}

/// What a node is read as: "text".
pub(super) fn found(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "nothing",
        Kind::Bool(_) => "a truth value",
        Kind::Int(_) => "a whole number",
        Kind::Float(_) | Kind::BadNumber => "a number",
        Kind::Text(_) => "text",
        Kind::List(_) => "a list",
        Kind::Map(_) => "a mapping",
        Kind::Faulty => "a fault",
    }
}

/// The node in a message: its own words where they are short, else "this".
pub(super) fn named(node: &Node, sources: &Sources) -> String {
    let written = sources.slice(node.span);
    let short = !written.is_empty() && written.len() <= 40 && !written.contains('\n');
    match node.kind {
        Kind::List(_) | Kind::Map(_) | Kind::Null | Kind::Faulty => "this".into(),
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::BadNumber | Kind::Text(_) if short => {
            format!("`{written}`")
        }
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::BadNumber | Kind::Text(_) => "this".into(),
    }
}

/// A place that fits on the line where it begins: long blocks are shown by their first line.
pub(super) fn first_line(span: Span, sources: &Sources) -> Span {
    let written = sources.slice(span);
    let length = written.find(['\n', '\r']).unwrap_or(written.len());
    let end = span.start.saturating_add(u32::try_from(length).unwrap_or(u32::MAX));
    Span { end: end.min(span.end), ..span }
}
