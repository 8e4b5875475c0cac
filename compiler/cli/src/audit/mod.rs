//! Reading the audit log: files ("segments") of one process of an agent each, one JSON object per line.

pub mod collector;
pub mod csv;
pub mod head;
pub mod keys;
pub mod otlp;
pub mod record;
pub mod tail;
pub mod verify;
pub mod when;
pub mod write;

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// One file of the log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// Where it is.
    pub path: PathBuf,
    /// Whose it is, by its name `<agent>-<start>-<pid>.jsonl`.
    pub agent: String,
}

impl Segment {
    /// Where its head is, if it has one.
    pub fn head(&self) -> Option<PathBuf> {
        let folder = self.path.parent()?;
        let name = Path::new(self.path.file_stem()?).with_added_extension("head");
        let sealed = folder.join("sealed").join(&name);
        if sealed.exists() {
            return Some(sealed);
        }
        Some(folder.join("open").join(&name)).filter(|open| open.exists())
    }
}

/// The number of a segment, as its first record says it.
pub fn first_segment(path: &Path) -> Option<u64> {
    let mut line = Vec::new();
    BufReader::new(File::open(path).ok()?.take(64 * 1024)).read_until(b'\n', &mut line).ok()?;
    let record: serde_json::Value = serde_json::from_slice(&line).ok()?;
    record.get("segment")?.as_u64()
}

/// The segments in a folder, by name. A folder that is not there has none.
pub fn segments(folder: &Path) -> Result<Vec<Segment>, Failure> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::io("read the audit log", folder, &error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| Failure::io("read the audit log", folder, &error))?.path();
        if path.extension().is_some_and(|e| e == "jsonl") {
            found.push(Segment { agent: agent_of(&path), path });
        }
    }
    found.sort();
    Ok(found)
}

/// An agent's name may hold dashes, what follows it does not.
fn agent_of(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let agent = stem.rsplitn(3, '-').nth(2).unwrap_or(&stem);
    agent.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_agent_is_what_stands_before_start_and_process() {
        assert_eq!(agent_of(Path::new("/a/git-forge-20261123T034134123456Z-77.jsonl")), "git-forge");
        assert_eq!(agent_of(Path::new("stray.jsonl")), "stray");
    }

    #[test]
    fn no_folder_is_an_empty_log() {
        assert_eq!(segments(Path::new("/nonexistent/audit")).unwrap(), []);
    }
}
