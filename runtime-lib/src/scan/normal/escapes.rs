//! Percent signs, backslashes and entities, undone.

/// What stands for `%`-escapes; `None`: there are none.
pub(super) fn without_percent(text: &str, has_overlong: &mut bool) -> Option<String> {
    let mut pieces = text.as_bytes().split(|byte| *byte == b'%');
    let mut bytes = Vec::with_capacity(text.len());
    bytes.extend_from_slice(pieces.next().unwrap_or_default());
    let mut is_changed = false;
    for piece in pieces {
        let (c, rest) = match piece {
            [b'u' | b'U', a, b, c, d, rest @ ..] if let Some(code) = hex(&[*a, *b, *c, *d]) => {
                *has_overlong = true;
                (Some(code), rest)
            }
            [a, b, rest @ ..] if let Some(code) = hex(&[*a, *b]) => {
                is_changed = true;
                bytes.push(u8::try_from(code).unwrap_or(b'?'));
                (None, rest)
            }
            _ => {
                bytes.push(b'%');
                (None, piece)
            }
        };
        if let Some(code) = c {
            is_changed = true;
            let c = char::from_u32(code).unwrap_or('\u{fffd}');
            bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        bytes.extend_from_slice(rest);
    }
    if !is_changed {
        return None;
    }
    let mut decoded = match String::from_utf8(bytes) {
        Ok(decoded) => decoded,
        Err(error) => utf8_of_any(error.as_bytes(), has_overlong),
    };
    // A form writes `+` for a space, and has none of those itself.
    if !text.contains(' ') && !decoded.contains(' ') {
        decoded = decoded.replace('+', " ");
    }
    Some(decoded)
}

/// Bytes as a lenient decoder reads them: overlong forms are what they stand for.
fn utf8_of_any(bytes: &[u8], has_overlong: &mut bool) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                break;
            }
            Err(error) => {
                let (good, bad) = rest.split_at_checked(error.valid_up_to()).unwrap_or((rest, &[]));
                out.push_str(std::str::from_utf8(good).unwrap_or_default());
                let (c, length) = match bad {
                    [lead @ (0xc0 | 0xc1), next, ..] => {
                        (u32::from(lead & 1) << 6 | u32::from(next & 0x3f), 2)
                    }
                    [0xe0, 0x80..=0x9f, last @ 0x80..=0xbf, ..] => (u32::from(last & 0x3f), 3),
                    [0xf0, 0x80..=0x8f, 0x80..=0xbf, last @ 0x80..=0xbf, ..] => (u32::from(last & 0x3f), 4),
                    _ => (0xfffd, 1),
                };
                if length > 1 {
                    *has_overlong = true;
                }
                out.push(char::from_u32(c).unwrap_or('\u{fffd}'));
                rest = bad.get(length..).unwrap_or_default();
            }
        }
    }
    out
}

/// The value of hexadecimal digits.
fn hex(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0_u32, |value, digit| char::from(*digit).to_digit(16).map(|digit| value << 4 | digit))
}

/// What stands for backslash escapes, entities and `0x2e`; `None`: there are none.
pub(super) fn without_escapes(text: &str) -> Option<String> {
    let mut out = String::new();
    // What stands before is in `out`.
    let mut kept = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !matches!(byte, b'\\' | b'&' | b'0') || at < kept {
            continue;
        }
        if let Some((c, length)) = text.get(at..).and_then(escape) {
            out.push_str(text.get(kept..at).unwrap_or_default());
            out.push(c);
            kept = at + length;
        }
    }
    if kept == 0 {
        return None;
    }
    out.push_str(text.get(kept..).unwrap_or_default());
    Some(out)
}

/// The character that an escape at the start of the text stands for, and the length of the escape.
fn escape(text: &str) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    let (code, length) = match bytes {
        [b'\\', b'u' | b'U', a, b, c, d, ..] if hex(&[*a, *b, *c, *d]).is_some() => {
            (hex(&[*a, *b, *c, *d])?, 6)
        }
        [b'\\', b'u', b'{', ..] | [b'\\', b'x', b'{', ..] => {
            let digits = text.get(3..)?.split('}').next().filter(|digits| (1..=6).contains(&digits.len()))?;
            (hex(digits.as_bytes())?, digits.len() + 4)
        }
        [b'\\', b'x' | b'X', a, b, ..] => (hex(&[*a, *b])?, 4),
        // As CSS and PHP write it.
        [b'\\', b'0', b'0', b'0', b'0', a, b, ..] => (hex(&[*a, *b])?, 7),
        [b'0', b'x' | b'X', b'2', b'e' | b'E', ..] => (0x2e, 4),
        [b'0', b'x' | b'X', b'2', b'f' | b'F', ..] => (0x2f, 4),
        [b'0', b'x' | b'X', b'5', b'c' | b'C', ..] => (0x5c, 4),
        [b'&', b'#', b'x' | b'X', ..] => number(text, 3, 16)?,
        [b'&', b'#', ..] => number(text, 2, 10)?,
        [b'&', ..] => return entity(text),
        _ => return None,
    };
    Some((char::from_u32(code)?, length))
}

/// A numeric entity; browsers need no semicolon.
fn number(text: &str, start: usize, radix: u32) -> Option<(u32, usize)> {
    let digits = text.get(start..)?;
    let length = digits.bytes().take(10).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let code = u32::from_str_radix(digits.get(..length)?, radix).ok()?;
    let ends = digits.as_bytes().get(length) == Some(&b';');
    Some((code, start + length + usize::from(ends)))
}

const ENTITIES: &[(&str, char)] = &[
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&apos;", '\''),
    ("&amp;", '&'),
    ("&lpar;", '('),
    ("&rpar;", ')'),
    ("&colon;", ':'),
    ("&sol;", '/'),
    ("&bsol;", '\\'),
    ("&tab;", '\t'),
    ("&newline;", '\n'),
    ("&equals;", '='),
    ("&semi;", ';'),
];

/// As long as the longest of [`ENTITIES`].
const LONGEST: usize = 9;

fn entity(text: &str) -> Option<(char, usize)> {
    // The end is seldom there: most of these signs stand in addresses.
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let name = text.get(..=end)?;
    let (_, c) = ENTITIES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
    Some((*c, name.len()))
}
