//! The two streams: results go to standard output, everything else to standard error.

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
    // Marks of direction, and characters without a shape: what is read has to be all that is there.
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
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

#[cfg(test)]
mod tests {
    #[test]
    fn what_could_steer_a_terminal_is_shown_as_an_escape() {
        assert_eq!(super::harmless("a\u{1b}[2Jb\u{202e}c\nd é"), "a\\u{1b}[2Jb\\u{202e}c\\u{a}d é");
    }
}
