//! Files as they were in a revision, through the `git` on the PATH.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::failure::{Failure, plain};

/// A commit of a repository.
#[derive(Debug)]
pub struct Revision {
    /// The folder at the top of the working tree.
    pub root: PathBuf,
    /// As the user named it.
    pub name: String,
    commit: String,
}

/// A file of a commit.
#[derive(Debug)]
pub struct Entry {
    /// Its path from the top.
    pub path: String,
    object: String,
}

impl Revision {
    /// The commit of that name in the repository of the current folder.
    pub fn of(name: &str) -> Result<Self, Failure> {
        let root = said(&git(Path::new("."), ["rev-parse", "--show-toplevel"])?)
            .ok_or_else(|| Failure::refused("`--base` needs a git repository, and this folder is in none"))?;
        let spec = format!("{name}^{{commit}}");
        let commit = git(Path::new("."), ["rev-parse", "--verify", "--quiet", "--end-of-options", &spec])?;
        let commit = said(&commit).ok_or_else(|| {
            Failure::refused(format_args!(
                "there is no revision `{name}` in this repository; a shallow clone may have to fetch it first"
            ))
        })?;
        Ok(Self { root: PathBuf::from(root), name: name.to_owned(), commit })
    }

    /// A path of the working tree as a path from the top.
    pub fn inside(&self, path: &Path) -> Result<String, Failure> {
        let fault = |error| Failure::io("find", path, &error);
        let absolute = std::path::absolute(path).map_err(fault)?;
        // What was deleted has no canonical path, but its folder may.
        let canonical = absolute.canonicalize().or_else(|_| {
            let (folder, name) = (absolute.parent(), absolute.file_name());
            folder
                .zip(name)
                .map_or_else(|| Ok(absolute.clone()), |(folder, name)| Ok(folder.canonicalize()?.join(name)))
        });
        let canonical = canonical.map_err(fault)?;
        let inside = canonical.strip_prefix(&self.root).map_err(|_| {
            Failure::refused(format_args!(
                "`{}` is not in the repository `{}`",
                path.display(),
                self.root.display()
            ))
        })?;
        Ok(inside.to_string_lossy().into_owned())
    }

    /// The regular files at and below a path from the top.
    pub fn files(&self, inside: &str) -> Result<Vec<Entry>, Failure> {
        let path = if inside.is_empty() { "." } else { inside };
        let output = git(&self.root, ["ls-tree", "-r", "-z", "--full-tree", &self.commit, "--", path])?;
        let Some(text) = text(&output) else {
            return Err(Failure::refused(format_args!("git cannot list `{inside}` at `{}`", self.name)));
        };
        let entry = |line: &str| {
            let (facts, path) = line.split_once('\t')?;
            let mut facts = facts.split(' ');
            let is_regular = facts.next()?.starts_with("100");
            let object = facts.nth(1)?.to_owned();
            is_regular.then(|| Entry { path: path.to_owned(), object })
        };
        Ok(text.split('\0').filter_map(entry).collect())
    }

    /// One file, if the commit has it.
    pub fn file(&self, inside: &str) -> Result<Option<Vec<u8>>, Failure> {
        let entry = self.files(inside)?.into_iter().find(|entry| entry.path == inside);
        entry.map(|entry| self.bytes(&entry)).transpose()
    }

    /// The bytes of a file as they are stored: no filter of the working tree is asked.
    pub fn bytes(&self, entry: &Entry) -> Result<Vec<u8>, Failure> {
        let output = git(&self.root, ["cat-file", "blob", &entry.object])?;
        if !output.status.success() {
            return Err(Failure::fault(format_args!("git cannot read `{}` at `{}`", entry.path, self.name)));
        }
        Ok(output.stdout)
    }

    /// A path of this revision for a message.
    pub fn shown(&self, path: &str) -> String {
        crate::console::harmless(&format!("{}:{path}", self.name))
    }
}

fn git<const N: usize>(folder: &Path, arguments: [&str; N]) -> Result<Output, Failure> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments.map(OsStr::new));
    command.output().map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound {
            Failure::fault("there is no `git` on the PATH, which `--base` asks")
        } else {
            Failure::fault(format_args!("cannot start git: {}", plain(&error)))
        }
    })
}

fn text(output: &Output) -> Option<String> {
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// One line.
fn said(output: &Output) -> Option<String> {
    text(output).map(|text| text.trim_end_matches(['\n', '\r']).to_owned()).filter(|text| !text.is_empty())
}
