//! The two streams: results go to standard output, everything else to standard error.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use crate::failure::{Failure, plain};

/// Writes a result. A reader that went away ends the command quietly.
pub fn result(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::ReaderGone;
        }
        Failure::fault(format_args!("cannot write to standard output: {}", plain(&error)))
    })
}

/// Writes a message, on a line of its own. When nobody can hear it, the command goes on: its exit status says the rest.
pub fn say(text: impl std::fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes a message without ending its line.
pub fn mutter(text: impl std::fmt::Display) {
    let mut err = io::stderr().lock();
    let _ = write!(err, "{text}").and_then(|()| err.flush());
}

/// Where text goes, and whether colours go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Result,
    /// Standard error.
    Message,
}

/// Whether a person watches a stream, and with colours.
pub fn colours(stream: Stream) -> bool {
    let terminal = match stream {
        Stream::Result => io::stdout().is_terminal(),
        Stream::Message => io::stderr().is_terminal(),
    };
    terminal
        && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        && std::env::var_os("TERM").is_none_or(|t| t != "dumb")
}

/// A word of a result in bold, where there are colours.
pub fn bold(text: &str) -> String {
    styled(Stream::Result, "1", text)
}

/// A word in another style (the number of an SGR sequence), where there are colours.
pub fn styled(stream: Stream, sgr: &str, text: &str) -> String {
    if colours(stream) { format!("\x1b[{sgr}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Whether a character does something to a terminal instead of standing on it.
pub fn steers(c: char) -> bool {
    // Marks of direction, and characters without a shape (Unicode's `Default_Ignorable_Code_Point`, with the blank of
    // Braille): what is read has to be all that is there.
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Text of somebody else, made harmless for a terminal: control and direction characters are shown as escapes.
pub fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// JSON text with the characters that [`harmless`] would escape as JSON escapes them, so that it means the same. They
/// stand only in its strings; line ends stand between its parts and stay.
pub fn harmless_json(json: &str) -> Cow<'_, str> {
    let stays = |c: char| c == '\n' || !steers(c);
    if json.chars().all(stays) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if stays(c) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn json_for_a_terminal_steers_nothing_and_means_the_same() {
        let record = json!({"error": "a\u{9b}2J\u{7f}\u{202e}b é \u{e0041}\u{fe0f}\u{3164}\n", "n": 1});
        for json in [record.to_string(), serde_json::to_string_pretty(&record).unwrap()] {
            let shown = harmless_json(&json);
            assert!(!shown.chars().any(|c| c != '\n' && steers(c)), "{shown:?}");
            assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), record);
        }
        assert_eq!(harmless_json("{\"a\":1}"), "{\"a\":1}");
    }

    #[test]
    fn what_has_no_shape_is_shown_as_an_escape() {
        for c in "\u{34f}\u{115f}\u{17b4}\u{180b}\u{2800}\u{3164}\u{fe0f}\u{ffa0}\u{1d173}\u{e0101}".chars() {
            assert_eq!(harmless(&format!("a{c}b")), format!("a{}b", c.escape_unicode()));
        }
    }

    #[test]
    fn what_could_steer_a_terminal_is_shown_as_an_escape() {
        assert_eq!(harmless("a\u{1b}[2Jb\u{202e}c\nd é"), "a\\u{1b}[2Jb\\u{202e}c\\u{a}d é");
    }
}
