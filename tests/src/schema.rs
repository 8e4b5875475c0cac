//! What the schemas of MCP's revisions say of a message.

use std::collections::BTreeMap;
use std::fs;
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::home::checkout;

/// A definition of a revision's schema.
fn definition(revision: &str, name: &str) -> Arc<Validator> {
    static KNOWN: Mutex<BTreeMap<String, Arc<Validator>>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let found = known.entry(format!("{revision} {name}")).or_insert_with(|| {
        let path = checkout().join(format!("tests/schemas/{revision}.json"));
        let text = fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        let mut schema: Value = serde_json::from_str(&text).expect("a schema");
        let key = if schema.get("$defs").is_some() { "$defs" } else { "definitions" };
        schema["$ref"] = json!(format!("#/{key}/{name}"));
        let validator = jsonschema::validator_for(&schema);
        Arc::new(validator.unwrap_or_else(|fault| panic!("{revision}: {name}: {fault}")))
    });
    found.clone()
}

/// Holds a message, or a part of one, against a definition.
pub fn check(revision: &str, name: &str, value: &Value) {
    let faults: Vec<String> = definition(revision, name)
        .iter_errors(value)
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{revision}, {name}: {faults:#?}\n{value:#}");
}

/// Holds the answer to a request of this method against what its revision says of it.
pub fn check_answer(revision: &str, method: &str, answer: &Value) {
    check(revision, "JSONRPCMessage", answer);
    let Some(result) = answer.get("result") else { return };
    let name = match method {
        "tools/call" if result["resultType"] == "input_required" => "InputRequiredResult",
        "tools/call" => "CallToolResult",
        "tools/list" => "ListToolsResult",
        "initialize" => "InitializeResult",
        "server/discover" => "DiscoverResult",
        _ => return,
    };
    check(revision, name, result);
}

/// Holds a message that nobody asked for against what a revision says of it.
pub fn check_told(revision: &str, message: &Value) {
    check(revision, "JSONRPCMessage", message);
    let name = match message["method"].as_str() {
        Some("notifications/progress") => "ProgressNotification",
        Some("notifications/cancelled") => "CancelledNotification",
        Some("elicitation/create") => "ElicitRequest",
        method => panic!("a server of tools says {method:?}: {message}"),
    };
    check(revision, name, message);
}
