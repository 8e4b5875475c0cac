//! Bytes to lines and columns.

use std::collections::BTreeMap;

use crate::source::{FileId, Sources, Span};

/// Every how many bytes the number of characters before is remembered.
const STRIDE: usize = 256;

/// A line and a column, both counted from 1, the column in characters (Unicode scalar values).
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// The lines of a text. Lines end with `\n` or `\r\n`.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// Characters before each [`STRIDE`]th byte; empty when every character is one byte.
    counts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// The lines of that text.
    pub fn of(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        let mut counts = Vec::new();
        if !text.is_ascii() {
            let mut count = 0;
            for chunk in text.as_bytes().chunks(STRIDE) {
                counts.push(count);
                count += starting(chunk);
            }
        }
        Self { text, starts, counts }
    }

    /// Where a line starts, the first being 1; the end of the text for lines beyond it.
    pub fn start(&self, line: usize) -> usize {
        line.checked_sub(1).and_then(|index| self.starts.get(index)).copied().unwrap_or(self.text.len())
    }

    /// Where a byte stands.
    pub fn position(&self, byte: usize) -> Position {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|&start| start <= byte);
        Position { line, column: self.characters(byte) - self.characters(self.start(line)) + 1 }
    }

    /// How many characters start before a byte.
    fn characters(&self, byte: usize) -> usize {
        let Some(&counted) = self.counts.get(byte / STRIDE) else {
            let rest = self.counts.len().saturating_sub(1);
            let counted = self.counts.last().copied();
            // Beyond the last mark, or a text of single bytes.
            return counted.map_or(byte, |counted| {
                counted + starting(self.text.as_bytes().get(rest * STRIDE..byte).unwrap_or(&[]))
            });
        };
        counted + starting(self.text.as_bytes().get(byte / STRIDE * STRIDE..byte).unwrap_or(&[]))
    }
}

/// How many characters start in these bytes.
fn starting(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

/// The lines of all files that places are looked up in, each counted once.
#[derive(Debug)]
pub(super) struct Map<'a> {
    pub(super) sources: &'a Sources,
    files: BTreeMap<FileId, Lines<'a>>,
}

impl<'a> Map<'a> {
    pub(super) const fn new(sources: &'a Sources) -> Self {
        Self { sources, files: BTreeMap::new() }
    }

    /// The lines of a file; those of an empty text for a file that is not there.
    pub(super) fn lines(&mut self, file: FileId) -> &Lines<'a> {
        let text = self.sources.file(file).map_or("", |file| file.text.as_str());
        self.files.entry(file).or_insert_with(|| Lines::of(text))
    }

    /// Where a place begins and ends.
    pub(super) fn region(&mut self, span: Span) -> (Position, Position) {
        let lines = self.lines(span.file);
        (lines.position(span.range().start), lines.position(span.range().end))
    }

    /// The name of a file, as the user typed it.
    pub(super) fn name(&self, file: FileId) -> &'a str {
        self.sources.file(file).map_or("", |file| file.name.as_str())
    }
}
