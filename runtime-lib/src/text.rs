//! Text helpers: encoding for a place, cutting, making control characters visible.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Longest text of a caller or a backend that is repeated in a message.
const BRIEF: usize = 48;

/// Appends `text` percent-encoded, all but the unreserved characters of RFC 3986: in this form it can neither end nor
/// begin a path segment, a query key, a query value or a fragment.
pub(crate) fn percent_encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(hex_digit(byte >> 4));
            out.push(hex_digit(byte & 15));
        }
    }
}

const fn hex_digit(nibble: u8) -> char {
    match nibble {
        0..=9 => (b'0' + nibble) as char,
        _ => (b'A' + nibble - 10) as char,
    }
}

/// The text with control characters, direction overrides and characters without a shape written out, so that it
/// cannot pretend to be another text on the reader's screen.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_invisible) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_invisible(c) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A short, visible form of a text for a message: in backticks, its end left out when it is long.
pub(crate) fn brief(text: &str) -> String {
    match text.char_indices().nth(BRIEF) {
        None => format!("`{}`", visible(text)),
        Some((end, _)) => {
            let head = text.get(..end).unwrap_or_default();
            format!("`{}...` ({} bytes)", visible(head), text.len())
        }
    }
}

/// `text` up to `max` bytes, ended at a character.
pub(crate) fn head(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}

/// "1 item", "2 items".
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(text: &str) -> String {
        let mut out = String::new();
        percent_encode(&mut out, text);
        out
    }

    #[test]
    fn encodes_everything_that_has_a_meaning() {
        assert_eq!(encoded("a/b?c=d&e#f"), "a%2Fb%3Fc%3Dd%26e%23f");
        assert_eq!(encoded("50% of é\r\n"), "50%25%20of%20%C3%A9%0D%0A");
        assert_eq!(encoded("a-Z_0.9~"), "a-Z_0.9~");
        assert_eq!(encoded("\\;@:+,"), "%5C%3B%40%3A%2B%2C");
    }

    #[test]
    fn shows_what_hides() {
        assert_eq!(visible("plain é"), "plain é");
        assert_eq!(visible("a\u{202e}b\nc\u{0}"), "a\\u{202e}b\\u{a}c\\u{0}");
        assert_eq!(visible("\u{200b}\u{feff}\u{e0041}"), "\\u{200b}\\u{feff}\\u{e0041}");
    }

    #[test]
    fn keeps_messages_short() {
        assert_eq!(brief("short"), "`short`");
        let long = "é".repeat(5000);
        assert_eq!(brief(&long), format!("`{}...` (10000 bytes)", "é".repeat(BRIEF)));
    }

    #[test]
    fn cuts_at_a_character() {
        assert_eq!(head("aé", 2), "a");
        assert_eq!(head("aé", 3), "aé");
        assert_eq!(head("aé", 99), "aé");
    }

    proptest! {
        #[test]
        fn encoding_is_one_to_one(text in any::<String>()) {
            let encoded = encoded(&text);
            prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
            let decoded: Vec<u8> = {
                let mut bytes = encoded.bytes();
                let mut out = Vec::new();
                while let Some(byte) = bytes.next() {
                    if byte == b'%' {
                        let pair = [bytes.next().unwrap(), bytes.next().unwrap()];
                        out.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
                    } else {
                        out.push(byte);
                    }
                }
                out
            };
            prop_assert_eq!(decoded, text.into_bytes());
        }

        #[test]
        fn nothing_hides_in_a_message(text in any::<String>()) {
            prop_assert!(!brief(&text).contains(is_invisible));
        }
    }
}
