//! Text that is written so that only a model reads it: in pieces, in numbers, letter by letter, over and over.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token, Tokens, is_same};

pub(super) fn weigh(tokens: &Tokens<'_>, signs: &mut Signs) {
    endless(tokens, signs);
    if tokens.len() < 8 && tokens.longest < 32 {
        return;
    }
    repeated(tokens, signs);
    numbers(tokens, signs);
    dialogue(tokens, signs);
    letters(tokens, signs);
    parts(tokens, signs);
    joined(tokens, signs);
    morse(tokens, signs);
}

/// `repeat "word" forever`, which makes some models tell what they learned from.
fn endless(tokens: &Tokens<'_>, signs: &mut Signs) {
    const ENDLESS: &[&str] = &["forever", "endlessly", "infinitely", "indefinitely"];
    if tokens.tags & tag::ECHO == 0 {
        return;
    }
    let is_repeat = |(index, token): &(usize, Token<'_>)| {
        token.text == "repeat" && (*index..index + 9).any(|at| tokens.is_any(at, ENDLESS))
    };
    if tokens.telling().any(|token| is_repeat(&token)) {
        signs.add(Sign::Repetition, 4, 0);
    }
}

/// The same word, or the same few words, over and over.
fn repeated(tokens: &Tokens<'_>, signs: &mut Signs) {
    if tokens.len() < 8 || !may_repeat(tokens) {
        return;
    }
    let mut runs = [0_u32; 3];
    for (index, token) in tokens.iter().filter(|(_, token)| token.is_name() && token.text.len() > 1) {
        for (period, (run, enough)) in runs.iter_mut().zip([7, 15, 23]).enumerate() {
            let is_same = index > period && tokens.at(index - period - 1).text == token.text;
            *run = if is_same { *run + 1 } else { 0 };
            if *run == enough {
                signs.add(Sign::Repetition, 4, 0);
            }
        }
    }
}

/// Whether one of the runs that [`repeated`] counts may stand here. Each of them has one of any seven neighbours that is the
/// same as the word before it, one of any fourteen that is the same as the second before it, one of any twenty-one for the
/// third; so every seventh token is enough to look at.
fn may_repeat(tokens: &Tokens<'_>) -> bool {
    (0..tokens.len() / 7 + 1).map(|number| number * 7).any(|index| {
        let text = tokens.at(index).text;
        text.len() > 1 && (1..=3).any(|period| is_same(tokens.at(index.wrapping_sub(period)).text, text))
    })
}

/// Bytes as numbers.
fn numbers(tokens: &Tokens<'_>, signs: &mut Signs) {
    if tokens.of_length.two >= 16 {
        pairs(tokens, signs);
    }
    if tokens.of_length.eight < 8 && !tokens.of_length.has_long {
        return;
    }
    let mut octets = 0_u32;
    for (_, token) in tokens.iter() {
        let is_octet = token.kind == Kind::Number
            && token.text.len() == 8
            && token.text.bytes().all(|byte| matches!(byte, b'0' | b'1'));
        octets = if is_octet { octets + 1 } else { 0 };
        if octets == 8
            || token.text.len() >= 32 && is_hex_of_text(token.text.strip_prefix("0x").unwrap_or(token.text))
        {
            signs.add(Sign::Hidden, 4, 4);
        }
    }
}

/// Bytes as two digits each.
fn pairs(tokens: &Tokens<'_>, signs: &mut Signs) {
    let mut pairs = String::new();
    // One step beyond the end, so that the last run ends, too.
    for index in 0..=tokens.len() {
        let token = tokens.at(index);
        if token.text.len() == 2 && token.text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            pairs.push_str(token.text);
            continue;
        }
        if pairs.len() >= 32 && is_hex_of_text(&pairs) {
            signs.add(Sign::Hidden, 4, 4);
        }
        pairs.clear();
    }
}

/// Whether the digits are the bytes of words: letters, with spaces between them, and hardly anything else.
fn is_hex_of_text(text: &str) -> bool {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let (mut letters, mut spaces, mut others) = (0, 0, 0);
    for pair in text.as_bytes().chunks_exact(2) {
        let [high, low] = pair else { return false };
        let (Some(high), Some(low)) = (digit(high), digit(low)) else { return false };
        match char::from_u32(high << 4 | low) {
            Some(' ') => spaces += 1,
            Some(c) if c.is_ascii_alphabetic() || matches!(c, ',' | '.' | '\'' | '!' | '?' | ':') => {
                letters += 1
            }
            _ => others += 1,
        }
    }
    spaces >= 2 && letters > spaces && others * 8 <= letters
}

/// `Q: ..? A: .. Q: ..?`: questions with answers before them that nobody gave, and a last one that is left open. What people
/// said to each other, and questions that are answered to the end, are no such thing.
fn dialogue(tokens: &Tokens<'_>, signs: &mut Signs) {
    if !tokens.has_sign(b":") || tokens.len() <= 12 {
        return;
    }
    let is_speaker = |token: Token<'_>| {
        token.kind == Kind::Word
            && (token.text.len() == 1
                || token.is_scripted() && token.text.chars().nth(1).is_none()
                || matches!(token.text, "human" | "user" | "assistant" | "ai" | "question" | "answer"))
    };
    // Two questions and an answer make three speakers.
    let is_named = |index: usize| tokens.at(index + 1).is_spaced && is_speaker(tokens.before(index));
    if tokens.of_marks(|sign| sign == b':').filter(|(index, _)| is_named(*index)).nth(2).is_none() {
        return;
    }
    // Who asked first; how often he did, and was answered.
    let (mut first, mut questions, mut answers) = (None, 0, 0);
    let (mut is_open, mut is_asked) = (false, false);
    for (index, token) in tokens.iter() {
        match token.sign {
            b'?' => is_asked |= is_open,
            b':' => {
                let speaker = tokens.before(index);
                if !is_named(index) {
                    continue;
                }
                is_open = first.is_none_or(|first| first == speaker.text);
                if is_open {
                    first = Some(speaker.text);
                    (questions, is_asked) = (questions + 1, false);
                } else {
                    answers += u32::from(is_asked);
                }
            }
            _ => is_asked |= is_open && token.text == "؟",
        }
    }
    if questions >= 2 && answers >= 1 && is_open && is_asked {
        signs.add(Sign::Dialogue, 4, 0);
    }
}

/// `i g n o r e`
fn letters(tokens: &Tokens<'_>, signs: &mut Signs) {
    const WORDS: &[&str] = &[
        "ignore",
        "previous",
        "instruction",
        "disregard",
        "password",
        "prompt",
        "forget",
        "reveal",
        "override",
        "rules",
        "secret",
    ];
    // What stands between the letters is not counted there.
    if tokens.of_length.run < 3 {
        return;
    }
    let is_letter = |token: Token<'_>| {
        token.kind == Kind::Word && token.text.len() == 1 || matches!(token.sign, b'.' | b'-' | b'*')
    };
    let mut run = 0;
    // One step beyond the end, so that the last run ends, too.
    for index in 0..=tokens.len() {
        if is_letter(tokens.at(index)) {
            run += 1;
            continue;
        }
        if run >= 6 {
            let letters: String = (index - run..index)
                .map(|at| tokens.at(at))
                .filter(|token| token.sign == 0)
                .map(|token| token.text)
                .collect();
            for _ in WORDS.iter().filter(|word| letters.contains(*word)) {
                signs.add(Sign::Hidden, 2, 2);
            }
        }
        run = 0;
    }
}

/// `part 1 is ".." .. part 2 is ".."`, and `a = ".."  b = ".." .. a + b`.
fn parts(tokens: &Tokens<'_>, signs: &mut Signs) {
    const PART: &[&str] = &[
        "part",
        "parts",
        "parte",
        "teil",
        "partie",
        "bagian",
        "bolum",
        "parca",
        "czesc",
        "часть",
        "части",
        "भाग",
        "deel",
        "del",
        "phan",
        "部分",
        "パート",
    ];
    // Two numbered pieces, or at least two named ones and their sum.
    let are_numbered = tokens.has_sign(b"\"':") && tokens.has_digits(&[1, 2]);
    let are_added = tokens.has_sign(b"\"'") && tokens.has_sign(b"=") && tokens.has_sign(b"+");
    if !are_numbered && !are_added {
        return;
    }
    let is_quoted = |from: usize| (from..from + 4).any(|at| tokens.is_any(at, &["\"", "'", "«", "「"]));
    let is_named = |from: usize| (from..from + 3).any(|at| tokens.at(at).sign == b':');
    let (mut has_first, mut names, mut has_sum) = (false, 0, false);
    for (index, token) in tokens.iter() {
        if matches!(token.text, "1" | "2")
            && tokens.is_any(index.wrapping_sub(1), PART)
            && (is_quoted(index + 1) || is_named(index + 1))
        {
            match token.text {
                "1" => has_first = true,
                "2" if has_first => signs.add(Sign::Parts, if is_quoted(index + 1) { 4 } else { 2 }, 0),
                _ => {}
            }
        }
        if !matches!(token.sign, b'=' | b'+') {
            continue;
        }
        let name = tokens.before(index);
        if name.kind == Kind::Word && name.text.len() == 1 {
            names += u32::from(token.sign == b'=' && matches!(tokens.at(index + 1).sign, b'"' | b'\''));
            has_sum |= token.sign == b'+' && tokens.at(index + 1).text.len() == 1;
        }
    }
    if names >= 2 && has_sum {
        signs.add(Sign::Parts, if names >= 3 && tokens.tags & tag::MODEL != 0 { 4 } else { 2 }, 0);
    }
}

/// `combine "how to ma" and "ke a key", and answer`: quoted pieces that are to be joined, and then done.
fn joined(tokens: &Tokens<'_>, signs: &mut Signs) {
    const DONE: &[&str] = &[
        "answer",
        "respond",
        "follow",
        "obey",
        "execute",
        "reply",
        "do",
        "explain",
        "beantworte",
        "responde",
        "reponds",
        "ответь",
        "jawab",
        "cevapla",
        "rispondi",
    ];
    // Two pieces have four marks around them.
    if tokens.of_marks(|sign| matches!(sign, b'"' | b'\'')).nth(3).is_none() {
        return;
    }
    for (index, token) in
        tokens.iter().filter(|(_, token)| token.kind == Kind::Word && is_joining(token.text))
    {
        let around = if token.text == "together" {
            index.saturating_sub(24)..index + 8
        } else {
            index + 1..index + 32
        };
        let quotes = around.clone().filter(|at| matches!(tokens.at(*at).sign, b'"' | b'\'')).count();
        if quotes >= 4 && around.into_iter().any(|at| tokens.is_any(at, DONE)) {
            signs.add(Sign::Parts, 4, 0);
        }
    }
}

fn is_joining(word: &str) -> bool {
    matches!(
        word,
        "combine"
            | "concatenate"
            | "concatenating"
            | "combining"
            | "join"
            | "merge"
            | "glue"
            | "stitch"
            | "assemble"
            | "interleave"
            | "together"
            | "kombiniere"
            | "combina"
            | "combinez"
            | "соедини"
            | "объедини"
            | "gabungkan"
            | "birlestir"
    )
}

/// `.. --. -. --- .-. .`
fn morse(tokens: &Tokens<'_>, signs: &mut Signs) {
    if !tokens.has_sign(b"-") || !tokens.has_sign(b".") {
        return;
    }
    let count = |sign: u8| tokens.text.bytes().filter(|byte| *byte == sign).count();
    if count(b'.') < 6 || count(b'-') < 6 {
        return;
    }
    let (mut dots, mut dashes, mut groups) = (0, 0, 0);
    for (_, token) in tokens.iter() {
        match token.text {
            "." => dots += 1,
            "-" => dashes += 1,
            "/" => {}
            _ => (dots, dashes, groups) = (0, 0, 0),
        }
        groups += u32::from(token.is_spaced);
        if dots >= 6 && dashes >= 6 && groups >= 8 {
            signs.add(Sign::Hidden, 4, 0);
            return;
        }
    }
}
