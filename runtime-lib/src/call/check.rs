//! A value that was read as a kind, against the bounds of that kind.

use serde_json::Value;

use super::describe::{Place, shown, wanted, withheld};
use super::patterns::Patterns;
use crate::decl::Kind;

/// Levels of lists and objects within a value of no declared shape.
const DEPTH: usize = 64;

/// Checks values and collects what is wrong with them.
#[derive(Debug)]
pub(crate) struct Checker<'t> {
    patterns: &'t Patterns,
    /// Whether what is checked now is sensitive, and so not shown.
    is_discreet: bool,
    problems: Vec<String>,
}

impl<'t> Checker<'t> {
    pub(crate) const fn new(patterns: &'t Patterns) -> Self {
        Self { patterns, is_discreet: false, problems: Vec::new() }
    }

    /// The same, for a value that no message may repeat.
    pub(crate) fn discreet(self, is_discreet: bool) -> Self {
        Self { is_discreet, ..self }
    }

    pub(crate) fn into_problems(self) -> Vec<String> {
        self.problems
    }

    /// Checks one value and what is in it.
    pub(crate) fn check(&mut self, kind: &Kind, value: &Value, place: &Place<'_>) {
        let is_within = match (kind, value) {
            (Kind::Text { min, max, pattern, one_of }, Value::String(text)) => {
                is_text_within(text, *min, *max)
                    && (one_of.is_empty() || one_of.contains(&text.as_str()))
                    && (pattern.is_empty() || self.patterns.is_match(pattern, text))
            }
            (Kind::Integer { min, max, one_of }, Value::Number(number)) => number
                .as_i64()
                .is_some_and(|n| (*min..=*max).contains(&n) && (one_of.is_empty() || one_of.contains(&n))),
            (Kind::Number { min, max, one_of }, Value::Number(number)) => number.as_f64().is_some_and(|n| {
                n.is_finite() && *min <= n && n <= *max && (one_of.is_empty() || one_of.contains(&n))
            }),
            (Kind::List { items, min, max }, Value::Array(values)) => {
                let is_within = is_count_within(values.len(), *min, *max);
                // The items of a list that is too long are not worth a message each.
                if is_within {
                    for (index, item) in values.iter().enumerate() {
                        self.check(items, item, &Place::Item(place, index));
                    }
                }
                is_within
            }
            (Kind::Object { fields }, Value::Object(members)) => {
                for field in *fields {
                    if let Some(member) = members.get(field.name) {
                        let around = self.is_discreet;
                        self.is_discreet |= field.sensitive;
                        self.check(&field.kind, member, &Place::Member(place, field.name));
                        self.is_discreet = around;
                    }
                }
                true
            }
            (Kind::Any, value) | (Kind::OpenObject, value @ Value::Object(_)) => {
                if !is_nested_within(value, DEPTH) {
                    self.problems.push(format!("`{place}` is nested deeper than {DEPTH} levels"));
                }
                true
            }
            (Kind::Boolean, value) => value.is_boolean(),
            _ => false,
        };
        if !is_within {
            self.problems.push(if self.is_discreet {
                format!("`{place}` is {}; it wants {}", withheld(value), wanted(kind))
            } else {
                problem(kind, value, place)
            });
        }
    }
}

fn problem(kind: &Kind, value: &Value, place: &Place<'_>) -> String {
    match (kind, value) {
        // A long text is not shown, but its length is what is wrong with it.
        (Kind::Text { min, max, one_of: [], .. }, Value::String(text))
            if !is_text_within(text, *min, *max) =>
        {
            format!("`{place}` is a text of {} characters; it wants {}", text.chars().count(), wanted(kind))
        }
        _ => format!("`{place}` is {}; it wants {}", shown(value), wanted(kind)),
    }
}

fn is_text_within(text: &str, min: u32, max: u32) -> bool {
    is_count_within(text.chars().count(), min, max)
}

const fn is_count_within(count: usize, min: u32, max: u32) -> bool {
    min as usize <= count && count <= max as usize
}

fn is_nested_within(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| is_nested_within(item, levels - 1)),
        Value::Object(members) => {
            levels > 0 && members.values().all(|member| is_nested_within(member, levels - 1))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => true,
    }
}
