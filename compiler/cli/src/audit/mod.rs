//! Reading the audit log: one file ("segment") per process of an agent, one JSON object per line.

pub mod record;
pub mod tail;
pub mod verify;
pub mod when;

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::failure::Failure;

/// One file of the log.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Segment {
    /// Where it is.
    pub path: PathBuf,
    /// Whose it is, by its name `<agent>-<start>-<pid>.jsonl`.
    pub agent: String,
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
