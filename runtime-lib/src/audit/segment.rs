//! One file of records and its head.

use super::fault::{AuditError, Cause};
use super::head::{Head, HeadFile};
use super::keys::{DigestKey, RecordKey, Tag};
use super::line::{Line, seal};
use super::stamp::Stamp;
use super::vault::{Claim, Vault};
use crate::decl::Sync;
use crate::text::hex;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// What stands for the hash of the line before the first.
const GENESIS: &str = "GENESIS";

/// One file of records, and the end of its chain.
#[derive(Debug)]
pub struct Segment {
    /// Its number in the home.
    pub number: u64,
    path: Arc<Path>,
    file: Arc<File>,
    /// Where the head is while the segment grows, and where it goes once it does not.
    heads: (PathBuf, PathBuf),
    /// Locked as long as the process lives: how others know that it does.
    head_file: Arc<HeadFile>,
    head: Head,
    sync: Sync,
    /// The end of the chain, records that wait included.
    tip: Tip,
    /// The end of what is in the file, if records wait. It goes with its key once they are in.
    before: Option<Tip>,
    /// The key of the last record that waits.
    last: RecordKey,
    digests: DigestKey,
    /// Records that are sealed and not in the file.
    waiting: Vec<u8>,
    /// How much of that is whole lines.
    whole: usize,
    /// Whether part of a record is in the file and could not be taken back.
    torn: bool,
    #[cfg(test)]
    pub room: usize,
}

/// Where a chain of records ends.
#[derive(Debug, Clone)]
struct Tip {
    /// Key of the next record.
    key: RecordKey,
    /// Its number.
    seq: u64,
    /// Length of all lines.
    len: u64,
    /// Hash of the last line.
    hash: Tag,
    /// The same in hex.
    chain: String,
}

/// What has to reach the disk for a record to be there.
#[derive(Debug, Clone)]
pub struct Unflushed {
    file: Arc<File>,
    head_file: Arc<HeadFile>,
    head: Head,
}

impl Unflushed {
    /// Waits until the disk has it. The head follows, so that it never speaks of a record that is not there.
    pub fn flush(&self) -> io::Result<()> {
        self.file.sync_data()?;
        self.head_file.write(&self.head)
    }
}

impl Segment {
    /// Makes the files of the segment that was claimed.
    pub fn create(
        vault: &Vault,
        claim: &Claim<'_>,
        agent: &str,
        sync: Sync,
        start: SystemTime,
    ) -> Result<Self, AuditError> {
        let stem = format!("{agent}-{}-{}", Stamp::of(start).compact(), std::process::id());
        let path = vault.folder().join(format!("{stem}.jsonl"));
        let name = format!("{stem}.head");
        let heads = (vault.open_heads().join(&name), vault.sealed_heads().join(&name));

        let key = claim.root.segment();
        let head = Head::empty(claim.number, &key);
        // `create_new` follows no link and takes over no file.
        let make = |path: &PathBuf, options: &mut OpenOptions| {
            options
                .create_new(true)
                .mode(0o600)
                .open(path)
                .map_err(|error| AuditError::io(path, "make the file", error))
        };
        let head_file = make(&heads.0, OpenOptions::new().write(true))?;
        let head_file = head_file
            .lock()
            .map(|()| HeadFile::new(head_file))
            .and_then(|file| file.write(&head).map(|()| file))
            .map_err(|error| AuditError::io(&heads.0, "write", error))?;
        let file = make(&path, OpenOptions::new().append(true))?;
        let meta = file.metadata().map_err(|error| AuditError::io(&path, "look at the file", error))?;
        vault.check_owner(&path, meta.mode(), meta.uid())?;
        if sync == Sync::Always {
            for folder in [vault.folder(), &vault.open_heads()] {
                File::open(folder)
                    .and_then(|folder| folder.sync_all())
                    .map_err(|error| AuditError::io(folder, "sync", error))?;
            }
        }
        Ok(Self {
            number: claim.number,
            path: path.into(),
            file: Arc::new(file),
            heads,
            head_file: Arc::new(head_file),
            head,
            sync,
            last: key.clone(),
            tip: Tip { key, seq: 0, len: 0, hash: Tag::default(), chain: GENESIS.to_owned() },
            before: None,
            digests: claim.root.digests(),
            waiting: Vec::with_capacity(4 * 1024),
            whole: 0,
            torn: false,
            #[cfg(test)]
            room: usize::MAX,
        })
    }

    /// Goes on where the last line of another segment ended.
    pub fn continues(&mut self, other: &Self) {
        self.tip.hash = other.tip.hash;
        self.tip.chain.clone_from(&other.tip.chain);
    }

    /// Where the records are.
    pub fn path(&self) -> Arc<Path> {
        Arc::clone(&self.path)
    }

    /// Length of the file once everything is in it, in bytes.
    pub const fn len(&self) -> u64 {
        self.tip.len
    }

    /// How many bytes wait for [`Segment::write`].
    pub const fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Adds the record that `build` makes of its number and of the hash of the line before to those that wait.
    pub fn append(&mut self, build: impl FnOnce(Line<'_>, u64, &str)) -> Result<(), AuditError> {
        if self.torn {
            return Err(self.fault(Cause::Torn));
        }
        if self.before.is_none() {
            self.before = Some(self.tip.clone());
        }
        let Self { tip, waiting, whole, last, digests, .. } = self;
        // What a panic left half built is gone.
        waiting.truncate(*whole);
        let start = waiting.len();
        build(Line::begin(waiting, digests), tip.seq, &tip.chain);
        // The seal covers the digest of what stands before it, and the hash of the line begins with the same bytes:
        // they are hashed once for both.
        let mut hash = Sha256::new();
        hash.update(waiting.get(start..).unwrap_or_default());
        let tag = tip.key.record(&hash.clone().finalize().into());
        let sealed = waiting.len();
        seal(waiting, &tag);
        let end = waiting.get(sealed..).unwrap_or_default();
        hash.update(end.strip_suffix(b"\n").unwrap_or(end));
        tip.hash = hash.finalize().into();
        tip.chain = hex(&tip.hash);
        tip.len = tip.len.saturating_add((waiting.len() - start) as u64);
        tip.seq = tip.seq.saturating_add(1);
        last.become_copy_of(&tip.key);
        tip.key.step();
        *whole = waiting.len();
        Ok(())
    }

    /// Puts all records that wait into the file, by one write, and then the head that speaks of them. An error means
    /// that none of them is in the file: their numbers and keys are those of the next.
    pub fn write(&mut self) -> Result<(), AuditError> {
        let Some(before) = self.before.take().filter(|_| self.whole > 0) else { return Ok(()) };
        self.waiting.truncate(self.whole);
        let head = Head::after(self.number, self.tip.seq, &self.tip.hash, &self.last);
        self.last.wipe();
        let written = self.put(&head);
        self.waiting.clear();
        self.whole = 0;
        // One huge record does not hold its memory for ever.
        self.waiting.shrink_to(64 * 1024);
        if let Err((action, error)) = written {
            // Half a line would end the chain for ever: take it back.
            self.torn = self.file.set_len(before.len).is_err();
            self.tip = before;
            return Err(AuditError::io(&self.path, action, error));
        }
        self.head = head;
        Ok(())
    }

    fn put(&self, head: &Head) -> Result<(), (&'static str, io::Error)> {
        let lines = self.waiting.as_slice();
        #[cfg(test)]
        let lines = &lines[..lines.len().min(self.room)];
        let written = loop {
            match (&*self.file).write(lines) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(("write", error)),
                Ok(written) => break written,
            }
        };
        if written != self.waiting.len() {
            return Err(("write", io::ErrorKind::StorageFull.into()));
        }
        match self.sync {
            Sync::Os => self.head_file.write(head).map_err(|error| ("write the head of", error)),
            // Whoever flushes the records writes the head after them.
            Sync::Always => Ok(()),
        }
    }

    /// What a flush has to bring to the disk for all records so far.
    pub fn unflushed(&self) -> Unflushed {
        Unflushed {
            file: Arc::clone(&self.file),
            head_file: Arc::clone(&self.head_file),
            head: self.head.clone(),
        }
    }

    /// Brings all records so far to the disk.
    pub fn flush(&self) -> Result<(), AuditError> {
        self.unflushed().flush().map_err(|error| AuditError::io(&self.path, "sync", error))
    }

    /// The last record is in: puts the head away.
    pub fn close(&self) -> Result<(), AuditError> {
        if self.sync == Sync::Always {
            self.flush()?;
        }
        std::fs::rename(&self.heads.0, &self.heads.1)
            .map_err(|error| AuditError::io(&self.heads.0, "put away", error))
    }

    /// A fault of this segment.
    pub fn fault(&self, cause: Cause) -> AuditError {
        AuditError::new(&self.path, cause)
    }
}
