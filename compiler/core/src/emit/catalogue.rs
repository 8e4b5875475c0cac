//! The list of tools as clients will see it, for its digest: what stands in `heddle.lock` is what the binary puts into its
//! audit log and prints with `--policy`. The runtime makes the list itself, from the emitted crate; a test compares the two.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::plan::{Access, Json, Kind, Method, Origin, Param, Plan, Presence, Returns, Tool};

/// SHA-256 of the list as compact JSON, in hex.
pub(super) fn digest(plan: &Plan) -> String {
    let is_open = !plan.origins.iter().all(is_loopback);
    let tools: Vec<Listed<'_>> = plan.tools.iter().map(|(name, tool)| listed(name, tool, is_open)).collect();
    // A list of plain data always serialises.
    crate::hex::sha256(serde_json::to_vec(&tools).unwrap_or_default())
}

/// As MCP names and orders it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    description: &'a str,
    input_schema: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_schema: Option<Map<String, Value>>,
    annotations: Hints,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Hints {
    read_only_hint: bool,
    destructive_hint: bool,
    idempotent_hint: bool,
    open_world_hint: bool,
}

fn listed<'a>(name: &'a str, tool: &'a Tool, is_open: bool) -> Listed<'a> {
    let reads = tool.access == Access::Read;
    Listed {
        name,
        title: &tool.title,
        description: &tool.about,
        input_schema: sealed(object(&tool.params)),
        output_schema: tool.returns.as_ref().map(output),
        annotations: Hints {
            read_only_hint: reads,
            destructive_hint: !reads,
            idempotent_hint: reads || !matches!(tool.method, Method::Post | Method::Patch),
            open_world_hint: is_open,
        },
    }
}

fn is_loopback(origin: &Origin) -> bool {
    let host = origin.host.as_str();
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

type Schema = BTreeMap<&'static str, Value>;

fn output(returns: &Returns) -> Map<String, Value> {
    let Returns { about, kind } = returns;
    let mut schema = match kind {
        Kind::Object { .. } | Kind::OpenObject => self::kind(kind),
        Kind::Text { .. }
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::Boolean
        | Kind::List { .. }
        | Kind::Any => Schema::from([
            ("additionalProperties", Value::Bool(false)),
            ("properties", json!({ "result": sealed(self::kind(kind)) })),
            ("required", json!(["result"])),
            ("type", json!("object")),
        ]),
    };
    if !about.is_empty() {
        schema.insert("description", json!(about));
    }
    sealed(schema)
}

fn object(params: &BTreeMap<String, Param>) -> Schema {
    let required: Vec<&String> = params
        .iter()
        .filter(|(_, param)| param.presence == Presence::Required)
        .map(|(name, _)| name)
        .collect();
    let properties: Map<String, Value> =
        params.iter().map(|(name, param)| (name.clone(), Value::Object(property(param)))).collect();
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
    match of {
        Kind::Text { min, max, pattern, one_of } => {
            schema.insert("type", json!("string"));
            lengths(&mut schema, ["minLength", "maxLength"], *min, *max);
            if !pattern.is_empty() {
                schema.insert("pattern", json!(pattern));
            }
            choice(&mut schema, one_of);
        }
        Kind::Integer { min, max, one_of } => {
            schema.insert("type", json!("integer"));
            if *min != i64::MIN {
                schema.insert("minimum", json!(min));
            }
            if *max != i64::MAX {
                schema.insert("maximum", json!(max));
            }
            choice(&mut schema, one_of);
        }
        Kind::Number { min, max, one_of } => {
            schema.insert("type", json!("number"));
            if *min > f64::MIN {
                schema.insert("minimum", json!(min));
            }
            if *max < f64::MAX {
                schema.insert("maximum", json!(max));
            }
            choice(&mut schema, one_of);
        }
        Kind::Boolean => {
            schema.insert("type", json!("boolean"));
        }
        Kind::List { items, min, max } => {
            schema.insert("type", json!("array"));
            schema.insert("items", Value::Object(sealed(kind(items))));
            lengths(&mut schema, ["minItems", "maxItems"], *min, *max);
        }
        Kind::Object { fields } => schema = object(fields),
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

fn choice<T: Serialize>(schema: &mut Schema, one_of: &[T]) {
    if !one_of.is_empty() {
        schema.insert("enum", json!(one_of));
    }
}

// Put in by name, so that the text is the same whichever map is behind `serde_json`.
fn sealed(schema: Schema) -> Map<String, Value> {
    schema.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

fn value(of: &Json) -> Value {
    match of {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Bool(*value),
        Json::Int(value) => json!(value),
        Json::Num(value) => json!(value),
        Json::Text(value) => json!(value),
        Json::List(items) => items.iter().map(value).collect(),
        Json::Map(members) => {
            Value::Object(members.iter().map(|(key, member)| (key.clone(), value(member))).collect())
        }
    }
}
