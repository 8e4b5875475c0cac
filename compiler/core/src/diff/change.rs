//! One change, and the list of them.

use super::delta::Delta;
use crate::plan::module;

/// What a change does to the authority of an agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// The new agent may do something that the old one may not.
    Widening,
    /// It may do less and nothing more.
    Narrowing,
    /// It may do the same.
    Neutral,
}

impl Effect {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Widening => "widening",
            Self::Narrowing => "narrowing",
            Self::Neutral => "neutral",
        }
    }
}

/// Which of the two plans a place is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Side {
    Old,
    New,
}

/// What a change is about, in the words of the config.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The agent.
    Agent,
    /// A key of the agent: `version`.
    AgentKey(&'static str),
    /// A key of `runtime`: `trust_tier`.
    Runtime(&'static str),
    /// A tool.
    Tool(String),
    /// A key of a tool: `access`.
    ToolKey(String, &'static str),
    /// A key of a tool's bridge: `url`.
    Bridge(String, &'static str),
    /// A parameter of a tool, and the members on the way to what changed in it.
    Param(String, Vec<String>),
    /// A rule, by name.
    Rule(String),
}

impl Place {
    /// The file of the crate where the fact stands.
    pub fn file(&self) -> String {
        match self {
            Self::Agent | Self::AgentKey(_) | Self::Runtime(_) => "src/policy.rs".to_owned(),
            Self::Tool(tool) | Self::ToolKey(tool, _) | Self::Bridge(tool, _) | Self::Param(tool, _) => {
                format!("src/tools/{}.rs", module(tool))
            }
            Self::Rule(_) => "src/tools".to_owned(),
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What names it in an allowance: `tools/restart/access`.
    pub id: String,
    /// One sentence for who has to decide.
    pub sentence: String,
    /// The new value, as far as it can be said in a word; empty: there is none.
    pub to: String,
    /// What it is about.
    pub place: Place,
    /// The plan in which that stands: the old one when it is gone.
    pub side: Side,
    /// The file of the emitted crate in which the fact stands.
    pub file: String,
    pub(super) delta: Delta,
}

impl Change {
    /// What it does to the authority of the agent.
    pub fn effect(&self) -> Effect {
        match self.delta {
            Delta { more: true, .. } => Effect::Widening,
            Delta { less: true, .. } => Effect::Narrowing,
            Delta { .. } => Effect::Neutral,
        }
    }

    /// Whether it permits more and takes nothing away.
    pub fn only_widens(&self) -> bool {
        self.delta == Delta::MORE
    }
}

/// The changes as they are found.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<Change>);

/// What [`Changes::note`] needs to know beside the delta.
pub(super) struct Fact {
    pub id: String,
    pub place: Place,
    pub side: Side,
    pub to: String,
    pub sentence: String,
}

impl Changes {
    /// Adds a change, if it is one.
    pub(super) fn note(&mut self, delta: Delta, fact: impl FnOnce() -> Fact) {
        if delta.is_none() {
            return;
        }
        let Fact { id, place, side, to, sentence } = fact();
        let file = place.file();
        self.0.push(Change { id, sentence, to, place, side, file, delta });
    }

    /// Adds a change that stands in another file than its place.
    pub(super) fn note_in(&mut self, file: &str, delta: Delta, fact: impl FnOnce() -> Fact) {
        let before = self.0.len();
        self.note(delta, fact);
        for change in self.0.iter_mut().skip(before) {
            change.file = file.to_owned();
        }
    }

    /// Widenings first, each effect in the order of ids.
    pub(super) fn into_sorted(self) -> Vec<Change> {
        let mut changes = self.0;
        changes.sort_by(|one, other| (one.effect(), &one.id).cmp(&(other.effect(), &other.id)));
        changes
    }
}
