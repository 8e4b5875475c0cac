//! Values as the reader of a change sees them.

use std::collections::BTreeSet;

use crate::diag::shorten;
use crate::plan::{
    Access, Action, Class, Field, Hold, Json, Kind, Method, Node, Op, Origin, Part, Presence, Scheme, Slot,
    Test, Tier, When,
};

pub(super) fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::Observer => "1 (observer)",
        Tier::Worker => "2 (worker)",
        Tier::Operator => "3 (operator)",
        Tier::Privileged => "4 (privileged)",
    }
}

/// What a tier opens.
pub(super) fn tier_may(tier: Tier) -> &'static str {
    match tier {
        Tier::Observer => "only reads",
        Tier::Worker => "may change things and not delete them",
        Tier::Operator => "may change and delete things",
        Tier::Privileged => "may change and delete things, each time with a person's approval",
    }
}

pub(super) fn access(access: Access) -> &'static str {
    match access {
        Access::Read => "read",
        Access::Write => "write",
    }
}

pub(super) fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Options => "OPTIONS",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Patch => "PATCH",
        Method::Delete => "DELETE",
    }
}

pub(super) fn origin(origin: &Origin) -> String {
    let Origin { scheme, host, port, addresses: _ } = origin;
    let (scheme, usual) = match scheme {
        Scheme::Http => ("http", 80),
        Scheme::Https => ("https", 443),
    };
    if *port == usual { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") }
}

pub(super) fn slot(slot: &Slot) -> String {
    match slot {
        Slot::Header(name) => format!("the header `{name}`"),
        Slot::Query(key) => format!("the query field `{key}`"),
        Slot::Body => "the body".to_owned(),
    }
}

/// Names in backticks.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

pub(super) fn template(parts: &[Part]) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Arg(name) => format!("{{{{{name}}}}}"),
            Part::Secret(key) => format!("{{{{secret:{key}}}}}"),
        })
        .collect()
}

pub(super) fn field(field: Option<&Field>) -> String {
    field.map_or_else(|| "nothing".to_owned(), |field| format!("`{}`", shorten(&template(&field.value))))
}

pub(super) fn body(node: Option<&Node>) -> String {
    node.map_or_else(|| "nothing".to_owned(), |node| shorten(&self::node(node)))
}

fn node(node: &Node) -> String {
    match node {
        Node::Fixed(value) => json(value),
        Node::Arg(name) => format!("\"{{{{{name}}}}}\""),
        Node::Text(parts) => format!("\"{}\"", template(parts)),
        Node::List(items) => format!("[{}]", items.iter().map(self::node).collect::<Vec<_>>().join(", ")),
        Node::Map(members) => {
            let members: Vec<String> =
                members.iter().map(|(key, member)| format!("{key}: {}", self::node(member))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

pub(super) fn json(value: &Json) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

pub(super) fn presence(presence: &Presence) -> String {
    match presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "optional".to_owned(),
        Presence::Default(value) => format!("default {}", shorten(&json(value))),
    }
}

pub(super) fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text { min, max, pattern, one_of } => {
            let matching =
                if pattern.is_empty() { String::new() } else { format!(", matching `{}`", shorten(pattern)) };
            choice(
                format!("text of {min} to {max} characters{matching}"),
                one_of.iter().map(|one| format!("`{one}`")),
            )
        }
        Kind::Integer { min, max, one_of } => {
            let from = if *min == i64::MIN { String::new() } else { format!(" from {min}") };
            let to = if *max == i64::MAX { String::new() } else { format!(" to {max}") };
            choice(format!("whole number{from}{to}"), one_of.iter().map(i64::to_string))
        }
        Kind::Number { min, max, one_of } => {
            let from = if *min <= f64::MIN { String::new() } else { format!(" from {min}") };
            let to = if *max >= f64::MAX { String::new() } else { format!(" to {max}") };
            choice(format!("number{from}{to}"), one_of.iter().map(f64::to_string))
        }
        Kind::Boolean => "true or false".to_owned(),
        Kind::List { items, min, max } => {
            let most = if *max == u32::MAX { "any number of".to_owned() } else { format!("{min} to {max}") };
            format!("list of {most} items, each {}", self::kind(items))
        }
        Kind::Object { fields } => format!("object of {}", names(fields.keys().map(String::as_str))),
        Kind::OpenObject => "object with any members".to_owned(),
        Kind::Any => "any value".to_owned(),
    }
}

fn choice(kind: String, values: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = values.collect();
    if values.is_empty() { kind } else { format!("one of {}", values.join(", ")) }
}

/// What a rule does to a call, after its name.
pub(super) fn does(action: Action) -> &'static str {
    match action {
        Action::Hold => "holds for a person",
        Action::Deny => "denies",
        Action::Allow => "lets pass",
    }
}

/// Which calls a rule is about.
pub(super) fn calls(hold: &Hold) -> String {
    match &hold.when {
        When::Always => "every call".to_owned(),
        When::Any(tests) => format!("calls with {}", tests.iter().map(test).collect::<Vec<_>>().join(" or ")),
        When::All(tests) => {
            format!("calls with {}", tests.iter().map(test).collect::<Vec<_>>().join(" and "))
        }
    }
}

fn test(test: &Test) -> String {
    let Test { param, op } = test;
    match op {
        Op::Gt(bound) => format!("`{param}` over {bound}"),
        Op::Lt(bound) => format!("`{param}` under {bound}"),
        Op::Eq(value) => format!("`{param}` equal to {}", shorten(&json(value))),
        Op::In(values) => {
            format!("`{param}` one of {}", values.iter().map(json).collect::<Vec<_>>().join(", "))
        }
        Op::Contains(text) => format!("`{param}` containing {}", shorten(&json(&Json::Text(text.clone())))),
        Op::Matches(pattern) => format!("`{param}` matching `{}`", shorten(pattern)),
        Op::LenGt(bound) => format!("`{param}` longer than {bound}"),
    }
}

pub(super) fn duration_ms(ms: u64) -> String {
    if ms.is_multiple_of(1000) { duration_s(ms / 1000) } else { format!("{ms} ms") }
}

pub(super) fn duration_s(seconds: u64) -> String {
    match seconds {
        0 => "0 s".to_owned(),
        s if s.is_multiple_of(3600) => format!("{} h", s / 3600),
        s if s.is_multiple_of(60) => format!("{} min", s / 60),
        s => format!("{s} s"),
    }
}

pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0 => "0 bytes".to_owned(),
        b if b.is_multiple_of(1 << 30) => format!("{} GiB", b >> 30),
        b if b.is_multiple_of(1 << 20) => format!("{} MiB", b >> 20),
        b if b.is_multiple_of(1 << 10) => format!("{} KiB", b >> 10),
        b => format!("{b} bytes"),
    }
}

/// What a text is scanned for.
pub(super) fn classes(classes: &BTreeSet<Class>) -> String {
    if classes.is_empty() {
        return "nothing".to_owned();
    }
    classes.iter().map(|class| class.word()).collect::<Vec<_>>().join(", ")
}
