//! Why the log could not be written.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A record could not be written.
#[derive(Debug, Clone)]
pub struct AuditError {
    path: PathBuf,
    cause: Cause,
}

#[derive(Debug, Clone)]
pub(super) enum Cause {
    /// What was tried, and what the system said. Shared, because one write is for the records of many calls.
    Io(&'static str, Arc<io::Error>),
    NotAFolder,
    NotAFile,
    OpenToOthers(u32),
    NotOurs,
    Torn,
    /// There are records, and not the key that they were written with.
    KeyGone,
    /// Not what heddle wrote there.
    Garbled,
    /// Another process holds the lock and does not let go.
    Locked,
    /// The disk refused a flush: nobody knows what it has.
    Unflushed,
}

impl AuditError {
    pub(super) fn new(path: &Path, cause: Cause) -> Self {
        Self { path: path.to_owned(), cause }
    }

    pub(super) fn io(path: &Path, action: &'static str, error: io::Error) -> Self {
        Self::new(path, Cause::Io(action, Arc::new(error)))
    }
}

impl fmt::Display for AuditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.cause {
            Cause::Io(action, error) => write!(f, "cannot {action} `{path}`: {error}"),
            Cause::NotAFolder => write!(f, "`{path}` is not a folder; move it away"),
            Cause::NotAFile => write!(f, "`{path}` is not a file of its own; move it away"),
            Cause::OpenToOthers(mode) => {
                write!(f, "`{path}` is open to others (mode {mode:04o}); run `chmod go= '{path}'`")
            }
            Cause::NotOurs => write!(f, "`{path}` belongs to another user"),
            Cause::Torn => write!(f, "`{path}` ends in a torn record that could not be taken back"),
            Cause::KeyGone => write!(
                f,
                "`{path}` is gone, and the log beside it is not: find out who removed it, then move the folder away to \
                 begin a new log"
            ),
            Cause::Garbled => write!(
                f,
                "`{path}` is not what heddle wrote there: find out who changed it, then move the folder away to begin \
                 a new log"
            ),
            Cause::Locked => write!(f, "another process holds `{path}`; find it with `fuser '{path}'`"),
            Cause::Unflushed => {
                write!(f, "the disk refused a flush of `{path}`; start the agent again once it is mended")
            }
        }
    }
}

impl std::error::Error for AuditError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Io(_, error) => Some(&**error),
            Cause::NotAFolder
            | Cause::NotAFile
            | Cause::OpenToOthers(_)
            | Cause::NotOurs
            | Cause::Torn
            | Cause::KeyGone
            | Cause::Garbled
            | Cause::Locked
            | Cause::Unflushed => None,
        }
    }
}
