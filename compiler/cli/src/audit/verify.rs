//! Whether a segment is whole: every record's hash is that of the line before it.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// What a segment turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Every record follows from the one before it.
    Whole {
        /// How many.
        records: u64,
        /// Whether the last one says that the process stopped.
        stopped: bool,
    },
    /// The first record that does not.
    Broken {
        /// Its line, from 1.
        line: u64,
        /// What is wrong with it.
        why: String,
    },
}

#[derive(Deserialize)]
struct Link {
    event: String,
    seq: u64,
    #[serde(default)]
    action: Option<String>,
    chain_hash: String,
}

/// Reads a segment from its first line to the first break.
pub fn segment(path: &Path) -> io::Result<Verdict> {
    let mut reader = BufReader::with_capacity(256 * 1024, File::open(path)?);
    let mut line = Vec::new();
    let mut expected = String::from("GENESIS");
    let (mut records, mut stopped) = (0, false);
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            return Ok(match records {
                0 => Verdict::Broken {
                    line: 1,
                    why: "the file is empty: every segment begins with a record".into(),
                },
                records => Verdict::Whole { records, stopped },
            });
        }
        let broken = |why: String| Ok(Verdict::Broken { line: records + 1, why });
        let Some(bytes) = line.strip_suffix(b"\n") else {
            return broken("the line is torn: it does not end".into());
        };
        let link: Link = match serde_json::from_slice(bytes) {
            Ok(link) => link,
            Err(error) => return broken(format!("not a record: {error}")),
        };
        if stopped {
            return broken("a record after the one that says that the process stopped".into());
        }
        if link.seq != records {
            return broken(format!("record {} stands where {records} belongs", link.seq));
        }
        if link.chain_hash != expected {
            return broken(match records {
                0 => "the first record does not begin a chain".into(),
                _ => "the record does not follow from the line before it: one of the two was changed".into(),
            });
        }
        stopped = link.event == "agent_lifecycle" && link.action.as_deref() == Some("stop");
        expected = hex(&Sha256::digest(bytes));
        records += 1;
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn chain(events: &[&str]) -> Vec<String> {
        let mut hash = String::from("GENESIS");
        let mut lines = Vec::new();
        for (seq, event) in events.iter().enumerate() {
            let line = format!(
                r#"{{"event":"{event}","seq":{seq},"timestamp":"2026-11-23T00:00:00.{seq:06}Z","action":"stop","chain_hash":"{hash}"}}"#
            );
            hash = hex(&Sha256::digest(line.as_bytes()));
            lines.push(line);
        }
        lines
    }

    fn verdict(text: &str) -> Verdict {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.jsonl");
        fs::write(&path, text).unwrap();
        segment(&path).unwrap()
    }

    fn broken_at(lines: &[String]) -> u64 {
        match verdict(&(lines.join("\n") + "\n")) {
            Verdict::Broken { line, .. } => line,
            whole @ Verdict::Whole { .. } => panic!("{whole:?}"),
        }
    }

    #[test]
    fn an_untouched_segment_is_whole_and_says_whether_it_ended() {
        let running = chain(&["tool_call", "tool_call"]).join("\n") + "\n";
        assert_eq!(verdict(&running), Verdict::Whole { records: 2, stopped: false });
        let ended = chain(&["tool_call", "agent_lifecycle"]).join("\n") + "\n";
        assert_eq!(verdict(&ended), Verdict::Whole { records: 2, stopped: true });
    }

    #[test]
    fn a_changed_removed_doubled_or_added_line_is_found_where_it_is() {
        let good = chain(&["a", "b", "c", "d"]);
        let mut changed = good.clone();
        changed[1] = changed[1].replace("\"b\"", "\"x\"");
        assert_eq!(broken_at(&changed), 3);
        let mut removed = good.clone();
        removed.remove(1);
        assert_eq!(broken_at(&removed), 2);
        let mut doubled = good.clone();
        doubled.insert(2, good[1].clone());
        assert_eq!(broken_at(&doubled), 3);
        let mut first_gone = good.clone();
        first_gone.remove(0);
        assert_eq!(broken_at(&first_gone), 1);
        assert_eq!(broken_at(&[good.as_slice(), &["junk".into()]].concat()), 5);
    }

    #[test]
    fn torn_and_empty_segments_are_broken() {
        assert!(matches!(verdict(""), Verdict::Broken { line: 1, .. }));
        let torn = chain(&["a", "b"]).join("\n");
        assert!(matches!(verdict(&torn), Verdict::Broken { line: 2, .. }));
    }
}
