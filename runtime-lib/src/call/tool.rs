//! What is made of a tool once, at start, so that a call finds it done.

use std::time::Instant;

use serde_json::Value;

use super::findings;
use super::patterns::Patterns;
use super::rate::Meters;
use super::values;
use crate::decl::{Json, Presence};
use crate::proof::Row;

/// A tool of the running process: its proven facts, and what its calls share.
#[derive(Debug)]
pub struct ToolState {
    row: &'static Row,
    index: usize,
    pub(super) meters: Meters,
    pub(super) patterns: Patterns,
    /// Beside [`Row::params`], one for one.
    pub(super) defaults: Vec<Option<Value>>,
}

impl ToolState {
    /// Prepares a tool that stands at `index` in the agent's table. An expression that does not compile, or one at
    /// all in a binary without the engine for it, is a reason not to start.
    pub(crate) fn new(row: &'static Row, index: usize) -> Result<Self, String> {
        findings::refuse_unscanned(row.params)
            .map_err(|problem| format!("tool `{}`: {problem}", row.name))?;
        Ok(Self {
            row,
            index,
            meters: Meters::new(row.limit, Instant::now()),
            patterns: Patterns::of(row.params, row.holds, &row.returns)
                .map_err(|problem| format!("tool `{}`: {problem}", row.name))?,
            defaults: row
                .params
                .iter()
                .map(|param| match param.presence {
                    Presence::Default(Json::Null) | Presence::Required | Presence::Optional => None,
                    Presence::Default(json) => Some(values::of_json(json)),
                })
                .collect(),
        })
    }

    pub(crate) const fn row(&self) -> &'static Row {
        self.row
    }

    /// Where the tool stands in the agent's table.
    pub(crate) const fn index(&self) -> usize {
        self.index
    }

    /// The compiled expressions of the tool.
    pub(crate) const fn patterns(&self) -> &Patterns {
        &self.patterns
    }
}
