//! Look-alikes, accents, widths and styles of letters, folded into plain ones.

/// Lower case, without accents, width, style and look-alikes.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = 0;
    let (mut has_latin, mut has_alike) = (false, false);
    for c in text.chars() {
        if c.is_ascii_lowercase() {
            has_latin = true;
            out.push(c);
            continue;
        }
        // Most of the letters of China, Japan and Korea stand for themselves.
        if matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}') {
            if has_latin && has_alike {
                relatinise(&mut out, word);
            }
            (has_latin, has_alike) = (false, false);
            out.push(c);
            word = out.len();
            continue;
        }
        if is_silent(c) {
            continue;
        }
        let c = fold(c);
        let is_of_latin_word = match c {
            'a'..='z' | 'A'..='Z' => {
                has_latin = true;
                true
            }
            // Greek, Cyrillic, Armenian.
            '\u{370}'..='\u{58f}' => {
                has_alike |= alike(c).is_some();
                true
            }
            '\u{aa}'..='\u{24f}' => true,
            _ => false,
        };
        if !is_of_latin_word {
            if has_latin && has_alike {
                relatinise(&mut out, word);
            }
            (has_latin, has_alike) = (false, false);
        }
        match c {
            '\0'..='\u{7f}' => out.push(c.to_ascii_lowercase()),
            '\u{900}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{3000}'..='\u{d7ff}' => {
                push_composed(&mut out, c)
            }
            _ => out.extend(c.to_lowercase()),
        }
        if !is_of_latin_word {
            word = out.len();
        }
    }
    if has_latin && has_alike {
        relatinise(&mut out, word);
    }
    out
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

/// Writes the word that begins at `start` in Latin letters: one word in two scripts is a disguise.
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
