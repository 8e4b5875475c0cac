//! JSON Schema of parameters and answers, in the subset that every client takes: no `$ref`, no `anyOf`.
//!
//! Members are put in by name, so that the text is the same whichever map is behind `serde_json`.

use crate::decl::{Json, Kind, Param, Presence};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

type Schema = BTreeMap<&'static str, Value>;

/// The schema of an object with these members and no others.
pub fn object(params: &[Param]) -> Map<String, Value> {
    sealed(object_schema(params))
}

/// The schema of an answer. What is not an object is wrapped into one, as `result`.
pub fn output(about: &str, answer: &Kind) -> Map<String, Value> {
    let mut schema = match answer {
        Kind::Object { .. } | Kind::OpenObject => kind(answer),
        Kind::Text { .. }
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::Boolean
        | Kind::List { .. }
        | Kind::Any => Schema::from([
            ("additionalProperties", Value::Bool(false)),
            ("properties", json!({ "result": sealed(kind(answer)) })),
            ("required", json!(["result"])),
            ("type", json!("object")),
        ]),
    };
    if !about.is_empty() {
        schema.insert("description", json!(about));
    }
    sealed(schema)
}

/// The schema of a value.
pub fn of(value: &Kind) -> Map<String, Value> {
    sealed(kind(value))
}

fn object_schema(params: &[Param]) -> Schema {
    let mut sorted: Vec<&Param> = params.iter().collect();
    sorted.sort_by_key(|param| param.name);
    let required: Vec<&str> = sorted
        .iter()
        .filter(|param| matches!(param.presence, Presence::Required))
        .map(|param| param.name)
        .collect();
    let properties: Map<String, Value> =
        sorted.iter().map(|param| (param.name.to_owned(), Value::Object(property(param)))).collect();
    let mut schema = Schema::from([
        ("additionalProperties", Value::Bool(false)),
        ("properties", Value::Object(properties)),
        ("type", json!("object")),
    ]);
    if !required.is_empty() {
        schema.insert("required", json!(required));
    }
    schema
}

fn property(param: &Param) -> Map<String, Value> {
    let mut schema = kind(&param.kind);
    if !param.about.is_empty() {
        schema.insert("description", json!(param.about));
    }
    if let Presence::Default(default) = &param.presence {
        schema.insert("default", value(default));
    }
    sealed(schema)
}

fn kind(of: &Kind) -> Schema {
    let mut schema = Schema::new();
    match *of {
        Kind::Text { min, max, pattern, one_of } => {
            schema.insert("type", json!("string"));
            lengths(&mut schema, ["minLength", "maxLength"], min, max);
            if !pattern.is_empty() {
                schema.insert("pattern", json!(pattern));
            }
            if !one_of.is_empty() {
                schema.insert("enum", json!(one_of));
            }
        }
        Kind::Integer { min, max, one_of } => {
            schema.insert("type", json!("integer"));
            if min != i64::MIN {
                schema.insert("minimum", json!(min));
            }
            if max != i64::MAX {
                schema.insert("maximum", json!(max));
            }
            if !one_of.is_empty() {
                schema.insert("enum", json!(one_of));
            }
        }
        Kind::Number { min, max, one_of } => {
            schema.insert("type", json!("number"));
            if min > f64::MIN {
                schema.insert("minimum", json!(min));
            }
            if max < f64::MAX {
                schema.insert("maximum", json!(max));
            }
            if !one_of.is_empty() {
                schema.insert("enum", json!(one_of));
            }
        }
        Kind::Boolean => {
            schema.insert("type", json!("boolean"));
        }
        Kind::List { items, min, max } => {
            schema.insert("type", json!("array"));
            schema.insert("items", Value::Object(sealed(kind(items))));
            lengths(&mut schema, ["minItems", "maxItems"], min, max);
        }
        Kind::Object { fields } => schema = object_schema(fields),
        Kind::OpenObject => {
            schema.insert("type", json!("object"));
        }
        Kind::Any => {}
    }
    schema
}

fn lengths(schema: &mut Schema, [least, most]: [&'static str; 2], min: u32, max: u32) {
    if min != 0 {
        schema.insert(least, json!(min));
    }
    if max != u32::MAX {
        schema.insert(most, json!(max));
    }
}

fn sealed(schema: Schema) -> Map<String, Value> {
    schema.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// A value of the author as JSON.
pub fn value(of: &Json) -> Value {
    match *of {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(value),
        Json::Int(value) => json!(value),
        Json::Num(value) => json!(value),
        Json::Text(value) => json!(value),
        Json::List(items) => items.iter().map(value).collect(),
        Json::Map(members) => {
            Value::Object(members.iter().map(|(key, member)| ((*key).to_owned(), value(member))).collect())
        }
    }
}
