//! One file of records and its head.

use super::fault::{AuditError, Cause};
use super::head::Head;
use super::keys::{RecordKey, Tag};
use super::line::{hex, seal};
use super::stamp::Stamp;
use super::vault::{Claim, Vault};
use crate::decl::Sync;
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
    head_file: Arc<File>,
    head: Head,
    sync: Sync,
    key: RecordKey,
    /// Number of the next record.
    seq: u64,
    /// Length of the file.
    len: u64,
    /// Hash of the last line.
    hash: Tag,
    chain: String,
    buffer: Vec<u8>,
    /// Whether part of a record is in the file and could not be taken back.
    torn: bool,
}

/// What has to reach the disk for a record to be there.
#[derive(Debug, Clone)]
pub struct Unflushed {
    file: Arc<File>,
    head_file: Arc<File>,
    head: Head,
}

impl Unflushed {
    /// Waits until the disk has it. The head follows, so that it never speaks of a record that is not there.
    pub fn flush(&self) -> io::Result<()> {
        self.file.sync_data()?;
        self.head.write(&self.head_file)
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
        head_file
            .lock()
            .and_then(|()| head.write(&head_file))
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
            key,
            seq: 0,
            len: 0,
            hash: Tag::default(),
            chain: GENESIS.to_owned(),
            buffer: Vec::with_capacity(1024),
            torn: false,
        })
    }

    #[cfg(test)]
    pub fn fill_disk(&mut self) {
        self.file = Arc::new(OpenOptions::new().append(true).open("/dev/full").unwrap());
    }

    /// Goes on where the last line of another segment ended.
    pub fn continues(&mut self, other: &Self) {
        self.hash = other.hash;
        self.chain.clone_from(&other.chain);
    }

    /// Where the records are.
    pub fn path(&self) -> Arc<Path> {
        Arc::clone(&self.path)
    }

    /// Length of the file in bytes.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Writes the record that `build` makes of its number and of the hash of the line before. An error means
    /// that it is not in the file.
    pub fn append(&mut self, build: impl FnOnce(&mut Vec<u8>, u64, &str)) -> Result<(), AuditError> {
        if self.torn {
            return Err(self.fault(Cause::Torn));
        }
        build(&mut self.buffer, self.seq, &self.chain);
        // The seal covers the digest of what stands before it, and the hash of the line begins with the same bytes:
        // they are hashed once for both.
        let mut hash = Sha256::new();
        hash.update(&self.buffer);
        let tag = self.key.record(&hash.clone().finalize().into());
        let sealed = self.buffer.len();
        seal(&mut self.buffer, &tag);
        let end = self.buffer.get(sealed..).unwrap_or_default();
        hash.update(end.strip_suffix(b"\n").unwrap_or(end));
        let hash: Tag = hash.finalize().into();

        let head = Head::after(self.number, self.seq.saturating_add(1), &hash, &self.key);
        if let Err((action, error)) = self.write(&head) {
            // Half a line would end the chain for ever: take it back.
            self.torn = self.file.set_len(self.len).is_err();
            return Err(self.fault(Cause::Io(action, error)));
        }
        self.key.step();
        self.head = head;
        self.hash = hash;
        self.chain = hex(&hash);
        self.len = self.len.saturating_add(self.buffer.len() as u64);
        self.seq = self.seq.saturating_add(1);
        // One huge record does not hold its memory for ever.
        self.buffer.shrink_to(64 * 1024);
        Ok(())
    }

    fn write(&self, head: &Head) -> Result<(), (&'static str, io::Error)> {
        let written = loop {
            match (&*self.file).write(&self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(("write", error)),
                Ok(written) => break written,
            }
        };
        if written != self.buffer.len() {
            return Err(("write", io::ErrorKind::StorageFull.into()));
        }
        match self.sync {
            Sync::Os => head.write(&self.head_file).map_err(|error| ("write the head of", error)),
            // Whoever flushes the record writes the head after it.
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
        self.unflushed().flush().map_err(|error| self.fault(Cause::Io("sync", error)))
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
