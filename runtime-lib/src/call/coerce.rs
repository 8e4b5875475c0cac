//! Reading a JSON value as a declared kind.
//!
//! Models and clients send `"5"` where 5 is meant. What can be read without loss is read, and nothing else: `"5"` and
//! `5.0` are the integer 5; `5.5` is not an integer; 5 is not a text.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::describe::{Place, names, shown, wanted, withheld};
use super::sensitive::{any_sensitive, holds_sensitive};
use super::values::{of_json, stands_for_absent};
use crate::decl::{Kind, Param, Presence};

/// Integers beyond this are not exact in a float, so a float beyond it is not read as one.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What is read as another type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rigour {
    /// Arguments: whatever loses nothing; members that were left out get their defaults.
    Lossless,
    /// Answers: only what already is of its type.
    Exact,
}

/// Reads values and collects what is wrong with them.
#[derive(Debug)]
pub(crate) struct Reader {
    rigour: Rigour,
    /// Whether what is read now is sensitive, and so not shown.
    is_discreet: bool,
    problems: Vec<String>,
}

impl Reader {
    pub(crate) const fn new(rigour: Rigour) -> Self {
        Self { rigour, is_discreet: false, problems: Vec::new() }
    }

    /// The same, for a value that no message may repeat.
    pub(crate) fn discreet(self, is_discreet: bool) -> Self {
        Self { is_discreet, ..self }
    }

    pub(crate) fn into_problems(self) -> Vec<String> {
        self.problems
    }

    /// The value as one of `kind`, borrowed if it is one; `None`: it cannot be read so, and the problems say why.
    pub(crate) fn read<'a>(
        &mut self,
        kind: &Kind,
        value: &'a Value,
        place: &Place<'_>,
    ) -> Option<Cow<'a, Value>> {
        let read = match (kind, value) {
            (Kind::Any, _)
            | (Kind::Text { .. }, Value::String(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Number { .. }, Value::Number(_))
            | (Kind::OpenObject, Value::Object(_)) => Some(Cow::Borrowed(value)),
            (Kind::Integer { .. }, Value::Number(number)) if number.is_i64() => Some(Cow::Borrowed(value)),
            // Also in answers: JSON has one type of number, and 5.0 is an integer to JSON Schema.
            (Kind::Integer { .. }, Value::Number(number)) => {
                number.as_f64().filter(|_| number.is_f64()).and_then(integer_of_float).map(Cow::Owned)
            }
            (Kind::List { items, .. }, Value::Array(values)) => {
                return self.read_list(items, value, values, place);
            }
            (Kind::Object { fields }, Value::Object(members)) => {
                return self.read_object(fields, value, members, place);
            }
            (_, Value::String(text)) if self.rigour == Rigour::Lossless => {
                return self.read_text(kind, text, value, place);
            }
            (Kind::Boolean, Value::Number(number)) if self.rigour == Rigour::Lossless => {
                match number.as_f64() {
                    Some(0.0) => Some(Cow::Owned(Value::Bool(false))),
                    Some(1.0) => Some(Cow::Owned(Value::Bool(true))),
                    _ => None,
                }
            }
            _ => None,
        };
        if read.is_none() {
            self.refuse(kind, value, place);
        }
        read
    }

    fn refuse(&mut self, kind: &Kind, value: &Value, place: &Place<'_>) {
        let is_discreet = self.is_discreet || holds_sensitive(kind);
        let shown = if is_discreet { withheld(value) } else { shown(value) };
        self.problems.push(format!("`{place}` is {shown}; it wants {}", wanted(kind)));
    }

    /// A text where another type is declared.
    fn read_text<'a>(
        &mut self,
        kind: &Kind,
        text: &str,
        value: &Value,
        place: &Place<'_>,
    ) -> Option<Cow<'a, Value>> {
        let read = match kind {
            Kind::Integer { .. } => integer_of_text(text),
            Kind::Number { .. } => number_of_text(text),
            Kind::Boolean => boolean_of_text(text),
            Kind::List { .. } | Kind::Object { .. } | Kind::OpenObject => {
                // A list or object that was serialised once too often.
                match serde_json::from_str::<Value>(text) {
                    Ok(parsed) if parsed.is_array() || parsed.is_object() => {
                        return self.read(kind, &parsed, place).map(|read| Cow::Owned(read.into_owned()));
                    }
                    _ => None,
                }
            }
            Kind::Text { .. } | Kind::Any => None,
        };
        if read.is_none() {
            self.refuse(kind, value, place);
        }
        read.map(Cow::Owned)
    }

    fn read_list<'a>(
        &mut self,
        kind: &Kind,
        list: &'a Value,
        items: &'a [Value],
        place: &Place<'_>,
    ) -> Option<Cow<'a, Value>> {
        let mut changed: Option<Vec<Value>> = None;
        let mut readable = true;
        for (index, item) in items.iter().enumerate() {
            match self.read(kind, item, &Place::Item(place, index)) {
                None => readable = false,
                Some(read) => match (&mut changed, read) {
                    (None, Cow::Borrowed(_)) => {}
                    (None, Cow::Owned(read)) => {
                        let mut copy: Vec<Value> = items.iter().take(index).cloned().collect();
                        copy.push(read);
                        changed = Some(copy);
                    }
                    (Some(copy), read) => copy.push(read.into_owned()),
                },
            }
        }
        readable.then(|| changed.map_or(Cow::Borrowed(list), |items| Cow::Owned(Value::Array(items))))
    }

    fn read_object<'a>(
        &mut self,
        fields: &[Param],
        object: &'a Value,
        members: &'a Map<String, Value>,
        place: &Place<'_>,
    ) -> Option<Cow<'a, Value>> {
        let mut changed: Option<Map<String, Value>> = None;
        let problems = self.problems.len();
        for name in members.keys() {
            if !fields.iter().any(|field| field.name == name) {
                let known = names(fields.iter().map(|field| field.name));
                self.problems.push(if self.is_discreet || any_sensitive(fields) {
                    format!("`{place}` takes {known}, and nothing else")
                } else {
                    let here = Place::Member(place, name);
                    format!("`{here}` is not a member of `{place}`, which takes {known}")
                });
            }
        }
        for field in fields {
            let here = Place::Member(place, field.name);
            match members.get(field.name) {
                Some(value) if !stands_for_absent(field, value) => {
                    let around = self.is_discreet;
                    self.is_discreet |= field.sensitive;
                    let read = self.read(&field.kind, value, &here);
                    self.is_discreet = around;
                    if let Some(Cow::Owned(read)) = read {
                        changed.get_or_insert_with(|| members.clone()).insert(field.name.to_owned(), read);
                    }
                }
                given => match (field.presence, self.rigour) {
                    (Presence::Required, _) => {
                        self.problems.push(format!("`{here}` is missing; it wants {}", wanted(&field.kind)));
                    }
                    (Presence::Default(default), Rigour::Lossless) => {
                        let copy = changed.get_or_insert_with(|| members.clone());
                        copy.insert(field.name.to_owned(), of_json(default));
                    }
                    (Presence::Optional | Presence::Default(_), _) => {
                        if given.is_some() {
                            changed.get_or_insert_with(|| members.clone()).remove(field.name);
                        }
                    }
                },
            }
        }
        (self.problems.len() == problems)
            .then(|| changed.map_or(Cow::Borrowed(object), |members| Cow::Owned(Value::Object(members))))
    }
}

fn integer_of_float(number: f64) -> Option<Value> {
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and within the exact range")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then(|| Value::from(number as i64))
}

fn integer_of_text(text: &str) -> Option<Value> {
    let whole = match text.split_once('.') {
        None => text,
        Some((whole, zeros)) if !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0') => whole,
        Some(_) => return None,
    };
    whole.parse::<i64>().ok().map(Value::from)
}

fn number_of_text(text: &str) -> Option<Value> {
    // `inf`, `nan` and the like are numbers to the standard library, not to JSON.
    let is_numeric = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    if !is_numeric {
        return None;
    }
    text.parse::<i64>()
        .ok()
        .map(Value::from)
        .or_else(|| text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from))
}

/// The words of the original.
fn boolean_of_text(text: &str) -> Option<Value> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(&["true", "t", "yes", "y", "on", "1"]) {
        Some(Value::Bool(true))
    } else if is_one_of(&["false", "f", "no", "n", "off", "0"]) {
        Some(Value::Bool(false))
    } else {
        None
    }
}
