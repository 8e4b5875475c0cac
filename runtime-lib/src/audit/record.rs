//! What the records say.

pub use crate::call::Layer;
use serde_json::{Map, Value};
use std::time::Duration;

/// A call, as each of its records names it.
#[derive(Debug, Clone, Copy)]
pub struct CallId<'a> {
    /// Its number, from [`super::Audit::next_call`].
    pub number: u64,
    /// Who proved to make it, if anybody did.
    pub principal: Option<&'a str>,
}

/// A request that is about to be sent.
#[derive(Debug, Clone, Copy)]
pub struct IntentRecord<'a> {
    /// The call.
    pub call: CallId<'a>,
    /// Name of the tool.
    pub tool: &'a str,
    /// HTTP method.
    pub method: &'a str,
    /// The whole URL, secrets as `***`.
    pub url: &'a str,
    /// The arguments as the caller gave them.
    pub parameters: &'a Map<String, Value>,
}

/// What came of a call.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeRecord<'a> {
    /// The call.
    pub call: CallId<'a>,
    /// Name of the tool, also of one that does not exist.
    pub tool: &'a str,
    /// How it ended.
    pub status: Status,
    /// The layer that refused or held it, or in which it failed.
    pub layer: Option<Layer>,
    /// What was wrong, without secrets.
    pub error: Option<&'a str>,
    /// The HTTP status of the answer, if there was one.
    pub status_code: Option<u16>,
    /// From the arrival of the call to its answer.
    pub duration: Duration,
    /// The arguments as the caller gave them; written only where no intent was.
    pub parameters: &'a Map<String, Value>,
}

/// A tool that wanted more than its tier gives.
#[derive(Debug, Clone, Copy)]
pub struct TrustViolation<'a> {
    /// The call.
    pub call: CallId<'a>,
    /// Name of the tool.
    pub tool: &'a str,
    /// The tier of the agent.
    pub trust_tier: u8,
    /// The method that it wanted to send.
    pub action: &'a str,
    /// Why it may not.
    pub detail: &'a str,
}

/// Something that happened to the ticket of a held call.
#[cfg(feature = "approvals")]
#[derive(Debug, Clone, Copy)]
pub struct ApprovalRecord<'a> {
    /// `requested`, `redeemed`, `expired`, `withdrawn` or `refused`; the command line writes `approved` and `denied`.
    pub action: &'static str,
    /// The id of the ticket.
    pub ticket: &'a str,
    /// Name of the tool.
    pub tool: &'a str,
    /// The rule that holds the call.
    pub rule: &'a str,
    /// The call.
    pub call: CallId<'a>,
    /// Who answered, if somebody did.
    pub by: Option<&'a str>,
    /// Why.
    pub detail: Option<&'a str>,
}

/// Something that a detector found in an argument.
#[derive(Debug, Clone, Copy)]
pub struct FindingRecord<'a> {
    /// The call.
    pub call: CallId<'a>,
    /// Name of the tool.
    pub tool: &'a str,
    /// The parameter, with the item or member of it.
    pub parameter: &'a str,
    /// The class of attack.
    pub class: &'a str,
    /// What gave it away.
    pub sign: &'a str,
    /// `refused` or `passed`.
    pub action: &'a str,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The API answered with success.
    Success,
    /// It was sent, or was about to be, and failed.
    Error,
    /// A layer refused it.
    Refused,
    /// It waits for a human.
    Held,
    /// The caller gave it up, or the process ended, before there was an answer.
    Cancelled,
}

impl Status {
    /// The word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Error => "error",
            Self::Refused => "refused",
            Self::Held => "held",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Proof that the intent of a call is on record. It cannot be made elsewhere, copied or used twice.
#[derive(Debug)]
#[must_use = "an intent without an outcome is a hole in the log"]
pub struct Intent {
    call: u64,
}

impl Intent {
    pub(super) const fn of(call: u64) -> Self {
        Self { call }
    }

    /// Number of the call that it belongs to.
    pub(super) const fn call(&self) -> u64 {
        self.call
    }
}
