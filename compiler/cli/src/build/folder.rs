//! An emitted crate on disk: written where it differs, never over what heddle did not write.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use heddle_compiler::diag::shorten;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::audit::keys::hex;
use crate::failure::Failure;
use crate::home::write_atomically;

const LOCK: &str = "heddle.lock";

/// What changed on disk.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were written, because they were not there or said something else.
    pub written: usize,
    /// Files of an earlier emission that are no part of this one, and are gone.
    pub removed: usize,
    /// Files of an earlier emission that somebody changed since, and that were therefore left.
    pub kept: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Lock {
    files: BTreeMap<String, String>,
}

/// Brings a folder to what was emitted.
pub fn write(folder: &Path, files: &BTreeMap<String, String>) -> Result<Changes, Failure> {
    let before = emitted_before(folder)?;
    let mut tree = Tree::at(folder);
    let mut changes = Changes::default();
    // The list of files goes first, so that a write that is cut short leaves nothing that the next one does not own.
    let listed = files.get_key_value(LOCK);
    for (path, text) in listed.into_iter().chain(files.iter().filter(|(path, _)| *path != LOCK)) {
        let (target, length) = tree.find(path)?;
        let may_be_same = length == Some(text.len() as u64);
        if may_be_same && fs::read(&target).is_ok_and(|bytes| bytes == text.as_bytes()) {
            continue;
        }
        tree.make_folder_of(&target)?;
        write_atomically(&target, text.as_bytes(), 0o644)?;
        changes.written += 1;
    }
    for (path, digest) in before.iter().filter(|(path, _)| !files.contains_key(*path)) {
        let (stale, _) = tree.find(path)?;
        match fs::read(&stale) {
            Ok(bytes) if hex(&Sha256::digest(&bytes)) == *digest => {
                fs::remove_file(&stale).map_err(|error| Failure::io("remove", &stale, &error))?;
                changes.removed += 1;
            }
            Ok(_) => changes.kept.push(stale),
            Err(_) => {}
        }
    }
    Ok(changes)
}

/// A file of a crate that is not as it was emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The file.
    pub path: PathBuf,
    /// The first line that differs, from 1.
    pub line: usize,
    /// What is there, and what should be.
    pub what: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.what)
    }
}

/// The differences between a folder and what would be emitted, one for each file; `meant` says where the emitted text
/// comes from. A file that is not emitted is one, too: cargo would compile it.
pub fn differences(
    folder: &Path,
    files: &BTreeMap<String, String>,
    meant: &str,
) -> Result<Vec<Difference>, Failure> {
    let mut tree = Tree::at(folder);
    let mut found = Vec::new();
    for (path, text) in files {
        let (target, _) = tree.find(path)?;
        let difference = |line, what| Difference { path: target.clone(), line, what };
        match fs::read(&target) {
            Ok(bytes) if bytes == text.as_bytes() => {}
            Ok(bytes) => {
                let (line, what) = unlike(&String::from_utf8_lossy(&bytes), text, meant);
                found.push(difference(line, what));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                found.push(difference(1, "the file is not there".to_owned()));
            }
            Err(error) => return Err(Failure::io("read", &target, &error)),
        }
    }
    let mut open = vec![folder.to_path_buf()];
    while let Some(at) = open.pop() {
        let entries = match fs::read_dir(&at) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Failure::io("read the folder", &at, &error)),
        };
        for entry in entries {
            let path = entry.map_err(|error| Failure::io("read the folder", &at, &error))?.path();
            let inner = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
            let is_folder = fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_dir());
            if is_folder && inner != "target" {
                open.push(path);
            } else if !is_folder && !files.contains_key(&inner) {
                found.push(Difference { path, line: 1, what: "heddle writes no such file".to_owned() });
            }
        }
    }
    found.sort_by(|one, other| one.path.cmp(&other.path));
    Ok(found)
}

/// The first line in which two texts differ, and what it is in each.
fn unlike(found: &str, meant: &str, by: &str) -> (usize, String) {
    let same = found.split('\n').zip(meant.split('\n')).take_while(|(a, b)| a == b).count();
    let line = |text: &str| match text.split('\n').nth(same) {
        Some(line) => format!("`{}`", shorten(line.trim())),
        None => String::from("the end of the file"),
    };
    (same + 1, format!("{} on disk, {} {by}", line(found), line(meant)))
}

/// SHA-256 in hex.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// What an earlier emission left in the folder, by its own list. A folder that holds something else is refused.
fn emitted_before(folder: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(Failure::io("read the folder", folder, &error)),
    };
    if entries.next().is_none() {
        return Ok(BTreeMap::new());
    }
    let lock = folder.join(LOCK);
    let text = fs::read_to_string(&lock).map_err(|_| {
        Failure::refused(format_args!(
            "`{}` holds something that heddle did not write (it has no {LOCK}): move it away, or give `--out` another \
             folder",
            folder.display()
        ))
    })?;
    let lock: Lock = serde_json::from_str(&text).map_err(|error| {
        Failure::refused(format_args!(
            "`{}` is damaged ({error}): remove the folder and build again",
            lock.display()
        ))
    })?;
    Ok(lock.files)
}

/// A folder on disk whose files have the paths of a crate.
struct Tree<'a> {
    root: &'a Path,
    /// Folders in it that are there and are no links: a thousand files stand in a few of them.
    folders: BTreeSet<PathBuf>,
}

impl<'a> Tree<'a> {
    const fn at(root: &'a Path) -> Self {
        Self { root, folders: BTreeSet::new() }
    }

    /// A path of a crate as a path on disk, and the length of what is there. A list of files comes from whoever wrote
    /// the folder, so it may name nothing outside, and go through no link.
    fn find(&mut self, path: &str) -> Result<(PathBuf, Option<u64>), Failure> {
        let mut target = self.root.to_path_buf();
        let mut length = None;
        for component in Path::new(path).components() {
            let Component::Normal(name) = component else {
                return Err(Failure::refused(format_args!(
                    "the {LOCK} of `{}` names `{path}`, which is outside of it",
                    self.root.display()
                )));
            };
            target.push(name);
            if self.folders.contains(&target) {
                continue;
            }
            let Ok(there) = fs::symlink_metadata(&target) else {
                length = None;
                continue;
            };
            if there.file_type().is_symlink() {
                return Err(Failure::refused(format_args!("`{}` is a link: remove it", target.display())));
            }
            if there.is_dir() {
                self.folders.insert(target.clone());
            }
            length = Some(there.len());
        }
        Ok((target, length))
    }

    fn make_folder_of(&mut self, file: &Path) -> Result<(), Failure> {
        let Some(folder) = file.parent().filter(|folder| !self.folders.contains(*folder)) else {
            return Ok(());
        };
        fs::create_dir_all(folder).map_err(|error| Failure::io("make the folder", folder, &error))?;
        self.folders.insert(folder.to_path_buf());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        let mut files: BTreeMap<String, String> =
            entries.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        let digests: BTreeMap<_, _> =
            files.iter().map(|(path, text)| (path.clone(), hex(&Sha256::digest(text)))).collect();
        files.insert(LOCK.into(), serde_json::json!({ "files": digests }).to_string());
        files
    }

    #[test]
    fn only_what_differs_is_written_and_what_is_stale_goes() {
        let temp = tempfile::tempdir().unwrap();
        let folder = temp.path().join("agent");
        let first = files(&[("src/main.rs", "fn main() {}\n"), ("src/tools/old.rs", "// old\n")]);
        assert_eq!(write(&folder, &first).unwrap().written, 3);
        assert_eq!(write(&folder, &first).unwrap(), Changes::default());
        fs::write(folder.join("mine.txt"), "kept").unwrap();
        let second = files(&[("src/main.rs", "fn main() {}\n"), ("src/tools/new.rs", "// new\n")]);
        assert_eq!(write(&folder, &second).unwrap(), Changes { written: 2, removed: 1, kept: vec![] });
        assert!(folder.join("mine.txt").exists() && !folder.join("src/tools/old.rs").exists());
        fs::remove_file(folder.join("mine.txt")).unwrap();
        assert_eq!(differences(&folder, &second, "").unwrap(), []);
    }

    #[test]
    fn a_stale_file_that_somebody_changed_is_left_and_named() {
        let temp = tempfile::tempdir().unwrap();
        write(temp.path(), &files(&[("a.rs", "1"), ("b.rs", "2")])).unwrap();
        fs::write(temp.path().join("b.rs"), "by hand").unwrap();
        let changes = write(temp.path(), &files(&[("a.rs", "1")])).unwrap();
        assert_eq!(changes.kept, [temp.path().join("b.rs")]);
        assert_eq!(fs::read_to_string(temp.path().join("b.rs")).unwrap(), "by hand");
    }

    #[test]
    fn a_folder_of_somebody_else_is_not_touched() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join("thesis.txt"), "years").unwrap();
        assert!(matches!(write(temp.path(), &files(&[("a.rs", "1")])), Err(Failure::Refused(_))));
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1);
    }

    #[test]
    fn neither_lists_nor_links_lead_out() {
        let temp = tempfile::tempdir().unwrap();
        let (folder, outside) = (temp.path().join("agent"), temp.path().join("outside"));
        fs::write(&outside, "x").unwrap();
        fs::create_dir(&folder).unwrap();
        let digest = hex(&Sha256::digest("x"));
        fs::write(folder.join(LOCK), format!(r#"{{"files":{{"../outside":"{digest}"}}}}"#)).unwrap();
        assert!(matches!(write(&folder, &files(&[("a.rs", "1")])), Err(Failure::Refused(_))));
        assert!(outside.exists());

        let linked = temp.path().join("linked");
        fs::create_dir(&linked).unwrap();
        fs::write(linked.join(LOCK), r#"{"files":{}}"#).unwrap();
        std::os::unix::fs::symlink(temp.path(), linked.join("src")).unwrap();
        assert!(matches!(write(&linked, &files(&[("src/main.rs", "1")])), Err(Failure::Refused(_))));
        assert!(!temp.path().join("main.rs").exists());
    }

    #[test]
    fn the_first_difference_has_a_file_and_a_line() {
        let temp = tempfile::tempdir().unwrap();
        let emitted = files(&[("src/main.rs", "one\ntwo\nthree\n")]);
        write(temp.path(), &emitted).unwrap();
        fs::write(temp.path().join("src/main.rs"), "one\n2\nthree\n").unwrap();
        fs::write(temp.path().join("build.rs"), "fn main() {}").unwrap();
        let said: Vec<String> = differences(temp.path(), &emitted, "from the config")
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert!(said[0].ends_with("build.rs:1: heddle writes no such file"), "{said:?}");
        assert!(said[1].ends_with("src/main.rs:2: `2` on disk, `two` from the config"), "{said:?}");
        assert_eq!(said.len(), 2);
    }
}
