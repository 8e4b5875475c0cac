//! The two files of the broker, read again whenever they change.

use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

/// Neither file has a reason to be longer.
const LONGEST: u64 = 1024 * 1024;

type Parse<T> = dyn Fn(&[u8]) -> Result<T, String> + Send + Sync;

/// A file that is parsed once for each of its versions.
pub(super) struct Watched<T> {
    path: PathBuf,
    parse: Box<Parse<T>>,
    known: Mutex<Option<(Version, Arc<T>)>>,
}

/// What tells one version of a file from another.
#[derive(PartialEq, Eq)]
pub(super) struct Version {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Version {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl<T> Watched<T> {
    pub(super) fn new(
        path: PathBuf,
        parse: impl Fn(&[u8]) -> Result<T, String> + Send + Sync + 'static,
    ) -> Self {
        Self { path, parse: Box::new(parse), known: Mutex::new(None) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// What the file says now; `None`: there is no such file. Anything else that is not right with it is an error with
    /// the mend, never an empty store.
    pub(super) fn read(&self) -> Result<Option<Arc<T>>, String> {
        let metadata = match self.path.symlink_metadata() {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(format!("`{}` cannot be read: {error}", self.path.display())),
        };
        self.check(&metadata)?;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, value)) = &*known
            && *version == Version::of(&metadata)
        {
            return Ok(Some(Arc::clone(value)));
        }
        // The old version must not outlive a new one that does not parse.
        *known = None;
        let (version, value) = self.load(&metadata)?;
        let value = Arc::new(value);
        *known = Some((version, Arc::clone(&value)));
        Ok(Some(value))
    }

    fn load(&self, seen: &Metadata) -> Result<(Version, T), String> {
        let unreadable = |error: std::io::Error| format!("`{}` cannot be read: {error}", self.path.display());
        let file = File::open(&self.path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        // Between the look and the opening it could have become a link.
        if (metadata.dev(), metadata.ino()) != (seen.dev(), seen.ino()) {
            return Err(format!("`{}` was replaced while it was read; call again", self.path.display()));
        }
        self.check(&metadata)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0)));
        file.take(LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
        let value = (self.parse)(&bytes).map_err(|problem| {
            format!(
                "`{}` does not parse ({problem}); mend it, or restore it from a copy",
                self.path.display()
            )
        })?;
        Ok((Version::of(&metadata), value))
    }

    fn check(&self, metadata: &Metadata) -> Result<(), String> {
        let path = self.path.display();
        if metadata.file_type().is_symlink() {
            return Err(format!("`{path}` is a link; put the file itself there"));
        }
        if !metadata.is_file() {
            return Err(format!("`{path}` is not a file"));
        }
        if metadata.mode() & 0o077 != 0 {
            let mode = metadata.mode() & 0o777;
            return Err(format!("`{path}` is open to others (mode {mode:04o}); `chmod 600 {path}` mends it"));
        }
        if metadata.len() > LONGEST {
            return Err(format!("`{path}` is longer than 1 MiB"));
        }
        Ok(())
    }
}
