//! The head of a segment: a small file that says how many records there are and how the last line hashes, so that
//! lines cut off the end are missed. It is overwritten in place by one write, which a kill cannot tear.

use super::keys::{RecordKey, Tag};
use crate::text::{put_digits, put_hex};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::sync::{Mutex, PoisonError};

/// Length of a head: two numbers of 20 digits and two hashes of 64, each with a separator behind it.
pub const LENGTH: usize = 2 * 21 + 2 * 65;

/// A head as it stands in the file: `<segment> <records> <hash of the last line> <tag>`.
#[derive(Debug, Clone)]
pub struct Head {
    records: u64,
    text: Vec<u8>,
}

/// The file of a head. A head that was made earlier never replaces a later one, whichever thread comes last.
#[derive(Debug)]
pub struct HeadFile {
    file: File,
    /// How many records the head in the file speaks of.
    records: Mutex<u64>,
}

impl HeadFile {
    /// A file that has no head yet.
    pub const fn new(file: File) -> Self {
        Self { file, records: Mutex::new(0) }
    }

    /// Puts a head there.
    pub fn write(&self, head: &Head) -> io::Result<()> {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        if head.records >= *records {
            self.file.write_all_at(&head.text, 0)?;
            *records = head.records;
        }
        Ok(())
    }
}

impl Head {
    /// Of a segment that has no record yet.
    pub fn empty(segment: u64, key: &RecordKey) -> Self {
        Self::of(segment, 0, &Tag::default(), &key.open(&Tag::default()))
    }

    /// Of a segment whose last record was written with `key`.
    pub fn after(segment: u64, records: u64, hash: &Tag, key: &RecordKey) -> Self {
        Self::of(segment, records, hash, &key.head(hash))
    }

    fn of(segment: u64, records: u64, hash: &Tag, tag: &Tag) -> Self {
        let mut text = Vec::with_capacity(LENGTH);
        for number in [segment, records] {
            put_digits(&mut text, number, 20);
            text.push(b' ');
        }
        put_hex(&mut text, hash);
        text.push(b' ');
        put_hex(&mut text, tag);
        text.push(b'\n');
        Self { records, text }
    }

    /// The segment and the number of records that a head in a file speaks of.
    pub fn read(file: &File) -> io::Result<(u64, u64)> {
        let mut text = [0; LENGTH];
        file.read_exact_at(&mut text, 0)?;
        let number = |from: usize| -> Option<u64> {
            std::str::from_utf8(text.get(from..from + 20)?).ok()?.parse().ok()
        };
        number(0).zip(number(21)).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::keys::Root;

    #[test]
    fn a_head_has_one_length_and_says_what_it_was_told() {
        let key = Root::new(zeroize::Zeroizing::new([3; 32])).segment();
        for (segment, records) in [(0, 1), (7, 12_345), (u64::MAX, u64::MAX)] {
            let head = Head::after(segment, records, &[9; 32], &key);
            assert_eq!(head.text.len(), LENGTH);
            let file = HeadFile::new(tempfile::tempfile().unwrap());
            file.write(&head).unwrap();
            assert_eq!(Head::read(&file.file).unwrap(), (segment, records));
        }
    }

    #[test]
    fn a_late_flush_does_not_put_an_older_head_back() {
        let key = Root::new(zeroize::Zeroizing::new([3; 32])).segment();
        let file = HeadFile::new(tempfile::tempfile().unwrap());
        for (records, kept) in [(1, 1), (9, 9), (8, 9), (10, 10)] {
            file.write(&Head::after(7, records, &[9; 32], &key)).unwrap();
            assert_eq!(Head::read(&file.file).unwrap(), (7, kept));
        }
    }
}
