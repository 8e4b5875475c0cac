//! Whether an escalation rule matches the arguments of a call.

use serde_json::Value;

use super::patterns::Patterns;
use super::values::{Reading, Values};
use crate::decl::{Json, Op, Test, When};

/// What a rule says of a call.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Says<'v> {
    /// It applies.
    Yes,
    /// It does not.
    No,
    /// That depends on an argument that cannot be read: what is wrong with it.
    Undecided(&'v [String]),
}

/// Asks a rule.
pub(super) fn ask<'v>(when: When, values: &'v Values<'_>, patterns: &Patterns) -> Says<'v> {
    match when {
        When::Always => Says::Yes,
        When::Any(tests) => combine(tests, values, patterns, Says::Yes, Says::No),
        When::All(tests) => combine(tests, values, patterns, Says::No, Says::Yes),
    }
}

/// `decisive` as soon as one test says so; `otherwise` when none does and all could be asked.
fn combine<'v>(
    tests: &[Test],
    values: &'v Values<'_>,
    patterns: &Patterns,
    decisive: Says<'v>,
    otherwise: Says<'v>,
) -> Says<'v> {
    let mut undecided = None;
    for test in tests {
        let holds = match values.reading(test.param) {
            Reading::Value(value) => holds(test.op, value, patterns),
            Reading::Absent => false,
            Reading::Unreadable(problems) => {
                undecided.get_or_insert(problems.as_slice());
                continue;
            }
        };
        if holds == (decisive == Says::Yes) {
            return decisive;
        }
    }
    undecided.map_or(otherwise, Says::Undecided)
}

fn holds(op: Op, value: &Value, patterns: &Patterns) -> bool {
    match op {
        Op::Gt(bound) => number(value).is_some_and(|number| number > bound),
        Op::Lt(bound) => number(value).is_some_and(|number| number < bound),
        Op::Eq(json) => equals(&json, value),
        Op::In(list) => list.iter().any(|json| equals(json, value)),
        Op::Contains(needle) => {
            let needle = needle.to_lowercase();
            any_text(value, &|text| text.to_lowercase().contains(&needle))
        }
        Op::Matches(pattern) => any_text(value, &|text| patterns.is_match(pattern, text)),
        Op::LenGt(bound) => length(value).is_some_and(|length| length as u64 > bound),
    }
}

/// A number, also one that is written as a text where the parameter takes any value.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn length(value: &Value) -> Option<usize> {
    match value {
        Value::String(text) => Some(text.chars().count()),
        Value::Array(items) => Some(items.len()),
        Value::Object(members) => Some(members.len()),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Whether a text is, or any text within the value, keys included. A rule that looks at a list must not be
/// passed by wrapping the text once more.
fn any_text(value: &Value, is_it: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => is_it(text),
        Value::Array(items) => items.iter().any(|item| any_text(item, is_it)),
        Value::Object(members) => members.iter().any(|(key, value)| is_it(key) || any_text(value, is_it)),
        Value::Bool(value) => is_it(if *value { "true" } else { "false" }),
        Value::Number(number) => is_it(&number.to_string()),
        Value::Null => false,
    }
}

/// Equality of an author's value and a caller's: texts without regard to case, numbers by value.
fn equals(json: &Json, value: &Value) -> bool {
    match (json, value) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::Int(a), Value::Number(b)) =>
        {
            #[expect(
                clippy::cast_precision_loss,
                reason = "only a float gets here, which is no more exact itself"
            )]
            b.as_i64().map_or_else(|| b.as_f64() == Some(*a as f64), |b| *a == b)
        }
        (Json::Num(a), Value::Number(b)) => b.as_f64() == Some(*a),
        (Json::Text(a), Value::String(b)) => a.to_lowercase() == b.to_lowercase(),
        // A parameter of any kind may bring a number as a text, or the other way round.
        (Json::Text(a), Value::Number(b)) => *a == b.to_string(),
        (Json::Text(a), Value::Bool(b)) => a.eq_ignore_ascii_case(if *b { "true" } else { "false" }),
        (Json::Int(a), Value::String(b)) => b.trim().parse() == Ok(*a),
        (Json::Num(a), Value::String(b)) => b.trim().parse() == Ok(*a),
        (Json::Bool(a), Value::String(b)) => b.trim().eq_ignore_ascii_case(if *a { "true" } else { "false" }),
        (Json::List(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equals(a, b)),
        (Json::Map(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(*key).is_some_and(|b| equals(a, b)))
        }
        _ => false,
    }
}
