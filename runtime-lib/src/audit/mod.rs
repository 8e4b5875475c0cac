//! The audit log: what was about to be done, and what came of it.
//!
//! # Format
//!
//! One segment (file) per process, so that no process ever waits for another:
//! `$HEDDLE_HOME/audit/<agent>-<start as YYYYMMDDTHHMMSSffffffZ>-<pid>.jsonl`, folder 0700, file 0600. A segment
//! is JSON Lines; each record is one object, written whole by one `write(2)` on a descriptor in append mode.
//! Its members, in this order:
//!
//! | member | value |
//! |---|---|
//! | `event` | `agent_lifecycle`, `http_bridge`, `tool_call`, `trust_violation` or `credential_access` |
//! | `seq` | number of the record in its segment, from 0, without gaps |
//! | `timestamp` | RFC 3339, UTC, microseconds |
//! | `agent` | name of the agent |
//! | `build` | SHA-256 of the plan that the binary was built from, 64 hex digits |
//! | `session` | 16 hex digits, new for each process |
//! | ... | the members of the event |
//! | `chain_hash` | SHA-256, in hex, of the bytes of the line before without its newline; `GENESIS` in the first |
//!
//! | event | its members |
//! |---|---|
//! | `agent_lifecycle` | `action` (`start` first, `stop` last), then its details |
//! | `http_bridge` | the intent, before anything is sent: `call`, `tool`, `method`, `url` (secrets as `***`), `parameters` |
//! | `tool_call` | the outcome of every request that names a tool, refused ones too: `call`, `tool`, `status`, `layer`, `error`, `status_code`, `duration_ms`, and `parameters` where no intent was written; a member that does not apply is left out |
//! | `trust_violation` | `call`, `tool`, `reason` |
//! | `credential_access` | `key`, `granted` |
//!
//! `call` is the number of the call in its process, from 1. A text longer than 1 KiB is cut there, at a
//! character boundary, and two members follow it: `<member>_bytes` with its full length and `<member>_sha256`.
//! A value in `parameters` whose JSON is longer than 1 KiB stands as `{"cut": .., "bytes": .., "sha256": ..}`,
//! taken of the text itself for a string and of the compact JSON otherwise; `parameters` longer than 32 KiB
//! all together stand as one such object.

mod line;
mod record;
mod segment;
mod stamp;
#[cfg(test)]
mod tests;

pub use record::{Intent, IntentRecord, Layer, OutcomeRecord, Status, TrustViolation};
pub use segment::AuditError;

use crate::decl;
use line::Line;
use segment::Segment;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

/// The audit log of this process.
#[derive(Debug)]
pub struct Audit {
    agent: &'static decl::Agent,
    session: String,
    calls: AtomicU64,
    segment: Mutex<Segment>,
}

impl Audit {
    /// Opens a new segment in the folder `audit` of the heddle home, which is made if there is none.
    pub fn open(agent: &'static decl::Agent, home: &Path) -> Result<Self, AuditError> {
        let start = SystemTime::now();
        let segment = Segment::create(&home.join("audit"), agent, start)?;
        // Keyed at random by the standard library; it tells processes apart and protects nothing.
        let session = format!("{:016x}", RandomState::new().build_hasher().finish());
        Ok(Self { agent, session, calls: AtomicU64::new(0), segment: Mutex::new(segment) })
    }

    /// Whether a segment could be opened; it leaves none behind.
    pub fn probe(agent: &decl::Agent, home: &Path) -> Result<(), AuditError> {
        Segment::create(&home.join("audit"), agent, SystemTime::now())?.discard()
    }

    /// A number for a call that has just come in.
    pub fn next_call(&self) -> u64 {
        self.calls.fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    /// Records what is about to be sent. Nothing may be sent without the token that this gives.
    pub fn intent(&self, record: IntentRecord<'_>) -> Result<Intent, AuditError> {
        let IntentRecord { call, tool, method, url, parameters } = record;
        self.append("http_bridge", |line| {
            line.number("call", call);
            line.text("tool", tool);
            line.text("method", method);
            line.text("url", url);
            line.parameters(parameters);
        })?;
        Ok(Intent::of(call))
    }

    /// Records what came of a call; `intent` is what [`Audit::intent`] gave, if the call got that far.
    pub fn outcome(&self, intent: Option<Intent>, record: OutcomeRecord<'_>) -> Result<(), AuditError> {
        let OutcomeRecord { call, tool, status, layer, error, status_code, duration, parameters } = record;
        self.append("tool_call", |line| {
            line.number("call", intent.as_ref().map_or(call, Intent::call));
            line.text("tool", tool);
            line.text("status", status.as_str());
            if let Some(layer) = layer {
                line.text("layer", layer.as_str());
            }
            if let Some(error) = error {
                line.text("error", error);
            }
            if let Some(code) = status_code {
                line.number("status_code", u64::from(code));
            }
            line.milliseconds("duration_ms", duration);
            if intent.is_none() {
                line.parameters(parameters);
            }
        })
    }

    /// Records that a tool wanted more than its tier gives.
    pub fn trust_violation(&self, violation: TrustViolation<'_>) -> Result<(), AuditError> {
        let TrustViolation { call, tool, reason } = violation;
        self.append("trust_violation", |line| {
            line.number("call", call);
            line.text("tool", tool);
            line.text("reason", reason);
        })
    }

    /// Records that the broker was asked for a secret, and what it answered.
    pub fn credential_access(&self, key: &str, granted: bool) -> Result<(), AuditError> {
        self.append("credential_access", |line| {
            line.text("key", key);
            line.boolean("granted", granted);
        })
    }

    /// Records a step in the life of the process.
    pub fn lifecycle(&self, action: &str, detail: &[(&str, &str)]) -> Result<(), AuditError> {
        self.append("agent_lifecycle", |line| {
            line.text("action", action);
            for (key, value) in detail {
                line.text(key, value);
            }
        })
    }

    /// From now on the disk is full.
    #[cfg(test)]
    pub fn fill_disk(&self) {
        self.segment.lock().unwrap().fill_disk();
    }

    fn append(&self, event: &str, members: impl FnOnce(&mut Line<'_>)) -> Result<(), AuditError> {
        // A panic in another thread leaves a line half built, which the next begins anew.
        let mut segment = self.segment.lock().unwrap_or_else(PoisonError::into_inner);
        segment.append(|buffer, seq, previous| {
            let mut line = Line::begin(buffer, event);
            line.number("seq", seq);
            line.time("timestamp", SystemTime::now());
            line.text("agent", self.agent.name);
            line.text("build", self.agent.plan);
            line.text("session", &self.session);
            members(&mut line);
            line.end(previous);
        })
    }
}
