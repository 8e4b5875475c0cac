//! Characters that do not show what they do: control characters and reversals of direction.

/// Control characters beside line ends and tabs, direction overrides, and tags that hide whole sentences.
pub(super) fn detect(raw: &str) -> Option<&'static str> {
    if raw.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return None;
    }
    raw.chars().find_map(|c| match c {
        '\t' | '\n' | '\r' => None,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some("control character"),
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some("change of direction"),
        '\u{e0000}'..='\u{e007f}' => Some("invisible tag character"),
        _ => None,
    })
}

/// Line ends, where a line may not end.
pub(super) fn detect_line_end(normal: &str) -> Option<&'static str> {
    normal.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0)).then_some("line end")
}
