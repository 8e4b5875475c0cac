//! One tool: its power against its tier, then its request.

use std::collections::BTreeMap;

use super::agent::{LONGEST_ABOUT, bounded, number, title};
use super::request::Reaches;
use super::request::{self, Declared, verb};
use super::secrets::Secrets;
use super::template::shorten;
use super::{limits, schema};
use crate::ast::{self, Access, Agent, Bridge, Method, Tier, Tool};
use crate::diag::{Diagnostic, HD0101, HD0102, HD0103, HD0104, HD0105, HD0108, Sink};
use crate::ir::{self, ToolFacts};
use crate::plan::{Hold, Limit, Reads, fill_scans};
use crate::resolve::{Joined, Resolved};
use crate::source::Spanned;

/// Longest display name, in characters.
const LONGEST_TITLE: usize = 128;
/// Longest reason of the author, in characters.
pub(super) const LONGEST_REASON: usize = 1000;

/// What all tools of an agent share while they are checked.
#[derive(Debug)]
pub(super) struct Tools<'a> {
    tier: &'a Spanned<Tier>,
    limit: Limit,
    /// The parameters of each tool of [`Resolved::tools`].
    pub declared: Vec<Declared<'a>>,
}

/// What the tools of an agent have to agree on, while they are checked one by one.
#[derive(Debug)]
pub(super) struct Shared<'a> {
    pub(super) secrets: Secrets<'a>,
    pub(super) reaches: Reaches,
}

impl<'a> Tools<'a> {
    pub(super) fn new(agent: &'a Agent, resolved: &Resolved<'a>, sink: &mut Sink) -> Self {
        let declared = resolved
            .tools
            .iter()
            .map(|joined| {
                let parameters = joined.tool.parameters.iter();
                parameters.map(|one| (one.name.value.as_str(), schema::parameter(one, sink))).collect()
            })
            .collect();
        Self { tier: &agent.runtime.trust_tier, limit: limits::of_agent(&agent.runtime, sink), declared }
    }

    /// The tool at its tier; `None`: it has an error, which was reported.
    pub(super) fn convert<T: ir::Tier>(
        &self,
        joined: &Joined<'_>,
        declared: &Declared<'_>,
        holds: Vec<Hold>,
        Shared { secrets, reaches }: &mut Shared<'_>,
        sink: &mut Sink,
    ) -> Option<ir::Tool<T>> {
        let tool = joined.tool;
        let Tool { span: _, name, title, description, access, reads, rate_limit, parameters: _, returns } =
            tool;
        check_name(name, sink);
        let about = about(name, description.as_ref(), sink);
        let title = bounded("title", title.as_ref(), LONGEST_TITLE, sink);
        let (returns, behind) = match returns {
            Some(returns) => schema::returns(returns, sink),
            None => (None, String::new()),
        };
        let about =
            if behind.is_empty() { about } else { format!("{about}\n\nReturns: {behind}").trim().to_owned() };
        let limit = limits::rate(rate_limit.as_ref(), self.limit, sink);
        let held = self.access::<T>(tool, access.as_ref(), sink);
        let bridge = joined.bridge?;
        let sent = self.method::<T>(tool, bridge, sink);
        let reads = self::reads(tool, bridge, reads.as_ref(), sink);
        let (request, answer) = request::request(tool, bridge, declared, secrets, reaches, sink)?;
        let params: Option<BTreeMap<_, _>> =
            declared.iter().map(|(name, param)| Some(((*name).to_owned(), param.clone()?))).collect();
        let mut params = params?;
        fill_scans(&mut params, &request.path, &request.query, &request.headers);
        schema::allow(tool, &mut params, sink);
        let facts = ToolFacts { title, about, reads, limit, holds, params, request, answer, returns };
        Some(ir::Tool { access: held?, method: sent?, facts })
    }

    fn access<T: ir::Tier>(
        &self,
        tool: &Tool,
        access: Option<&Spanned<Access>>,
        sink: &mut Sink,
    ) -> Option<T::Access> {
        let mode = access.map_or(Access::Read, |access| access.value);
        let held = T::access(mode);
        if let (None, Some(access)) = (&held, access) {
            let tier = number(self.tier.value);
            sink.push(
                Diagnostic::error(
                    HD0101,
                    format!("tier {tier} may not hold a tool of access `write`"),
                    access.span,
                    format!("`{}` would change something", shorten(&tool.name.value)),
                )
                .because(self.tier.span, self.declared_here())
                .note("tier 1 only reads")
                .help("if this tool must write, the whole agent needs tier 2; `heddle explain HD0101` says what that opens"),
            );
        }
        held
    }

    fn method<T: ir::Tier>(&self, tool: &Tool, bridge: &Bridge, sink: &mut Sink) -> Option<T::Method> {
        let sent = T::method(request::method(bridge));
        if let (None, Some(method)) = (&sent, &bridge.method) {
            let verb = verb(method.value);
            let deletes = method.value == Method::Delete;
            let needed = if deletes { 3 } else { 2 };
            let (does, must) = if deletes { ("deletes", "delete") } else { ("writes", "write") };
            let sends = match self.tier.value {
                Tier::Observer => "tier 1 sends GET, HEAD and OPTIONS only",
                Tier::Worker => "tier 2 sends GET, HEAD, OPTIONS, POST, PUT and PATCH only",
                Tier::Operator | Tier::Privileged => "tiers 3 and 4 send every method",
            };
            sink.push(
                Diagnostic::error(
                    HD0102,
                    format!("tier {} may not send `{verb}`", number(self.tier.value)),
                    method.span,
                    format!("this method {does}"),
                )
                .because(self.tier.span, self.declared_here())
                .note(sends)
                .help(format!(
                    "if this tool must {must}, the whole agent needs tier {needed}; `heddle explain HD0102` says what that opens"
                )),
            );
        }
        let mode = tool.access.as_ref().map_or(Access::Read, |access| access.value);
        if let Some(method) = bridge.method.as_ref().filter(|method| {
            sent.is_some() && mode == Access::Read && can_write(method.value) && tool.reads.is_none()
        }) {
            let found = Diagnostic::warning(
                HD0103,
                format!("read tool `{}` sends `{}`", tool.name.value, verb(method.value)),
                method.span,
                "this method can write",
            );
            let found = match &tool.access {
                Some(access) => found.because(access.span, "and the tool is said to read"),
                None => found.because(tool.name.span, "and the tool is taken to read, for want of `access`"),
            };
            sink.push(
                found
                    .note("read tools run without asking in most clients")
                    .help("if it changes nothing, say why: `reads: \"..\"` beside `access`; if it does, write `access: write`"),
            );
        }
        sent
    }

    fn declared_here(&self) -> String {
        format!("tier {} ({}) is declared here", number(self.tier.value), title(self.tier.value))
    }
}

fn check_name(name: &Spanned<String>, sink: &mut Sink) {
    let text = name.value.as_str();
    let fits = text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    if !fits {
        sink.push(
            Diagnostic::error(
                HD0108,
                format!("`{}` cannot be the name of a tool", shorten(text)),
                name.span,
                "not a name that clients take",
            )
            .help(
                "a name has letters, digits, `_` and `-`, begins with a letter, and has at most 64 of them",
            ),
        );
    }
}

fn about(name: &Spanned<String>, description: Option<&Spanned<String>>, sink: &mut Sink) -> String {
    let about = bounded("description", description, LONGEST_ABOUT, sink);
    if about.is_empty() {
        sink.push(
            Diagnostic::warning(
                HD0105,
                format!("tool `{}` has no description", shorten(&name.value)),
                description.map_or(name.span, |description| description.span),
                "a model has only the name to go by",
            )
            .help("say in a sentence what it does and when to call it: `description: \"..\"`"),
        );
    }
    about
}

fn reads(tool: &Tool, bridge: &Bridge, reason: Option<&Spanned<String>>, sink: &mut Sink) -> Reads {
    let mode = tool.access.as_ref().map_or(Access::Read, |access| access.value);
    let writes_by_method = can_write(request::method(bridge));
    let Some(reason) = reason else {
        return if mode == Access::Read && writes_by_method { Reads::Unexplained } else { Reads::ByMethod };
    };
    let silent = match (mode, writes_by_method) {
        (Access::Read, true) => None,
        (Access::Read, false) => Some(format!("`{}` only reads by itself", verb(request::method(bridge)))),
        (Access::Write, _) => Some("a write tool does not only read".to_owned()),
    };
    if let Some(why) = silent {
        sink.push(
            Diagnostic::error(HD0104, "`reads` says nothing here", reason.span, why)
                .note("`reads` explains why a read tool sends a method that can write")
                .help("remove it"),
        );
        return Reads::ByMethod;
    }
    let text = bounded("reads", Some(reason), LONGEST_REASON, sink);
    if text.is_empty() {
        sink.push(
            Diagnostic::error(HD0104, "`reads` gives no reason", reason.span, "empty")
                .help("say why the request changes nothing, such as \"the query is too long for a URL\""),
        );
    }
    Reads::Because(text)
}

fn can_write(method: Method) -> bool {
    <ir::Observer as ir::Tier>::method(method).is_none()
}

/// The access mode of a tool as it counts.
pub(super) fn mode(tool: &Tool) -> ast::Access {
    tool.access.as_ref().map_or(Access::Read, |access| access.value)
}
