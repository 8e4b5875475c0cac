//! From bytes to text: size, encoding, and the characters that a reader cannot see.

use super::offsets::span;
use crate::diag::{self, Diagnostic, Sink};
use crate::source::{FileId, Sources};

/// Largest config.
pub const MAX_BYTES: usize = 1 << 20;

/// How many hidden characters of one file are reported one by one.
const MOST_REPORTED: usize = 50;

/// Adds a file that was read; `None`: it is no text, and `sink` says why.
pub fn decode(sources: &mut Sources, name: &str, bytes: &[u8], sink: &mut Sink) -> Option<FileId> {
    if bytes.len() > MAX_BYTES {
        let file = sources.add(name, "");
        let message =
            format!("the file has {} bytes, and a config has at most {MAX_BYTES} (1 MiB)", bytes.len());
        sink.push(
            Diagnostic::error(diag::HD0009, message, span(file, 0, 0), "")
                .note("one file describes one agent; a config of a thousand tools is well under this bound"),
        );
        return None;
    }
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        let file = sources.add(name, "");
        sink.push(
            Diagnostic::error(
                diag::HD0001,
                "the file is UTF-16, and a config is UTF-8",
                span(file, 0, 0),
                "",
            )
            .help("save it as UTF-8"),
        );
        return None;
    }
    let body = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let (text, fault) = match std::str::from_utf8(body) {
        Ok(text) => (text, None),
        Err(fault) => {
            let valid = body.get(..fault.valid_up_to()).unwrap_or(&[]);
            (std::str::from_utf8(valid).unwrap_or(""), Some(fault))
        }
    };
    if let Some(at) = text.find('\0') {
        let file = sources.add(name, text.get(..at).unwrap_or(""));
        let message = format!("the file is not text: byte {at} is zero");
        sink.push(Diagnostic::error(diag::HD0001, message, span(file, at, at), "the text ends here"));
        return None;
    }
    let file = sources.add(name, text);
    if let Some(fault) = fault {
        let at = fault.valid_up_to();
        let byte = body.get(at).copied().unwrap_or_default();
        let message = format!("the file is not UTF-8: byte {at} is 0x{byte:02x}");
        sink.push(
            Diagnostic::error(diag::HD0001, message, span(file, at, at), "the text ends here")
                .help("save it as UTF-8"),
        );
        return None;
    }
    Some(file)
}

/// Adds a file that could not be read, by its name alone, and says why: "there is no such file".
pub fn unreadable(sources: &mut Sources, name: &str, why: &str, sink: &mut Sink) {
    let file = sources.add(name, "");
    let message = format!("the file cannot be read: {why}");
    sink.push(Diagnostic::error(diag::HD0001, message, span(file, 0, 0), ""));
}

/// Reports characters that a reader of the file does not see, or that make him see another order, wherever they stand:
/// what is reviewed must be what is compiled.
pub(super) fn find_hidden_characters(text: &str, file: FileId, sink: &mut Sink) {
    let hidden = text.char_indices().filter(|&(at, c)| {
        // A carriage return is part of a line's end there and a control character elsewhere.
        let line_end = c == '\r' && text.as_bytes().get(at + 1) == Some(&b'\n');
        hidden_name(c).is_some() && !line_end
    });
    for (at, c) in hidden.take(MOST_REPORTED) {
        report_hidden(c, span(file, at, at + c.len_utf8()), sink);
    }
}

/// Reports one character, written as itself or as an escape.
pub(super) fn report_hidden(c: char, place: crate::source::Span, sink: &mut Sink) {
    let Some(name) = hidden_name(c) else { return };
    let message = format!("U+{:04X} is {name}, which a reader of the config does not see", u32::from(c));
    sink.push(
        Diagnostic::error(diag::HD0014, message, place, "it stands here")
            .note("tool names and descriptions reach a model and an approver; both must get what a reviewer saw")
            .help("remove it"),
    );
}

/// What kind of hidden character it is, if it is one.
fn hidden_name(c: char) -> Option<&'static str> {
    match c {
        '\n' | '\t' => None,
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{061c}' => {
            Some("a bidirectional control")
        }
        '\u{e0000}'..='\u{e007f}' => Some("a tag character"),
        '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => Some("an invisible character"),
        '\u{fff9}'..='\u{fffb}' => Some("an annotation control"),
        c if c.is_control() => Some("a control character"),
        _ => None,
    }
}
