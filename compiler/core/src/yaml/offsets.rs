//! The scanner counts characters, everybody else counts bytes.

use crate::source::{FileId, Span};

/// Every how many characters the byte is remembered.
const STRIDE: usize = 64;

/// Character indices to byte offsets, in constant time.
pub(super) struct Offsets<'a> {
    text: &'a str,
    file: FileId,
    /// Byte of each [`STRIDE`]th character; empty when every character is one byte.
    marks: Vec<usize>,
}

impl<'a> Offsets<'a> {
    pub(super) fn new(text: &'a str, file: FileId) -> Self {
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().step_by(STRIDE).map(|(byte, _)| byte).collect()
        };
        Self { text, file, marks }
    }

    /// The byte at which a character starts; the end of the text for any character beyond it.
    pub(super) fn byte(&self, character: usize) -> usize {
        if self.marks.is_empty() {
            return character.min(self.text.len());
        }
        let Some(&mark) = self.marks.get(character / STRIDE) else { return self.text.len() };
        let rest = self.text.get(mark..).unwrap_or("");
        rest.char_indices().nth(character % STRIDE).map_or(self.text.len(), |(byte, _)| mark + byte)
    }

    /// The place between two bytes.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        span(self.file, start, end)
    }

    /// The place between two bytes without the blanks at its end.
    pub(super) fn trimmed(&self, start: usize, end: usize) -> Span {
        let written = self.text.get(start..end).unwrap_or("");
        span(self.file, start, start + written.trim_end().len())
    }

    /// What the author wrote there.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or("")
    }
}

/// The place between two bytes of a file.
pub(super) fn span(file: FileId, start: usize, end: usize) -> Span {
    let narrow = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Span { file, start: narrow(start), end: narrow(end.max(start)) }
}
