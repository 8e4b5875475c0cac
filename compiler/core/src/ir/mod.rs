//! An agent that cannot be wrong: [`Agent<T>`] keeps the methods and access modes of its tier and has nowhere to put
//! others. [`crate::check`] makes it; erasing the tier gives the [`Plan`].

mod tier;

use std::collections::{BTreeMap, BTreeSet};

pub use tier::*;

use crate::plan::{self, Plan};

/// One agent of tier `T`.
#[derive(Debug, Clone, PartialEq)]
pub struct Agent<T: Tier> {
    /// What is the same at every tier.
    pub facts: AgentFacts,
    /// The tools by name.
    pub tools: BTreeMap<String, Tool<T>>,
}

/// One tool of tier `T`.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool<T: Tier> {
    /// An access mode that the tier holds.
    pub access: T::Access,
    /// A method that the tier sends.
    pub method: T::Method,
    /// What is the same at every tier.
    pub facts: ToolFacts,
}

/// What an agent is, whatever its tier; as in [`Plan`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of `plan::Plan`, described there")]
pub struct AgentFacts {
    pub name: String,
    pub version: String,
    pub about: String,
    pub deadline_ms: u64,
    pub max_response_bytes: u64,
    pub audit: plan::Audit,
    pub validation: plan::Validation,
    pub sandbox: plan::Sandbox,
    pub transports: BTreeSet<plan::Transport>,
    pub oauth: Option<plan::OAuth>,
}

/// What a tool is, whatever its tier; as in [`plan::Tool`].
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of `plan::Tool`, described there")]
pub struct ToolFacts {
    pub title: String,
    pub about: String,
    pub reads: plan::Reads,
    pub limit: plan::Limit,
    pub holds: Vec<plan::Hold>,
    pub params: BTreeMap<String, plan::Param>,
    pub request: Request,
    pub answer: Vec<String>,
    pub returns: Option<plan::Returns>,
}

/// The request that a tool sends.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the fields are those of `plan::Tool`, described there")]
pub struct Request {
    pub origin: plan::Origin,
    pub path: Vec<plan::Part>,
    pub query: Vec<plan::Field>,
    pub headers: Vec<plan::Field>,
    pub body: Option<plan::Node>,
    /// The secrets that stand in it, and where.
    pub secrets: BTreeSet<(String, plan::Slot)>,
}

impl<T: Tier> Agent<T> {
    /// The same agent with its tier as a value. Origins and grants are what the tools use and no more.
    #[must_use]
    pub fn erase(self) -> Plan {
        let AgentFacts {
            name,
            version,
            about,
            deadline_ms,
            max_response_bytes,
            audit,
            validation,
            sandbox,
            transports,
            oauth,
        } = self.facts;
        let mut origins: BTreeSet<_> = oauth.iter().map(|oauth| oauth.keys_origin.clone()).collect();
        let mut grants: BTreeMap<plan::GrantId, BTreeSet<plan::Slot>> = BTreeMap::new();
        let mut tools = BTreeMap::new();
        for (name, tool) in self.tools {
            let request = &tool.facts.request;
            origins.insert(request.origin.clone());
            for (key, slot) in &request.secrets {
                let id = plan::GrantId { key: key.clone(), origin: request.origin.clone() };
                grants.entry(id).or_default().insert(slot.clone());
            }
            tools.insert(name, tool.erase());
        }
        Plan {
            name,
            version,
            about,
            tier: T::LEVEL,
            origins,
            grants,
            deadline_ms,
            max_response_bytes,
            audit,
            validation,
            sandbox,
            transports,
            oauth,
            tools,
        }
    }
}

impl<T: Tier> Tool<T> {
    fn erase(self) -> plan::Tool {
        let ToolFacts { title, about, reads, limit, holds, params, request, answer, returns } = self.facts;
        let Request { origin, path, query, headers, body, secrets: _ } = request;
        plan::Tool {
            title,
            about,
            access: self.access.into(),
            method: self.method.into(),
            reads,
            limit,
            holds,
            params,
            origin,
            path,
            query,
            headers,
            body,
            answer,
            returns,
        }
    }
}
