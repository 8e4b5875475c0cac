//! The policy that is compiled in, as JSON. Members are in alphabetical order, so that two policies compare by line.

use crate::access::Mode;
use crate::decl::{
    Action, Addresses, Agent, Anomalies, Audit, Authorization, Body, Field, Hold, Json, Kind, Node, Op,
    Origin, Param, Part, Presence, Reads, Returns, Sandbox, Scheme, Slot, Sync, Test, Threshold, Transport,
    Validation, When,
};
use crate::mcp::{Catalogue, schema};
use crate::parts::PARTS;
use crate::proof::Row;
use crate::tier::Level;
use serde_json::{Map, Value, json};

/// The whole policy, indented, with a newline at its end.
pub fn describe(agent: &Agent, tier: Level, rows: &[&'static Row]) -> String {
    let catalogue = Catalogue::new(agent, rows.iter().copied());
    let policy = json!({
        "agent": agent.name,
        "audit": audit(&agent.audit),
        "code": PARTS,
        "deadline_ms": agent.deadline_ms,
        "grants": agent.grants.iter().map(|grant| json!({
            "key": grant.key,
            "origin": origin(&grant.origin),
            "slots": grant.slots.iter().map(slot).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "max_response_bytes": agent.max_response_bytes,
        "origins": agent.origins.iter().map(reach).collect::<Vec<_>>(),
        "plan": agent.plan,
        "sandbox": match agent.sandbox { Sandbox::Auto => "auto", Sandbox::Require => "require", Sandbox::Off => "off" },
        "authorization": authorization(&agent.authorization),
        "validation": match agent.validation { Validation::Strict => "strict", Validation::Permissive => "permissive" },
        "tier": tier as u8,
        "tools": rows.iter().map(|row| tool(row)).collect::<Vec<_>>(),
        "tools_digest": catalogue.digest(),
        "transports": agent.transports.iter().map(|transport| match transport {
            Transport::Http => "http",
            Transport::Stdio => "stdio",
        }).collect::<Vec<_>>(),
        "version": agent.version,
    });
    format!("{policy:#}\n")
}

fn audit(Audit { sync, max_bytes, max_age_s, anomalies }: &Audit) -> Value {
    let Anomalies { warm_up, rate_limit_breaches, credential_denials, refusals } = anomalies;
    let threshold =
        |Threshold { count, within_s }: &Threshold| json!({ "count": count, "within_s": within_s });
    json!({
        "anomalies": {
            "credential_denials": threshold(credential_denials),
            "rate_limit_breaches": threshold(rate_limit_breaches),
            "refusals": threshold(refusals),
            "warm_up": warm_up,
        },
        "max_age_s": max_age_s,
        "max_bytes": max_bytes,
        "sync": match sync { Sync::Os => "os", Sync::Always => "always" },
    })
}

fn authorization(authorization: &Authorization) -> Value {
    match authorization {
        Authorization::Tokens => json!("tokens"),
        Authorization::OAuth { resource, issuer, keys_origin, keys_path, read_scope, write_scope } => json!({
            "issuer": issuer,
            "jwks": format!("{}{keys_path}", origin(keys_origin)),
            "read_scope": read_scope,
            "resource": resource,
            "write_scope": write_scope,
        }),
    }
}

fn tool(row: &Row) -> Value {
    let mut tool = json!({
        "access": match row.mode { Mode::Read => "read", Mode::Write => "write" },
        "answer": row.answer,
        "body": match &row.body { Body::Empty => Value::Null, Body::Json(node) => self::node(node) },
        "headers": fields(row.headers),
        "held_always": row.held_always,
        "holds": row.holds.iter().map(hold).collect::<Vec<_>>(),
        "limit": { "burst": row.limit.burst, "per_minute": row.limit.per_minute },
        "method": row.verb.as_str(),
        "name": row.name,
        "params": row.params.iter().map(param).collect::<Vec<_>>(),
        "query": fields(row.query),
        "returns": match &row.returns {
            Returns::Text => json!("text"),
            Returns::Json { kind, .. } => self::kind(kind),
        },
        "url": format!("{}{}", origin(&row.origin), template(row.path)),
    });
    let why = match row.reads {
        Reads::ByMethod => None,
        Reads::Because(reason) => Some(reason),
        Reads::Unexplained => Some(""),
    };
    if let (Some(why), Some(tool)) = (why, tool.as_object_mut()) {
        tool.insert("reads_because".to_owned(), json!(why));
    }
    tool
}

fn origin(origin: &Origin) -> String {
    let scheme = match origin.scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    format!("{scheme}://{}:{}", origin.host, origin.port)
}

/// An origin, and which addresses it may be dialled at.
fn reach(listed: &Origin) -> Value {
    let mut reach = json!({ "url": origin(listed) });
    let (addresses, why) = match listed.addresses {
        Addresses::Public => ("public", None),
        Addresses::Loopback => ("loopback", None),
        Addresses::Private => ("private", None),
        Addresses::Because(why) => ("any", Some(why)),
    };
    if let Some(reach) = reach.as_object_mut() {
        reach.insert("addresses".to_owned(), json!(addresses));
        if let Some(why) = why {
            reach.insert("because".to_owned(), json!(why));
        }
    }
    reach
}

fn slot(slot: &Slot) -> String {
    match slot {
        Slot::Header(name) => format!("header {name}"),
        Slot::Query(key) => format!("query {key}"),
        Slot::Body => "body".to_owned(),
    }
}

/// Arguments as `{name}`, secrets as `{secret:key}`.
fn template(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => (*text).to_owned(),
            Part::Arg(name) => format!("{{{name}}}"),
            Part::Secret(grant) => format!("{{secret:{}}}", grant.key),
        })
        .collect()
}

fn fields(fields: &[Field]) -> Value {
    fields.iter().map(|field| json!({ "name": field.name, "value": template(field.value) })).collect()
}

fn node(node: &Node) -> Value {
    match node {
        Node::Fixed(value) => schema::value(value),
        Node::Arg(name) => json!(format!("{{{name}}}")),
        Node::Text(parts) => json!(template(parts)),
        Node::List(items) => items.iter().map(self::node).collect(),
        Node::Map(members) => Value::Object(
            members
                .iter()
                .map(|(key, member)| ((*key).to_owned(), self::node(member)))
                .collect::<Map<_, _>>(),
        ),
    }
}

fn param(param: &Param) -> Value {
    let presence = match &param.presence {
        Presence::Required => json!("required"),
        Presence::Optional => json!("optional"),
        Presence::Default(value) => json!({ "default": schema::value(value) }),
    };
    json!({
        "about": param.about,
        "allow": param.allow.iter().map(|allowed| json!({
            "class": allowed.class.as_str(),
            "reason": allowed.reason,
        })).collect::<Vec<_>>(),
        "content": param.content.as_str(),
        "kind": kind(&param.kind),
        "name": param.name,
        "presence": presence,
        "scan": param.scan.iter().map(|class| class.as_str()).collect::<Vec<_>>(),
        "sensitive": param.sensitive,
    })
}

fn kind(kind: &Kind) -> Value {
    Value::Object(schema::of(kind))
}

fn hold(hold: &Hold) -> Value {
    let (when, tests): (&str, &[Test]) = match hold.when {
        When::Always => ("always", &[]),
        When::Any(tests) => ("any", tests),
        When::All(tests) => ("all", tests),
    };
    json!({
        "action": match hold.action { Action::Hold => "hold", Action::Deny => "deny", Action::Allow => "allow" },
        "expires_s": hold.expires_s,
        "reason": hold.reason,
        "rule": hold.rule,
        "tests": tests.iter().map(test).collect::<Vec<_>>(),
        "wait_s": hold.wait_s,
        "when": when,
    })
}

fn test(test: &Test) -> Value {
    let (op, value) = match test.op {
        Op::Gt(bound) => ("gt", json!(bound)),
        Op::Lt(bound) => ("lt", json!(bound)),
        Op::Eq(value) => ("eq", schema::value(&value)),
        Op::In(values) => ("in", schema::value(&Json::List(values))),
        Op::Contains(text) => ("contains", json!(text)),
        Op::Matches(expression) => ("matches", json!(expression)),
        Op::LenGt(bound) => ("len_gt", json!(bound)),
    };
    json!({ "op": op, "param": test.param, "value": value })
}
