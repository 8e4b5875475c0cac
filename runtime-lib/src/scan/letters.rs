//! Which characters words are made of.

use super::unspaced::is_unspaced;
use super::utf8;

/// Length of the word at the start of a text, and whether it has a digit of ASCII.
pub(super) fn read_word(text: &[u8]) -> (usize, bool) {
    let (mut rest, mut has_digit) = (text, false);
    while !rest.is_empty() {
        let (code, length) = utf8::first(rest);
        let joins = match JOINING.get(code as usize) {
            Some(true) => true,
            _ => char::from_u32(code).is_some_and(|c| is_of_word(c) && !is_unspaced(c)),
        };
        if !joins {
            break;
        }
        has_digit |= matches!(code, 0x30..=0x39);
        rest = rest.get(length..).unwrap_or_default();
    }
    (text.len() - rest.len(), has_digit)
}

/// Letters and digits; in Indic scripts also the marks between them.
pub(super) fn is_of_word(c: char) -> bool {
    match u32::from(c) {
        code if JOINING.get(code as usize) == Some(&true) => true,
        // The full stops of India.
        0x964 | 0x965 => false,
        _ => c.is_alphanumeric(),
    }
}

/// Letters of the scripts that are written most, which need not be searched in the tables of Unicode: Latin with its accents,
/// Greek, Cyrillic, Hebrew, Arabic, those of India.
const fn is_letter(c: char) -> bool {
    matches!(c,
        '0'..='9' | 'A'..='Z' | '_' | 'a'..='z' | '\u{df}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{3a3}'..='\u{3ce}'
        | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}'
        | '\u{900}'..='\u{963}' | '\u{966}'..='\u{dff}')
}

/// [`is_letter`] of the first characters.
static JOINING: [bool; 0x1000] = {
    let mut table = [false; 0x1000];
    let mut code = 0;
    let mut rest: &mut [bool] = &mut table;
    while let [first, more @ ..] = rest {
        if let Some(c) = char::from_u32(code) {
            *first = is_letter(c);
        }
        code += 1;
        rest = more;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_letters_to_unicode_too() {
        let of_india = '\u{900}'..='\u{dff}';
        for c in ('\0'..='\u{fff}').filter(|c| is_letter(*c) && !of_india.contains(c)) {
            assert!(c.is_alphanumeric() || c == '_', "{c:?}");
        }
    }
}
