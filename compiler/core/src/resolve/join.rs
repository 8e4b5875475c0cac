//! Each tool with the one bridge entry that backs it, each rule with the tools that it concerns.

use std::collections::{HashMap, HashSet};

use super::glob::Glob;
use crate::ast::{Access, Agent, Bridge, Rule, Tool};
use crate::diag::{
    Diagnostic, HD0110, HD0111, HD0112, HD0113, HD0114, HD0116, HD0504, HD0505, HD0512, HD0517, Sink, nearest,
};
use crate::plan::module;

/// More rules than this are a program and not a policy; the analysis compares each with those before it.
const MOST_RULES: usize = 256;

/// An agent whose parts know each other.
#[derive(Debug)]
pub struct Resolved<'a> {
    /// The tools in the config's order, without those whose name was taken.
    pub tools: Vec<Joined<'a>>,
    /// The rules in the config's order.
    pub rules: Vec<MatchedRule<'a>>,
}

/// A tool and what it does.
#[derive(Debug, Clone, Copy)]
pub struct Joined<'a> {
    /// The entry of `exposes`.
    pub tool: &'a Tool,
    /// Its entry of `http_bridge`; its absence was reported.
    pub bridge: Option<&'a Bridge>,
}

/// A rule and the tools that it concerns.
#[derive(Debug)]
pub struct MatchedRule<'a> {
    /// The entry of `escalation_rules`.
    pub rule: &'a Rule,
    /// Indices into [`Resolved::tools`]; an empty list was reported.
    pub tools: Vec<usize>,
}

/// Joins the parts of an agent and reports what does not join.
pub fn resolve<'a>(agent: &'a Agent, sink: &mut Sink) -> Resolved<'a> {
    let tools = tools(agent, sink);
    let (bridges, meant) = bridges(agent, sink);
    let tools: Vec<Joined<'a>> = tools
        .into_iter()
        .map(|tool| {
            let bridge = bridges.get(tool.name.value.as_str()).copied();
            if bridge.is_none() && !meant.contains(tool.name.value.as_str()) {
                sink.push(unbacked(tool));
            }
            Joined { tool, bridge }
        })
        .collect();
    let rules = rules(agent, &tools, sink);
    Resolved { tools, rules }
}

fn tools<'a>(agent: &'a Agent, sink: &mut Sink) -> Vec<&'a Tool> {
    if agent.exposes.is_empty() {
        sink.push(
            Diagnostic::error(
                HD0116,
                format!("agent `{}` exposes no tool", agent.name.value),
                agent.name.span,
                "",
            )
            .help("list at least one tool under `exposes`, and what it does under `http_bridge`"),
        );
    }
    let mut by_name: HashMap<&str, &Tool> = HashMap::new();
    let mut by_module: HashMap<String, &Tool> = HashMap::new();
    let mut kept = Vec::new();
    for tool in &agent.exposes {
        let name = tool.name.value.as_str();
        if let Some(first) = by_name.get(name) {
            sink.push(
                Diagnostic::error(
                    HD0110,
                    format!("tool `{name}` is exposed twice"),
                    tool.name.span,
                    "the second one",
                )
                .because(first.name.span, "the first one is here")
                .help("give one of them another name, or remove it"),
            );
            continue;
        }
        by_name.insert(name, tool);
        kept.push(tool);
        match by_module.entry(module(name)) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(tool);
            }
            std::collections::hash_map::Entry::Occupied(taken) => sink.push(
                Diagnostic::error(
                    HD0111,
                    format!("tools `{name}` and `{}` would be one file", taken.get().name.value),
                    tool.name.span,
                    format!("its code goes to `{}.rs`", taken.key()),
                )
                .because(taken.get().name.span, "and so does this one's")
                .note("a tool's file is its name in lower case with `-` as `_`")
                .help("give one of them another name"),
            ),
        }
    }
    kept
}

/// The entries by tool, and the tools that misspelt entries seem to mean.
fn bridges<'a>(agent: &'a Agent, sink: &mut Sink) -> (HashMap<&'a str, &'a Bridge>, HashSet<&'a str>) {
    let mut by_tool: HashMap<&str, &Bridge> = HashMap::new();
    let mut meant = HashSet::new();
    let exposed: HashMap<&str, &Tool> =
        agent.exposes.iter().map(|tool| (tool.name.value.as_str(), tool)).collect();
    for bridge in &agent.http_bridge {
        let name = bridge.tool_name.value.as_str();
        if !exposed.contains_key(name) {
            let near = nearest(name, agent.exposes.iter().map(|tool| tool.name.value.as_str()));
            meant.extend(near);
            sink.push(unexposed(bridge, near));
        }
        if let Some(first) = by_tool.get(name) {
            sink.push(
                Diagnostic::error(
                    HD0114,
                    format!("tool `{name}` has two entries in `http_bridge`"),
                    bridge.tool_name.span,
                    "the second entry",
                )
                .because(first.tool_name.span, "the first entry is here")
                .note("a tool sends one request")
                .help("remove one of them, or expose a second tool for it"),
            );
            continue;
        }
        by_tool.insert(name, bridge);
    }
    (by_tool, meant)
}

fn unexposed(bridge: &Bridge, near: Option<&str>) -> Diagnostic {
    let name = &bridge.tool_name;
    let found = Diagnostic::error(
        HD0113,
        format!("no tool `{}` is exposed", name.value),
        name.span,
        "this entry backs nothing",
    );
    match near {
        Some(meant) => found.help(format!("did you mean `{meant}`?")).suggestion(
            name.span,
            meant,
            format!("write `{meant}`"),
        ),
        None => found.help("add the tool under `exposes`, or remove this entry"),
    }
}

fn unbacked(tool: &Tool) -> Diagnostic {
    let name = &tool.name;
    Diagnostic::error(
        HD0112,
        format!("nothing says what tool `{}` does", name.value),
        name.span,
        "no entry of `http_bridge` has this `tool_name`",
    )
    .note("custom handlers and workflows are not there yet: each tool sends one HTTP request")
    .help(format!("add an entry with `tool_name: {}`, a `method` and a `url`", name.value))
}

fn rules<'a>(agent: &'a Agent, tools: &[Joined<'a>], sink: &mut Sink) -> Vec<MatchedRule<'a>> {
    if let Some(first_over) = agent.escalation_rules.get(MOST_RULES) {
        sink.push(
            Diagnostic::error(
                HD0517,
                format!("{} escalation rules are more than {MOST_RULES}", agent.escalation_rules.len()),
                first_over.name.span,
                "the first one over the limit",
            )
            .note("every call is compared with every rule of its tool, and so is every rule by this check")
            .help("join rules with globs and `param_in`, or split the agent"),
        );
    }
    let mut by_name: HashMap<&str, &Rule> = HashMap::new();
    agent
        .escalation_rules
        .iter()
        .take(MOST_RULES)
        .map(|rule| {
            let name = rule.name.value.as_str();
            if let Some(first) = by_name.get(name) {
                sink.push(
                    Diagnostic::error(
                        HD0512,
                        format!("rule `{name}` is written twice"),
                        rule.name.span,
                        "the second one",
                    )
                    .because(first.name.span, "the first one is here")
                    .note("approvals and the audit log name a rule by its name")
                    .help("give one of them another name, or remove it"),
                );
            } else {
                by_name.insert(name, rule);
            }
            MatchedRule { rule, tools: concerned(rule, tools, sink) }
        })
        .collect()
}

/// The tools that a rule's `tool` and `access` select.
fn concerned(rule: &Rule, tools: &[Joined<'_>], sink: &mut Sink) -> Vec<usize> {
    if rule.tool.is_none() && rule.access.is_none() && rule.tests.is_empty() {
        sink.push(
            Diagnostic::error(
                HD0505,
                format!("rule `{}` says nothing about which calls it matches", rule.name.value),
                rule.name.span,
                "no `tool`, no `access`, no `param_*`",
            )
            .help("to stop every call of every tool, write `tool: \"*\"`"),
        );
        return Vec::new();
    }
    let glob = rule.tool.as_ref().map(|glob| Glob::new(&glob.value));
    let named: Vec<usize> = tools
        .iter()
        .enumerate()
        .filter(|(_, joined)| glob.as_ref().is_none_or(|glob| glob.matches(&joined.tool.name.value)))
        .map(|(index, _)| index)
        .collect();
    if let Some(glob) = rule.tool.as_ref().filter(|_| named.is_empty() && !tools.is_empty()) {
        let found = Diagnostic::error(
            HD0504,
            format!("rule `{}` concerns no tool", rule.name.value),
            glob.span,
            format!("no tool is called `{}`", glob.value),
        )
        .note("a rule that concerns no tool would protect nothing");
        sink.push(match nearest(&glob.value, tools.iter().map(|joined| joined.tool.name.value.as_str())) {
            Some(meant) => found.help(format!("did you mean `{meant}`?")).fix(
                glob.span,
                meant,
                format!("write `{meant}`"),
            ),
            None => found.help("name a tool, or a glob such as `delete_*`"),
        });
        return named;
    }
    let Some(access) = &rule.access else { return named };
    let selected: Vec<usize> = named
        .iter()
        .copied()
        .filter(|index| {
            tools.get(*index).is_some_and(|joined| {
                joined.tool.access.as_ref().map_or(Access::Read, |access| access.value) == access.value
            })
        })
        .collect();
    if selected.is_empty() && !named.is_empty() {
        let mode = match access.value {
            Access::Read => "read",
            Access::Write => "write",
        };
        let mut found = Diagnostic::error(
            HD0504,
            format!("rule `{}` concerns no tool", rule.name.value),
            access.span,
            format!("no {mode} tool is among those it names"),
        )
        .note("a tool without `access` is a read tool");
        if let Some(glob) = &rule.tool {
            found = found.because(glob.span, "the tools it names");
        }
        sink.push(found.help("change `access`, or the tools it is about"));
    }
    selected
}
