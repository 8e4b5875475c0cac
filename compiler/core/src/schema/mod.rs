//! The language for editors and readers: a JSON Schema and a reference page, both made from the
//! [tables](crate::parse::tables) that the parser judges by.

mod page;

pub use page::reference;

use serde_json::{Map, Value, json};

use crate::parse::keys::{Is, Key, Need, Table, Word};
use crate::parse::tables;

/// Where `heddle schema` says that the schema lives.
const ID: &str = "https://github.com/goweft/heddle/blob/main/docs/reference/heddle.schema.json";

/// The JSON Schema of a config, in draft 7, which the YAML language server reads. Ends with a line end.
#[must_use]
pub fn json_schema() -> String {
    let mut definitions = Map::new();
    for table in tables::ALL.iter().filter(|table| !table.path.is_empty()) {
        definitions.insert(definition(table), mapping(table));
    }
    let mut schema = mapping(&tables::ROOT);
    if let Some(members) = schema.as_object_mut() {
        members.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
        members.insert("$id".into(), json!(ID));
        members.insert("title".into(), json!("heddle config"));
        members.insert("definitions".into(), Value::Object(definitions));
    }
    format!("{schema:#}\n")
}

/// The name of a table's definition: `agent.exposes[]` is `agent_exposes`, `parameters.*` is `parameters_each`.
fn definition(table: &Table) -> String {
    let path = table.path.replace('*', "each");
    let words: Vec<&str> = path.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

fn mapping(table: &Table) -> Value {
    let mut properties = Map::new();
    for key in table.keys.iter().filter(|key| key.is_accepted()) {
        properties.insert(key.name.into(), described(key));
        for alias in key.aliases {
            let mut same = described(key);
            if let Some(members) = same.as_object_mut() {
                members
                    .insert("description".into(), json!(format!("The same as `{}`. {}", key.name, key.doc)));
            }
            properties.insert((*alias).into(), same);
        }
    }
    let required: Vec<&str> =
        table.keys.iter().filter(|key| key.need == Need::Required).map(|key| key.name).collect();
    let mut schema = json!({
        "type": "object",
        "description": table.doc,
        "properties": properties,
        "additionalProperties": false,
    });
    if let Some(members) = schema.as_object_mut()
        && !required.is_empty()
    {
        members.insert("required".into(), json!(required));
    }
    schema
}

/// A key with everything that its hover should teach.
fn described(key: &Key) -> Value {
    let mut text = key.doc.to_owned();
    if let Is::OneOf(words) | Is::Level(words) = &key.is {
        for word in words.iter().filter(|word| !word.refused) {
            text.push_str(&format!("\n\n`{}`: {}", word.word, word.doc));
        }
    }
    if let Need::Else(absent) = key.need
        && !absent.is_empty()
    {
        text.push_str(&format!("\n\nLeft out: {absent}."));
    }
    if !key.example.is_empty() {
        text.push_str(&format!("\n\nFor example:\n{}", key.example));
    }
    // Draft 7 reads nothing beside `$ref`, so the description needs a level of its own.
    let mut schema = taken(&key.is);
    if schema.get("$ref").is_some() {
        schema = json!({ "allOf": [schema] });
    }
    if let Some(members) = schema.as_object_mut() {
        members.insert("description".into(), json!(text));
    }
    schema
}

fn taken(is: &Is) -> Value {
    match is {
        Is::Text => json!({ "type": "string" }),
        Is::Shaped(pattern) => json!({ "type": "string", "pattern": pattern }),
        Is::Int { min } => json!({ "type": "integer", "minimum": min }),
        Is::Num => json!({ "type": "number" }),
        Is::Bool => json!({ "type": "boolean" }),
        Is::Duration(_) => json!({ "type": "string", "pattern": "^[0-9]+ *(ms|s|m|min|h)$" }),
        Is::Size => json!({
            "anyOf": [
                { "type": "integer", "minimum": 1 },
                { "type": "string", "pattern": "^[0-9]+ *(B|KiB|MiB|GiB)$" },
            ],
        }),
        Is::OneOf(words) => json!({ "type": "string", "enum": spellings(words) }),
        Is::Level(words) => {
            let levels: Vec<i64> = words.iter().filter_map(|word| word.word.parse().ok()).collect();
            json!({ "type": "integer", "enum": levels })
        }
        Is::Data | Is::Refused { .. } => json!({}),
        Is::BoolOrNames => json!({ "type": ["boolean", "array"], "items": { "type": "string" } }),
        Is::Table(table) => json!({ "$ref": format!("#/definitions/{}", definition(table)) }),
        Is::List(item) => json!({ "type": "array", "items": taken(item) }),
        Is::Named(inner) => json!({ "type": "object", "additionalProperties": taken(inner) }),
    }
}

fn spellings(words: &[Word]) -> Vec<&'static str> {
    let accepted = || words.iter().filter(|word| !word.refused);
    accepted().map(|word| word.word).chain(accepted().flat_map(|word| word.aliases.iter().copied())).collect()
}
