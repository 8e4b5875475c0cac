//! What tickets and answers say.

use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::person::Person;
use crate::audit::when::rfc3339;

/// Seconds that a clock may go back by.
const STEP: u64 = 60;

/// One held call, as its agent wrote it down.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Ticket {
    /// SHA-256 over agent, build, tool, arguments and nonce.
    pub id: String,
    /// The agent.
    pub agent: String,
    /// Digest of its plan.
    pub build: String,
    /// The tool.
    pub tool: String,
    /// The arguments as they would be used.
    pub arguments: Map<String, Value>,
    /// The rule that holds the call.
    pub rule: String,
    /// Why there is that rule.
    pub reason: String,
    /// Who asked.
    pub asked: Asked,
    /// What would be sent.
    pub request: Request,
    /// An argument is sensitive: after its end nothing of the ticket is kept but its name.
    #[serde(default)]
    pub discreet: bool,
    /// Seconds since 1970.
    pub made: u64,
    /// From this second on, no answer was a no.
    pub expires: u64,
}

/// Who asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    /// Name and version, as the client says them.
    pub client: Option<String>,
    /// Who was authenticated.
    pub principal: Option<String>,
    /// The agent's session, as in the audit log.
    pub session: String,
    /// The number of the call in it.
    pub call: u64,
}

/// A request with its secrets by name.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// The HTTP method.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
    /// Keys of the secrets that stand in it.
    pub secrets: Vec<String>,
}

/// A human's answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Answer {
    /// The id of the ticket.
    pub ticket: String,
    /// Yes or no.
    pub decision: Decision,
    /// Why; may be empty.
    pub reason: String,
    /// Who.
    pub by: Person,
    /// Seconds since 1970.
    pub at: u64,
}

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The call may run once.
    Approved,
    /// It may not.
    Denied,
}

impl Decision {
    /// The word in files and the log.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Denied => "denied",
        }
    }
}

/// What has become of a ticket.
#[derive(Debug, Clone)]
pub enum State {
    /// It waits for an answer.
    Pending,
    /// There is one, and it was not used yet.
    Answered(Answer),
    /// There was none in time, or it was not used in time.
    Expired,
    /// It is over: `redeemed`, `expired`, `withdrawn` or `refused`.
    Closed(String),
    /// It, or its answer, is not what heddle wrote.
    Unclear(String),
}

impl State {
    /// One word.
    pub fn word(&self) -> &str {
        match self {
            Self::Pending => "waits",
            Self::Answered(answer) => answer.decision.word(),
            Self::Expired => "expired",
            Self::Closed(end) => end,
            Self::Unclear(_) => "damaged",
        }
    }

    /// How a closed ticket ended, in words.
    pub fn ended(end: &str) -> &str {
        match end {
            "redeemed" => "its yes was used, and the audit log says for what",
            "expired" => "it expired",
            "withdrawn" => "the caller gave the call up",
            _ => "it was refused as not heddle's own",
        }
    }
}

impl Ticket {
    /// Whether it is too late for it; or too early, by more than clocks are set right by.
    pub const fn is_over(&self, now: u64) -> bool {
        now >= self.expires || self.made.saturating_sub(now) > STEP
    }

    /// When no answer becomes a no.
    pub fn expires_at(&self) -> String {
        instant(self.expires)
    }

    /// The id as far as it is shown.
    pub fn short(&self) -> &str {
        self.id.get(..12).unwrap_or(&self.id)
    }
}

/// Seconds since 1970 as the log writes them, without fractions.
pub fn instant(seconds: u64) -> String {
    let text = rfc3339(UNIX_EPOCH + Duration::from_secs(seconds));
    text.split_once('.').map_or(text.clone(), |(whole, _)| format!("{whole}Z"))
}

/// A span of seconds in words.
pub fn span(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}
