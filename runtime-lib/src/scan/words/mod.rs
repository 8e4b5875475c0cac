//! The word lists, a file for each field. All are our own: names that databases, shells and browsers document, and
//! everyday words for setting instructions aside, in the languages that people write.
//!
//! A list is a text. `*` at the end of a word stands for any ending, which is what inflected languages need; `+` joins
//! the words of a term. Words stand as texts are normalised: lower case, without accents.

mod asia;
mod asked;
mod central;
mod east;
mod english;
mod europe;
mod markup;
mod orient;
mod phrases;
mod shell;
mod sql;

pub(super) use english::{CIPHERED, ROTATED};
pub(super) use phrases::PHRASES;

/// Words and what they are to a detector, as [`super::lexicon::tag`]s.
pub(super) type List = &'static [(u64, &'static str)];

/// Words of scripts that write spaces.
pub(super) const LISTS: &[List] = &[
    sql::WORDS,
    shell::WORDS,
    markup::WORDS,
    english::WORDS,
    asked::WORDS,
    europe::GERMAN,
    europe::DUTCH,
    europe::SCANDINAVIAN,
    europe::FRENCH,
    europe::SPANISH,
    europe::PORTUGUESE,
    europe::ITALIAN,
    europe::POLISH,
    europe::GREEK,
    europe::RUSSIAN,
    europe::UKRAINIAN,
    central::CZECH,
    central::CROATIAN,
    central::BULGARIAN,
    central::ROMANIAN,
    central::HUNGARIAN,
    central::FINNISH,
    central::CATALAN,
    central::SWAHILI,
    orient::TURKISH,
    orient::ARABIC,
    orient::PERSIAN,
    orient::HEBREW,
    orient::URDU,
    asia::HINDI,
    asia::BENGALI,
    asia::INDONESIAN,
    asia::VIETNAMESE,
    asia::TAGALOG,
    asia::TAMIL,
];

/// Pieces of scripts that write none.
pub(super) const UNSPACED: &[List] =
    &[east::CHINESE, east::JAPANESE, east::KOREAN, east::THAI, asked::PIECES];

/// The words of a text one after the other, for const evaluation, which knows no iterators.
#[derive(Clone, Copy)]
pub(super) struct Words(&'static [u8]);

impl Words {
    pub(super) const fn of(text: &'static str) -> Self {
        Self(text.as_bytes())
    }

    /// The first word, and those behind it.
    pub(super) const fn split_first(self) -> Option<(&'static str, Self)> {
        let mut rest = self.0;
        while let [b' ', tail @ ..] = rest {
            rest = tail;
        }
        let (word, rest) = split(rest, b' ');
        if word.is_empty() { None } else { Some((text(word), Self(rest))) }
    }
}

/// What stands before the first `byte`, and what stands behind it.
const fn split(bytes: &'static [u8], byte: u8) -> (&'static [u8], &'static [u8]) {
    let mut tail = bytes;
    while let [first, more @ ..] = tail {
        if *first == byte {
            let (head, _) = bytes.split_at(bytes.len() - tail.len());
            return (head, more);
        }
        tail = more;
    }
    (bytes, &[])
}

/// A piece of a text, cut between characters.
const fn text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// The first word of a term, and the others.
pub(super) const fn head(term: &'static str) -> (&'static str, &'static str) {
    let (head, rest) = split(term.as_bytes(), b'+');
    (text(head), text(rest))
}

/// A word without the `*` that stands for its ending, and whether it has one.
pub(super) const fn stem(word: &'static str) -> (&'static str, bool) {
    match word.as_bytes().split_last() {
        Some((b'*', stem)) => (text(stem), true),
        _ => (word, false),
    }
}
