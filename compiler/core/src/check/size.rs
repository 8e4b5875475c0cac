//! How much of a model's context the tool list takes.

use crate::ast::Agent;
use crate::diag::{Diagnostic, HD0115, Sink};
use crate::plan::{Kind, Param, Plan, Presence, Returns, Tool};

/// From here on the list is reported.
const MANY_TOKENS: usize = 10_000;
/// Bytes of a token, roughly, in English and JSON.
const BYTES_OF_A_TOKEN: usize = 4;

/// Warns of a tool list that fills the context of a model before it has read a word.
pub(super) fn judge(plan: &Plan, agent: &Agent, sink: &mut Sink) {
    let tokens = plan.tools.iter().map(|(name, tool)| bytes(name, tool)).sum::<usize>() / BYTES_OF_A_TOKEN;
    if tokens > MANY_TOKENS {
        sink.push(
            Diagnostic::warning(
                HD0115,
                format!("the tool list takes about {tokens} tokens"),
                agent.name.span,
                format!("{} tools", plan.tools.len()),
            )
            .note(format!(
                "counted as the bytes of names, titles, descriptions and schemas, divided by {BYTES_OF_A_TOKEN}; the limit is {MANY_TOKENS}"
            ))
            .note("clients send the list to the model with every request, and models choose worse from long lists")
            .help("split the agent by purpose, or shorten the descriptions"),
        );
    }
}

fn bytes(name: &str, tool: &Tool) -> usize {
    let returns = tool.returns.as_ref().map_or(0, |Returns { about, kind }| about.len() + of_kind(kind));
    name.len() + tool.title.len() + tool.about.len() + members(&tool.params) + returns
}

/// What JSON Schema spells around an object: `{"type":"object","properties":{},"required":[],"additionalProperties":false}`.
fn members(params: &std::collections::BTreeMap<String, Param>) -> usize {
    const OBJECT: usize = 82;
    OBJECT + params.iter().map(|(name, param)| of_param(name, param)).sum::<usize>()
}

fn of_param(
    name: &str,
    Param { about, kind, presence, sensitive: _, content: _, scan: _, allow: _ }: &Param,
) -> usize {
    const PUNCTUATION: usize = 24;
    let required = if *presence == Presence::Required { name.len() + 3 } else { 0 };
    PUNCTUATION + name.len() + about.len() + required + of_kind(kind)
}

fn of_kind(kind: &Kind) -> usize {
    const TYPE: usize = 18;
    TYPE + match kind {
        Kind::Text { pattern, one_of, .. } => {
            pattern.len() + one_of.iter().map(|one| one.len() + 3).sum::<usize>()
        }
        Kind::Integer { one_of, .. } => one_of.len() * 8,
        Kind::Number { one_of, .. } => one_of.len() * 8,
        Kind::List { items, .. } => of_kind(items),
        Kind::Object { fields } => members(fields),
        Kind::Boolean | Kind::OpenObject | Kind::Any => 0,
    }
}
