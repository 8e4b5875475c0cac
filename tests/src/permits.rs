//! What a plan lets a caller do, said once more and from the documentation alone: the oracle that `heddle diff` is held
//! against. `heddle test` shows that a compiled agent agrees with it.
//!
//! It knows arguments that are already of their types, which is what the tests make.

use heddle_compiler::plan::{
    Access, Action, Class, Content, Hold, Json, Kind, Op, Param, Plan, Presence, Test, Tier, Validation, When,
};
use serde_json::{Map, Value};

/// What becomes of a call before a request is composed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The request is sent.
    Allowed,
    /// There is no such tool.
    UnknownTool,
    /// An argument is not as declared.
    Invalid,
    /// This rule holds it; `tier-4`: the tier does.
    Held(String),
    /// This rule denies it.
    Denied(String),
}

/// What becomes of a call.
pub fn verdict(plan: &Plan, tool: &str, arguments: &Map<String, Value>) -> Verdict {
    let Some(tool) = plan.tools.get(tool) else { return Verdict::UnknownTool };
    let value = |name: &str| given(arguments.get(name), tool.params.get(name)?);
    let decides = |hold: &&Hold| match &hold.when {
        When::Always => true,
        When::Any(tests) => tests.iter().any(|test| holds(test, value(&test.param))),
        When::All(tests) => tests.iter().all(|test| holds(test, value(&test.param))),
    };
    let held = match tool.holds.iter().find(decides) {
        Some(hold) => match hold.action {
            Action::Hold => Some(hold.rule.clone()),
            Action::Deny => return Verdict::Denied(hold.rule.clone()),
            Action::Allow => None,
        },
        None if (plan.tier, tool.access) == (Tier::Privileged, Access::Write) => Some("tier-4".to_owned()),
        None => None,
    };
    // Nobody is asked about a call that validation refuses.
    let known = arguments.keys().all(|name| tool.params.contains_key(name));
    let valid = tool.params.iter().all(|(name, param)| match value(name) {
        Some(value) => {
            let is_default = !arguments.contains_key(name);
            is_of(&param.kind, &value) && (is_default || may_say(param, &value, plan.validation))
        }
        None => param.presence != Presence::Required,
    });
    match held {
        _ if !(known && valid) => Verdict::Invalid,
        Some(rule) => Verdict::Held(rule),
        None => Verdict::Allowed,
    }
}

/// The value of a parameter: the argument, else the default.
fn given(argument: Option<&Value>, param: &Param) -> Option<Value> {
    argument.cloned().or_else(|| match &param.presence {
        Presence::Default(value) => Some(json(value)).filter(|value| !value.is_null()),
        Presence::Required | Presence::Optional => None,
    })
}

/// A value of the author.
pub fn json(value: &Json) -> Value {
    serde_json::to_value(value).expect("a plan is JSON")
}

fn holds(test: &Test, value: Option<Value>) -> bool {
    let Some(value) = value else { return false };
    match &test.op {
        Op::Gt(bound) => value.as_f64().is_some_and(|number| number > *bound),
        Op::Lt(bound) => value.as_f64().is_some_and(|number| number < *bound),
        Op::Eq(wanted) => equal(&json(wanted), &value),
        Op::In(wanted) => wanted.iter().any(|wanted| equal(&json(wanted), &value)),
        // The random configs have expressions without any sign of their own.
        Op::Contains(text) | Op::Matches(text) => {
            value.as_str().is_some_and(|value| value.to_lowercase().contains(&text.to_lowercase()))
        }
        Op::LenGt(bound) => match &value {
            Value::String(text) => text.chars().count() as u64 > *bound,
            Value::Array(items) => items.len() as u64 > *bound,
            Value::Object(members) => members.len() as u64 > *bound,
            _ => false,
        },
    }
}

fn equal(wanted: &Value, value: &Value) -> bool {
    match (wanted, value) {
        (Value::String(a), Value::String(b)) => a.to_lowercase() == b.to_lowercase(),
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (a, b) => a == b,
    }
}

fn is_of(kind: &Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Text { min, max, pattern, one_of }, Value::String(text)) => {
            let length = text.chars().count() as u64;
            u64::from(*min) <= length
                && length <= u64::from(*max)
                && (one_of.is_empty() || one_of.contains(text))
                // The one expression of the random configs.
                && (pattern.is_empty() || text.chars().all(|c| c.is_ascii_lowercase()))
        }
        (Kind::Integer { min, max, one_of }, Value::Number(number)) => number
            .as_i64()
            .is_some_and(|n| (*min..=*max).contains(&n) && (one_of.is_empty() || one_of.contains(&n))),
        (Kind::Number { min, max, one_of }, Value::Number(number)) => number
            .as_f64()
            .is_some_and(|n| (*min..=*max).contains(&n) && (one_of.is_empty() || one_of.contains(&n))),
        (Kind::Boolean, Value::Bool(_)) | (Kind::OpenObject, Value::Object(_)) | (Kind::Any, _) => true,
        (Kind::List { items, min, max }, Value::Array(values)) => {
            let count = values.len() as u64;
            u64::from(*min) <= count
                && count <= u64::from(*max)
                && values.iter().all(|value| is_of(items, value))
        }
        (Kind::Object { fields }, Value::Object(members)) => {
            members.keys().all(|name| fields.contains_key(name))
                && fields.iter().all(|(name, field)| match members.get(name) {
                    Some(value) => is_of(&field.kind, value),
                    None => field.presence != Presence::Required,
                })
        }
        _ => false,
    }
}

/// What a shell would run, and a text that no other class of attack is found in.
pub const COMMAND: &str = "; rm -rf /";

/// Whether the strings of a value have the form of their content, and nothing is found in them.
fn may_say(param: &Param, value: &Value, validation: Validation) -> bool {
    let mut leaf = &param.kind;
    while let Kind::List { items, .. } = leaf {
        leaf = items;
    }
    match (value, leaf) {
        (Value::String(text), _) => {
            let is_command = text == COMMAND;
            let has_form = match param.content {
                Content::Identifier => !is_command && !text.contains("//") && !text.contains('['),
                Content::Host => !is_command && text.len() <= 63 && !text.contains(['/', '@', '[']),
                Content::Path => !text.contains("://"),
                Content::Url => text == "https://example.com/a",
                Content::Email => text == "a@example.com",
                Content::Json => text == "[1]",
                Content::Unspecified
                | Content::Text
                | Content::Prompt
                | Content::Promql
                | Content::Logql
                | Content::Sql
                | Content::Code
                | Content::Regex => true,
            };
            has_form
                && !(is_command && param.scan.contains(&Class::Shell) && validation == Validation::Strict)
        }
        (Value::Array(values), _) => values.iter().all(|value| may_say(param, value, validation)),
        (Value::Object(members), Kind::Object { fields }) => members
            .iter()
            .all(|(name, value)| fields.get(name).is_none_or(|field| may_say(field, value, validation))),
        _ => true,
    }
}

/// Values around the bounds of a kind, right ones and wrong ones.
pub fn samples(kind: &Kind) -> Vec<Value> {
    let text = |length: u32| Value::from("a".repeat(length.min(300) as usize));
    match kind {
        Kind::Text { min, max, one_of, .. } => {
            let lengths =
                [min.saturating_sub(1), *min, min + 1, max.saturating_sub(1), *max, max.saturating_add(1)];
            let mut values: Vec<Value> =
                lengths.into_iter().filter(|length| *length <= 300).map(text).collect();
            values.extend(["ab", "one", "ABC", "Zebra", COMMAND].map(Value::from));
            values.extend(["https://example.com/a", "a@example.com", "[1]"].map(Value::from));
            values.extend(one_of.iter().map(|one| Value::from(one.as_str())));
            values.retain(|value| value != "");
            values
        }
        Kind::Integer { min, max, .. } => {
            [*min, *max, min.saturating_sub(1), max.saturating_add(1), 0, 1, 2, 3]
                .into_iter()
                .chain([min.midpoint(*max), min.midpoint(*max) + 1])
                .map(Value::from)
                .collect()
        }
        Kind::Number { min, max, .. } => [*min, *max, min - 1.0, max + 1.0, 0.5, -1.5, 0.0]
            .into_iter()
            .filter(|number| number.abs() < 1e15)
            .map(Value::from)
            .collect(),
        Kind::Boolean => vec![true.into(), false.into()],
        Kind::List { items, min, max } => {
            let item = samples(items).into_iter().find(|value| is_of(items, value)).unwrap_or(Value::Null);
            [*min, min + 1, 3, (*max).min(30), (*max).min(30) + 1]
                .into_iter()
                .map(|count| Value::from(vec![item.clone(); count as usize]))
                .collect()
        }
        Kind::Object { fields } => {
            let whole: Map<String, Value> = fields
                .iter()
                .filter_map(|(name, field)| {
                    let is_good = |value: &Value| {
                        is_of(&field.kind, value) && may_say(field, value, Validation::Strict)
                    };
                    Some((name.clone(), samples(&field.kind).into_iter().find(is_good)?))
                })
                .collect();
            let mut unknown = whole.clone();
            unknown.insert("unknown".to_owned(), Value::Null);
            let required = whole.iter().filter(|(name, _)| fields[*name].presence == Presence::Required);
            let required = required.map(|(name, value)| (name.clone(), value.clone())).collect();
            vec![
                Value::Object(whole),
                Value::Object(required),
                Value::Object(unknown),
                Value::Object(Map::new()),
            ]
        }
        Kind::OpenObject | Kind::Any => vec![serde_json::json!({ "x": 1 })],
    }
}

/// Calls of a tool: each parameter at each of its values while the others are at their first good one, and left out.
pub fn calls(plan: &Plan, tool: &str) -> Vec<Map<String, Value>> {
    let Some(tool) = plan.tools.get(tool) else { return Vec::new() };
    let good: Map<String, Value> = tool
        .params
        .iter()
        .filter_map(|(name, param)| {
            let is_good = |value: &Value| is_of(&param.kind, value) && may_say(param, value, plan.validation);
            Some((name.clone(), samples(&param.kind).into_iter().find(is_good)?))
        })
        .collect();
    let mut calls = vec![good.clone(), Map::new()];
    for (name, param) in &tool.params {
        for value in samples(&param.kind) {
            let mut call = good.clone();
            call.insert(name.clone(), value);
            calls.push(call);
        }
        let mut without = good.clone();
        without.remove(name);
        calls.push(without);
    }
    calls
}
