//! The heddle home and the rule for what is kept in it: folders 0700, files 0600, written to a new file and renamed.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// `$HEDDLE_HOME`, or `.heddle` in the user's home folder.
#[derive(Debug, Clone)]
pub struct Home {
    root: PathBuf,
}

impl Home {
    /// Finds it; does not make it.
    pub fn find() -> Result<Self, Failure> {
        let named = std::env::var_os("HEDDLE_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        let Some(root) = named.or_else(|| std::env::home_dir().map(|home| home.join(".heddle"))) else {
            return Err(Failure::Fault("no home folder: set HEDDLE_HOME to a folder of your own".into()));
        };
        let root = std::path::absolute(&root).map_err(|error| Failure::io("use", &root, &error))?;
        Ok(Self { root })
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The secrets.
    pub fn secrets(&self) -> PathBuf {
        self.root.join("secrets.json")
    }

    /// Who may use which secret.
    pub fn policy(&self) -> PathBuf {
        self.root.join("credential_policy.json")
    }

    /// Digests of the tokens that let callers in.
    pub fn access_tokens(&self) -> PathBuf {
        self.root.join("access_tokens.json")
    }

    /// The audit log.
    pub fn audit(&self) -> PathBuf {
        self.root.join("audit")
    }

    /// The key that configs are sealed with.
    pub fn signing_key(&self) -> PathBuf {
        self.root.join("signing.key")
    }

    /// The seals.
    pub fn signatures(&self) -> PathBuf {
        self.root.join("signatures.json")
    }

    /// The secret half of the key pair.
    pub fn secret_key(&self) -> PathBuf {
        self.root.join("signing.sec")
    }

    /// The public half.
    pub fn public_key(&self) -> PathBuf {
        self.root.join("signing.pub")
    }

    /// Configs that a machine wrote, until somebody promotes them.
    pub fn quarantine(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    /// The shared build folder.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }
}

/// Makes a folder that only its owner can enter, with its parents.
pub fn make_private_folder(path: &Path) -> Result<(), Failure> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(|error| Failure::io("make the folder", path, &error))
}

/// Refuses a folder that others can write to: they could exchange what is in it. One that is not there is fine.
pub fn refuse_shared_folder(path: &Path) -> Result<(), Failure> {
    match fs::metadata(path) {
        Ok(facts) if facts.permissions().mode() & 0o022 != 0 => Err(Failure::refused(format_args!(
            "others can write to `{0}` and exchange the files in it: `chmod 700 '{0}'`",
            path.display()
        ))),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Failure::io("read", path, &error)),
    }
}

/// Refuses to write into a folder of another user: what this process makes there belongs to it, and the agents of that
/// user, which read only what is theirs, would stop. One that is not there is fine.
pub fn refuse_foreign_folder(path: &Path) -> Result<(), Failure> {
    let uid = |path| fs::metadata(path).map(|facts| facts.uid());
    let (own, owner) = match (uid(Path::new("/proc/self")), uid(path)) {
        (Ok(own), Ok(owner)) => (own, owner),
        (_, Err(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        (Err(error), _) | (_, Err(error)) => return Err(Failure::io("look at", path, &error)),
    };
    if own == owner {
        return Ok(());
    }
    Err(Failure::refused(format_args!(
        "`{}` belongs to user {owner}, whose agents could not read what user {own} writes there: run this as its owner, \
         `sudo -u '#{owner}' HEDDLE_HOME=... heddle ...`",
        path.display()
    )))
}

/// A lock that ends with the value. Says so when it has to wait.
pub fn lock(path: &Path, waiting: &str) -> Result<File, Failure> {
    if let Some(folder) = path.parent() {
        make_private_folder(folder)?;
    }
    // Opening a pipe would wait for its other end.
    if fs::symlink_metadata(path).is_ok_and(|found| !found.is_file()) {
        return Err(Failure::refused(format_args!("`{}` is not a file: move it away", path.display())));
    }
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| Failure::io("open the lock file", path, &error))?;
    match file.try_lock() {
        Ok(()) => return Ok(file),
        Err(fs::TryLockError::WouldBlock) => crate::console::say(waiting),
        Err(fs::TryLockError::Error(error)) => return Err(Failure::io("lock", path, &error)),
    }
    file.lock().map_err(|error| Failure::io("lock", path, &error))?;
    Ok(file)
}

/// Reads a private file; `None` when there is none. Refuses one that is a link, or that others could have read or
/// changed.
pub fn read_private(path: &Path) -> Result<Option<String>, Failure> {
    let at_path = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Failure::io("read", path, &error)),
    };
    let shown = path.display();
    if at_path.file_type().is_symlink() {
        return Err(Failure::refused(format_args!(
            "`{shown}` is a link, and what it leads to may change under it: put the file itself there"
        )));
    }
    // Opening a pipe would wait for its other end.
    if !at_path.is_file() {
        return Err(Failure::refused(format_args!("`{shown}` is not a file: move it away")));
    }
    let mut file = File::open(path).map_err(|error| Failure::io("read", path, &error))?;
    let opened = file.metadata().map_err(|error| Failure::io("read", path, &error))?;
    if (opened.dev(), opened.ino()) != (at_path.dev(), at_path.ino()) {
        return Err(Failure::refused(format_args!("`{shown}` was exchanged while it was read: try again")));
    }
    if opened.permissions().mode() & 0o077 != 0 {
        return Err(Failure::refused(format_args!(
            "`{shown}` can be read or changed by others: `chmod 600 '{shown}'`, and replace what was in it if others \
             use this machine"
        )));
    }
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(|error| Failure::io("read", path, &error))?;
    Ok(Some(text))
}

/// Replaces a private file, all or nothing, also when the machine loses power: it may be the only copy.
pub fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    replace(path, text.as_bytes(), 0o600, File::sync_all)
}

/// Replaces a file, all or nothing: readers see the old bytes or the new ones. What is written so can be made again, so
/// nobody waits for the disk, which at a thousand tools took seconds.
pub fn write_atomically(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Failure> {
    replace(path, bytes, mode, |_| Ok(()))
}

fn replace(
    path: &Path,
    bytes: &[u8],
    mode: u32,
    settle: impl FnOnce(&File) -> io::Result<()>,
) -> Result<(), Failure> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let fresh = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(mode);
    let opened = options.open(&fresh).or_else(|error| {
        if error.kind() != io::ErrorKind::AlreadyExists {
            return Err(error);
        }
        // It can only be left over from a process that died.
        fs::remove_file(&fresh).and_then(|()| options.open(&fresh))
    });
    let written = opened
        .and_then(|mut file| file.write_all(bytes).and_then(|()| settle(&file)))
        .and_then(|()| fs::rename(&fresh, path));
    written.map_err(|error| {
        let _ = fs::remove_file(&fresh);
        Failure::io("write", path, &error)
    })
}

/// Replaces the text of a user's own file, which keeps its mode.
pub fn replace_text(path: &Path, text: &str) -> Result<(), Failure> {
    // A link is the user's choice: what it leads to is what they edit.
    let path = fs::canonicalize(path).map_err(|error| Failure::io("find", path, &error))?;
    let mode = fs::metadata(&path).map_err(|error| Failure::io("read", &path, &error))?.permissions().mode();
    write_atomically(&path, text.as_bytes(), mode & 0o777)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_file_that_others_can_read_is_refused_with_the_mend() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secrets.json");
        write_private(&path, "{}").unwrap();
        assert_eq!(read_private(&path).unwrap().as_deref(), Some("{}"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        let Err(Failure::Refused(said)) = read_private(&path) else { panic!("read") };
        assert!(said.contains("chmod 600"), "{said}");
    }

    #[test]
    fn a_link_is_refused_and_nothing_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("real"), folder.path().join("link"));
        assert!(read_private(&file).unwrap().is_none());
        write_private(&file, "{}").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(matches!(read_private(&link), Err(Failure::Refused(_))));
    }

    #[test]
    fn a_pipe_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(
            std::process::Command::new("mkfifo").args(["-m", "600"]).arg(&path).status().unwrap().success()
        );
        let Err(Failure::Refused(said)) = read_private(&path) else { panic!("read") };
        assert!(said.contains("is not a file"), "{said}");
    }

    #[test]
    fn a_folder_of_another_user_is_not_written_to() {
        let folder = tempfile::tempdir().unwrap();
        refuse_foreign_folder(folder.path()).unwrap();
        refuse_foreign_folder(&folder.path().join("nowhere")).unwrap();
        // Whoever runs this, one of the two is somebody else's.
        std::os::unix::fs::chown(folder.path(), Some(65_534), None).ok();
        let foreign = [folder.path(), Path::new("/proc/1")].map(refuse_foreign_folder);
        let told = foreign.into_iter().find_map(Result::err).expect("a folder of somebody else");
        assert!(matches!(&told, Failure::Refused(said) if said.contains("sudo -u '#")), "{told:?}");
    }

    #[test]
    fn a_replaced_file_keeps_its_mode_private_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_private(&path, "1").unwrap();
        write_private(&path, "2").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "2");
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_lock_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/lock");
        let held = lock(&path, "").unwrap();
        let other = std::thread::spawn({
            let path = path.clone();
            move || lock(&path, "waiting").map(|_| std::time::Instant::now())
        });
        std::thread::sleep(std::time::Duration::from_millis(100));
        let released = std::time::Instant::now();
        drop(held);
        assert!(other.join().unwrap().unwrap() >= released);
    }

    #[test]
    fn a_folder_that_others_can_write_to_is_refused_with_the_mend() {
        let folder = tempfile::tempdir().unwrap();
        for (mode, fine) in [(0o700, true), (0o755, true), (0o775, false), (0o702, false)] {
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
            assert_eq!(refuse_shared_folder(folder.path()).is_ok(), fine, "{mode:o}");
        }
        refuse_shared_folder(&folder.path().join("nowhere")).unwrap();
    }
}
