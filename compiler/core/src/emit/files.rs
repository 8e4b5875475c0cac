//! The files of a generated crate that are not Rust.

use std::collections::BTreeSet;
use std::fmt::Write;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

use super::{EmitContext, EmitError, ident, policy, tool};
use crate::plan::{
    Access, Action, Addresses, GrantId, Hold, Kind, Origin, Param, Plan, Presence, Reads, Slot, Sync, Tier,
    Tool, Transport, Validation, When,
};

/// `Cargo.toml`.
pub(super) fn manifest(
    plan: &Plan,
    context: &EmitContext,
    features: &BTreeSet<&'static str>,
) -> Result<String, EmitError> {
    #[derive(Serialize)]
    struct Manifest<'a> {
        name: &'a str,
        version: &'a str,
        runtime: &'a str,
        features: &'a BTreeSet<&'static str>,
    }
    let runtime = context.runtime_version;
    render(
        heddle_templates::CARGO_TOML,
        Manifest { name: &plan.name, version: &plan.version, runtime, features },
    )
}

/// `README.md`: the policy as a page.
pub(super) fn readme(plan: &Plan) -> Result<String, EmitError> {
    let writes = plan.tools.values().filter(|tool| tool.access == Access::Write).count();
    let secret = |(grant, slots): (&GrantId, &BTreeSet<Slot>)| Secret {
        key: code(&grant.key),
        origin: ident::origin_url(&grant.origin),
        slots: slots.iter().map(policy::slot).collect::<Vec<_>>().join(", "),
    };
    let page = Page {
        name: &plan.name,
        version: &plan.version,
        about: prose(&plan.about),
        tier: policy::tier(plan.tier),
        reads: plan.tools.len() - writes,
        writes,
        transports: transports(plan),
        deadline: duration(plan.deadline_ms),
        bytes: plan.max_response_bytes,
        durable: plan.audit.sync == Sync::Always,
        strict: plan.validation == Validation::Strict,
        origins: plan.origins.iter().map(place).collect(),
        secrets: plan.grants.iter().map(secret).collect(),
        tools: plan.tools.iter().map(|(name, tool)| row(plan.tier, name, tool)).collect(),
    };
    render(heddle_templates::README_MD, page)
}

/// How clients reach the agent, and who they have to be.
fn transports(plan: &Plan) -> String {
    let over: Vec<&str> = plan
        .transports
        .iter()
        .map(|transport| match transport {
            Transport::Http => "HTTP",
            Transport::Stdio => "standard input and output",
        })
        .collect();
    let over = format!("over {}", over.join(" or "));
    match &plan.oauth {
        None => over,
        Some(oauth) => format!("{over}; tokens of {} are let in", code(&oauth.issuer)),
    }
}

fn place(origin: &Origin) -> Place {
    let because = match &origin.addresses {
        Addresses::Public | Addresses::Loopback | Addresses::Private => None,
        Addresses::Because(why) => Some(prose(why)),
    };
    Place { url: ident::origin_url(origin), because }
}

#[derive(Serialize)]
struct Page<'a> {
    name: &'a str,
    version: &'a str,
    about: String,
    tier: &'static str,
    reads: usize,
    writes: usize,
    transports: String,
    deadline: String,
    bytes: u64,
    durable: bool,
    strict: bool,
    origins: Vec<Place>,
    secrets: Vec<Secret>,
    tools: Vec<Row>,
}

#[derive(Serialize)]
struct Place {
    url: String,
    because: Option<String>,
}

#[derive(Serialize)]
struct Secret {
    key: String,
    origin: String,
    slots: String,
}

#[derive(Serialize)]
struct Row {
    name: String,
    title: String,
    about: String,
    access: &'static str,
    method: &'static str,
    url: String,
    per_minute: u32,
    burst: u32,
    because: Option<String>,
    secrets: Vec<String>,
    holds: Vec<String>,
    params: Vec<Argument>,
}

#[derive(Serialize)]
struct Argument {
    name: String,
    about: String,
    kind: String,
    presence: String,
    sensitive: bool,
    content: Option<&'static str>,
    scan: Vec<&'static str>,
    allow: Vec<String>,
}

fn row(tier: Tier, name: &str, tool: &Tool) -> Row {
    let by_tier = tier == Tier::Privileged && tool.access == Access::Write;
    let by_tier = by_tier.then(|| "tier 4: every other call: held for a human, 900 s at most".to_owned());
    Row {
        name: name.to_owned(),
        title: prose(&tool.title),
        about: prose(&tool.about),
        access: match tool.access {
            Access::Read => "read",
            Access::Write => "write",
        },
        method: tool::verb(tool.method),
        url: code(&tool::url(tool)),
        per_minute: tool.limit.per_minute,
        burst: tool.limit.burst,
        because: match &tool.reads {
            Reads::ByMethod => None,
            Reads::Because(why) => Some(prose(why)),
            Reads::Unexplained => Some("the author gives no reason".to_owned()),
        },
        secrets: tool::secrets(tool).iter().map(|key| code(key)).collect(),
        holds: tool.holds.iter().map(hold).chain(by_tier).collect(),
        params: tool.params.iter().map(|(name, param)| argument(name, param)).collect(),
    }
}

fn hold(hold: &Hold) -> String {
    let when = match &hold.when {
        When::Always => "every call".to_owned(),
        When::Any(tests) => format!("calls where any of {} conditions holds", tests.len()),
        When::All(tests) => format!("calls where all of {} conditions hold", tests.len()),
    };
    let what = match hold.action {
        Action::Hold if hold.wait_s > 0 => {
            format!("held for a human, {} s at most; the call itself waits {} s", hold.expires_s, hold.wait_s)
        }
        Action::Hold => format!("held for a human, {} s at most", hold.expires_s),
        Action::Deny => "refused".to_owned(),
        Action::Allow => "passes, and no later rule is asked".to_owned(),
    };
    let reason = if hold.reason.is_empty() { String::new() } else { format!(" ({})", prose(&hold.reason)) };
    format!("rule {}: {when}: {what}{reason}", code(&hold.rule))
}

fn argument(name: &str, param: &Param) -> Argument {
    Argument {
        name: code(name),
        about: prose(&param.about),
        kind: kind(&param.kind),
        presence: match &param.presence {
            Presence::Required => "required".to_owned(),
            Presence::Optional => "optional".to_owned(),
            Presence::Default(value) => {
                format!("default {}", code(&serde_json::to_string(value).unwrap_or_default()))
            }
        },
        sensitive: param.sensitive,
        content: param.content.word(),
        scan: param.scan.iter().map(|class| class.word()).collect(),
        allow: param.allow.iter().map(|(class, why)| format!("{} ({})", class.word(), prose(why))).collect(),
    }
}

fn kind(kind: &Kind) -> String {
    match kind {
        Kind::Text { min, max, pattern, one_of } => {
            let mut text = format!("text of {min} to {max} characters");
            if !pattern.is_empty() {
                let _ = write!(text, " matching {}", code(pattern));
            }
            choice(text, one_of.iter().map(|value| code(value)))
        }
        Kind::Integer { min, max, one_of } => {
            let text = match (*min, *max) {
                (i64::MIN, i64::MAX) => "integer".to_owned(),
                (min, i64::MAX) => format!("integer from {min}"),
                (i64::MIN, max) => format!("integer to {max}"),
                (min, max) => format!("integer from {min} to {max}"),
            };
            choice(text, one_of.iter().map(i64::to_string))
        }
        Kind::Number { min, max, one_of } => {
            let text = match (*min > f64::MIN, *max < f64::MAX) {
                (false, false) => "number".to_owned(),
                (true, false) => format!("number from {min}"),
                (false, true) => format!("number to {max}"),
                (true, true) => format!("number from {min} to {max}"),
            };
            choice(text, one_of.iter().map(f64::to_string))
        }
        Kind::Boolean => "true or false".to_owned(),
        Kind::List { items, min, max: u32::MAX } => {
            format!("list of at least {min}, each: {}", self::kind(items))
        }
        Kind::List { items, min, max } => format!("list of {min} to {max}, each: {}", self::kind(items)),
        Kind::Object { fields } => {
            let names: Vec<String> = fields.keys().map(|name| code(name)).collect();
            format!("object of {}", names.join(", "))
        }
        Kind::OpenObject => "object".to_owned(),
        Kind::Any => "any JSON".to_owned(),
    }
}

fn choice(kind: String, values: impl Iterator<Item = String>) -> String {
    let values: Vec<String> = values.collect();
    if values.is_empty() { kind } else { format!("{kind}, one of {}", values.join(", ")) }
}

fn duration(ms: u64) -> String {
    if ms.is_multiple_of(1000) { format!("{} s", ms / 1000) } else { format!("{ms} ms") }
}

/// Text of the author in Markdown: on one line, without a link, a tag or a table's border of its own. What stands
/// between two backticks stays code.
fn prose(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = super::literal::one_line(&words.join(" ")).replace("\\\"", "\"");
    let pieces: Vec<&str> = text.split('`').collect();
    let paired = pieces.len() % 2 == 1 && !text.contains("``");
    let mut out = String::with_capacity(text.len());
    for (place, piece) in pieces.into_iter().enumerate() {
        if place > 0 {
            out.push_str(if paired { "`" } else { "\\`" });
        }
        for c in piece.chars() {
            if "\\*[]<>|&#".contains(c) && !(paired && place % 2 == 1) {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// Text of the author as Markdown code, whatever it holds.
fn code(text: &str) -> String {
    let text = super::literal::one_line(text).replace("\\\"", "\"");
    let run = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(run + 1);
    let pad = if run > 0 || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A template, filled in.
pub(super) fn render(template: &str, values: impl Serialize) -> Result<String, EmitError> {
    let wrong = |fault: minijinja::Error| EmitError::Template(format!("{fault:#}"));
    let mut syntax = SyntaxConfig::builder();
    syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_syntax(syntax.build().map_err(wrong)?);
    environment.render_str(template, Value::from(Serde(values))).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_stays_prose() {
        assert_eq!(prose("a\n# b  [x](y) <b> |"), "a \\# b \\[x\\](y) \\<b\\> \\|");
        assert_eq!(prose("`a[1]` <b>"), "`a[1]` \\<b\\>");
        assert_eq!(prose("`a` <b> `"), "\\`a\\` \\<b\\> \\`");
        assert_eq!(prose("it's \"so\" \u{202e}"), "it's \"so\" \\\\u{202e}");
    }

    #[test]
    fn code_has_a_fence_that_holds() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "``` a``b ```");
        assert_eq!(code(""), "`  `");
    }
}
