//! The audit log: what was about to be done, and what came of it.
//!
//! # Format
//!
//! Each process writes segments (files) of its own, so that no process ever waits for another:
//! `$HEDDLE_HOME/audit/<agent>-<start as YYYYMMDDTHHMMSSffffffZ>-<pid>.jsonl`, folder 0700, file 0600. A segment
//! is JSON Lines; each record is one object. Records of calls that are in flight at the same time go to the file together,
//! whole, by one `write(2)` on a descriptor in append mode, and no call goes on before its own are there. The members of a
//! record, in this order:
//!
//! | member | value |
//! |---|---|
//! | `event` | `agent_lifecycle`, `http_bridge`, `tool_call`, `trust_violation`, `finding`, `credential_access`, `approval` or `anomaly` |
//! | `seq` | number of the record in its segment, from 0, without gaps |
//! | `timestamp` | RFC 3339, UTC, microseconds |
//! | `agent` | name of the agent |
//! | `build` | SHA-256 of the plan that the binary was built from, 64 hex digits |
//! | `session` | 16 hex digits, new for each process |
//! | ... | the members of the event |
//! | `chain_hash` | SHA-256, in hex, of the bytes of the line before without its newline; `GENESIS` in the first, and the last line of the segment before where one goes on in the next |
//! | `mac` | HMAC-SHA256, in hex, under a key of this record alone, of the SHA-256 of what stands before `,"mac"` |
//!
//! Beside it stands the head of the segment ([`head`]): how many records there are, and the hash of the last line, under
//! the same key. Where keys come from and why a captured one cannot forge the past: [`keys`]; where they are: [`vault`].
//!
//! | event | its members |
//! |---|---|
//! | `agent_lifecycle` | `action` (`start` first, `stop` last; `rotate` and `continue` where a segment gives way to the next; `recover` for what a process that died left), then its details |
//! | `http_bridge` | the intent, before anything is sent: `call`, `tool`, `method`, `url` (secrets as `***`), `parameters` |
//! | `tool_call` | the outcome of every request that names a tool, refused ones too: `call`, `tool`, `status`, `layer`, `error`, `status_code`, `duration_ms`, and `parameters` where no intent was written; a member that does not apply is left out |
//! | `trust_violation` | `call`, `tool`, `trust_tier`, `action` (the method), `detail`, `severity` (always `high`) |
//! | `finding` | a detector found something in an argument: `call`, `tool`, `parameter`, `class`, `sign`, `action` (`refused` or `passed`) |
//! | `credential_access` | `principal`, `credential_key`, `granted` |
//! | `approval` | what happened to the ticket of a held call: `action` (`requested`, `redeemed`, `expired`, `withdrawn`, `refused`), `ticket`, `call`, `tool`, `rule`, `by` (who answered), `detail` |
//! | `anomaly` | `kind`, `tool`, `key` or `layer`, `count`, `seconds` |
//!
//! `call` is the number of the call in its process, from 1. `principal` follows it, over HTTP alone, where the caller proved
//! to be somebody: `token:` and the name of an access token, or `oauth:` and a subject. A text longer than 1 KiB is cut there, at a
//! character boundary, and two members follow it: `<member>_bytes` with its full length and `<member>_sha256`.
//! A value in `parameters` whose JSON is longer than 1 KiB stands as `{"cut": .., "bytes": .., "sha256": ..}`,
//! taken of the text itself for a string and of the compact JSON otherwise; `parameters` longer than 32 KiB
//! all together stand as one such object.
//!
//! An argument that is declared as sensitive stands as `{"hmac": ..}`: HMAC-SHA256, in hex, under a key of its segment.
//! In an agent with such a parameter so do, all together under `*`, arguments that no parameter declares; sensitive
//! arguments in a URL are `***`, and what the API answered is left out of `error`.

mod anomaly;
mod commit;
mod fault;
mod head;
mod keys;
mod line;
mod log;
mod record;
mod recover;
mod segment;
mod sensitive;
mod stamp;
#[cfg(test)]
mod tests;
mod vault;

pub use fault::AuditError;
#[cfg(feature = "approvals")]
pub use record::ApprovalRecord;
pub use record::{CallId, FindingRecord, Intent, IntentRecord, Layer, OutcomeRecord, Status, TrustViolation};

use crate::call::any_sensitive;
use crate::decl::{self, Param};
use crate::proof::Row;
use anomaly::{Anomaly, Watch};
use line::Line;
use log::{Batch, Limits, Log};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use vault::Vault;

/// What stands for the text of an answer to a call with sensitive arguments.
const LEFT_OUT: &str = "the answer of the API is left out: it may repeat a sensitive argument";

/// A point in time as the log writes it, without fractions of a second.
#[cfg(feature = "approvals")]
pub fn instant(time: std::time::SystemTime) -> String {
    let mut out = Vec::with_capacity(27);
    stamp::Stamp::of(time).write(&mut out);
    let text = String::from_utf8(out).unwrap_or_default();
    text.split_once('.').map_or(text.clone(), |(whole, _)| format!("{whole}Z"))
}

/// The audit log of this process.
#[derive(Debug)]
pub struct Audit {
    /// The parameters of each tool, if any of them is sensitive.
    declared: Option<BTreeMap<&'static str, &'static [Param]>>,
    calls: AtomicU64,
    in_flight: AtomicUsize,
    log: Arc<Mutex<Log>>,
    watch: Mutex<Watch>,
}

impl Audit {
    /// Opens a new segment in the folder `audit` of the heddle home, which is made if there is none.
    pub fn open(agent: &'static decl::Agent, home: &Path) -> Result<Self, AuditError> {
        let log = Log::open(agent, &home.join("audit"), Limits::of(agent))?;
        Ok(Self {
            declared: None,
            calls: AtomicU64::new(0),
            in_flight: AtomicUsize::new(0),
            log: Arc::new(Mutex::new(log)),
            watch: Mutex::new(Watch::new(agent.audit.anomalies)),
        })
    }

    /// The same log, which keeps to itself what these tools declare as sensitive.
    #[must_use]
    pub(crate) fn of_tools(self, rows: &[&'static Row]) -> Self {
        let is_any_sensitive = rows.iter().any(|row| any_sensitive(row.params));
        let declared = is_any_sensitive.then(|| rows.iter().map(|row| (row.name, row.params)).collect());
        Self { declared, ..self }
    }

    /// Whether a segment could be opened; it leaves none behind.
    pub fn probe(home: &Path) -> Result<(), AuditError> {
        let vault = Vault::open(home.join("audit"))?;
        let _claim = vault.claim()?;
        vault.probe()
    }

    /// A number for a call that has just come in.
    pub fn next_call(&self) -> u64 {
        self.calls.fetch_add(1, Ordering::Relaxed).saturating_add(1)
    }

    /// The same for a call that goes through the layers, and is under way until this is dropped: the records of calls
    /// that are under way together wait for each other.
    pub fn begin_call(&self) -> OpenCall<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        OpenCall { audit: self, number: self.next_call() }
    }

    /// Records what is about to be sent. Nothing may be sent without the token that this gives.
    pub async fn intent(&self, record: IntentRecord<'_>) -> Result<Intent, AuditError> {
        let IntentRecord { call, tool, method, url, parameters } = record;
        self.append("http_bridge", |line| {
            put_call(line, call);
            line.text("tool", tool);
            line.text("method", method);
            line.text("url", url);
            self.parameters(line, tool, parameters);
        })?
        .counts()
        .await?;
        Ok(Intent::of(call.number))
    }

    /// Records what came of a call; `intent` is what [`Audit::intent`] gave, if the call got that far. What it gives
    /// waits until the record counts.
    pub fn outcome(&self, intent: Option<Intent>, record: OutcomeRecord<'_>) -> Result<Pending, AuditError> {
        let OutcomeRecord { call, tool, status, layer, error, status_code, duration, parameters } = record;
        let written = self.append("tool_call", |line| {
            let number = intent.as_ref().map_or(call.number, Intent::call);
            put_call(line, CallId { number, ..call });
            line.text("tool", tool);
            line.text("status", status.as_str());
            if let Some(layer) = layer {
                line.text("layer", layer.as_str());
            }
            if let Some(error) = error {
                line.text("error", if self.may_repeat(tool, status_code) { LEFT_OUT } else { error });
            }
            if let Some(code) = status_code {
                line.number("status_code", u64::from(code));
            }
            line.milliseconds("duration_ms", duration);
            if intent.is_none() {
                self.parameters(line, tool, parameters);
            }
        });
        let refused = layer.filter(|_| status == Status::Refused);
        let found = self.watch().call(tool, refused, Instant::now());
        self.anomalies(&found);
        written
    }

    /// Records that a tool wanted more than its tier gives.
    pub fn trust_violation(&self, violation: TrustViolation<'_>) -> Result<Pending, AuditError> {
        let TrustViolation { call, tool, trust_tier, action, detail } = violation;
        self.append("trust_violation", |line| {
            put_call(line, call);
            line.text("tool", tool);
            line.number("trust_tier", u64::from(trust_tier));
            line.text("action", action);
            line.text("detail", detail);
            line.text("severity", "high");
        })
    }

    /// Records what happened to the ticket of a held call.
    #[cfg(feature = "approvals")]
    pub fn approval(&self, record: ApprovalRecord<'_>) -> Result<Pending, AuditError> {
        let ApprovalRecord { action, ticket, tool, rule, call, by, detail } = record;
        self.append("approval", |line| {
            line.text("action", action);
            line.text("ticket", ticket);
            put_call(line, call);
            line.text("tool", tool);
            line.text("rule", rule);
            if let Some(by) = by {
                line.text("by", by);
            }
            if let Some(detail) = detail {
                line.text("detail", detail);
            }
        })
    }

    /// The session that each record of this process names.
    #[cfg(feature = "approvals")]
    pub fn session(&self) -> String {
        self.log().session().to_owned()
    }

    /// Records what a detector found in an argument.
    pub fn finding(&self, record: FindingRecord<'_>) -> Result<Pending, AuditError> {
        let FindingRecord { call, tool, parameter, class, sign, action } = record;
        self.append("finding", |line| {
            put_call(line, call);
            line.text("tool", tool);
            line.text("parameter", parameter);
            line.text("class", class);
            line.text("sign", sign);
            line.text("action", action);
        })
    }

    /// Records that the broker was asked for a secret, and what it answered.
    pub async fn credential_access(
        &self,
        principal: Option<&str>,
        key: &str,
        granted: bool,
    ) -> Result<(), AuditError> {
        let written = self.append("credential_access", |line| {
            put_principal(line, principal);
            line.text("credential_key", key);
            line.boolean("granted", granted);
        });
        if !granted {
            let found = self.watch().denial(key, Instant::now());
            self.anomalies(found.as_slice());
        }
        written?.counts().await
    }

    /// Records the start of the process, and what processes before it left behind when they died.
    pub fn start(&self, detail: &[(&str, &str)]) -> Result<(), AuditError> {
        self.log().start(detail)
    }

    /// Records the end of the process and seals the segment.
    pub fn stop(&self) -> Result<(), AuditError> {
        self.log().stop()
    }

    /// From now on the disk takes so many bytes of a write and no more.
    #[cfg(test)]
    pub fn room(&self, bytes: usize) {
        self.log().room(bytes);
    }

    /// Puts on record what is unusual. That it cannot be is no fault of the call, and the next intent will say so.
    fn anomalies(&self, found: &[Anomaly]) {
        for Anomaly { kind, subject: (what, name), count, seconds } in found {
            drop(self.append("anomaly", |line| {
                line.text("kind", kind);
                line.text(what, name);
                line.number("count", *count);
                if *seconds > 0 {
                    line.number("seconds", *seconds);
                }
            }));
        }
    }

    /// The member `parameters` of a call, without what is sensitive. Of a tool that there is not nobody knows what is.
    fn parameters(&self, line: &mut Line<'_>, tool: &str, parameters: &Map<String, Value>) {
        match &self.declared {
            None => line.parameters(parameters),
            Some(declared) => {
                line.discreet_parameters(declared.get(tool).copied().unwrap_or_default(), parameters);
            }
        }
    }

    /// Whether what the API answered may repeat a sensitive argument, in whatever form.
    fn may_repeat(&self, tool: &str, status_code: Option<u16>) -> bool {
        let declared = self.declared.as_ref().and_then(|declared| declared.get(tool));
        status_code.is_some() && declared.is_some_and(|params| any_sensitive(params))
    }

    fn append(&self, event: &str, members: impl FnOnce(&mut Line<'_>)) -> Result<Pending, AuditError> {
        let batch = self.log().append(event, members)?;
        let is_alone = self.in_flight.load(Ordering::Relaxed) <= 1;
        Ok(Pending { log: Arc::clone(&self.log), batch, is_alone })
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.log)
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn put_call(line: &mut Line<'_>, CallId { number, principal }: CallId<'_>) {
    line.number("call", number);
    put_principal(line, principal);
}

fn put_principal(line: &mut Line<'_>, principal: Option<&str>) {
    if let Some(principal) = principal {
        line.text("principal", principal);
    }
}

/// A record that goes to the file with those of the calls that are under way at the same time. No record stays behind:
/// whoever waits for this, or drops it, has it written.
#[derive(Debug)]
#[must_use = "a record counts once it is where the agent wants it: wait for that"]
pub struct Pending {
    log: Arc<Mutex<Log>>,
    batch: Arc<Batch>,
    /// No other call was under way when it was made.
    is_alone: bool,
}

/// A call that is under way.
#[derive(Debug)]
pub struct OpenCall<'a> {
    audit: &'a Audit,
    /// Its number.
    pub number: u64,
}

impl Drop for OpenCall<'_> {
    fn drop(&mut self) {
        self.audit.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pending {
    /// Waits until the record counts: when the operating system has it, or when the disk has.
    pub async fn counts(self) -> Result<(), AuditError> {
        if !self.is_alone && !self.batch.is_settled() {
            // Whatever else can run now adds its records, and the first to come back here writes all of them.
            tokio::task::yield_now().await;
        }
        self.write();
        self.batch.counts().await
    }

    fn write(&self) {
        if !self.batch.is_settled() {
            lock(&self.log).write_out();
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.write();
    }
}

fn lock(log: &Mutex<Log>) -> MutexGuard<'_, Log> {
    log.lock().unwrap_or_else(PoisonError::into_inner)
}
