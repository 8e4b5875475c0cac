//! What the scanner says, in words for the author of a config.

use saphyr_parser::ScanError;

use super::offsets::Offsets;
use crate::diag::{self, Diagnostic};
use crate::source::Span;

/// The finding for text that the scanner refuses.
pub(super) fn of_scan(error: &ScanError, text: &str, offsets: &Offsets<'_>) -> Diagnostic {
    let at = offsets.byte(error.marker().index());
    if let Some(tab) = tab_in_indentation(text, at) {
        return Diagnostic::error(
            diag::HD0015,
            "a tab cannot indent a config",
            offsets.span(tab, tab + 1),
            "this is a tab",
        )
        .help("indent with spaces, two for each level");
    }
    let info = error.info();
    if info.contains("unknown anchor") {
        return alias(word(text, at, offsets));
    }
    if info.contains("recursion limit") {
        return too_deep(word(text, at, offsets));
    }
    let place = word(text, at, offsets);
    let (message, label, help) = words(info, offsets.slice(place));
    let finding = Diagnostic::error(diag::HD0002, message, place, label);
    if help.is_empty() { finding } else { finding.help(help) }
}

/// The finding for an alias.
pub(super) fn alias(place: Span) -> Diagnostic {
    Diagnostic::error(
        diag::HD0011,
        "a config has no aliases",
        place,
        "this stands for a value written elsewhere",
    )
    .help("write the value here, so that whoever reads this line sees what it says")
}

/// The finding for an anchor.
pub(super) fn anchor(place: Span) -> Diagnostic {
    Diagnostic::error(diag::HD0011, "a config has no anchors", place, "this names a value for use elsewhere")
        .help("remove the anchor, and write the value wherever it is used")
}

/// The finding for a merge key.
pub(super) fn merge_key(place: Span) -> Diagnostic {
    Diagnostic::error(
        diag::HD0011,
        "a config has no merge keys",
        place,
        "this pulls in keys written elsewhere",
    )
    .help("write the keys here, so that whoever reads this mapping sees all of it")
}

/// The finding for a tag.
pub(super) fn tag(place: Span, quoted: &str) -> Diagnostic {
    let finding =
        Diagnostic::error(diag::HD0012, "a config has no tags", place, "this changes what the value is");
    if quoted == "!!str" {
        finding.help("put the value in quotes to make it text")
    } else {
        finding.help("remove the tag")
    }
}

/// The finding for nesting beyond the bound.
pub(super) fn too_deep(place: Span) -> Diagnostic {
    let message = format!("values are nested deeper than {} levels", super::MAX_DEPTH);
    Diagnostic::error(diag::HD0010, message, place, "this is one level too many")
}

/// The finding for a second document.
pub(super) fn second_document(place: Span) -> Diagnostic {
    Diagnostic::error(diag::HD0013, "a file holds one config", place, "a second document begins here")
        .help("put each agent into a file of its own")
}

/// The finding for a key that is not text.
pub(super) fn odd_key(place: Span, is: &str) -> Diagnostic {
    Diagnostic::error(diag::HD0018, format!("a key is text, and this one is {is}"), place, "this is the key")
}

/// The finding for `{{name}}` without quotes.
pub(super) fn bare_placeholder(place: Span, written: &str) -> Diagnostic {
    let message = format!("`{}` without quotes is no placeholder", crate::diag::shorten(written));
    let finding = Diagnostic::error(diag::HD0018, message, place, "YAML reads a mapping inside a mapping");
    if written.contains('"') {
        return finding.help("put the value in quotes");
    }
    finding.fix(place, format!("\"{written}\""), "put the value in quotes")
}

/// The first tab among the blanks at the start of the line at `at`, or of the line before it where a value began.
fn tab_in_indentation(text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at)?;
    let line = before.rfind('\n').map_or(0, |end| end + 1);
    let earlier =
        text.get(..line.saturating_sub(1)).and_then(|head| head.rfind('\n')).map_or(0, |end| end + 1);
    let next = text.get(at..)?.find('\n').map_or(text.len(), |end| at + end + 1);
    [line, next, earlier].into_iter().find_map(|start| {
        let rest = text.get(start..)?;
        let indent = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        rest.get(..indent)?.find('\t').map(|tab| start + tab)
    })
}

/// The word at a byte, or the single character there, or the empty place at the end of the text.
fn word(text: &str, at: usize, offsets: &Offsets<'_>) -> Span {
    // What is missing at the end of the file is missing after its last word.
    let at =
        if text.get(at..).is_none_or(|rest| rest.trim().is_empty()) { text.trim_end().len() } else { at };
    let rest = text.get(at..).unwrap_or("");
    let length = rest.find(|c: char| c.is_whitespace() || ",[]{}:".contains(c)).unwrap_or(rest.len());
    let first = rest.chars().next().map_or(0, |c| if c == '\n' || c == '\r' { 0 } else { c.len_utf8() });
    offsets.span(at, at + length.max(first))
}

/// Message, label and help for what the scanner says.
fn words(info: &str, written: &str) -> (String, &'static str, &'static str) {
    let says = |part: &str| info.contains(part);
    if says("quoted scalar") && (says("end of stream") || says("indentation") || says("document indicator")) {
        return ("a quote is opened and never closed".into(), "it opens here", "close it");
    }
    if says("illegal placement of ':'") {
        return (
            "a `:` stands where no key can be".into(),
            "this makes a key of what is before it",
            "close the bracket that is open here, or put text that holds `: ` in quotes",
        );
    }
    if says("mapping values are not allowed") {
        return (
            "a `:` stands where no key can be".into(),
            "this makes a key of what is before it",
            "put text that holds `: ` in quotes; check that this line is indented like its neighbours",
        );
    }
    if says("did not find expected key") || says("'-' indicator") || says("invalid indentation") {
        return (
            "this line fits none of the levels above it".into(),
            "its indentation matches no open list or mapping",
            "indent it exactly like the entries it belongs to",
        );
    }
    if says("unexpected eof") || says("end of stream") {
        return ("the file ends in the middle of a value".into(), "it ends here", "");
    }
    if says("expected ',' or ']'") || says("expected ',' or '}'") || says("misplaced bracket") {
        return (
            "brackets do not match".into(),
            "a `,` or the closing bracket is expected here",
            "close each `[` with `]` and each `{` with `}`; put text that holds them in quotes",
        );
    }
    if says("unexpected character") || says("cannot start with") {
        return (
            format!("a value cannot start with `{written}` without quotes"),
            "YAML keeps this character for itself",
            "put the value in quotes",
        );
    }
    if says("unknown escape") || says("hexadecimal") || says("Unicode character escape") {
        return (
            "an escape that YAML does not know".into(),
            "this text has a `\\` that starts no escape",
            "write `\\\\` for a backslash, or use single quotes, in which `\\` means itself",
        );
    }
    if says("simple key expect") {
        return ("a key without a value".into(), "a `:` is expected after this", "write `key: value`");
    }
    (format!("the file is not YAML: {}", info.replace('\'', "`")), "here", "")
}
