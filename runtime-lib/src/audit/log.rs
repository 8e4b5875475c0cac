//! The log of one process: a segment, and the next one when it is full or old.

use super::commit::{Committer, Ticket};
use super::fault::{AuditError, Cause};
use super::line::{Line, fixed};
use super::recover::{Crashed, crashed};
use super::segment::Segment;
use super::vault::Vault;
use crate::decl::{Agent, Sync};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime};

/// When the next segment cannot be opened, the old one goes on this long before another try.
const RETRY: Duration = Duration::from_secs(10);
/// Records that are longer together do not wait for more.
const WAITING_MAX: usize = 256 * 1024;

/// Where the records of one process go.
#[derive(Debug)]
pub struct Log {
    agent: &'static Agent,
    /// The members that name agent, build and session.
    fixed: Vec<u8>,
    #[cfg(feature = "approvals")]
    session: String,
    vault: Vault,
    segment: Segment,
    crashed: Vec<Crashed>,
    committer: Option<Committer>,
    /// The records that wait, if any do.
    batch: Option<Arc<Batch>>,
    /// The segment that this one goes on from, until that is on record.
    continues: Option<u64>,
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

/// Records that go to the file together, by one write.
#[derive(Debug)]
pub struct Batch {
    path: Arc<Path>,
    /// Whether all of them are in the file or none is, and what to wait for then.
    fate: OnceLock<Result<Option<Ticket>, AuditError>>,
}

impl Batch {
    fn of(segment: &Segment) -> Arc<Self> {
        Arc::new(Self { path: segment.path(), fate: OnceLock::new() })
    }

    /// Whether it is in the file, or never will be.
    pub fn is_settled(&self) -> bool {
        self.fate.get().is_some()
    }

    /// Waits until its records count: at once, or when the disk has them.
    pub async fn counts(&self) -> Result<(), AuditError> {
        match self.fate.get() {
            Some(Ok(None)) => Ok(()),
            Some(Err(error)) => Err(error.clone()),
            Some(Ok(Some(ticket))) if ticket.clone().wait().await => Ok(()),
            Some(Ok(Some(_))) | None => Err(AuditError::new(&self.path, Cause::Unflushed)),
        }
    }
}

impl Limits {
    /// Those that the agent declares.
    pub const fn of(agent: &Agent) -> Self {
        Self { bytes: agent.audit.max_bytes, age: Duration::from_secs(agent.audit.max_age_s) }
    }
}

impl Log {
    /// Opens a segment in `folder`.
    pub fn open(agent: &'static Agent, folder: &Path, limits: Limits) -> Result<Self, AuditError> {
        let vault = Vault::open(folder.to_owned())?;
        let claim = vault.claim()?;
        let crashed = crashed(&vault, agent.name);
        let segment = Segment::create(&vault, &claim, agent.name, agent.audit.sync, SystemTime::now())?;
        claim.redeem(agent.audit.sync)?;
        let committer = (agent.audit.sync == Sync::Always).then(Committer::new);
        // Keyed at random by the standard library; it tells processes apart and protects nothing.
        let session = format!("{:016x}", RandomState::new().build_hasher().finish());
        let fixed = fixed(&[("agent", agent.name), ("build", agent.plan), ("session", &session)]);
        let opened = Instant::now();
        Ok(Self {
            agent,
            fixed,
            #[cfg(feature = "approvals")]
            session,
            vault,
            segment,
            crashed,
            committer,
            batch: None,
            continues: None,
            limits,
            opened,
            not_before: opened,
        })
    }

    /// The session that each record names.
    #[cfg(feature = "approvals")]
    pub fn session(&self) -> &str {
        &self.session
    }

    #[cfg(test)]
    pub fn room(&mut self, bytes: usize) {
        self.segment.room = bytes;
    }

    /// Records the start of the process, and what processes before it left.
    pub fn start(&mut self, detail: &[(&str, &str)]) -> Result<(), AuditError> {
        let number = self.segment.number;
        self.write_now("agent_lifecycle", |line| {
            line.text("action", "start");
            line.number("segment", number);
            for (key, value) in detail {
                line.text(key, value);
            }
        })?;
        let crashed = std::mem::take(&mut self.crashed);
        for crashed in &crashed {
            self.write_now("agent_lifecycle", |line| {
                line.text("action", "recover");
                line.number("segment", crashed.segment);
                line.number("records", crashed.records);
                line.text("hash", &crashed.hash);
                if let Some((bytes, sha256)) = &crashed.torn {
                    line.number("torn_bytes", *bytes);
                    line.text("torn_sha256", sha256);
                }
            })?;
        }
        // What was found is on the disk before anything of it is changed.
        self.flush()?;
        crashed.iter().try_for_each(Crashed::close)
    }

    /// Records the end of the process. Nothing may follow it.
    pub fn stop(&mut self) -> Result<(), AuditError> {
        self.write_out();
        self.write_now("agent_lifecycle", |line| line.text("action", "stop"))?;
        self.segment.close()
    }

    /// Adds a record to those that wait for [`Log::write_out`].
    pub fn append(
        &mut self,
        event: &str,
        members: impl FnOnce(&mut Line<'_>),
    ) -> Result<Arc<Batch>, AuditError> {
        if self.committer.as_ref().is_some_and(Committer::has_failed) {
            return Err(self.unflushed());
        }
        let is_full = self.segment.len() >= self.limits.bytes || self.opened.elapsed() >= self.limits.age;
        if is_full && Instant::now() >= self.not_before && self.rotate().is_err() {
            // A segment that is too long is better than none. What is wrong will stop the record itself, if it can.
            self.not_before = Instant::now() + RETRY;
        }
        self.record_continuation()?;
        self.add(event, members)?;
        let batch = Arc::clone(self.batch.get_or_insert_with(|| Batch::of(&self.segment)));
        if self.segment.waiting() > WAITING_MAX {
            self.write_out();
        }
        Ok(batch)
    }

    /// Writes the records that wait and tells those who wait for them.
    pub fn write_out(&mut self) {
        let Some(batch) = self.batch.take() else { return };
        let fate = self
            .segment
            .write()
            .map(|()| self.committer.as_ref().map(|committer| committer.note(self.segment.unflushed())));
        let first = batch.fate.set(fate);
        debug_assert!(first.is_ok(), "a batch is written once");
    }

    /// The error of a record that nobody knows to be on the disk.
    fn unflushed(&self) -> AuditError {
        self.segment.fault(Cause::Unflushed)
    }

    fn flush(&self) -> Result<(), AuditError> {
        match self.agent.audit.sync {
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
            Segment::create(&self.vault, &claim, self.agent.name, self.agent.audit.sync, SystemTime::now())?;
        claim.redeem(self.agent.audit.sync)?;
        self.write_out();
        let (old, new) = (self.segment.number, next.number);
        self.write_now("agent_lifecycle", |line| {
            line.text("action", "rotate");
            line.number("next", new);
        })?;
        self.segment.close()?;
        next.continues(&self.segment);
        #[cfg(test)]
        {
            next.room = self.segment.room;
        }
        self.segment = next;
        self.opened = Instant::now();
        self.continues = Some(old);
        self.record_continuation()
    }

    /// The first record of a segment that goes on from another. Nothing else may be the first, so that when it cannot be
    /// written, it is owed.
    fn record_continuation(&mut self) -> Result<(), AuditError> {
        let Some(previous) = self.continues else { return Ok(()) };
        let number = self.segment.number;
        self.write_now("agent_lifecycle", |line| {
            line.text("action", "continue");
            line.number("segment", number);
            line.number("previous", previous);
        })?;
        self.continues = None;
        Ok(())
    }

    /// Writes a record of the log itself, of which there are few.
    fn write_now(&mut self, event: &str, members: impl FnOnce(&mut Line<'_>)) -> Result<(), AuditError> {
        self.add(event, members)?;
        self.segment.write()
    }

    fn add(&mut self, event: &str, members: impl FnOnce(&mut Line<'_>)) -> Result<(), AuditError> {
        let Self { fixed, segment, .. } = self;
        segment.append(|mut line, seq, previous| {
            line.text("event", event);
            line.number("seq", seq);
            line.time("timestamp", SystemTime::now());
            line.fixed(fixed);
            members(&mut line);
            line.end(previous);
        })
    }
}
