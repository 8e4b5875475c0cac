//! The file behind the audit log of one process.

use super::line::hex;
use super::stamp::Stamp;
use crate::decl::{Agent, Sync};
use sha2::{Digest, Sha256};
use std::fmt;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What stands for the hash of the line before the first.
const GENESIS: &str = "GENESIS";

/// One file of records, and the end of its chain.
#[derive(Debug)]
pub struct Segment {
    file: File,
    path: PathBuf,
    sync: Sync,
    /// Number of the next record.
    seq: u64,
    /// Length of the file.
    len: u64,
    /// Hash of the last line.
    head: String,
    buffer: Vec<u8>,
    /// Whether part of a record is in the file and could not be taken back.
    torn: bool,
}

impl Segment {
    /// Makes a new file in `folder`, and the folder if there is none.
    pub fn create(folder: &Path, agent: &Agent, start: SystemTime) -> Result<Self, AuditError> {
        let fault = |path: &Path, cause: Cause| AuditError { path: path.to_owned(), cause };
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| fault(folder, Cause::Io("make the folder", error)))?;
        let meta = folder
            .symlink_metadata()
            .map_err(|error| fault(folder, Cause::Io("look at the folder", error)))?;
        if !meta.is_dir() {
            return Err(fault(folder, Cause::NotAFolder));
        }
        if meta.mode() & 0o077 != 0 {
            return Err(fault(folder, Cause::OpenToOthers(meta.mode() & 0o7777)));
        }

        let name = format!("{}-{}-{}.jsonl", agent.name, Stamp::of(start).compact(), std::process::id());
        let path = folder.join(name);
        // `create_new` follows no link and takes over no file.
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| fault(&path, Cause::Io("make the file", error)))?;
        let owner =
            file.metadata().map_err(|error| fault(&path, Cause::Io("look at the file", error)))?.uid();
        if owner != meta.uid() {
            return Err(fault(folder, Cause::NotOurs));
        }
        Ok(Self {
            file,
            path,
            sync: agent.audit,
            seq: 0,
            len: 0,
            head: GENESIS.to_owned(),
            buffer: Vec::with_capacity(1024),
            torn: false,
        })
    }

    #[cfg(test)]
    pub fn fill_disk(&mut self) {
        self.file = OpenOptions::new().append(true).open("/dev/full").unwrap();
    }

    /// Removes the file, which has no records.
    pub fn discard(self) -> Result<(), AuditError> {
        std::fs::remove_file(&self.path).map_err(|error| self.fault(Cause::Io("remove the file", error)))
    }

    /// Writes the record that `build` makes of its number and of the hash of the line before. An error means
    /// that it is not in the file.
    pub fn append(&mut self, build: impl FnOnce(&mut Vec<u8>, u64, &str)) -> Result<(), AuditError> {
        if self.torn {
            return Err(self.fault(Cause::Torn));
        }
        build(&mut self.buffer, self.seq, &self.head);
        if let Err((action, error)) = self.write() {
            // Half a line would end the chain for ever: take it back.
            self.torn = self.file.set_len(self.len).is_err();
            return Err(self.fault(Cause::Io(action, error)));
        }
        let line = self.buffer.strip_suffix(b"\n").unwrap_or(&self.buffer);
        self.head = hex(&Sha256::digest(line));
        self.len = self.len.saturating_add(self.buffer.len() as u64);
        self.seq = self.seq.saturating_add(1);
        // One huge record does not hold its memory for ever.
        self.buffer.shrink_to(64 * 1024);
        Ok(())
    }

    fn write(&mut self) -> Result<(), (&'static str, io::Error)> {
        let written = loop {
            match self.file.write(&self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(("write", error)),
                Ok(written) => break written,
            }
        };
        if written != self.buffer.len() {
            return Err(("write", io::ErrorKind::StorageFull.into()));
        }
        match self.sync {
            Sync::Os => Ok(()),
            Sync::Always => self.file.sync_data().map_err(|error| ("sync", error)),
        }
    }

    fn fault(&self, cause: Cause) -> AuditError {
        AuditError { path: self.path.clone(), cause }
    }
}

/// A record could not be written.
#[derive(Debug)]
pub struct AuditError {
    path: PathBuf,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    /// What was tried, and what the system said.
    Io(&'static str, io::Error),
    NotAFolder,
    OpenToOthers(u32),
    NotOurs,
    Torn,
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.cause {
            Cause::Io(action, error) => write!(f, "cannot {action} `{path}`: {error}"),
            Cause::NotAFolder => write!(f, "`{path}` is not a folder; move it away"),
            Cause::OpenToOthers(mode) => {
                write!(f, "`{path}` is open to others (mode {mode:04o}); run `chmod 700 {path}`")
            }
            Cause::NotOurs => write!(f, "`{path}` belongs to another user"),
            Cause::Torn => write!(f, "`{path}` ends in a torn record that could not be taken back"),
        }
    }
}

impl std::error::Error for AuditError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Io(_, error) => Some(error),
            Cause::NotAFolder | Cause::OpenToOthers(_) | Cause::NotOurs | Cause::Torn => None,
        }
    }
}
