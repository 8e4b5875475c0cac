//! The folder of the tickets: `$HEDDLE_HOME/approvals`, 0700, files 0600.
//!
//! | path | what |
//! |---|---|
//! | `open/<agent>.<matter>.<id>.json` | a ticket that can still be answered and used; `<matter>` are 32 digits of what it is about |
//! | `answers/<id>.json` | the one answer to it |
//! | `closed/<id>.<end>.json` | a ticket after its end: `redeemed`, `expired`, `withdrawn` or `refused` |
//! | `key` | what tickets and answers are sealed with |
//! | `lock` | held by whoever makes a ticket, answers one or clears old ones away |
//!
//! A file is written under another name and renamed. What is not a file of its own, is open to others or belongs to
//! another user is refused. A ticket ends by being renamed out of `open`: of any number of processes, one succeeds, and no
//! loss of power takes it back.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use zeroize::Zeroizing;

use super::key::Key;
use crate::random;

/// Longest ticket, in bytes: nobody reads more than that before saying yes.
pub(super) const LONGEST: u64 = 256 * 1024;
/// How long tickets are kept after their end, and how many at most.
const KEPT: (Duration, usize) = (Duration::from_secs(30 * 24 * 60 * 60), 2000);
/// A ticket cannot live longer than this, so what is older can be removed without making it useful again.
const SURELY_OVER: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// The folder.
#[derive(Debug, Clone)]
pub(super) struct Files {
    root: PathBuf,
    /// Who has to own all of it; `None`: the system does not say who this process is, and it is the owner of the folder.
    owner: Option<u32>,
}

/// How a ticket ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Redeemed,
    Expired,
    Withdrawn,
    Refused,
}

impl End {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Redeemed => "redeemed",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
        }
    }
}

impl Files {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, owner: crate::confine::user() }
    }

    pub(super) fn open(&self) -> PathBuf {
        self.root.join("open")
    }

    fn closed(&self, id: &str, end: End) -> PathBuf {
        self.root.join("closed").join(format!("{id}.{}.json", end.as_str()))
    }

    fn answer_path(&self, id: &str) -> PathBuf {
        self.root.join("answers").join(format!("{id}.json"))
    }

    /// Makes the folders and the key, if they are not there. Only under the lock.
    fn prepare(&self) -> Result<(), String> {
        for folder in [self.open(), self.root.join("answers"), self.root.join("closed")] {
            self.make_folder(&folder)?;
        }
        if self.read(&self.root.join("key"))?.is_none() {
            let key = Key::new(random()?);
            self.write(&self.root.join("key"), key.text().as_bytes())?;
        }
        Ok(())
    }

    /// The key; a home without one has no tickets.
    pub(super) fn key(&self) -> Result<Key, String> {
        let path = self.root.join("key");
        let text = self.read(&path)?.ok_or_else(|| format!("`{}` is gone", path.display()))?;
        Key::parse(&text).ok_or_else(|| {
            format!(
                "`{}` is not what heddle wrote there; move it away, and a new one is made",
                path.display()
            )
        })
    }

    /// The lock, if nobody else holds it now; folders and key are there then.
    pub(super) fn try_lock(&self) -> Result<Option<File>, String> {
        self.make_folder(&self.root)?;
        let path = self.root.join("lock");
        // Opening a pipe would wait for its other end.
        if path.symlink_metadata().is_ok_and(|found| !found.is_file()) {
            return Err(not_a_file(&path));
        }
        let mut options = OpenOptions::new();
        let opened = options.create(true).truncate(false).write(true).mode(0o600).open(&path);
        let lock = opened.map_err(|error| fault("open", &path, &error))?;
        match lock.try_lock() {
            Ok(()) => self.prepare().map(|()| Some(lock)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(fault("lock", &path, &error)),
        }
    }

    /// Names of the open tickets that begin so.
    pub(super) fn open_names(&self, prefix: &str) -> Result<Vec<String>, String> {
        // Whoever can write to one of them can put a used ticket back.
        for folder in [self.root.clone(), self.open(), self.root.join("answers"), self.root.join("closed")] {
            match folder.symlink_metadata() {
                Ok(metadata) => self.check_folder(&folder, &metadata)?,
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(fault("look at", &folder, &error)),
            }
        }
        let folder = self.open();
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(fault("read", &folder, &error)),
        };
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.starts_with(prefix))
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    /// The bytes of an open ticket; `None`: it is not there any more.
    pub(super) fn ticket(&self, name: &str) -> Result<Option<Vec<u8>>, String> {
        self.read(&self.open().join(name))
    }

    /// The bytes of the answer to a ticket, if there is one.
    pub(super) fn answer(&self, id: &str) -> Result<Option<Vec<u8>>, String> {
        self.read(&self.answer_path(id))
    }

    /// Whether an open ticket is still where it was.
    pub(super) fn is_open(&self, name: &str) -> bool {
        self.open().join(name).symlink_metadata().is_ok()
    }

    /// Whether there is something where the answer would be.
    pub(super) fn has_answer(&self, id: &str) -> bool {
        self.answer_path(id).symlink_metadata().is_ok()
    }

    /// Puts an open ticket there.
    pub(super) fn put(&self, name: &str, line: &[u8]) -> Result<(), String> {
        self.write(&self.open().join(name), line)
    }

    /// Ends a ticket. True for one caller, whoever else tries. What a `discreet` one says is kept no longer.
    pub(super) fn end(&self, name: &str, id: &str, end: End, discreet: bool) -> Result<bool, String> {
        let (from, to) = (self.open().join(name), self.closed(id, end));
        match fs::rename(&from, &to) {
            Ok(()) => {
                if discreet {
                    empty(&to)?;
                }
                self.settle().map(|()| true)
            }
            Err(error) if error.kind() == ErrorKind::NotFound && from.symlink_metadata().is_err() => {
                Ok(false)
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = self.root.join("closed");
                Err(format!("`{}` is gone; an agent makes it when it starts", folder.display()))
            }
            Err(error) => Err(fault("put away", &from, &error)),
        }
    }

    /// Has the disk know where a ticket is now: after a loss of power, what was used must not be open again.
    fn settle(&self) -> Result<(), String> {
        for folder in [self.root.join("closed"), self.open()] {
            File::open(&folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|error| fault("settle", &folder, &error))?;
        }
        Ok(())
    }

    /// Puts an answer away that is none.
    pub(super) fn refuse_answer(&self, id: &str) -> Result<(), String> {
        let from = self.answer_path(id);
        fs::rename(&from, self.root.join("closed").join(format!("{id}.answer.refused.json")))
            .map_err(|error| fault("put away", &from, &error))
    }

    /// Whether a ticket of this id was used.
    pub(super) fn is_redeemed(&self, id: &str) -> bool {
        self.closed(id, End::Redeemed).symlink_metadata().is_ok()
    }

    /// Removes what is over for long, and what is too much. What cannot be removed stays.
    pub(super) fn clear(&self) {
        for folder in ["closed", "answers"] {
            let Ok(entries) = fs::read_dir(self.root.join(folder)) else { continue };
            let now = SystemTime::now();
            let age = |path: &Path| {
                let modified = path.symlink_metadata().and_then(|metadata| metadata.modified()).ok()?;
                now.duration_since(modified).ok()
            };
            let mut over: Vec<(Duration, PathBuf)> = entries
                .filter_map(|entry| {
                    let path = entry.ok()?.path();
                    Some((age(&path)?, path)).filter(|(age, _)| *age > SURELY_OVER)
                })
                .collect();
            over.sort_unstable();
            let too_many = over.len().saturating_sub(KEPT.1);
            for (at, (age, path)) in over.iter().rev().enumerate() {
                if at < too_many || *age > KEPT.0 {
                    let _ = fs::remove_file(path);
                }
            }
        }
    }

    /// Reads a file that only its owner can: `None` where there is none.
    fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, String> {
        let shown = path.display();
        let seen = match path.symlink_metadata() {
            Ok(seen) => seen,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault("read", path, &error)),
        };
        if !seen.is_file() {
            return Err(not_a_file(path));
        }
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fault("read", path, &error)),
        };
        let opened = file.metadata().map_err(|error| fault("read", path, &error))?;
        if (seen.dev(), seen.ino()) != (opened.dev(), opened.ino()) {
            return Err(format!("`{shown}` was replaced while it was read"));
        }
        if opened.mode() & 0o077 != 0 {
            return Err(format!("`{shown}` is open to others (mode {:04o})", opened.mode() & 0o7777));
        }
        self.check_owner(path, &opened)?;
        if opened.nlink() != 1 {
            return Err(format!("`{shown}` has another name, under which it can be changed"));
        }
        let mut bytes = Vec::new();
        file.take(2 * LONGEST).read_to_end(&mut bytes).map_err(|error| fault("read", path, &error))?;
        Ok(Some(bytes))
    }

    fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), String> {
        let fresh = self.root.join("new");
        // Under the lock, one that is there is left over from a process that died.
        let _ = fs::remove_file(&fresh);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_data()))
            .and_then(|()| fs::rename(&fresh, path))
            .map_err(|error| fault("write", path, &error))
    }

    /// Makes a folder that only its owner can enter, and refuses one that is there and is not such.
    fn make_folder(&self, path: &Path) -> Result<(), String> {
        // A process behind its walls makes no folders; it has those that were there when it started.
        if path.symlink_metadata().is_err() {
            let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
            made.map_err(|error| {
                format!("{}; an agent makes it when it starts", fault("make the folder", path, &error))
            })?;
        }
        let metadata = path.symlink_metadata().map_err(|error| fault("look at", path, &error))?;
        self.check_folder(path, &metadata)
    }

    fn check_folder(&self, path: &Path, metadata: &fs::Metadata) -> Result<(), String> {
        let shown = path.display();
        if !metadata.is_dir() {
            return Err(format!("`{shown}` is not a folder; move it away"));
        }
        if metadata.mode() & 0o077 != 0 {
            let mode = metadata.mode() & 0o7777;
            return Err(format!("`{shown}` is open to others (mode {mode:04o}); run `chmod go= '{shown}'`"));
        }
        self.check_owner(path, metadata)
    }

    fn check_owner(&self, path: &Path, metadata: &fs::Metadata) -> Result<(), String> {
        let owner = match self.owner {
            Some(owner) => owner,
            None => self.root.symlink_metadata().map_err(|error| fault("look at", &self.root, &error))?.uid(),
        };
        if metadata.uid() == owner {
            return Ok(());
        }
        Err(format!(
            "`{}` belongs to another user (uid {}, not {owner}), who could write a yes there; move it away, or give it \
             back with `chown`",
            path.display(),
            metadata.uid()
        ))
    }
}

fn empty(path: &Path) -> Result<(), String> {
    // What is no file of its own has nothing of ours in it.
    if !path.symlink_metadata().is_ok_and(|found| found.is_file()) {
        return Ok(());
    }
    let opened = OpenOptions::new().write(true).open(path);
    opened.and_then(|file| file.set_len(0)).map_err(|error| fault("empty", path, &error))
}

fn not_a_file(path: &Path) -> String {
    format!("`{}` is not a file of its own; move it away", path.display())
}

/// Bytes that nobody can guess.
pub(crate) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, String> {
    let mut bytes = Zeroizing::new([0; N]);
    random::fill(bytes.as_mut_slice()).map_err(|error| error.to_string())?;
    Ok(bytes)
}

fn fault(action: &str, path: &Path, error: &io::Error) -> String {
    format!("cannot {action} `{}`: {error}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;

    fn files() -> (tempfile::TempDir, Files) {
        let home = tempfile::tempdir().unwrap();
        let files = Files::new(home.path().join("approvals"));
        drop(files.try_lock().unwrap().unwrap());
        (home, files)
    }

    #[test]
    fn what_belongs_to_another_user_is_refused() {
        let (_home, files) = files();
        files.put("a.b.c.json", b"x").unwrap();
        assert_eq!(files.ticket("a.b.c.json"), Ok(Some(b"x".to_vec())));
        let other = Files { owner: files.owner.map(|own| own + 1), ..files };
        for refused in [
            other.ticket("a.b.c.json").unwrap_err(),
            other.key().err().unwrap(),
            other.open_names("a.").unwrap_err(),
            other.try_lock().unwrap_err(),
        ] {
            assert!(refused.contains("belongs to another user (uid "), "{refused}");
        }
    }

    #[test]
    fn what_cannot_be_put_away_is_not_used_by_somebody_else() {
        let (_home, files) = files();
        files.put("a.b.c.json", b"x").unwrap();
        fs::remove_dir(files.root.join("closed")).unwrap();
        let fault = files.end("a.b.c.json", "c", End::Redeemed, false).unwrap_err();
        assert!(fault.contains("closed` is gone; an agent makes it when it starts"), "{fault}");
        files.prepare().unwrap();
        assert_eq!(files.end("a.b.c.json", "c", End::Redeemed, false), Ok(true));
        assert_eq!(files.end("a.b.c.json", "c", End::Redeemed, false), Ok(false));
        assert!(files.is_redeemed("c") && !files.is_open("a.b.c.json"));
    }

    #[test]
    fn a_lock_that_is_no_file_is_refused_and_not_waited_for() {
        let (_home, files) = files();
        let lock = files.root.join("lock");
        fs::remove_file(&lock).unwrap();
        fs::create_dir(&lock).unwrap();
        assert!(files.try_lock().unwrap_err().contains("is not a file of its own"));
    }

    #[test]
    fn a_key_that_is_none_is_told_with_the_mend() {
        let (_home, files) = files();
        let key = files.root.join("key");
        fs::write(&key, "heddle-approvals-key-1\n").unwrap();
        fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        let fault = files.key().err().unwrap();
        assert!(fault.contains("move it away, and a new one is made"), "{fault}");
    }
}
