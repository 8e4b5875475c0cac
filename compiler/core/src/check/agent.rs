//! What concerns the agent as a whole.

use crate::ast::{self, Agent, Consumed, Model, Runtime, Tier, Trigger, Validation};
use crate::check::request::Reaches;
use crate::check::template::shorten;
use crate::check::{audit, limits, transports};
use crate::diag::{
    Diagnostic, HD0008, HD0106, HD0107, HD0109, HD0233, HD0518, HD0601, HD0602, HD0603, HD0604, HD0605,
    HD0606, Sink,
};
use crate::ir::AgentFacts;
use crate::plan;
use crate::source::Spanned;

/// The version of an agent that says none, as in the original.
const VERSION: &str = "1.0.0";
/// Longest description, in characters: a model reads each on every turn.
pub(super) const LONGEST_ABOUT: usize = 4096;

/// The agent without its tools.
pub(super) fn facts(agent: &Agent, reaches: &mut Reaches, sink: &mut Sink) -> AgentFacts {
    let Agent {
        span: _,
        digest: _,
        name,
        version,
        description,
        model,
        consumes,
        exposes: _,
        http_bridge: _,
        escalation_rules: _,
        runtime,
        triggers,
    } = agent;
    let Runtime {
        span: _,
        trust_tier,
        max_execution_time,
        rate_limit: _,
        validation,
        max_response_bytes,
        sandbox,
        audit,
        transports,
        http,
    } = runtime;
    check_name(name, sink);
    if let Some(model) = model {
        check_model(model, sink);
    }
    check_consumes(consumes, trust_tier, sink);
    triggers.iter().for_each(|trigger| check_trigger(trigger, sink));
    let transports = transports::transports(transports.as_ref(), sink);
    AgentFacts {
        oauth: transports::oauth(http.as_ref(), &transports, reaches, sink),
        transports,
        name: name.value.clone(),
        version: self::version(version.as_ref(), sink),
        about: bounded("description", description.as_ref(), LONGEST_ABOUT, sink),
        deadline_ms: limits::deadline(max_execution_time.as_ref(), sink),
        max_response_bytes: limits::answer(max_response_bytes.as_ref(), sink),
        audit: audit::of(audit.as_ref(), sink),
        validation: self::validation(validation.as_ref(), sink),
        sandbox: self::sandbox(sandbox.as_ref(), sink),
    }
}

/// A text of the author without the space around it; one that is too long is reported.
pub(super) fn bounded(key: &str, text: Option<&Spanned<String>>, longest: usize, sink: &mut Sink) -> String {
    let Some(text) = text else { return String::new() };
    let length = text.value.trim().chars().count();
    if length > longest {
        sink.push(
            Diagnostic::error(
                HD0109,
                format!("`{key}` has {length} characters, and {longest} are allowed"),
                text.span,
                "too long",
            )
            .note("clients send such texts to the model with every request")
            .help("shorten it"),
        );
    }
    text.value.trim().to_owned()
}

fn check_name(name: &Spanned<String>, sink: &mut Sink) {
    let text = name.value.as_str();
    let fits = text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-'));
    if fits {
        return;
    }
    let found = Diagnostic::error(
        HD0106,
        format!("`{}` cannot be the name of an agent", shorten(text)),
        name.span,
        "becomes a crate, a binary and a file",
    )
    .note("a name has lower-case letters, digits, `_` and `-`, begins with a letter, and has at most 64 of them");
    let mended: String = text
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' })
        .take(64)
        .collect();
    let mended = mended.trim_matches('-');
    sink.push(if mended.starts_with(|c: char| c.is_ascii_lowercase()) {
        found.help(format!("write `{mended}`"))
    } else {
        found.help("write a name such as `prometheus-bridge`")
    });
}

fn version(version: Option<&Spanned<String>>, sink: &mut Sink) -> String {
    let Some(version) = version else { return VERSION.to_owned() };
    if semver::Version::parse(&version.value).is_err() {
        let found = Diagnostic::error(
            HD0107,
            format!("`{}` is not a semantic version", shorten(&version.value)),
            version.span,
            "three numbers with dots",
        );
        let padded = [".0", ".0.0"]
            .into_iter()
            .map(|tail| format!("{}{tail}", version.value.trim_start_matches('v')))
            .find(|padded| semver::Version::parse(padded).is_ok());
        sink.push(match padded {
            Some(padded) => found.help(format!("write `\"{padded}\"`")).fix(
                version.span,
                format!("\"{padded}\""),
                format!("write `\"{padded}\"`"),
            ),
            None => found.help("write a version such as `\"1.0.0\"`"),
        });
    }
    version.value.clone()
}

fn sandbox(sandbox: Option<&Spanned<ast::Sandbox>>, sink: &mut Sink) -> plan::Sandbox {
    let Some(sandbox) = sandbox else { return plan::Sandbox::Auto };
    let word = match sandbox.value {
        ast::Sandbox::Auto => return plan::Sandbox::Auto,
        ast::Sandbox::Require => return plan::Sandbox::Require,
        ast::Sandbox::Off => {
            sink.push(
                Diagnostic::warning(
                    HD0518,
                    "this agent runs without walls",
                    sandbox.span,
                    "asks the kernel for nothing",
                )
                .note("should it be taken over, it can read your files and reach any address")
                .fix(sandbox.span, "auto", "write `auto`")
                .help("`auto` takes what the kernel has, and costs a fraction of a millisecond"),
            );
            return plan::Sandbox::Off;
        }
        ast::Sandbox::Docker => "docker",
        ast::Sandbox::Gvisor => "gvisor",
    };
    sink.push(
        Diagnostic::error(
            HD0008,
            format!("`sandbox: {word}` is not there yet"),
            sandbox.span,
            "would promise what nobody keeps",
        )
        .help("write `sandbox: auto`, and start the binary inside the container yourself"),
    );
    plan::Sandbox::Auto
}

fn validation(validation: Option<&Spanned<Validation>>, sink: &mut Sink) -> plan::Validation {
    match validation {
        None | Some(Spanned { value: Validation::Strict, .. }) => plan::Validation::Strict,
        Some(Spanned { value: Validation::Permissive, span }) => {
            sink.push(
                Diagnostic::warning(
                    HD0233,
                    "what is found in arguments is recorded and not refused",
                    *span,
                    "calls with findings pass",
                )
                .note("types, bounds and forms are held, and arguments stay in their places, either way")
                .help("write `strict`, and allow single classes where they are meant: `allow: { shell: \"..\" }`"),
            );
            plan::Validation::Permissive
        }
    }
}

fn check_trigger(Trigger { span: _, kind }: &Trigger, sink: &mut Sink) {
    if kind.value != "on_demand" {
        sink.push(
            Diagnostic::error(
                HD0008,
                format!("a trigger of type `{}` is not there yet", shorten(&kind.value)),
                kind.span,
                "nothing would start it",
            )
            .help("write `on_demand`: a client calls the tools; let cron or a web hook be such a client"),
        );
    }
}

fn check_model(model: &Model, sink: &mut Sink) {
    let Model { key, provider: _, model: _, temperature, max_tokens, system_prompt: _ } = model;
    sink.push(
        Diagnostic::warning(HD0603, "no step of this agent asks a model", *key, "read by nobody")
            .note("a tool sends one HTTP request; the model that calls the tool is the client's")
            .help("remove `model`"),
    );
    if let Some(found) = temperature.as_ref().filter(|found| !(0.0..=2.0).contains(&found.value)) {
        sink.push(
            Diagnostic::error(
                HD0606,
                format!("`temperature` cannot be {}", found.value),
                found.span,
                "0 to 2",
            )
            .help("write a number from 0 to 2"),
        );
    }
    if let Some(found) = max_tokens.as_ref().filter(|found| found.value < 1) {
        sink.push(
            Diagnostic::error(
                HD0606,
                format!("`max_tokens` cannot be {}", found.value),
                found.span,
                "at least 1",
            )
            .help("write a whole number of at least 1"),
        );
    }
}

fn check_consumes(consumes: &[Consumed], tier: &Spanned<Tier>, sink: &mut Sink) {
    for Consumed { span: _, uri, tools } in consumes {
        let named = names_an_agent(&uri.value);
        if !named {
            sink.push(
                Diagnostic::error(
                    HD0604,
                    format!("`{}` does not name an agent", shorten(&uri.value)),
                    uri.span,
                    "not an `mcp://` address",
                )
                .help("write `mcp://host:port/mcp`"),
            );
        }
        if tools.is_empty() {
            sink.push(
                Diagnostic::error(HD0605, "this entry consumes no tool", uri.span, "no `tools`")
                    .note("what an agent may call of another is listed, tool by tool")
                    .help("list the tools, or remove the entry"),
            );
        }
        if matches!(tier.value, Tier::Observer | Tier::Worker) {
            sink.push(
                Diagnostic::error(
                    HD0601,
                    "below tier 3 an agent calls no other agent",
                    uri.span,
                    "calls another agent",
                )
                .because(tier.span, format!("tier {} is declared here", number(tier.value)))
                .note("whoever calls others carries data from one to the next")
                .help("remove `consumes`; `heddle explain HD0601` says what tier 3 opens"),
            );
        } else if named && !tools.is_empty() {
            sink.push(
                Diagnostic::warning(HD0602, "nothing calls these consumed tools", uri.span, "read by nobody")
                    .note("workflows, which could call them, are not there yet")
                    .help("remove the entry"),
            );
        }
    }
}

fn names_an_agent(uri: &str) -> bool {
    ["mcp://", "http://", "https://"].iter().any(|scheme| {
        uri.strip_prefix(scheme).is_some_and(|rest| {
            !rest.is_empty()
                && !rest.starts_with(['/', ':'])
                && !rest.contains(char::is_whitespace)
                && !rest.contains("{{")
        })
    })
}

/// The tier as the config writes it.
pub(super) fn number(tier: Tier) -> u8 {
    match tier {
        Tier::Observer => 1,
        Tier::Worker => 2,
        Tier::Operator => 3,
        Tier::Privileged => 4,
    }
}

/// The tier's name.
pub(super) fn title(tier: Tier) -> &'static str {
    match tier {
        Tier::Observer => "observer",
        Tier::Worker => "worker",
        Tier::Operator => "operator",
        Tier::Privileged => "privileged",
    }
}
