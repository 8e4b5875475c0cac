//! What the caller gets.

use serde_json::Value;

use crate::call::Refusal;
use crate::http::{Media, Reply};

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
        /// In the place of text: an image or a sound.
        media: Option<Media>,
        /// The call did not do what was asked.
        is_error: bool,
    },
}

impl Answer {
    pub(super) fn of(passed: Result<Reply, Refusal>) -> Self {
        match passed {
            Ok(Reply { text, structured, media, is_error, status: _ }) => {
                Self::Result { text, structured, media, is_error }
            }
            Err(refusal) => {
                Self::Result { text: refusal.into_reason(), structured: None, media: None, is_error: true }
            }
        }
    }
}
