//! Words for what a value is, what it should have been, and where it stands.

use std::fmt;

use serde_json::Value;

use crate::decl::Kind;
use crate::text;

/// Where a value stands, for messages; it costs nothing until one is written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'p> {
    /// The argument of this name.
    Argument(&'p str),
    /// The whole answer of the API.
    Answer,
    /// The member of this name of an object.
    Member(&'p Place<'p>, &'p str),
    /// The item of this number, from 0, of a list.
    Item(&'p Place<'p>, usize),
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Argument(name) => write!(f, "{name}"),
            Self::Answer => write!(f, "answer"),
            Self::Member(place, name) => write!(f, "{place}.{}", text::visible(text::head(name, 64))),
            Self::Item(place, index) => write!(f, "{place}[{index}]"),
        }
    }
}

/// What a value is, without repeating a long one.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(value) => value.to_string(),
        Value::String(value) => format!("the text {}", text::brief(value)),
        Value::Array(items) => format!("a list of {}", text::count(items.len(), "item")),
        Value::Object(members) => format!("an object of {}", text::count(members.len(), "member")),
    }
}

/// What a sensitive value is, without repeating any of it.
pub(crate) fn withheld(value: &Value) -> String {
    let what = match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    format!("{what} that is not shown, for it is sensitive")
}

/// What a value of this kind is.
pub(crate) fn wanted(kind: &Kind) -> String {
    match kind {
        Kind::Text { one_of, .. } if !one_of.is_empty() => {
            one_of_these(one_of.iter().map(|one| format!("`{one}`")))
        }
        Kind::Text { min, max, pattern, .. } => {
            let matching =
                if pattern.is_empty() { String::new() } else { format!(" that matches `{pattern}`") };
            format!(
                "text of {} characters{matching}",
                range(u64::from(*min), u64::from(*max), 0, u64::from(u32::MAX))
            )
        }
        Kind::Integer { one_of, .. } if !one_of.is_empty() => one_of_these(one_of.iter().map(i64::to_string)),
        Kind::Integer { min, max, .. } => match (*min, *max) {
            (i64::MIN, i64::MAX) => "an integer".to_owned(),
            (min, max) => format!("an integer, {}", range(min, max, i64::MIN, i64::MAX)),
        },
        Kind::Number { one_of, .. } if !one_of.is_empty() => one_of_these(one_of.iter().map(f64::to_string)),
        Kind::Number { min, max, .. } => match (*min > f64::MIN, *max < f64::MAX) {
            (false, false) => "a number".to_owned(),
            (true, false) => format!("a number, at least {min}"),
            (false, true) => format!("a number, at most {max}"),
            (true, true) => format!("a number, {min} to {max}"),
        },
        Kind::Boolean => "true or false".to_owned(),
        Kind::List { items, min, max } => {
            format!("a list of {} items, each {}", range(*min, *max, 0, u32::MAX), wanted(items))
        }
        Kind::Object { fields } => {
            format!("an object of {}", names(fields.iter().map(|field| field.name)))
        }
        Kind::OpenObject => "an object".to_owned(),
        Kind::Any => "any value".to_owned(),
    }
}

/// Names for a message, the first few of them.
pub(crate) fn names<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 24;
    let total = names.len();
    if total == 0 {
        return "nothing".to_owned();
    }
    let mut out = names.take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if total > SHOWN {
        out.push_str(&format!(" and {} more", total - SHOWN));
    }
    out
}

fn one_of_these(values: impl ExactSizeIterator<Item = String>) -> String {
    const SHOWN: usize = 24;
    let more = values.len().saturating_sub(SHOWN);
    let shown = values.take(SHOWN).collect::<Vec<_>>().join(", ");
    if more == 0 { format!("one of {shown}") } else { format!("one of {shown} and {more} more") }
}

fn range<N: PartialOrd + fmt::Display>(min: N, max: N, least: N, most: N) -> String {
    match (min > least, max < most) {
        (false, false) => "any number of".to_owned(),
        (true, false) => format!("at least {min}"),
        (false, true) => format!("at most {max}"),
        (true, true) => format!("{min} to {max}"),
    }
}
