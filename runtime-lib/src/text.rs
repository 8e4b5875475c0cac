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

/// Bytes as hexadecimal digits, lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    put_hex(&mut out, bytes);
    String::from_utf8(out).unwrap_or_default()
}

/// The last `width` decimal digits of a number, 20 at most, with zeros before them.
pub(crate) fn put_digits(out: &mut Vec<u8>, mut number: u64, width: usize) {
    let mut digits = [b'0'; 20];
    let start = digits.len().saturating_sub(width);
    if let Some(digits) = digits.get_mut(start..) {
        for digit in digits.iter_mut().rev() {
            *digit += u8::try_from(number % 10).unwrap_or(0);
            number /= 10;
        }
        out.extend_from_slice(digits);
    }
}

/// The same at the end of a buffer.
pub(crate) fn put_hex(out: &mut Vec<u8>, bytes: &[u8]) {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    for bytes in bytes.chunks(32) {
        let mut digits = [[0; 2]; 32];
        for (pair, byte) in digits.iter_mut().zip(bytes) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        out.extend_from_slice(digits.as_flattened().get(..2 * bytes.len()).unwrap_or_default());
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

/// The text of an answer with everything written out that hides, turns text around or moves a terminal's cursor. Line
/// breaks and tabs stay, and so do the joiners that scripts need. The form is JSON's own, so that JSON stays what it was.
pub(crate) fn tame(text: String) -> String {
    // Most answers are plain, which is told many bytes at a time.
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    if text.bytes().fold(true, |plain, byte| plain & is_plain(byte))
        || !text.contains(|c| c == '\r' || is_unruly(c))
    {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let ends_line = c == '\r' && chars.peek() == Some(&'\n');
        if ends_line || (c != '\r' && !is_unruly(c)) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

fn is_unruly(c: char) -> bool {
    is_invisible(c) && !matches!(c, '\n' | '\r' | '\t' | '\u{200c}' | '\u{200d}')
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

/// Base64 with padding (RFC 4648, section 4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const DIGITS: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits =
            group.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..4 {
            let digit = DIGITS.get((bits >> (18 - 6 * place) & 63) as usize);
            out.push(digit.filter(|_| place <= group.len()).map_or('=', |digit| char::from(*digit)));
        }
    }
    out
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
    fn answers_hide_nothing_and_stay_json() {
        assert_eq!(
            tame("a\tb\r\nc é \u{1f468}\u{200d}\u{1f469}".to_owned()),
            "a\tb\r\nc é \u{1f468}\u{200d}\u{1f469}"
        );
        assert_eq!(
            tame("a\u{202e}b\u{1b}[2J\u{7f}\rc\u{9b}".to_owned()),
            "a\\u202eb\\u001b[2J\\u007f\\u000dc\\u009b"
        );
        assert_eq!(tame("\u{e0041}".to_owned()), "\\udb40\\udc41");
        let value = serde_json::json!({"a": "x\u{202e}y\u{e0041}\u{7f}\u{0}", "b": ["\u{2066}"]});
        let tamed = tame(value.to_string());
        assert!(!tamed.contains(is_invisible));
        assert_eq!(serde_json::from_str::<serde_json::Value>(&tamed).unwrap(), value);
    }

    #[test]
    fn keeps_messages_short() {
        assert_eq!(brief("short"), "`short`");
        let long = "é".repeat(5000);
        assert_eq!(brief(&long), format!("`{}...` (10000 bytes)", "é".repeat(BRIEF)));
    }

    #[test]
    fn base64_is_that_of_the_rfc() {
        let vectors = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, encoded) in vectors {
            assert_eq!(base64(plain.as_bytes()), encoded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xbf]), "+/+/");
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
