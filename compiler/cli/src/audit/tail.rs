//! The log backwards: the last lines of many segments, newest first, without reading what comes before them.

use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::PathBuf;

use super::record::Stamp;

const FIRST_BLOCK: u64 = 8 * 1024;
const LARGEST_BLOCK: u64 = 1024 * 1024;

/// The lines of one file from the last to the first. The file is open only while a block is read, so that thousands of
/// segments can be merged.
#[derive(Debug)]
struct Backwards {
    path: PathBuf,
    /// Everything before this byte is still unread.
    unread: u64,
    /// Read and not yet given out; its last line is complete.
    pending: Vec<u8>,
    block: u64,
}

impl Backwards {
    fn open(path: PathBuf) -> io::Result<Self> {
        let unread = path.metadata()?.len();
        Ok(Self { path, unread, pending: Vec::new(), block: FIRST_BLOCK })
    }

    fn next_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            // The newline that ends the last line is not the one that begins it.
            let body = self.pending.strip_suffix(b"\n").unwrap_or(&self.pending);
            if let Some(newline) = body.iter().rposition(|&b| b == b'\n') {
                let line = body.get(newline + 1..).unwrap_or_default().to_vec();
                self.pending.truncate(newline + 1);
                return Ok(Some(line));
            }
            if self.unread == 0 {
                let line = body.to_vec();
                let nothing_left = self.pending.is_empty();
                self.pending.clear();
                return Ok((!nothing_left).then_some(line));
            }
            self.read_block()?;
        }
    }

    fn read_block(&mut self) -> io::Result<()> {
        let length = self.block.min(self.unread);
        self.block = (self.block * 2).min(LARGEST_BLOCK.max(self.pending.len() as u64));
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(self.unread - length))?;
        let mut block = Vec::new();
        file.take(length).read_to_end(&mut block)?;
        block.append(&mut self.pending);
        self.pending = block;
        self.unread -= length;
        Ok(())
    }
}

/// A line and whose turn it is: the newest first, and within one instant the later one of a segment.
#[derive(Debug)]
struct Head {
    stamp: Stamp,
    line: Vec<u8>,
    rest: Backwards,
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (&self.stamp, &self.rest.path).cmp(&(&other.stamp, &other.rest.path))
    }
}

/// Many segments as one log, newest line first.
#[derive(Debug, Default)]
pub struct Tail {
    heads: BinaryHeap<Head>,
    /// Lines that are no records: segment and what is wrong.
    pub damaged: Vec<(PathBuf, String)>,
}

impl Tail {
    /// Opens the segments at their ends.
    pub fn open(paths: impl IntoIterator<Item = PathBuf>) -> io::Result<Self> {
        let mut tail = Self::default();
        for path in paths {
            tail.advance(Backwards::open(path)?)?;
        }
        Ok(tail)
    }

    /// The newest line that was not given out yet.
    pub fn next_line(&mut self) -> io::Result<Option<(Stamp, Vec<u8>)>> {
        let Some(Head { stamp, line, rest }) = self.heads.pop() else { return Ok(None) };
        self.advance(rest)?;
        Ok(Some((stamp, line)))
    }

    fn advance(&mut self, mut segment: Backwards) -> io::Result<()> {
        while let Some(line) = segment.next_line()? {
            match serde_json::from_slice::<Stamp>(&line) {
                Ok(stamp) => {
                    self.heads.push(Head { stamp, line, rest: segment });
                    return Ok(());
                }
                Err(error) => self.damaged.push((segment.path.clone(), error.to_string())),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn record(timestamp: &str, seq: u64, padding: usize) -> String {
        format!(
            "{{\"event\":\"e\",\"seq\":{seq},\"timestamp\":\"{timestamp}\",\"pad\":\"{}\"}}\n",
            "x".repeat(padding)
        )
    }

    fn seqs(tail: &mut Tail) -> Vec<u64> {
        std::iter::from_fn(|| tail.next_line().unwrap()).map(|(stamp, _)| stamp.seq).collect()
    }

    #[test]
    fn segments_are_merged_newest_first_whatever_the_length_of_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let (a, b) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&a, record("T1", 1, 0) + &record("T3", 3, 300_000) + &record("T5", 5, 9)).unwrap();
        fs::write(&b, record("T2", 2, 40_000) + &record("T4", 4, 8_191)).unwrap();
        let mut tail = Tail::open([a, b]).unwrap();
        assert_eq!(seqs(&mut tail), [5, 4, 3, 2, 1]);
    }

    #[test]
    fn the_last_line_of_a_long_segment_costs_one_block() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, (0..10_000).map(|n| record("T", n, 100)).collect::<String>()).unwrap();
        let mut tail = Tail::open([path.clone()]).unwrap();
        assert_eq!(tail.next_line().unwrap().unwrap().0.seq, 9_999);
        let length = fs::metadata(path).unwrap().len();
        assert!(tail.heads.peek().unwrap().rest.unread >= length - 2 * FIRST_BLOCK);
    }

    #[test]
    fn torn_empty_and_foreign_lines_are_named_and_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let (a, empty) = (folder.path().join("a"), folder.path().join("empty"));
        fs::write(&a, record("T1", 1, 0) + "junk\n" + &record("T2", 2, 0) + "{\"event\":\"torn").unwrap();
        fs::write(&empty, "").unwrap();
        let mut tail = Tail::open([a, empty]).unwrap();
        assert_eq!(seqs(&mut tail), [2, 1]);
        assert_eq!(tail.damaged.len(), 2);
    }
}
