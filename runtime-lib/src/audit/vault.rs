//! The folder of the log and the keys that it holds.
//!
//! `key` is the root of the next segment: a segment is claimed by making its files and then writing the root after it
//! over it, all under the lock. `verify.key` is the root of the first segment, which nobody needs for writing: it can be
//! moved to another machine.

use super::fault::{AuditError, Cause};
use super::head::Head;
use super::keys::{LENGTH, Root};
use crate::decl::Sync;
use crate::random;
use crate::text::hex;
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long a start waits for another start. Each holds the lock for a millisecond or so.
const PATIENCE: Duration = Duration::from_secs(5);
/// No key file is longer.
const KEY_FILE_MAX: u64 = 256;
/// More segments than this are not opened in the time that a power cut takes back.
const LOST_MAX: u64 = 10_000;

/// A folder that only its owner can enter.
#[derive(Debug, Clone)]
pub struct Vault {
    folder: PathBuf,
    owner: u32,
}

/// The right to open the next segment. Others wait until it is dropped.
#[derive(Debug)]
pub struct Claim<'a> {
    vault: &'a Vault,
    _lock: File,
    /// Number of the segment.
    pub number: u64,
    /// What its keys are made of.
    pub root: Root,
}

impl Vault {
    /// Makes the folder if there is none.
    pub fn open(folder: PathBuf) -> Result<Self, AuditError> {
        let mut vault = Self { folder, owner: 0 };
        vault.owner = vault.make_folder(&vault.folder)?;
        for inner in [vault.open_heads(), vault.sealed_heads()] {
            vault.make_folder(&inner)?;
        }
        Ok(vault)
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Heads of the segments that are being written, or were when their process died.
    pub fn open_heads(&self) -> PathBuf {
        self.folder.join("open")
    }

    /// Heads of the segments that are complete.
    pub fn sealed_heads(&self) -> PathBuf {
        self.folder.join("sealed")
    }

    /// Waits for the right to open a segment, but not for ever.
    pub fn claim(&self) -> Result<Claim<'_>, AuditError> {
        let began = Instant::now();
        loop {
            match self.try_claim()? {
                Some(claim) => return Ok(claim),
                None if began.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(2)),
                None => return Err(AuditError::new(&self.folder.join("lock"), Cause::Locked)),
            }
        }
    }

    /// The right to open a segment, if nobody else holds it now.
    pub fn try_claim(&self) -> Result<Option<Claim<'_>>, AuditError> {
        let path = self.folder.join("lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| AuditError::io(&path, "open", error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(AuditError::io(&path, "lock", error)),
        }
        let (number, root) = match self.read_root()? {
            Some(next) => self.beyond_open_heads(next),
            None => (0, self.begin()?),
        };
        Ok(Some(Claim { vault: self, _lock: lock, number, root }))
    }

    /// The next segment, if the root file is older than what stands in the folder: with [`Sync::Os`] a power cut can take
    /// the file back by some seconds, and a number must not be given twice. A head that nobody could have come to
    /// is left to `heddle audit verify`.
    fn beyond_open_heads(&self, (mut number, mut root): (u64, Root)) -> (u64, Root) {
        let Ok(entries) = self.open_heads().read_dir() else { return (number, root) };
        let heads = entries.filter_map(|entry| Head::read(&File::open(entry.ok()?.path()).ok()?).ok());
        // Without a record a number is not used yet.
        let used = heads.filter(|(_, records)| *records > 0).map(|(segment, _)| segment);
        let next = used.max().map_or(0, |last| last.saturating_add(1));
        if next.saturating_sub(number) <= LOST_MAX {
            while number < next {
                root = root.next();
                number += 1;
            }
        }
        (number, root)
    }

    /// Whether files can be made here.
    pub fn probe(&self) -> Result<(), AuditError> {
        self.write_key("probe", "").and_then(|()| {
            let path = self.folder.join("probe");
            std::fs::remove_file(&path).map_err(|error| AuditError::io(&path, "remove", error))
        })
    }

    /// Makes the keys of a home that has no log yet.
    fn begin(&self) -> Result<Root, AuditError> {
        let unreadable = |error| AuditError::io(&self.folder, "read", error);
        for entry in self.folder.read_dir().map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            // The `verify.key` of a first start that died half-way binds nobody yet.
            if path.extension().is_some_and(|extension| extension == "jsonl") {
                return Err(AuditError::new(&self.folder.join("key"), Cause::KeyGone));
            }
        }
        let root = Root::new(self.random()?);
        self.write_key("verify.key", &format!("heddle-audit-verify-key-1\n{}\n", hex(root.bytes())))?;
        self.write_key("key", &key_file(0, &root))?;
        Ok(root)
    }

    fn random(&self) -> Result<Zeroizing<[u8; LENGTH]>, AuditError> {
        let mut bytes = Zeroizing::new([0; LENGTH]);
        random::fill(bytes.as_mut_slice())
            .map_err(|error| AuditError::io(&self.folder.join("key"), "make", error))?;
        Ok(bytes)
    }

    /// Number and root of the next segment; `None`: there is no such file.
    fn read_root(&self) -> Result<Option<(u64, Root)>, AuditError> {
        let path = self.folder.join("key");
        let unreadable = |error| AuditError::io(&path, "read", error);
        let seen = match path.symlink_metadata() {
            Ok(seen) => seen,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        let file = File::open(&path).map_err(unreadable)?;
        let opened = file.metadata().map_err(unreadable)?;
        if !seen.is_file() || (seen.dev(), seen.ino()) != (opened.dev(), opened.ino()) {
            return Err(AuditError::new(&path, Cause::NotAFile));
        }
        self.check_owner(&path, opened.mode(), opened.uid())?;
        let mut text = Zeroizing::new(String::with_capacity(256));
        file.take(KEY_FILE_MAX).read_to_string(&mut text).map_err(unreadable)?;
        let garbled = || AuditError::new(&path, Cause::Garbled);
        let (number, key) = text
            .strip_prefix("heddle-audit-key-1 ")
            .and_then(|rest| rest.split_once('\n'))
            .ok_or_else(garbled)?;
        let number = number.parse().map_err(|_| garbled())?;
        let key = key.strip_suffix('\n').and_then(unhex).ok_or_else(garbled)?;
        Ok(Some((number, Root::new(key))))
    }

    /// Replaces a key file, all or nothing, and only once the disk has it.
    fn write_key(&self, name: &str, text: &str) -> Result<(), AuditError> {
        let (path, fresh) = (self.folder.join(name), self.folder.join(format!("{name}.new")));
        // Under the lock, one that is there is left over from a process that died.
        let _ = std::fs::remove_file(&fresh);
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&fresh)
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_data()))
            .and_then(|()| std::fs::rename(&fresh, &path))
            .map_err(|error| AuditError::io(&path, "write", error))
    }

    /// Makes a folder and says whose it is.
    fn make_folder(&self, folder: &Path) -> Result<u32, AuditError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(|error| AuditError::io(folder, "make the folder", error))?;
        let meta =
            folder.symlink_metadata().map_err(|error| AuditError::io(folder, "look at the folder", error))?;
        if !meta.is_dir() {
            return Err(AuditError::new(folder, Cause::NotAFolder));
        }
        if meta.mode() & 0o077 != 0 {
            return Err(AuditError::new(folder, Cause::OpenToOthers(meta.mode() & 0o7777)));
        }
        Ok(meta.uid())
    }

    /// Refuses what others can read or what belongs to them.
    pub fn check_owner(&self, path: &Path, mode: u32, owner: u32) -> Result<(), AuditError> {
        if mode & 0o077 != 0 {
            return Err(AuditError::new(path, Cause::OpenToOthers(mode & 0o7777)));
        }
        if owner != self.owner {
            return Err(AuditError::new(path, Cause::NotOurs));
        }
        Ok(())
    }
}

impl Claim<'_> {
    /// The files of the segment are made: the home forgets its root and keeps the next. It is written over the root, by
    /// one write within one sector, which neither a kill nor a power cut tears; waiting for the disk to have it would be
    /// most of what a start takes, and is done where records wait for it, too.
    pub fn redeem(self, sync: Sync) -> Result<(), AuditError> {
        let path = self.vault.folder.join("key");
        let text = key_file(self.number.saturating_add(1), &self.root.next());
        OpenOptions::new()
            .write(true)
            .custom_flags(libc::O_NOFOLLOW)
            .open(&path)
            .and_then(|file| {
                file.write_all_at(text.as_bytes(), 0)?;
                match sync {
                    Sync::Os => Ok(()),
                    Sync::Always => file.sync_data(),
                }
            })
            .map_err(|error| AuditError::io(&path, "write", error))
    }
}

/// All are of one length, so that one can be written over another.
fn key_file(number: u64, root: &Root) -> Zeroizing<String> {
    Zeroizing::new(format!("heddle-audit-key-1 {number:020}\n{}\n", hex(root.bytes())))
}

fn unhex(text: &str) -> Option<Zeroizing<[u8; LENGTH]>> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    if text.len() != 2 * LENGTH {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}
