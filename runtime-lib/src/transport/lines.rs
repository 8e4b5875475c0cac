//! Cuts a stream of bytes into lines of bounded length.

/// Longest line that is kept, in bytes.
pub const LINE_MAX: usize = 16 * 1024 * 1024;
/// How much is kept of a line that is longer: enough to find out what it was about.
const HEAD: usize = 4096;
/// An empty buffer larger than this gives its memory back.
const KEEP: usize = 256 * 1024;

/// What came in and has not been taken.
#[derive(Debug, Default)]
pub struct Lines {
    buffer: Vec<u8>,
    /// Where the next line begins.
    start: usize,
    /// Up to where there is no newline.
    scanned: usize,
    /// The beginning of a line that is too long and whose end has not come.
    oversized: Option<Vec<u8>>,
    ended: bool,
}

/// A line without its newline.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// All of it.
    Whole(&'a [u8]),
    /// It was longer than [`LINE_MAX`]; this is how it began.
    TooLong(Vec<u8>),
}

impl Lines {
    /// Where new bytes go, at the end.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        if self.start == self.buffer.len() {
            self.buffer.clear();
            self.buffer.shrink_to(KEEP);
            (self.start, self.scanned) = (0, 0);
        } else if self.start > KEEP {
            self.buffer.drain(..self.start);
            self.scanned = self.scanned.saturating_sub(self.start);
            self.start = 0;
        }
        &mut self.buffer
    }

    /// No more bytes will come: what is left is a line even without a newline.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// Whether [`Lines::next`] has something to give.
    pub fn ready(&mut self) -> bool {
        self.find().is_some()
    }

    /// Takes a line out.
    pub fn next(&mut self) -> Option<Line<'_>> {
        let end = self.find()?;
        let start = self.start;
        self.start = (end + 1).min(self.buffer.len());
        self.scanned = self.start;
        if let Some(head) = self.oversized.take() {
            return Some(Line::TooLong(head));
        }
        let line = self.buffer.get(start..end).unwrap_or_default();
        Some(Line::Whole(line.strip_suffix(b"\r").unwrap_or(line)))
    }

    /// Keeps only the beginning of a line that is too long, as far as it has come.
    fn judge(&mut self) {
        if self.scanned - self.start > LINE_MAX && self.oversized.is_none() {
            let line = self.buffer.get(self.start..self.scanned).unwrap_or_default();
            self.oversized = Some(line.get(..HEAD).unwrap_or(line).to_vec());
        }
    }

    /// Where the next line ends.
    fn find(&mut self) -> Option<usize> {
        let fresh = self.buffer.get(self.scanned..).unwrap_or_default();
        if let Some(offset) = fresh.iter().position(|byte| *byte == b'\n') {
            self.scanned += offset;
            // Also when its end came with the byte too many.
            self.judge();
            return Some(self.scanned);
        }
        self.scanned = self.buffer.len();
        self.judge();
        if self.oversized.is_some() {
            self.start = self.scanned;
        }
        let left = self.start < self.buffer.len() || self.oversized.is_some();
        (self.ended && left).then_some(self.buffer.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(lines: &mut Lines) -> Option<String> {
        match lines.next()? {
            Line::Whole(line) => Some(String::from_utf8(line.to_vec()).unwrap()),
            Line::TooLong(head) => Some(format!("too long: {}", head.len())),
        }
    }

    #[test]
    fn the_longest_line_is_as_long_however_it_comes() {
        for (length, is_whole) in [(LINE_MAX, true), (LINE_MAX + 1, false)] {
            for rest in ["\n", "\nnext\n"] {
                let mut lines = Lines::default();
                lines.buffer().extend(std::iter::repeat_n(b'w', length).chain(rest.bytes()));
                assert!(lines.ready());
                let Some(first) = lines.next() else { panic!("no line") };
                assert_eq!(matches!(first, Line::Whole(_)), is_whole, "{length}");
                assert_eq!(take(&mut lines).as_deref(), (rest.len() > 1).then_some("next"));
            }
        }
    }

    #[test]
    fn lines_come_out_as_they_went_in_however_they_are_cut() {
        let text = b"one\r\n\ntwo\nthree";
        for cut in 0..text.len() {
            let mut lines = Lines::default();
            let mut out = Vec::new();
            for part in [&text[..cut], &text[cut..]] {
                lines.buffer().extend_from_slice(part);
                while lines.ready() {
                    out.extend(take(&mut lines));
                }
            }
            assert_eq!(take(&mut lines), None);
            lines.end();
            out.extend(take(&mut lines));
            assert_eq!(out, ["one", "", "two", "three"], "cut at {cut}");
            assert_eq!(take(&mut lines), None);
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_drained_and_the_next_one_is_whole() {
        let mut lines = Lines::default();
        for _ in 0..20 {
            lines.buffer().extend_from_slice(&vec![b'x'; 1024 * 1024]);
            assert_eq!(take(&mut lines), None);
            assert!(lines.buffer.len() <= LINE_MAX + 1024 * 1024);
        }
        lines.buffer().extend_from_slice(b"x\nnext\n");
        assert_eq!(take(&mut lines).unwrap(), "too long: 4096");
        assert_eq!(take(&mut lines).unwrap(), "next");
        assert_eq!(take(&mut lines), None);
        assert!(lines.buffer().capacity() <= KEEP);
    }

    #[test]
    fn a_long_line_is_kept_whole_up_to_the_bound() {
        let mut lines = Lines::default();
        lines.buffer().extend_from_slice(&vec![b'y'; LINE_MAX]);
        assert!(!lines.ready());
        lines.buffer().push(b'\n');
        assert_eq!(lines.next(), Some(Line::Whole(vec![b'y'; LINE_MAX].as_slice())));
    }

    #[test]
    fn a_line_that_is_too_long_and_has_no_end_is_still_told_of() {
        let mut lines = Lines::default();
        lines.buffer().extend_from_slice(&vec![b'z'; LINE_MAX + 1]);
        assert!(!lines.ready());
        lines.end();
        assert_eq!(take(&mut lines).unwrap(), "too long: 4096");
        assert_eq!(take(&mut lines), None);
    }
}
