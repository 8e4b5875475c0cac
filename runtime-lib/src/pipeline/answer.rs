//! What the caller gets.

use serde_json::Value;

use crate::call::Refusal;
use crate::http::Reply;

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

impl Answer {
    pub(super) fn of(passed: Result<Reply, Refusal>) -> Self {
        match passed {
            Ok(Reply { text, structured, is_error, status: _ }) => {
                Self::Result { text, structured, is_error }
            }
            Err(refusal) => Self::Result { text: refusal.into_reason(), structured: None, is_error: true },
        }
    }
}
