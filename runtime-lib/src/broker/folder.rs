//! A folder with one file per secret, as systemd, Kubernetes and Docker hand them to a service. It is read only.

use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zeroize::Zeroizing;

use super::secret::Secret;
use super::store::Version;

/// No token or key that goes into one place of a request is longer.
const LONGEST: u64 = 64 * 1024;
/// Kubernetes exchanges all files of the folder at once, maybe while one is opened: the second look finds the new one.
const LOOKS: usize = 2;

/// The folder, and the secrets that were read from it.
pub(super) struct Folder {
    path: PathBuf,
    known: Mutex<BTreeMap<String, (Version, Arc<Secret>)>>,
}

/// A secret that was found.
pub(super) struct Found {
    pub secret: Arc<Secret>,
    pub path: PathBuf,
    /// Whether other users could read the file, if they can get to it.
    pub is_open: bool,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path, known: Mutex::default() }
    }

    /// The folder without links, if it can be trusted: nobody but its owner can exchange what is in it.
    pub(super) fn check(&self) -> Result<PathBuf, String> {
        let shown = self.path.display();
        let unreadable =
            |error: std::io::Error| format!("the secrets folder `{shown}` cannot be read: {error}");
        let root = fs::canonicalize(&self.path).map_err(unreadable)?;
        let metadata = fs::metadata(&root).map_err(unreadable)?;
        if !metadata.is_dir() {
            return Err(format!("`{shown}` is not a folder; secrets are one file each in a folder"));
        }
        // Kubernetes mounts with 1777. With the sticky bit others may add files, but `open` looks at whose they are.
        let mode = metadata.mode() & 0o7777;
        if mode & 0o022 != 0 && mode & 0o1000 == 0 {
            return Err(format!(
                "others can exchange the files in the secrets folder `{shown}` (mode {mode:04o}); \
                 `chmod go-w {shown}` mends it"
            ));
        }
        Ok(root)
    }

    /// The secret in the file of this name; `None`: there is no such file. Anything else that is not right with it is an
    /// error: another store must not stand in for a mount that went wrong.
    pub(super) fn find(&self, key: &str) -> Result<Option<Found>, String> {
        let root = self.check()?;
        if !is_file_name(key) {
            return Ok(None);
        }
        let mut problem = None;
        for _ in 0..LOOKS {
            match self.look(&root, key) {
                Ok(found) => return Ok(found),
                Err(again) => problem = Some(again),
            }
        }
        problem.map_or(Ok(None), Err)
    }

    fn look(&self, root: &Path, key: &str) -> Result<Option<Found>, String> {
        let named = root.join(key);
        let unreadable = |error: std::io::Error| format!("`{}` cannot be read: {error}", named.display());
        let path = match fs::canonicalize(&named) {
            Ok(path) => path,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                // A link to nothing is a mount that went wrong, not a missing file.
                return match fs::symlink_metadata(&named) {
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
                    _ => Err(unreadable(error)),
                };
            }
            Err(error) => return Err(unreadable(error)),
        };
        if !path.starts_with(root) {
            return Err(format!("`{}` is a link that leaves the secrets folder", named.display()));
        }
        let owner = fs::metadata(root).map_err(unreadable)?.uid();
        let seen = fs::symlink_metadata(&path).map_err(unreadable)?;
        // Before the opening, which would wait at a pipe for somebody to write.
        check_file(&named, &seen, owner)?;
        let file = File::open(&path).map_err(unreadable)?;
        let metadata = file.metadata().map_err(unreadable)?;
        if (metadata.dev(), metadata.ino()) != (seen.dev(), seen.ino()) {
            return Err(format!("`{}` was replaced while it was read; call again", named.display()));
        }
        check_file(&named, &metadata, owner)?;
        let secret =
            self.read(key, file, &metadata).map_err(|problem| format!("`{}` {problem}", named.display()))?;
        Ok(Some(Found { secret, path: named, is_open: metadata.mode() & 0o004 != 0 }))
    }

    /// Reads a version of a file once.
    fn read(&self, key: &str, file: File, metadata: &Metadata) -> Result<Arc<Secret>, String> {
        let version = Version::of(metadata);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, secret)) = known.get(key)
            && *read == version
        {
            return Ok(Arc::clone(secret));
        }
        // The old version must not outlive a new one that cannot be read.
        known.remove(key);
        // With room for all of it at once: what a growing buffer leaves behind would not be wiped.
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(LONGEST).unwrap_or(0)));
        file.take(LONGEST).read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
        let text = std::str::from_utf8(&bytes).map_err(|_| "is not text".to_owned())?;
        let line = text.strip_suffix('\n').unwrap_or(text);
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.is_empty() {
            return Err("is empty".to_owned());
        }
        let secret = Arc::new(Secret::new(Zeroizing::new(line.to_owned())));
        known.insert(key.to_owned(), (version, Arc::clone(&secret)));
        Ok(secret)
    }
}

/// Keys may hold a `/`; such a one is in no folder. A name is a name, never a path.
fn is_file_name(key: &str) -> bool {
    !key.is_empty() && !key.starts_with('.') && !key.contains(['/', '\0'])
}

/// Files of mode 0444 and 0644 are what the mounts of containers have: there the mount keeps others away.
fn check_file(path: &Path, metadata: &Metadata, folder_owner: u32) -> Result<(), String> {
    let shown = path.display();
    if !metadata.is_file() {
        return Err(format!("`{shown}` is not a file"));
    }
    if metadata.uid() != folder_owner && metadata.uid() != 0 {
        return Err(format!("`{shown}` belongs neither to the owner of its folder nor to root"));
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o022 != 0 {
        return Err(format!("others can change `{shown}` (mode {mode:04o}); `chmod go-w {shown}` mends it"));
    }
    if metadata.len() > LONGEST {
        return Err(format!("`{shown}` is longer than 64 KiB"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use tempfile::TempDir;

    fn folder() -> (TempDir, Folder) {
        let temp = tempfile::tempdir().unwrap();
        let folder = Folder::new(temp.path().to_owned());
        (temp, folder)
    }

    fn write(path: &Path, text: &[u8], mode: u32) {
        fs::write(path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn get(folder: &Folder, key: &str) -> Result<Option<String>, String> {
        folder.find(key).map(|found| found.map(|found| found.secret.expose().to_owned()))
    }

    #[test]
    fn one_newline_at_the_end_is_not_part_of_a_secret() {
        let (temp, folder) = folder();
        for (text, secret) in [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), (" a \n\n", " a \n")] {
            write(&temp.path().join("key"), text.as_bytes(), 0o400);
            assert_eq!(get(&folder, "key"), Ok(Some(secret.to_owned())), "{text:?}");
            fs::remove_file(temp.path().join("key")).unwrap();
        }
        assert_eq!(get(&folder, "key"), Ok(None));
    }

    #[test]
    fn kubernetes_links_within_the_folder_and_exchanges_all_of_it() {
        let (temp, folder) = folder();
        for (version, secret) in [("..1", "one"), ("..2", "two")] {
            fs::create_dir(temp.path().join(version)).unwrap();
            write(&temp.path().join(version).join("key"), secret.as_bytes(), 0o644);
        }
        fs::set_permissions(temp.path(), fs::Permissions::from_mode(0o1777)).unwrap();
        symlink("..1", temp.path().join("..data")).unwrap();
        symlink("..data/key", temp.path().join("key")).unwrap();
        assert_eq!(get(&folder, "key"), Ok(Some("one".to_owned())));
        assert!(folder.find("key").unwrap().unwrap().is_open);
        symlink("..2", temp.path().join("..new")).unwrap();
        fs::rename(temp.path().join("..new"), temp.path().join("..data")).unwrap();
        assert_eq!(get(&folder, "key"), Ok(Some("two".to_owned())));
        fs::remove_dir_all(temp.path().join("..2")).unwrap();
        assert!(get(&folder, "key").unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn a_name_is_no_path_and_a_link_does_not_lead_out() {
        let (temp, _) = folder();
        let inner = temp.path().join("inner");
        fs::create_dir(&inner).unwrap();
        write(&temp.path().join("outside"), b"topsecret", 0o400);
        symlink("../outside", inner.join("link")).unwrap();
        let folder = Folder::new(inner.clone());
        for key in ["../outside", "inner/../outside", "..", ".", ""] {
            assert_eq!(get(&folder, key), Ok(None), "{key}");
        }
        assert!(get(&folder, "link").unwrap_err().contains("leaves the secrets folder"));
    }

    #[test]
    fn what_is_not_right_is_an_error_and_not_a_missing_file() {
        let (temp, folder) = folder();
        let path = temp.path().join("key");
        for (text, mode, words) in [
            (&b"a"[..], 0o660, "others can change"),
            (b"", 0o400, "is empty"),
            (b"\n", 0o400, "is empty"),
            (b"\xff", 0o400, "is not text"),
            (&[b'a'; 64 * 1024 + 1], 0o400, "longer than 64 KiB"),
        ] {
            write(&path, text, mode);
            assert!(get(&folder, "key").unwrap_err().contains(words), "{words}");
            fs::remove_file(&path).unwrap();
        }
        fs::create_dir(&path).unwrap();
        assert!(get(&folder, "key").unwrap_err().contains("is not a file"));
    }

    #[test]
    fn a_folder_that_others_can_write_to_or_that_is_none_is_refused() {
        let (temp, folder) = folder();
        fs::set_permissions(temp.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(get(&folder, "key").unwrap_err().contains("chmod go-w"));
        assert!(Folder::new(temp.path().join("nowhere")).check().unwrap_err().contains("cannot be read"));
        write(&temp.path().join("file"), b"", 0o600);
        assert!(Folder::new(temp.path().join("file")).check().unwrap_err().contains("not a folder"));
    }
}
