//! The parts of a random config.

use serde_json::{Map, Value, json};

/// Numbers by chance, the same for the same seed (SplitMix64).
#[derive(Debug, Clone)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[usize::try_from(self.below(from.len() as u64)).expect("an index")]
    }

    /// Text that must reach the generated crate as it is.
    pub(super) fn words(&mut self) -> String {
        let words = [
            "orders",
            "\"quoted\"",
            "back\\slash",
            "Grüße",
            "日本語",
            "#hash",
            "a: b",
            "*/",
            "//",
            "{ }",
            "r#\"",
            "'",
            "%s",
            "emoji 🧵",
            "two\nlines",
            "null",
            "true",
            "-",
            "<b>",
            "${x}",
            "`tick`",
            "0x7f",
        ];
        (0..self.between(1, 6)).map(|_| self.pick(&words)).collect::<Vec<_>>().join(" ")
    }
}

/// Why `nas.lan` may lead inside: all URLs of one host say the same about it.
pub(super) const NAS: &str = "the NAS stands in this house";

/// What one tool adds to a config.
#[derive(Debug)]
pub(super) struct ToolParts {
    pub exposed: Value,
    pub bridge: Value,
    pub rule: Option<Value>,
    pub secret: Option<String>,
}

/// A parameter while its place is looked for.
#[derive(Debug)]
struct Param {
    name: String,
    scalar: bool,
    /// May be absent without a default.
    optional: bool,
    /// A rule's condition on it that some calls meet and others do not.
    condition: Option<(&'static str, Value)>,
}

pub(super) fn tool(chance: &mut Chance, number: u64, tier: u64) -> ToolParts {
    let methods: &[&str] = match tier {
        1 => &["GET", "HEAD", "OPTIONS"],
        2 => &["GET", "POST", "PUT", "PATCH"],
        _ => &["GET", "POST", "PATCH", "DELETE"],
    };
    let method = chance.pick(methods);
    let carries_body = !matches!(method, "GET" | "HEAD" | "OPTIONS");
    let names = ["query", "Query-range", "type", "get_it", "self", "a-b-c", "com1", "X"];
    let name = format!("{}_{number}", chance.pick(&names));
    let name = if number == 0 { chance.pick(&names).to_owned() } else { name };

    let mut declared = Map::new();
    let mut params = Vec::new();
    for at in 0..chance.below(6) {
        let name = format!("{}{at}", chance.pick(&["id", "Count-", "_x", "fn", "p_"]));
        let (schema, param) = parameter(chance, &name, carries_body);
        declared.insert(name, schema);
        params.push(param);
    }
    let (origin, in_private) = origin(chance);
    let mut bridge = place(chance, &params, &origin, carries_body);
    if origin.contains("nas.lan") {
        bridge.insert("allow_private".into(), json!(NAS));
    }
    bridge.insert("tool_name".into(), json!(name));
    if method != "GET" || chance.once_in(2) {
        bridge.insert("method".into(), json!(method));
    }
    let secret =
        (in_private && chance.once_in(2)).then(|| chance.pick(&["api-token", "k.1", "S_2"]).to_owned());
    if let Some(key) = &secret {
        let headers = bridge.entry("headers").or_insert_with(|| json!({}));
        headers["Authorization"] = json!(format!("Bearer {{{{secret:{key}}}}}"));
    }
    if chance.once_in(4) {
        bridge
            .insert("response_path".into(), json!(chance.pick(&["data.result", "/data/0/a~1b", "0", "a b"])));
    }

    let mut exposed = Map::new();
    exposed.insert("name".into(), json!(name));
    let writes = tier > 1 && chance.once_in(2);
    if writes {
        exposed.insert("access".into(), json!("write"));
    } else if carries_body && chance.once_in(2) {
        exposed.insert("reads".into(), json!(chance.words()));
    }
    if chance.once_in(4) {
        exposed.insert("title".into(), json!("A \"title\""));
    }
    if !chance.once_in(5) {
        exposed.insert("description".into(), json!(chance.words()));
    }
    if chance.once_in(4) {
        exposed.insert("rate_limit".into(), json!({ "per_minute": chance.between(1, 600) }));
    }
    if !declared.is_empty() {
        exposed.insert("parameters".into(), Value::Object(declared));
    }
    if chance.once_in(3) {
        exposed.insert("returns".into(), returns(chance));
    }
    let rule = chance.once_in(2).then(|| rule(chance, &name, &params));
    ToolParts { exposed: Value::Object(exposed), bridge: Value::Object(bridge), rule, secret }
}

/// An origin, and whether a secret may be sent to it.
fn origin(chance: &mut Chance) -> (String, bool) {
    let origins = [
        ("http://localhost:9090", true),
        ("http://127.0.0.1", true),
        ("http://[::1]:8080", true),
        ("https://api.example.com", true),
        ("https://API.example.com:8443", true),
        ("http://nas.lan:5000", false),
        ("http://10.1.2.3:80", false),
    ];
    let at = usize::try_from(chance.below(origins.len() as u64)).expect("an index");
    (origins[at].0.to_owned(), origins[at].1)
}

fn parameter(chance: &mut Chance, name: &str, carries_body: bool) -> (Value, Param) {
    let kinds = if carries_body { 9 } else { 6 };
    let kind = chance.below(kinds);
    let low = i64::try_from(chance.below(50)).expect("small") - 25;
    let (mut schema, default, condition) = match kind {
        0 => (
            json!({ "type": "string", "max_length": 200, "min_length": 1 }),
            json!(chance.words()),
            Some((chance.pick(&["param_contains", "param_eq", "param_matches"]), json!("ab"))),
        ),
        1 => (
            json!({ "enum": ["one", "two \"q\"", "drei ü"] }),
            json!("drei ü"),
            Some(("param_eq", json!("one"))),
        ),
        2 => (
            json!({ "type": "string", "pattern": "^[a-z]*$", "max_length": 20 }),
            json!("ab"),
            Some(("param_len_gt", json!(5))),
        ),
        3 => (
            json!({ "type": "integer", "min": low, "max": low + 100 }),
            json!(low + 1),
            Some((chance.pick(&["param_gt", "param_lt", "param_eq"]), json!(low + 50))),
        ),
        4 => (json!({ "type": "number", "max": 1.5 }), json!(0.25), Some(("param_gt", json!(-1.25)))),
        5 => (json!({ "type": "boolean" }), json!(true), Some(("param_eq", json!(true)))),
        6 => (
            json!({ "type": "array", "max_items": 5, "items": { "type": "integer", "enum": [1, 2, 3] } }),
            json!([1, 2]),
            Some(("param_len_gt", json!(2))),
        ),
        7 => (
            json!({ "type": "object", "properties": {
                "to": { "type": "string", "description": chance.words() },
                "count": { "type": "integer", "default": 1 },
                "more": { "type": "object", "required": false, "properties": { "x": { "type": "boolean" } } },
            } }),
            json!({ "to": "b" }),
            None,
        ),
        _ => (json!({ "type": "object" }), json!({ "any": [null, 1, "x"] }), None),
    };
    let members = schema.as_object_mut().expect("a mapping");
    let example = if kind == 0 { says(chance, members) } else { None };
    if let Some(Value::Object(properties)) = members.get_mut("properties")
        && let Some(Value::Object(to)) = properties.get_mut("to")
    {
        says(chance, to);
    }
    let mut optional = false;
    match chance.below(3) {
        0 => {
            members.insert("default".into(), example.map_or(default, |example| json!(example)));
        }
        1 => {
            members.insert("required".into(), json!(false));
            optional = true;
        }
        _ => {
            members.insert("required".into(), json!(true));
        }
    }
    if chance.once_in(2) {
        members.insert("description".into(), json!(chance.words()));
    }
    if chance.once_in(5) {
        members.insert("sensitive".into(), json!(chance.once_in(2)));
    }
    (schema, Param { name: name.to_owned(), scalar: kind < 6, optional, condition })
}

/// What a free text is and what is not looked for in it, said here and there. A content with a form of its own comes with a
/// value that has it.
fn says(chance: &mut Chance, members: &mut Map<String, Value>) -> Option<&'static str> {
    // Each with a class that is looked for wherever the text goes.
    let contents = [
        (None, "shell", None),
        (Some("text"), "html", None),
        (Some("prompt"), "prompt", None),
        (Some("identifier"), "traversal", Some("ab-1")),
        (Some("path"), "template", Some("a/b.txt")),
        (Some("url"), "ssrf", Some("https://example.com/a")),
        (Some("host"), "ssrf", Some("example.com")),
        (Some("email"), "header", Some("a@example.com")),
        (Some("promql"), "control", None),
        (Some("logql"), "control", None),
        (Some("sql"), "control", None),
        (Some("code"), "control", None),
        (Some("json"), "control", Some("[1]")),
        (Some("regex"), "control", None),
    ];
    let at = usize::try_from(chance.below(2 * contents.len() as u64)).expect("an index");
    let (content, class, example) = contents.get(at).copied().unwrap_or((None, "sql", None));
    if let Some(content) = content {
        members.insert("content".into(), json!(content));
    }
    if chance.once_in(3) {
        members.insert("allow".into(), json!({ class: format!("because {}", chance.words()) }));
    }
    example
}

/// A bridge that uses each parameter.
fn place(chance: &mut Chance, params: &[Param], origin: &str, carries_body: bool) -> Map<String, Value> {
    let mut path = chance.pick(&["", "/", "/api/v1", "/ü/a%20b/"]).to_owned();
    let mut query = Vec::new();
    let mut query_params = Map::new();
    let mut headers = Map::new();
    let mut body = Map::new();
    if chance.once_in(4) {
        query.push("fixed=a+b%26c".to_owned());
    }
    for Param { name, scalar, optional, condition: _ } in params {
        let hole = format!("{{{{{name}}}}}");
        let choice = if !scalar { 6 } else { chance.below(if carries_body { 8 } else { 5 }) };
        match choice {
            0 if !optional => path.push_str(&format!("/{hole}")),
            1 if !optional => path.push_str(&format!("/v-{hole}.json")),
            2 if !optional => query.push(format!("u_{name}=x%3D{hole}+y")),
            3 => {
                headers.insert(format!("X-{}", name.replace('_', "-")), json!(hole));
            }
            5 if !optional => {
                body.insert(format!("t_{name}"), json!(format!("text {hole} \"and\" {hole}")));
            }
            6 => {
                body.insert(name.clone(), json!(hole));
            }
            7 => {
                body.insert(format!("l_{name}"), json!([{ "in": [hole, null, 1.5] }, "fixed"]));
            }
            _ => {
                query_params.insert(name.clone(), json!(format!("q {name}")));
            }
        }
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let mut bridge = Map::new();
    // A path begins with a slash wherever something follows the origin.
    bridge.insert("url".into(), json!(format!("{origin}{path}{query}")));
    for (key, value) in [("query_params", query_params), ("headers", headers), ("body_template", body)] {
        if !value.is_empty() {
            bridge.insert(key.into(), Value::Object(value));
        }
    }
    if carries_body && !bridge.contains_key("body_template") && chance.once_in(2) {
        bridge.insert("body_template".into(), json!({ "fixed": [1, null, { "a": "b" }], "stream": false }));
    }
    bridge
}

fn returns(chance: &mut Chance) -> Value {
    match chance.below(4) {
        0 => json!({ "type": "string", "description": chance.words() }),
        1 => json!({ "type": "array", "items": { "type": "number" } }),
        2 => json!({
            "type": "object",
            "required": ["status"],
            "properties": { "status": { "type": "string", "enum": ["ok", "error"] }, "data": {}, "n": { "type": "integer" } },
        }),
        _ => json!({ "type": "object" }),
    }
}

fn rule(chance: &mut Chance, tool: &str, params: &[Param]) -> Value {
    let mut rule = Map::new();
    rule.insert("name".into(), json!(format!("rule for {tool}")));
    rule.insert("tool".into(), json!(tool));
    if chance.once_in(2) {
        rule.insert("reason".into(), json!(chance.words()));
    }
    let mut tests = 0;
    for Param { name, condition, .. } in params {
        if let Some((key, value)) = condition.clone().filter(|_| chance.once_in(2)) {
            let value = if key == "param_eq" && chance.once_in(3) {
                ("param_in", json!([value]))
            } else {
                (key, value)
            };
            rule.entry(value.0).or_insert_with(|| json!({}))[name.as_str()] = value.1;
            tests += 1;
        }
    }
    if tests > 1 && chance.once_in(2) {
        rule.insert("match".into(), json!(chance.pick(&["any", "all"])));
    }
    match chance.below(5) {
        0 => drop(rule.insert("action".into(), json!("deny"))),
        1 => {
            rule.insert("action".into(), json!("allow"));
            rule.insert("reason".into(), json!(format!("because {}", chance.words())));
        }
        2 => drop(rule.insert("expires".into(), json!(chance.pick(&["90s", "15m", "24h"])))),
        3 => drop(rule.insert("wait".into(), json!(chance.pick(&["1s", "60s", "5m"])))),
        _ => {}
    }
    Value::Object(rule)
}
