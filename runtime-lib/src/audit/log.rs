//! The log of one process: a segment, and the next one when it is full or old.

use super::commit::{Committer, Ticket};
use super::fault::{AuditError, Cause};
use super::line::Line;
use super::recover::{Crashed, crashed};
use super::segment::Segment;
use super::vault::Vault;
use crate::decl::{Agent, Sync};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// A segment that is longer gives way to the next.
const BYTES_MAX: u64 = 64 * 1024 * 1024;
/// So does one that is older.
const AGE_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// When the next segment cannot be opened, the old one goes on this long before another try.
const RETRY: Duration = Duration::from_secs(10);

/// Where the records of one process go.
#[derive(Debug)]
pub struct Log {
    agent: &'static Agent,
    session: String,
    vault: Vault,
    segment: Segment,
    crashed: Vec<Crashed>,
    committer: Option<Committer>,
    limits: Limits,
    opened: Instant,
    not_before: Instant,
}

/// When a segment gives way to the next.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest segment in bytes.
    pub bytes: u64,
    /// Oldest segment.
    pub age: Duration,
}

/// A record that is in the file.
#[derive(Debug)]
#[must_use = "a record counts once it is where the agent wants it: wait for that"]
pub struct Written {
    ticket: Option<Ticket>,
    path: Arc<Path>,
}

impl Written {
    /// Waits until the record counts: at once, or when the disk has it.
    pub async fn counts(self) -> Result<(), AuditError> {
        let Some(ticket) = self.ticket else { return Ok(()) };
        if ticket.wait().await { Ok(()) } else { Err(AuditError::new(&self.path, Cause::Unflushed)) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: BYTES_MAX, age: AGE_MAX }
    }
}

impl Log {
    /// Opens a segment in `folder`.
    pub fn open(agent: &'static Agent, folder: &Path, limits: Limits) -> Result<Self, AuditError> {
        let vault = Vault::open(folder.to_owned())?;
        let claim = vault.claim()?;
        let crashed = crashed(&vault, agent.name);
        let segment = Segment::create(&vault, &claim, agent.name, agent.audit, SystemTime::now())?;
        claim.redeem()?;
        let committer = match agent.audit {
            Sync::Os => None,
            Sync::Always => {
                Some(Committer::start().map_err(|error| segment.fault(Cause::Io("flush", error)))?)
            }
        };
        // Keyed at random by the standard library; it tells processes apart and protects nothing.
        let session = format!("{:016x}", RandomState::new().build_hasher().finish());
        let opened = Instant::now();
        Ok(Self { agent, session, vault, segment, crashed, committer, limits, opened, not_before: opened })
    }

    #[cfg(test)]
    pub fn fill_disk(&mut self) {
        self.segment.fill_disk();
    }

    /// Records the start of the process, and what processes before it left.
    pub fn start(&mut self, detail: &[(&str, &str)]) -> Result<(), AuditError> {
        let number = self.segment.number;
        self.write("agent_lifecycle", |line| {
            line.text("action", "start");
            line.number("segment", number);
            for (key, value) in detail {
                line.text(key, value);
            }
        })?;
        for crashed in std::mem::take(&mut self.crashed) {
            self.write("agent_lifecycle", |line| {
                line.text("action", "recover");
                line.number("segment", crashed.segment);
                line.number("records", crashed.records);
                line.text("hash", &crashed.hash);
                if let Some((bytes, sha256)) = &crashed.torn {
                    line.number("torn_bytes", *bytes);
                    line.text("torn_sha256", sha256);
                }
            })?;
            crashed.close()?;
        }
        self.flush()
    }

    /// Records the end of the process. Nothing may follow it.
    pub fn stop(&mut self) -> Result<(), AuditError> {
        self.write("agent_lifecycle", |line| line.text("action", "stop"))?;
        self.segment.close()
    }

    /// Writes a record.
    pub fn append(
        &mut self,
        event: &str,
        members: impl FnOnce(&mut Line<'_>),
    ) -> Result<Written, AuditError> {
        if self.committer.as_ref().is_some_and(Committer::has_failed) {
            return Err(self.unflushed());
        }
        let is_full = self.segment.len() >= self.limits.bytes || self.opened.elapsed() >= self.limits.age;
        if is_full && Instant::now() >= self.not_before && self.rotate().is_err() {
            // A segment that is too long is better than none. What is wrong will stop the record itself, if it can.
            self.not_before = Instant::now() + RETRY;
        }
        self.write(event, members)?;
        let ticket = self.committer.as_ref().map(|committer| committer.note(self.segment.unflushed()));
        Ok(Written { ticket, path: self.segment.path() })
    }

    /// The error of a record that nobody knows to be on the disk.
    fn unflushed(&self) -> AuditError {
        self.segment.fault(Cause::Unflushed)
    }

    fn flush(&self) -> Result<(), AuditError> {
        match self.agent.audit {
            Sync::Os => Ok(()),
            Sync::Always => self.segment.flush(),
        }
    }

    /// Opens the next segment and closes this one. It never waits for another process.
    fn rotate(&mut self) -> Result<(), AuditError> {
        let Some(claim) = self.vault.try_claim()? else {
            return Err(self.segment.fault(Cause::Locked));
        };
        let mut next =
            Segment::create(&self.vault, &claim, self.agent.name, self.agent.audit, SystemTime::now())?;
        claim.redeem()?;
        let (old, new) = (self.segment.number, next.number);
        self.write("agent_lifecycle", |line| {
            line.text("action", "rotate");
            line.number("next", new);
        })?;
        self.segment.close()?;
        next.continues(&self.segment);
        self.segment = next;
        self.opened = Instant::now();
        self.write("agent_lifecycle", |line| {
            line.text("action", "continue");
            line.number("segment", new);
            line.number("previous", old);
        })
    }

    fn write(&mut self, event: &str, members: impl FnOnce(&mut Line<'_>)) -> Result<(), AuditError> {
        let Self { agent, session, segment, .. } = self;
        segment.append(|buffer, seq, previous| {
            let mut line = Line::begin(buffer, event);
            line.number("seq", seq);
            line.time("timestamp", SystemTime::now());
            line.text("agent", agent.name);
            line.text("build", agent.plan);
            line.text("session", session);
            members(&mut line);
            line.end(previous);
        })
    }
}
