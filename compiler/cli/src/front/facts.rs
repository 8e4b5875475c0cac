//! A plan as a list of facts, to be compared.

use heddle_compiler::plan::Plan;
use serde_json::Value;

/// Everything that a plan says, one fact a line, so that no difference can be left out.
pub fn facts(plan: &Plan) -> Vec<String> {
    fn walk(at: &str, value: &Value, facts: &mut Vec<String>) {
        match value {
            Value::Object(members) if !members.is_empty() => {
                for (name, member) in members {
                    walk(&format!("{at}.{name}"), member, facts);
                }
            }
            Value::Array(items) if items.iter().any(Value::is_object) => {
                for (index, item) in items.iter().enumerate() {
                    walk(&format!("{at}[{index}]"), item, facts);
                }
            }
            Value::Object(_)
            | Value::Array(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_) => facts.push(format!("{}: {value}", at.trim_start_matches('.'))),
        }
    }
    let mut facts = Vec::new();
    walk("", &serde_json::to_value(plan).unwrap_or_default(), &mut facts);
    facts
}

/// What stands in one plan and not in the other, of the first fact that they do not have in common.
pub fn first_difference(built: &Plan, asked: &Plan) -> Option<String> {
    let (built, asked) = (facts(built), facts(asked));
    let missing = built.iter().find(|fact| !asked.contains(fact));
    let added = asked.iter().find(|fact| !built.contains(fact));
    match (missing, added) {
        (Some(missing), Some(added)) => Some(format!("`{missing}` was built, `{added}` is asked for")),
        (Some(missing), None) => Some(format!("`{missing}` was built, and is not asked for")),
        (None, Some(added)) => Some(format!("`{added}` was not built")),
        (None, None) => None,
    }
}
