//! One spelling for each text: escapes undone, look-alikes folded, lower case.
//!
//! Whoever reads an argument further on may undo percent signs, entities or escapes, so the detectors look at what is
//! behind them. Each step reads its input once and never makes it longer than four times itself; percent signs are undone
//! twice, which is as deep as real decoders go.

use std::borrow::Cow;

/// A text in the spelling that detectors read.
#[derive(Debug)]
pub(super) struct Normal<'t> {
    /// Decoded, folded, in lower case.
    pub(super) text: Cow<'t, str>,
    /// An escape stood for a character that has a shorter spelling: no honest encoder writes those.
    pub(super) has_overlong: bool,
}

/// Brings a text into its one spelling.
pub(super) fn normalise(text: &str) -> Normal<'_> {
    let mut has_overlong = false;
    let mut decoded = Cow::Borrowed(text);
    for _ in 0..2 {
        if !decoded.bytes().any(|byte| byte == b'%') {
            break;
        }
        match percent_decoded(&decoded, &mut has_overlong) {
            Some(next) => decoded = Cow::Owned(next),
            None => break,
        }
    }
    if (decoded.bytes().any(|byte| matches!(byte, b'\\' | b'&')) || decoded.contains("0x"))
        && let Some(next) = unescaped(&decoded)
    {
        decoded = Cow::Owned(next);
    }
    let is_plain = decoded.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if is_plain {
        return Normal { text: decoded, has_overlong };
    }
    if decoded.is_ascii() {
        return Normal { text: Cow::Owned(decoded.to_ascii_lowercase()), has_overlong };
    }
    Normal { text: Cow::Owned(folded(&decoded)), has_overlong }
}

/// What stands for `%`-escapes; `None`: there are none.
fn percent_decoded(text: &str, has_overlong: &mut bool) -> Option<String> {
    let is_form = !text.contains(' ');
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    let mut is_changed = false;
    let mut is_raw = true;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match (first, tail) {
            (b'%', [b'u' | b'U', a, b, c, d, after @ ..]) => {
                if let Some(code) = hex(&[*a, *b, *c, *d]) {
                    let c = char::from_u32(code).unwrap_or('\u{fffd}');
                    bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    *has_overlong = true;
                    rest = after;
                    is_changed = true;
                } else {
                    bytes.push(b'%');
                }
            }
            (b'%', [a, b, after @ ..]) => match hex(&[*a, *b]) {
                Some(code) => {
                    bytes.push(u8::try_from(code).unwrap_or(b'?'));
                    is_raw = is_raw && code < 0x80;
                    is_changed = true;
                    rest = after;
                }
                None => bytes.push(b'%'),
            },
            (other, _) => bytes.push(*other),
        }
    }
    if !is_changed {
        return None;
    }
    let mut decoded = match String::from_utf8(bytes) {
        Ok(decoded) => decoded,
        Err(error) => utf8_of_any(error.as_bytes(), has_overlong),
    };
    if is_form && !decoded.contains(' ') {
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
fn unescaped(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_changed = false;
    while let Some(at) = rest.find(['\\', '&', '0']) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        if let Some((c, length)) = escape(here) {
            out.push(c);
            rest = here.get(length..).unwrap_or_default();
            is_changed = true;
        } else {
            let mut chars = here.chars();
            out.extend(chars.next());
            rest = chars.as_str();
        }
    }
    out.push_str(rest);
    is_changed.then_some(out)
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

fn entity(text: &str) -> Option<(char, usize)> {
    let found = |(name, c): &(&str, char)| {
        let head = text.as_bytes().get(..name.len())?;
        head.eq_ignore_ascii_case(name.as_bytes()).then_some((*c, name.len()))
    };
    ENTITIES.iter().find_map(found)
}

/// Lower case, without accents, width, style and look-alikes.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = 0;
    let (mut has_latin, mut has_alike) = (false, false);
    for c in text.chars() {
        if is_silent(c) {
            continue;
        }
        let c = fold(c);
        if c.is_alphabetic() {
            has_latin |= c.is_ascii();
            has_alike |= alike(c).is_some();
        } else {
            if has_latin && has_alike {
                relatinise(&mut out, word);
            }
            (has_latin, has_alike) = (false, false);
            word = out.len() + c.len_utf8();
        }
        if c.is_ascii() {
            out.push(c.to_ascii_lowercase());
        } else {
            out.extend(c.to_lowercase());
        }
    }
    if has_latin && has_alike {
        relatinise(&mut out, word);
    }
    out
}

/// Writes the word that begins at `start` in Latin letters: one word in two scripts is a disguise.
fn relatinise(text: &mut String, start: usize) {
    let word: String = text.get(start..).unwrap_or_default().chars().map(|c| alike(c).unwrap_or(c)).collect();
    text.truncate(start);
    text.push_str(&word);
}

/// Characters that no reader sees: soft hyphens, joiners, variation selectors, combining accents.
const fn is_silent(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}')
}

/// The Latin letter that a Greek or Cyrillic one looks like.
const fn alike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' | 'А' | 'Α' => 'a',
        'в' | 'β' | 'В' | 'Β' => 'b',
        'с' | 'ϲ' | 'С' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' | 'ё' | 'Е' | 'Ε' => 'e',
        'һ' | 'н' | 'Н' | 'Η' => 'h',
        'і' | 'ι' | 'ї' | 'І' | 'Ι' => 'i',
        'ј' | 'Ј' => 'j',
        'к' | 'κ' | 'К' | 'Κ' => 'k',
        'м' | 'М' | 'Μ' => 'm',
        'ո' | 'η' | 'Ν' => 'n',
        'о' | 'ο' | 'О' | 'Ο' => 'o',
        'р' | 'ρ' | 'Р' | 'Ρ' => 'p',
        'ѕ' | 'Ѕ' => 's',
        'т' | 'τ' | 'Т' | 'Τ' => 't',
        'υ' => 'u',
        'ν' => 'v',
        'х' | 'χ' | 'Х' | 'Χ' => 'x',
        'у' | 'У' | 'Υ' => 'y',
        _ => return None,
    })
}

/// One character without accent, width and style.
fn fold(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    match c {
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' | 'ǎ' | 'ạ' | 'ả' | 'ấ'..='ặ' => 'a',
        'Ç' | 'ç' | 'Ć'..='č' => 'c',
        'Ď'..='đ' => 'd',
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' | 'ẹ'..='ệ' => 'e',
        'Ĝ'..='ģ' => 'g',
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' | 'ỉ'..='ị' => 'i',
        'Ķ' | 'ķ' => 'k',
        'Ĺ'..='ł' => 'l',
        'Ñ' | 'ñ' | 'Ń'..='ň' => 'n',
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' | 'ơ' | 'ọ'..='ợ' => 'o',
        'Ŕ'..='ř' => 'r',
        'Ś'..='š' | 'ș' => 's',
        'Ţ'..='ŧ' | 'ț' => 't',
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' | 'ư' | 'ụ'..='ự' => 'u',
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' | 'ỳ'..='ỹ' => 'y',
        'Ź'..='ž' => 'z',
        'ſ' => 's',
        '\u{2018}'..='\u{201b}' | '\u{2032}' | '\u{2b9}' | '\u{2bc}' | '´' => '\'',
        '\u{201c}'..='\u{201f}' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{2044}' | '\u{2215}' | '\u{29f8}' => '/',
        '\u{2216}' | '\u{29f5}' | '\u{efc8}' | '\u{f025}' => '\\',
        '\u{3002}' | '\u{ff61}' | '\u{2024}' => '.',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
        '\u{ff01}'..='\u{ff5e}' => moved(c, 0xff01, 0x21),
        '\u{24b6}'..='\u{24cf}' => moved(c, 0x24b6, 0x61),
        '\u{24d0}'..='\u{24e9}' => moved(c, 0x24d0, 0x61),
        // Mathematical letters: runs of 26 capitals and 26 small ones.
        '\u{1d400}'..='\u{1d6a3}' => styled(u32::from(c) - 0x1d400, 26, 0x61),
        '\u{1d7ce}'..='\u{1d7ff}' => styled(u32::from(c) - 0x1d7ce, 10, 0x30),
        other => other,
    }
}

fn moved(c: char, from: u32, to: u32) -> char {
    char::from_u32(u32::from(c) - from + to).unwrap_or(c)
}

fn styled(index: u32, run: u32, first: u32) -> char {
    char::from_u32(index % run + first).unwrap_or('?')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(text: &str) -> String {
        normalise(text).text.into_owned()
    }

    #[test]
    fn undoes_what_a_reader_further_on_may_undo() {
        assert_eq!(normal("%2e%2e%2f"), "../");
        assert_eq!(normal("%252e%252e%252f"), "../");
        assert_eq!(normal("%%32%65"), ".");
        assert_eq!(normal("%u002e%u2215"), "./");
        assert_eq!(normal("\\u003cscript\\x3e"), "<script>");
        assert_eq!(normal("&lt;IMG&#x20;src&#61x"), "<img src=x");
        assert_eq!(normal("a+b%20c"), "a+b c");
        assert_eq!(normal("1'%6fr+1=1"), "1'or 1=1");
        assert_eq!(normal("100% of 5%"), "100% of 5%");
    }

    #[test]
    fn knows_overlong_forms() {
        for text in ["%c0%ae%c0%ae%c0%af", "%e0%80%ae%e0%80%ae%e0%80%af", "%uff0e%uff0e%u2215"] {
            let Normal { text, has_overlong } = normalise(text);
            assert_eq!(text, "../");
            assert!(has_overlong);
        }
        assert!(!normalise("caf%C3%A9").has_overlong);
        assert_eq!(normal("caf%C3%A9"), "cafe");
    }

    #[test]
    fn folds_what_looks_alike() {
        assert_eq!(normal("ＳＥＬＥＣＴ"), "select");
        assert_eq!(normal("ig\u{200b}nore"), "ignore");
        assert_eq!(normal("𝐢𝐠𝐧𝐨𝐫𝐞"), "ignore");
        assert_eq!(normal("іgnоre"), "ignore");
        assert_eq!(normal("Игнорируйте"), "игнорируйте");
        assert_eq!(normal("‘ or 1=1"), "' or 1=1");
        assert_eq!(normal("Oublié"), "oublie");
    }

    proptest! {
        #[test]
        fn ends_in_bounds_and_says_the_same_twice(text in any::<String>()) {
            let once = normal(&text);
            prop_assert!(once.len() <= text.len() * 4 + 4);
            prop_assert_eq!(&once, &normal(&text));
        }
    }
}
