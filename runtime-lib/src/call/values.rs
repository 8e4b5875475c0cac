//! The arguments of a call as its tool reads them: coerced to their declared types, defaults filled in.
//!
//! They are read once, for the escalation rules, and are then what validation checks and what the request is made of:
//! there is no second reading that could differ.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::coerce::{Reader, Rigour};
use super::describe::Place;
use super::tool::ToolState;
use crate::decl::{Json, Kind, Param, Presence};

/// The arguments, beside the tool's parameters one for one.
#[derive(Debug)]
pub(crate) struct Values<'a> {
    params: &'static [Param],
    readings: Vec<Reading<'a>>,
}

/// What became of one parameter.
#[derive(Debug)]
pub(crate) enum Reading<'a> {
    /// It has this value.
    Value(Cow<'a, Value>),
    /// It was not given and has no default.
    Absent,
    /// It was given and is not of its type: what is wrong.
    Unreadable(Vec<String>),
}

impl<'a> Values<'a> {
    /// No parameters at all.
    pub(super) const fn none() -> Self {
        Self { params: &[], readings: Vec::new() }
    }

    /// Reads the arguments of a call.
    pub(super) fn read(tool: &'a ToolState, arguments: &'a Map<String, Value>) -> Self {
        let params = tool.row().params;
        let readings = params
            .iter()
            .zip(&tool.defaults)
            .map(|(param, default)| match (arguments.get(param.name), default) {
                // An explicit null is how many clients leave an argument out.
                (None, Some(default)) => Reading::Value(Cow::Borrowed(default)),
                (None, None) => Reading::Absent,
                (Some(value), default) if stands_for_absent(param, value) => match default {
                    Some(default) => Reading::Value(Cow::Borrowed(default)),
                    None => Reading::Absent,
                },
                (Some(value), _) => {
                    let mut reader = Reader::new(Rigour::Lossless).discreet(param.sensitive);
                    match reader.read(&param.kind, value, &Place::Argument(param.name)) {
                        Some(value) => Reading::Value(value),
                        None => Reading::Unreadable(reader.into_problems()),
                    }
                }
            })
            .collect();
        Self { params, readings }
    }

    /// The value of a parameter; `None`: absent. A call that passed validation has no unreadable ones.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        match self.reading(name) {
            Reading::Value(value) => Some(value),
            Reading::Absent | Reading::Unreadable(_) => None,
        }
    }

    /// The values that there are, sorted by name: what the call comes to, however it was spelt.
    #[cfg(feature = "approvals")]
    pub(crate) fn given(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.iter().filter_map(|(param, reading)| match reading {
            Reading::Value(value) => Some((param.name, &**value)),
            Reading::Absent | Reading::Unreadable(_) => None,
        })
    }

    /// What became of a parameter.
    pub(super) fn reading(&self, name: &str) -> &Reading<'a> {
        self.iter().find(|(param, _)| param.name == name).map_or(&Reading::Absent, |(_, reading)| reading)
    }

    /// The parameters and what became of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static Param, &Reading<'a>)> {
        self.params.iter().zip(&self.readings)
    }
}

/// Whether this value means that the argument was left out.
pub(super) fn stands_for_absent(param: &Param, value: &Value) -> bool {
    value.is_null() && !matches!((param.kind, param.presence), (Kind::Any, _) | (_, Presence::Required))
}

/// A value of the author as a value of a call.
pub(super) fn of_json(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => value.into(),
        Json::Int(value) => value.into(),
        Json::Num(value) => value.into(),
        Json::Text(value) => value.into(),
        Json::List(items) => items.iter().copied().map(of_json).collect(),
        Json::Map(members) => {
            Value::Object(members.iter().map(|(key, value)| ((*key).to_owned(), of_json(*value))).collect())
        }
    }
}
