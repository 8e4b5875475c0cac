//! Secrets: granted by the operator, and sent to one origin in the open nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::request::{SecretUse, is_loopback};
use crate::ast::Agent;
use crate::diag::{Diagnostic, HD0301, HD0303, HD0304, HD0307, Sink, nearest};
use crate::plan::{Origin, Scheme, Slot};
use crate::source::Span;

/// Which agent may use which secrets: the operator's word, from outside the config.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Where they were read from, as the user knows it; `None`: there is no grants file.
    pub source: Option<String>,
    /// Agent -> keys.
    pub agents: BTreeMap<String, Vec<Granted>>,
}

/// One granted key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The key of the secret.
    pub key: String,
    /// Its place in the grants file, where that is one of the sources.
    pub span: Option<Span>,
}

impl Granted {
    /// Makes a grant to one build (`key@<digest>`) one to the agent: which build that is, is asked where it runs.
    pub fn forget_build(&mut self) {
        if let Some(at) = self.key.find('@') {
            self.key.truncate(at);
        }
    }
}

/// The secrets of one agent while its tools are checked.
#[derive(Debug)]
pub(super) struct Secrets<'a> {
    agent: &'a Agent,
    grants: &'a Grants,
    granted: &'a [Granted],
    used: BTreeSet<String>,
}

impl<'a> Secrets<'a> {
    pub(super) fn new(agent: &'a Agent, grants: &'a Grants) -> Self {
        let granted = grants.agents.get(&agent.name.value).map_or(&[][..], Vec::as_slice);
        Self { agent, grants, granted, used: BTreeSet::new() }
    }

    /// Judges the secrets of one request that goes to `at`, and returns where each stands.
    pub(super) fn judge(
        &mut self,
        uses: &[SecretUse],
        mentioned: BTreeSet<String>,
        at: Option<(&Origin, Span)>,
        sink: &mut Sink,
    ) -> BTreeSet<(String, Slot)> {
        self.used.extend(mentioned);
        for SecretUse { key, slot, span } in uses {
            self.used.insert(key.clone());
            if !self.granted.iter().any(|granted| granted.key == *key) {
                sink.push(self.not_granted(key, *span));
            }
            if let Some((origin, url)) = at
                && origin.scheme == Scheme::Http
                && !is_loopback(&origin.host)
            {
                sink.push(
                    Diagnostic::error(
                        HD0303,
                        format!("secret `{key}` would cross the network in the open"),
                        *span,
                        "sent as plain text",
                    )
                    .because(url, format!("plain http, and `{}` is not this machine", origin.host))
                    .note("everybody on the way can read it, and take it")
                    .help("write `https://`"),
                );
            }
            if let Some(Slot::Query(field)) = slot {
                sink.push(
                    Diagnostic::warning(
                        HD0304,
                        format!("secret `{key}` stands in a query"),
                        *span,
                        format!("the value of `{field}`"),
                    )
                    .note("servers and proxies write URLs to their logs")
                    .help("send it in a header if the server takes it there"),
                );
            }
        }
        uses.iter().filter_map(|SecretUse { key, slot, .. }| Some((key.clone(), slot.clone()?))).collect()
    }

    /// Reports the grants that no tool uses.
    pub(super) fn report_unused(&self, sink: &mut Sink) {
        let name = &self.agent.name;
        for granted in self.granted.iter().filter(|granted| !self.used.contains(&granted.key)) {
            let found = Diagnostic::warning(
                HD0307,
                format!("agent `{}` never uses its grant of `{}`", name.value, granted.key),
                granted.span.unwrap_or(name.span),
                "granted for nothing",
            );
            let found = match granted.span {
                Some(_) => found.because(name.span, "the agent"),
                None => found.note(format!("granted in {}", self.source())),
            };
            sink.push(found.help("take the grant away: what an agent does not need it should not have"));
        }
    }

    fn not_granted(&self, key: &str, span: Span) -> Diagnostic {
        let agent = &self.agent.name;
        let found = Diagnostic::error(
            HD0301,
            format!("agent `{}` was not granted the secret `{key}`", agent.value),
            span,
            "not granted",
        )
        .because(agent.span, "the agent");
        let found = match &self.grants.source {
            Some(source) => found.note(format!("grants are read from {source}")),
            None => found.note("there is no grants file: no agent has any secret"),
        };
        if let Some(meant) = nearest(key, self.granted.iter().map(|granted| granted.key.as_str())) {
            return found.help(format!("`{meant}` is granted: did you mean that?"));
        }
        let other = nearest(&agent.value, self.grants.agents.keys().map(String::as_str));
        match other.filter(|other| *other != agent.value) {
            Some(other) => found.help(format!("there are grants for `{other}`: is that this agent?")),
            None => found.help(format!(
                "if it may use it, write into `heddle.grants.yaml`: `{}: [{key}]`",
                agent.value
            )),
        }
    }

    fn source(&self) -> &str {
        self.grants.source.as_deref().unwrap_or("no grants file")
    }
}
