//! Look-alikes, accents, widths and styles of letters, folded into plain ones.

use super::super::utf8;

/// Lower case, without accents, width, style and look-alikes.
pub(super) fn folded(text: &str) -> String {
    let mut out =
        Folded { text: String::with_capacity(text.len()), word: 0, has_latin: false, has_alike: false };
    // What stands for itself is copied in runs; this is where the present one begins.
    let mut run = 0;
    let mut at = 0;
    while let Some(rest) = text.as_bytes().get(at..).filter(|rest| !rest.is_empty()) {
        let (code, length) = utf8::first(rest);
        let end = at + length;
        match plain_of(code) {
            Some(Plain::Latin) => out.has_latin = true,
            Some(Plain::Alike) => out.has_alike = true,
            Some(Plain::OfWord) => {}
            Some(Plain::Other) if !(out.has_latin && out.has_alike) => {
                (out.has_latin, out.has_alike) = (false, false);
                out.word = out.text.len() + end - run;
            }
            Some(Plain::Other) | None => {
                out.text.push_str(text.get(run..at).unwrap_or_default());
                out.push(char::from_u32(code).unwrap_or_default());
                run = end;
            }
        }
        at = end;
    }
    out.text.push_str(text.get(run..).unwrap_or_default());
    out.end_word();
    out.text
}

/// What a character that stands for itself is to the word around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plain {
    Latin,
    /// It looks like a Latin letter.
    Alike,
    OfWord,
    Other,
}

/// [`plain`] of a character.
fn plain_of(code: u32) -> Option<Plain> {
    match code {
        0x4000..=0x9fff => Some(Plain::Other),
        _ => match PLAIN.get(code as usize) {
            Some(plain) => *plain,
            None => plain(char::from_u32(code)?),
        },
    }
}

/// [`plain`] of the first characters.
static PLAIN: [Option<Plain>; 0x1000] = {
    let mut table = [None; 0x1000];
    let mut code = 0;
    let mut rest: &mut [Option<Plain>] = &mut table;
    while let [first, more @ ..] = rest {
        if let Some(c) = char::from_u32(code) {
            *first = plain(c);
        }
        code += 1;
        rest = more;
    }
    table
};

/// The characters of most texts, which need not be looked at closely; `None`: this one does.
const fn plain(c: char) -> Option<Plain> {
    Some(match c {
        'a'..='z' => Plain::Latin,
        '\0'..='@' | '['..='`' | '{'..='\u{7f}' => Plain::Other,
        'а'..='я' | 'ђ'..='џ' | 'α'..='ρ' | 'σ'..='ω' => match alike(c) {
            Some(_) => Plain::Alike,
            None => Plain::OfWord,
        },
        // Letters without case of Hebrew, Arabic, the Indic scripts, Thai, Japanese, Chinese and Korean.
        '\u{5d0}'..='\u{5ea}'
        | '\u{624}'
        | '\u{626}'..='\u{628}'
        | '\u{62a}'..='\u{63f}'
        | '\u{641}'..='\u{648}'
        | '\u{64a}'
        | '\u{904}'..='\u{939}'
        | '\u{93d}'..='\u{957}'
        | '\u{964}'..='\u{9bb}'
        | '\u{9bd}'..='\u{9db}'
        | '\u{9e0}'..='\u{e31}'
        | '\u{e33}'..='\u{e5b}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{3400}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' => Plain::Other,
        _ => return None,
    })
}

/// A text that is being folded, and what its last word is made of.
struct Folded {
    text: String,
    /// Where the last word begins.
    word: usize,
    has_latin: bool,
    has_alike: bool,
}

impl Folded {
    fn push(&mut self, c: char) {
        if is_silent(c) {
            return;
        }
        let c = fold(c);
        let is_of_latin_word = match c {
            'a'..='z' | 'A'..='Z' => {
                self.has_latin = true;
                true
            }
            // Greek, Cyrillic, Armenian.
            '\u{370}'..='\u{58f}' => {
                self.has_alike |= alike(c).is_some();
                true
            }
            '\u{aa}'..='\u{24f}' => true,
            _ => false,
        };
        if !is_of_latin_word {
            self.end_word();
        }
        match c {
            '\0'..='\u{7f}' => self.text.push(c.to_ascii_lowercase()),
            '\u{900}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{3000}'..='\u{d7ff}' => {
                push_composed(&mut self.text, c);
            }
            _ => self.text.extend(c.to_lowercase()),
        }
        if !is_of_latin_word {
            self.word = self.text.len();
        }
    }

    /// One word in two scripts is a disguise.
    fn end_word(&mut self) {
        if self.has_latin && self.has_alike {
            relatinise(&mut self.text, self.word);
        }
        (self.has_latin, self.has_alike) = (false, false);
    }
}

/// Adds a character, together with the one before it where the two are one in another spelling.
fn push_composed(out: &mut String, c: char) {
    let is_mark =
        matches!(c, '\u{e32}' | '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}' | '\u{3099}' | '\u{309a}');
    let before = if is_mark { out.chars().next_back() } else { None };
    if let Some(composed) = before.and_then(|before| composed(before, c)) {
        out.pop();
        out.push(composed);
    } else {
        out.push(c);
    }
}

/// Kana with their voicing marks, the letters of Korean, and one vowel of Thai.
fn composed(before: char, mark: char) -> Option<char> {
    let code = u32::from(before);
    let index = |first: char| u32::from(mark) - u32::from(first);
    let code = match (before, mark) {
        ('\u{e4d}', '\u{e32}') => 0xe33,
        ('\u{1100}'..='\u{1112}', '\u{1161}'..='\u{1175}') => {
            0xac00 + ((code - 0x1100) * 21 + index('\u{1161}')) * 28
        }
        ('\u{ac00}'..='\u{d7a3}', '\u{11a8}'..='\u{11c2}') if (code - 0xac00) % 28 == 0 => {
            code + index('\u{11a7}')
        }
        ('か'..='ち' | 'カ'..='チ', '\u{3099}') if code % 2 == 1 => code + 1,
        ('つ' | 'て' | 'と' | 'ツ' | 'テ' | 'ト', '\u{3099}') => code + 1,
        ('は' | 'ひ' | 'ふ' | 'へ' | 'ほ' | 'ハ' | 'ヒ' | 'フ' | 'ヘ' | 'ホ', _) => {
            code + index('\u{3098}')
        }
        ('う' | 'ウ', '\u{3099}') => code + 0x4e,
        _ => return None,
    };
    char::from_u32(code)
}

/// Writes the word that begins at `start` in Latin letters.
fn relatinise(text: &mut String, start: usize) {
    let word: String = text.get(start..).unwrap_or_default().chars().map(|c| alike(c).unwrap_or(c)).collect();
    text.truncate(start);
    text.push_str(&word);
}

/// Characters that no reader sees or needs: soft hyphens, joiners, variation selectors, combining accents, Arabic vowels.
const fn is_silent(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{640}' | '\u{64b}'..='\u{652}' | '\u{93c}' | '\u{9bc}')
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
        'ά' | 'Ά' => 'α',
        'έ' | 'Έ' => 'ε',
        'ή' | 'Ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' | 'Ί' => 'ι',
        'ό' | 'Ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' | 'Ύ' => 'υ',
        'ώ' | 'Ώ' => 'ω',
        'ς' => 'σ',
        'ё' | 'Ё' => 'е',
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ة' => 'ه',
        'ک' => 'ك',
        '\u{901}' => '\u{902}',
        '\u{958}'..='\u{95a}' => moved(c, 0x958, 0x915),
        '\u{95b}' => '\u{91c}',
        '\u{95c}' | '\u{95d}' => moved(c, 0x95c, 0x921),
        '\u{95e}' => '\u{92b}',
        '\u{95f}' => '\u{92f}',
        '\u{9dc}' | '\u{9dd}' => moved(c, 0x9dc, 0x9a1),
        '\u{9df}' => '\u{9af}',
        '\u{ff66}'..='\u{ff9f}' => full_width(c),
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

/// The full form of a narrow kana or voicing mark.
fn full_width(c: char) -> char {
    const FULL: &str = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン\u{3099}\u{309a}";
    let index = usize::try_from(u32::from(c) - 0xff66).unwrap_or(usize::MAX);
    FULL.chars().nth(index).unwrap_or(c)
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

    #[test]
    fn what_is_plain_stands_for_itself() {
        for (c, kind) in ('\0'..=char::MAX).filter_map(|c| Some((c, plain(c)?))) {
            assert_eq!(plain_of(u32::from(c)), Some(kind), "{c:?}");
            let mut out = Folded { text: String::new(), word: 0, has_latin: false, has_alike: false };
            out.push(c);
            assert_eq!(out.text, String::from(c), "{c:?}");
            assert_eq!(out.has_latin, kind == Plain::Latin, "{c:?}");
            assert_eq!(out.has_alike, kind == Plain::Alike, "{c:?}");
            assert_eq!(out.word, if kind == Plain::Other { c.len_utf8() } else { 0 }, "{c:?}");
        }
    }
}
