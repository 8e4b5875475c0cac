//! A judged tree into [`crate::ast`]. Silent: whatever cannot be lowered was reported by [`super::walk`].

mod audit;
mod schema;

use crate::ast::{
    Access, Action, Agent, Bridge, Consumed, Http, Match, Method, Model, RateLimit, Rule, Runtime, Sandbox,
    Test, TestOp, Tier, Tool, Transport, Trigger, Validation, Value,
};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Kind, Node};

/// The agent, if enough of it is there for the checks to make sense.
pub(super) fn agent(tree: Node, digest: String) -> Option<Agent> {
    let mut file = Fields::of(tree)?;
    let mut fields = Fields::of(file.take("agent")?.value)?;
    let runtime = fields.take("runtime");
    let exposes = fields.list("exposes")?;
    let bridges = fields.list("http_bridge")?;
    let (told_tools, told_bridges) = (exposes.len(), bridges.len());
    let mut exposes: Vec<Tool> = exposes.into_iter().filter_map(tool).collect();
    let mut http_bridge: Vec<Bridge> = bridges.into_iter().filter_map(bridge).collect();
    leave_out_widows(&mut exposes, told_tools, &mut http_bridge, told_bridges);
    let mut escalation_rules: Vec<Rule> =
        fields.list("escalation_rules")?.into_iter().filter_map(rule).collect();
    if exposes.len() < told_tools {
        let kept = |name: &str| exposes.iter().any(|tool| tool.name.value == name);
        escalation_rules.retain(|rule| rule.tool.as_ref().is_none_or(|tool| kept(&tool.value)));
    }
    if exposes.is_empty() && told_tools > 0 {
        return None;
    }
    Some(Agent {
        span: fields.span,
        digest,
        // A missing name was reported, and is no reason to keep silent about the rest.
        name: fields.text("name").unwrap_or_else(|| Spanned::new("unnamed".to_owned(), fields.span)),
        version: fields.text("version"),
        description: fields.text("description"),
        model: fields.take("model").and_then(model),
        consumes: fields.list("consumes")?.into_iter().filter_map(consumed).collect(),
        exposes,
        http_bridge,
        escalation_rules,
        runtime: runtime_of(runtime, fields.span),
        triggers: fields.list("triggers")?.into_iter().filter_map(trigger).collect(),
    })
}

/// A tool that could not be read must not make its bridge look astray, nor a bridge its tool: nobody is helped by messages
/// that follow from another one.
fn leave_out_widows(
    tools: &mut Vec<Tool>,
    told_tools: usize,
    bridges: &mut Vec<Bridge>,
    told_bridges: usize,
) {
    if tools.len() < told_tools {
        bridges.retain(|bridge| tools.iter().any(|tool| tool.name.value == bridge.tool_name.value));
    }
    if bridges.len() < told_bridges {
        tools.retain(|tool| bridges.iter().any(|bridge| bridge.tool_name.value == tool.name.value));
    }
}

/// The entries of one mapping, taken out by name.
struct Fields {
    span: Span,
    entries: Vec<Option<Entry>>,
}

impl Fields {
    fn of(node: Node) -> Option<Self> {
        let Kind::Map(entries) = node.kind else { return None };
        Some(Self { span: node.span, entries: entries.into_iter().map(Some).collect() })
    }

    fn take(&mut self, name: &str) -> Option<Entry> {
        self.entries
            .iter_mut()
            .find(|slot| slot.as_ref().is_some_and(|entry| entry.key.value == name))?
            .take()
    }

    /// Whether the value itself was reported.
    fn is_faulty(&self, name: &str) -> bool {
        self.entries.iter().flatten().any(|entry| entry.key.value == name && entry.value.kind == Kind::Faulty)
    }

    fn text(&mut self, name: &str) -> Option<Spanned<String>> {
        text(self.take(name)?.value)
    }

    fn number(&mut self, name: &str) -> Option<Spanned<f64>> {
        let node = self.take(name)?.value;
        if let Kind::Float(value) = node.kind {
            return Some(Spanned::new(value, node.span));
        }
        let Kind::Int(value) = node.kind else { return None };
        #[expect(clippy::cast_precision_loss, reason = "bounds are compared as JSON numbers")]
        Some(Spanned::new(value as f64, node.span))
    }

    fn int(&mut self, name: &str) -> Option<Spanned<i64>> {
        let node = self.take(name)?.value;
        let Kind::Int(value) = node.kind else { return None };
        Some(Spanned::new(value, node.span))
    }

    fn unsigned(&mut self, name: &str) -> Option<Spanned<u64>> {
        let value = self.int(name)?;
        Some(value.map(|value| u64::try_from(value).unwrap_or(0)))
    }

    fn bool(&mut self, name: &str) -> Option<Spanned<bool>> {
        let node = self.take(name)?.value;
        let Kind::Bool(value) = node.kind else { return None };
        Some(Spanned::new(value, node.span))
    }

    /// A word of a fixed list, as `of` reads it.
    fn word<T>(&mut self, name: &str, of: impl Fn(&str) -> Option<T>) -> Option<Spanned<T>> {
        let word = self.text(name)?;
        Some(Spanned::new(of(&word.value)?, word.span))
    }

    /// A list, empty when absent. `None`: it was no list, and what depends on it cannot be judged.
    fn list(&mut self, name: &str) -> Option<Vec<Node>> {
        let Some(entry) = self.take(name) else { return Some(Vec::new()) };
        let Kind::List(items) = entry.value.kind else { return None };
        Some(items)
    }

    /// A mapping from names that the author chose, empty when absent.
    fn named(&mut self, name: &str) -> Vec<Entry> {
        match self.take(name).map(|entry| entry.value.kind) {
            Some(Kind::Map(entries)) => entries,
            _ => Vec::new(),
        }
    }

    fn named_text(&mut self, name: &str) -> Vec<(Spanned<String>, Spanned<String>)> {
        self.named(name).into_iter().filter_map(|entry| Some((entry.key, text(entry.value)?))).collect()
    }
}

fn text(node: Node) -> Option<Spanned<String>> {
    let Kind::Text(text) = node.kind else { return None };
    Some(Spanned::new(text.value, node.span))
}

/// A value that is data; `None` when any of it is faulty.
fn value(node: Node) -> Option<Spanned<Value>> {
    let value = match node.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(value),
        Kind::Int(value) => Value::Int(value),
        Kind::Float(value) => Value::Num(value),
        Kind::Text(text) => Value::Text(text.value),
        Kind::List(items) => Value::List(items.into_iter().map(self::value).collect::<Option<_>>()?),
        Kind::Map(entries) => Value::Map(
            entries
                .into_iter()
                .map(|entry| Some((entry.key, self::value(entry.value)?)))
                .collect::<Option<_>>()?,
        ),
        Kind::BadNumber | Kind::Faulty => return None,
    };
    Some(Spanned::new(value, node.span))
}

fn model(entry: Entry) -> Option<Model> {
    let mut fields = Fields::of(entry.value)?;
    Some(Model {
        key: entry.key.span,
        provider: fields.text("provider"),
        model: fields.text("model"),
        temperature: fields.number("temperature"),
        max_tokens: fields.int("max_tokens"),
        system_prompt: fields.text("system_prompt"),
    })
}

fn consumed(node: Node) -> Option<Consumed> {
    let mut fields = Fields::of(node)?;
    Some(Consumed {
        span: fields.span,
        uri: fields.text("uri")?,
        tools: fields.list("tools")?.into_iter().filter_map(text).collect(),
    })
}

fn tool(node: Node) -> Option<Tool> {
    let mut fields = Fields::of(node)?;
    if fields.is_faulty("access") || fields.is_faulty("parameters") {
        return None;
    }
    Some(Tool {
        span: fields.span,
        name: fields.text("name")?,
        title: fields.text("title"),
        description: fields.text("description"),
        access: fields.word("access", access),
        reads: fields.text("reads"),
        rate_limit: fields.take("rate_limit").and_then(rate_limit),
        parameters: fields.named("parameters").into_iter().map(schema::parameter).collect(),
        returns: fields.take("returns").and_then(schema::returns),
    })
}

fn access(word: &str) -> Option<Access> {
    match word {
        "read" => Some(Access::Read),
        "write" => Some(Access::Write),
        _ => None,
    }
}

fn rate_limit(entry: Entry) -> Option<RateLimit> {
    let mut fields = Fields::of(entry.value)?;
    Some(RateLimit { span: fields.span, per_minute: fields.int("per_minute"), burst: fields.int("burst") })
}

fn bridge(node: Node) -> Option<Bridge> {
    if node.is_faulty() {
        return None;
    }
    let mut fields = Fields::of(node)?;
    Some(Bridge {
        span: fields.span,
        tool_name: fields.text("tool_name")?,
        method: fields.word("method", |word| match word {
            "GET" => Some(Method::Get),
            "HEAD" => Some(Method::Head),
            "OPTIONS" => Some(Method::Options),
            "POST" => Some(Method::Post),
            "PUT" => Some(Method::Put),
            "PATCH" => Some(Method::Patch),
            "DELETE" => Some(Method::Delete),
            _ => None,
        }),
        url: fields.text("url")?,
        query_params: fields.named_text("query_params"),
        headers: fields.named_text("headers"),
        body_template: fields
            .take("body_template")
            .and_then(|entry| value(entry.value))
            .filter(|body| body.value != Value::Null),
        response_path: fields.text("response_path"),
        allow_private: fields.text("allow_private"),
    })
}

fn rule(node: Node) -> Option<Rule> {
    if node.is_faulty() {
        return None;
    }
    let mut fields = Fields::of(node)?;
    let name = fields.text("name")?;
    let mut tests = Vec::new();
    for slot in &mut fields.entries {
        let Some(op) = slot.as_ref().and_then(|entry| test_op(&entry.key)) else { continue };
        let Some(Entry { value: Node { kind: Kind::Map(conditions), .. }, .. }) = slot.take() else {
            continue;
        };
        tests.extend(
            conditions.into_iter().filter_map(|condition| {
                Some(Test { op, param: condition.key, value: value(condition.value)? })
            }),
        );
    }
    Some(Rule {
        span: fields.span,
        name,
        reason: fields.text("reason"),
        tool: fields.text("tool"),
        access: fields.word("access", access),
        tests,
        matches: fields.word("match", |word| match word {
            "any" => Some(Match::Any),
            "all" => Some(Match::All),
            _ => None,
        }),
        action: fields.word("action", |word| match word {
            "hold" => Some(Action::Hold),
            "deny" => Some(Action::Deny),
            "allow" => Some(Action::Allow),
            _ => None,
        }),
        expires: fields.unsigned("expires"),
        wait: fields.unsigned("wait"),
    })
}

fn test_op(key: &Spanned<String>) -> Option<Spanned<TestOp>> {
    let op = match key.value.as_str() {
        "param_gt" => TestOp::Gt,
        "param_lt" => TestOp::Lt,
        "param_eq" => TestOp::Eq,
        "param_in" => TestOp::In,
        "param_contains" => TestOp::Contains,
        "param_matches" => TestOp::Matches,
        "param_len_gt" => TestOp::LenGt,
        _ => return None,
    };
    Some(Spanned::new(op, key.span))
}

/// The limits. A tier that could not be read counts as the highest here: the missing tier was reported, the config is
/// refused, and no other message must be about a tier that nobody wrote.
fn runtime_of(entry: Option<Entry>, agent: Span) -> Runtime {
    let place = entry.as_ref().map_or(agent, |entry| entry.key.span);
    let mut fields = entry
        .and_then(|entry| Fields::of(entry.value))
        .unwrap_or(Fields { span: place, entries: Vec::new() });
    let tier = fields.int("trust_tier").and_then(|tier| {
        let value = match tier.value {
            1 => Tier::Observer,
            2 => Tier::Worker,
            3 => Tier::Operator,
            4 => Tier::Privileged,
            _ => return None,
        };
        Some(Spanned::new(value, tier.span))
    });
    Runtime {
        span: fields.span,
        trust_tier: tier.unwrap_or(Spanned::new(Tier::Privileged, place)),
        max_execution_time: fields.unsigned("max_execution_time"),
        rate_limit: fields.take("rate_limit").and_then(rate_limit),
        validation: fields.word("validation", |word| match word {
            "strict" => Some(Validation::Strict),
            "permissive" => Some(Validation::Permissive),
            _ => None,
        }),
        max_response_bytes: fields.unsigned("max_response_bytes"),
        sandbox: fields.word("sandbox", |word| match word {
            "auto" => Some(Sandbox::Auto),
            "require" => Some(Sandbox::Require),
            "none" => Some(Sandbox::Off),
            "docker" => Some(Sandbox::Docker),
            "gvisor" => Some(Sandbox::Gvisor),
            _ => None,
        }),
        audit: fields.take("audit").and_then(audit::audit),
        transports: fields.take("transports").and_then(|entry| {
            schema::listed(entry.value, |item| {
                let word = text(item)?;
                let transport = match word.value.as_str() {
                    "stdio" => Transport::Stdio,
                    "http" => Transport::Http,
                    _ => return None,
                };
                Some(Spanned::new(transport, word.span))
            })
        }),
        http: fields.take("http").and_then(http),
    }
}

fn http(entry: Entry) -> Option<Http> {
    let mut fields = Fields::of(entry.value)?;
    Some(Http {
        span: fields.span,
        resource: fields.text("resource")?,
        issuer: fields.text("issuer")?,
        jwks: fields.text("jwks")?,
        allow_private: fields.text("allow_private"),
        read_scope: fields.text("read_scope")?,
        write_scope: fields.text("write_scope")?,
    })
}

fn trigger(node: Node) -> Option<Trigger> {
    let mut fields = Fields::of(node)?;
    Some(Trigger { span: fields.span, kind: fields.text("type")? })
}
