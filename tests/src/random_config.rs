//! Configs made up by chance, all of which `check` accepts: every kind of parameter, place, body, rule and limit that the
//! language has. The same seed gives the same config.

mod parts;
mod writer;

pub use writer::Style;

use heddle_compiler::check::{Granted, Grants};
use parts::{Chance, NAS, ToolParts};
use serde_json::{Map, Value, json};

/// A config and the secrets it needs.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The whole file as data.
    pub value: Value,
    /// The keys that its agent must be granted.
    pub secrets: Vec<String>,
}

/// The config of a seed.
pub fn sample(seed: u64) -> Config {
    let mut chance = Chance::new(seed);
    let tier = chance.between(1, 4);
    let name = format!("agent{}-{}", chance.below(100), chance.pick(&["a", "b_c", "fn", "x-1"]));
    let mut secrets = Vec::new();
    let mut exposes = Vec::new();
    let mut bridges = Vec::new();
    let mut rules = Vec::new();
    for number in 0..chance.between(1, 6) {
        let ToolParts { exposed, bridge, rule, secret } = parts::tool(&mut chance, number, tier);
        exposes.push(exposed);
        bridges.push(bridge);
        rules.extend(rule);
        secrets.extend(secret);
    }
    if chance.once_in(2) {
        bridges.reverse();
    }
    secrets.sort();
    secrets.dedup();
    let mut agent = Map::new();
    agent.insert("name".into(), json!(name));
    agent.insert("exposes".into(), Value::Array(exposes));
    agent.insert("http_bridge".into(), Value::Array(bridges));
    agent.insert("runtime".into(), runtime(&mut chance, tier));
    if chance.once_in(2) {
        agent.insert("version".into(), json!(chance.pick(&["1.0.0", "0.1.2-rc.1", "10.20.30+build"])));
    }
    if chance.once_in(2) {
        agent.insert("description".into(), json!(chance.words()));
    }
    if chance.once_in(3) {
        agent.insert("triggers".into(), json!([{ "type": "on_demand" }]));
    }
    if !rules.is_empty() {
        agent.insert("escalation_rules".into(), Value::Array(rules));
    }
    Config { value: json!({ "agent": agent }), secrets }
}

impl Config {
    /// The config as YAML.
    pub fn yaml(&self, style: &Style) -> String {
        writer::yaml(&self.value, style)
    }

    /// The grants that its agent needs, and no more.
    pub fn grants(&self) -> Grants {
        let agent = self.value["agent"]["name"].as_str().unwrap_or_default().to_owned();
        let keys = self.secrets.iter().map(|key| Granted { key: key.clone(), span: None }).collect();
        Grants { source: Some("heddle.grants.yaml".to_owned()), agents: [(agent, keys)].into() }
    }
}

fn audit(chance: &mut Chance) -> Value {
    let mut thresholds = Map::new();
    for key in ["rate_limit_breaches", "credential_denials", "refusals"] {
        match chance.below(4) {
            0 => thresholds.insert(key.into(), json!({ "count": chance.between(1, 10_000) })),
            1 => thresholds.insert(key.into(), json!({ "within": chance.pick(&["1s", "5m", "24h"]) })),
            _ => None,
        };
    }
    if chance.once_in(2) {
        thresholds.insert("warm_up".into(), json!(chance.below(1000)));
    }
    let facts = [
        ("sync", json!(chance.pick(&["os", "always"]))),
        ("max_bytes", json!(chance.pick(&["64KiB", "64MiB", "1GiB"]))),
        ("max_age", json!(chance.pick(&["1m", "24h"]))),
        ("anomalies", Value::Object(thresholds)),
    ];
    let mut audit = Map::new();
    for (key, value) in facts {
        if chance.once_in(2) {
            audit.insert(key.into(), value);
        }
    }
    Value::Object(audit)
}

fn runtime(chance: &mut Chance, tier: u64) -> Value {
    let mut runtime = Map::new();
    runtime.insert("trust_tier".into(), json!(tier));
    let facts = [
        ("max_execution_time", json!(chance.pick(&["30s", "1500ms", "5m", "1h"]))),
        ("max_response_bytes", json!(chance.pick(&["1MiB", "64KiB", "4KiB"]))),
        ("rate_limit", json!({ "per_minute": chance.between(1, 1000), "burst": chance.between(1, 50) })),
        ("validation", json!("strict")),
        ("sandbox", json!(chance.pick(&["auto", "require", "none"]))),
        ("audit", audit(chance)),
        ("transports", json!(chance.pick(&[["stdio"].as_slice(), &["http"], &["http", "stdio"]]))),
    ];
    for (key, value) in facts {
        if chance.once_in(3) {
            runtime.insert(key.into(), value);
        }
    }
    let over_http = runtime.get("transports").is_none_or(|listed| listed.to_string().contains("http"));
    if over_http && chance.once_in(3) {
        runtime.insert("http".into(), http(chance));
    }
    Value::Object(runtime)
}

fn http(chance: &mut Chance) -> Value {
    let keys = [
        "https://login.example.org/keys",
        "http://localhost:9000/keys",
        "https://10.1.2.3",
        "https://nas.lan/k",
    ];
    let jwks = chance.pick(&keys);
    let mut http = json!({
        "resource": chance.pick(&["https://mcp.example.org/mcp", "http://localhost:8080/mcp"]),
        "issuer": "https://login.example.org",
        "jwks": jwks,
        "read_scope": "read",
        "write_scope": chance.pick(&["write", "tools:write"]),
    });
    if jwks.contains("nas.lan") {
        http["allow_private"] = json!(NAS);
    }
    http
}
