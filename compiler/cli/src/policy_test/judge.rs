//! What became of a call against what should have.

use std::collections::{BTreeMap, BTreeSet};

use heddle_compiler::diag::shorten;
use heddle_compiler::plan::Plan;
use serde::Deserialize;
use serde_json::Value;

use super::file::{Allowed, Classes, Expected, Request};
use super::stand::placeholder;

/// What became of a call, as the rehearsal says.
#[derive(Debug, Deserialize)]
pub struct Outcome {
    /// `allowed`, `refused` or `held`.
    pub verdict: String,
    /// The layer that stopped it.
    #[serde(default)]
    pub layer: String,
    /// What the caller is told.
    #[serde(default)]
    pub message: String,
    /// The rule that decided.
    #[serde(default)]
    pub rule: Option<String>,
    /// What was found in the arguments: where, and the class.
    #[serde(default)]
    pub findings: Vec<(String, String)>,
    /// The request that would have been sent.
    #[serde(default)]
    pub request: Option<Sent>,
}

/// The request that would have been sent.
#[derive(Debug, Deserialize)]
pub struct Sent {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
}

/// What is not as expected.
pub fn faults(expected: &Expected, outcome: &Outcome, plan: &Plan) -> Vec<String> {
    let Expected { allowed, refused, held, denied, says, finds } = expected;
    let mut faults = Vec::new();
    let found = found(outcome);
    match (allowed, refused, held, denied) {
        (Some(allowed), ..) => match (&outcome.request, allowed) {
            (None, _) => faults.push(format!("it should be allowed, and {found}")),
            (Some(_), Allowed::Any(_)) => {}
            (Some(sent), Allowed::Request(request)) => unlike(request, sent, plan, &mut faults),
        },
        (_, Some(layer), ..) => {
            if outcome.verdict != "refused" || outcome.layer != layer.as_str() {
                faults.push(format!("{} should refuse it, and {found}", layer.as_str()));
            }
        }
        (_, _, Some(rule), _) => {
            let is_it = outcome.rule.as_deref().unwrap_or("tier-4") == rule;
            if outcome.verdict != "held" || !is_it {
                faults.push(format!("`{rule}` should hold it, and {found}"));
            }
        }
        (_, _, _, Some(rule)) => {
            if outcome.verdict != "refused"
                || outcome.layer != "escalation"
                || outcome.rule.as_ref() != Some(rule)
            {
                faults.push(format!("rule `{rule}` should deny it, and {found}"));
            }
        }
        (None, None, None, None) => faults.push("nothing is expected of it".to_owned()),
    }
    if let Some(wanted) = finds {
        unlike_findings(wanted, &outcome.findings, &mut faults);
    }
    for text in says.texts().iter().filter(|text| !outcome.message.contains(text.as_str())) {
        faults
            .push(format!("the message should have \"{text}\" in it, and is \"{}\"", outcome.message.trim()));
    }
    faults
}

fn found(outcome: &Outcome) -> String {
    let Outcome { verdict, layer, message, rule, findings: _, request } = outcome;
    let by = rule.as_ref().map_or_else(String::new, |rule| format!(", by rule `{rule}`"));
    match request {
        Some(sent) => format!("it is allowed{by}: {} {}", sent.method, sent.url),
        None => format!("it is {verdict} in {layer}{by}: \"{}\"", shorten(message.trim())),
    }
}

fn unlike_findings(wanted: &BTreeMap<String, Classes>, found: &[(String, String)], faults: &mut Vec<String>) {
    let wanted: BTreeSet<(&str, &str)> = wanted
        .iter()
        .flat_map(|(place, classes)| classes.all().iter().map(|class| (place.as_str(), class.word())))
        .collect();
    let found: BTreeSet<(&str, &str)> =
        found.iter().map(|(place, class)| (place.as_str(), class.as_str())).collect();
    for (place, class) in wanted.difference(&found) {
        faults.push(format!("`{class}` should be found in `{place}`, and is not"));
    }
    for (place, class) in found.difference(&wanted) {
        faults.push(format!("`{class}` is found in `{place}`, and `finds` does not name it"));
    }
}

fn unlike(wanted: &Request, sent: &Sent, plan: &Plan, faults: &mut Vec<String>) {
    let Request { method, url, headers, body } = wanted;
    if let Some(method) = method
        && *method != sent.method
    {
        faults.push(format!("the method should be {method}, and is {}", sent.method));
    }
    let sent_url = readable(&sent.url, plan);
    if let Some(url) = url
        && *url != sent_url
    {
        faults.push(format!("the URL should be {url}, and is {sent_url}"));
    }
    for (name, value) in headers {
        let found =
            sent.headers.iter().find(|(sent, _)| sent.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        if found != value.as_ref() {
            let shown =
                |value: Option<&String>| value.map_or("none".to_owned(), |value| format!("`{value}`"));
            faults.push(format!(
                "the header `{name}` should be {}, and is {}",
                shown(value.as_ref()),
                shown(found)
            ));
        }
    }
    if let Some(body) = body {
        let found: Value =
            sent.body.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
        if !same(body, &found) {
            faults.push(format!(
                "the body should be {body}, and is {}",
                sent.body.as_deref().unwrap_or("none")
            ));
        }
    }
}

/// The URL with the placeholders of secrets as the author writes them.
fn readable(url: &str, plan: &Plan) -> String {
    plan.grants.keys().fold(url.to_owned(), |url, grant| {
        let key = placeholder(&grant.key);
        let encoded: String = key
            .bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                    char::from(byte).to_string()
                }
                _ => format!("%{byte:02X}"),
            })
            .collect();
        url.replace(&encoded, &key)
    })
}

/// Equal as JSON; numbers by value.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}
