//! Characters that do not show what they do: control characters and reversals of direction.

/// Control characters beside line ends and tabs, direction overrides, and tags that hide whole sentences.
pub(super) fn detect(raw: &str) -> Option<&'static str> {
    // What is found is a control character of ASCII or begins with one of three bytes. Without an early end, so
    // that many bytes are looked at together.
    let is_control = |byte: u8| (byte < b' ') & !matches!(byte, b'\t' | b'\n' | b'\r');
    let may_begin =
        |byte: u8| is_control(byte) | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xe2) | (byte == 0xf3);
    if !raw.bytes().fold(false, |may, byte| may | may_begin(byte)) {
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
    let has_end = normal.bytes().fold(false, |has_end, byte| has_end | matches!(byte, b'\r' | b'\n' | 0));
    has_end.then_some("line end")
}
