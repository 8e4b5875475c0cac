//! The table of words, made when the runtime is compiled.

use super::super::words::{CIPHERED, LISTS, List, PHRASES, ROTATED, Words, head, stem};
use super::tag;

/// Several words that are one to a detector.
#[derive(Clone, Copy)]
pub(in crate::scan) struct Term {
    pub(in crate::scan) tags: u64,
    /// With which letters the second words of it and of those behind it begin, as [`letter`]s.
    pub(super) seconds: u32,
    /// Where the words behind the first stand in `letters`, joined by `+`.
    start: u16,
    /// 1 + index into [`PHRASES`]; 0: it is none of those.
    phrase: u16,
    /// 1 + the next term with the same first word.
    pub(super) next: u16,
    length: u8,
}

impl Term {
    const EMPTY: Self = Self { tags: 0, seconds: 0, start: 0, phrase: 0, next: 0, length: 0 };

    /// The words behind the first, joined by `+`.
    pub(in crate::scan) fn rest(&self) -> &'static [u8] {
        let start = usize::from(self.start);
        TABLE.letters.get(start..start + usize::from(self.length)).unwrap_or_default()
    }

    /// Index into [`PHRASES`], if it is one of those.
    pub(in crate::scan) fn phrase(&self) -> Option<u16> {
        self.phrase.checked_sub(1)
    }
}

pub(super) const SLOTS: usize = 16384;
pub(super) const FILTER: usize = 32768;
pub(super) const SHORTEST_STEM: usize = 4;
/// What is longer is none, and is not read to its end.
pub(super) const LONGEST_WORD: usize = 64;

#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) tags: u64,
    /// Where the word stands in `letters`.
    pub(super) start: u16,
    pub(super) term: u16,
    pub(super) length: u8,
    pub(super) is_stem: bool,
}

pub(super) struct Table {
    /// 1 + index into `entries`, 0: empty. Open addressing.
    pub(super) slots: [u16; SLOTS],
    pub(super) entries: [Entry; COUNT],
    /// All words and what stands behind the first ones of terms, without anything between them.
    pub(super) letters: [u8; LETTERS],
    /// Which hashes a stem has.
    pub(super) stems: [u64; FILTER / 64],
    pub(super) terms: [Term; TERMS],
    /// How many of each there are.
    length: usize,
    letters_length: usize,
    terms_length: usize,
}

pub(super) static TABLE: Table = build();

/// Upper bounds: words, letters, terms.
const BOUNDS: (usize, usize, usize) = bounds();
const COUNT: usize = BOUNDS.0;
const LETTERS: usize = BOUNDS.1;
const TERMS: usize = BOUNDS.2;

// A table that is not crowded is searched in a step or two.
const _: () = assert!(COUNT * 2 < SLOTS && LETTERS < 65536);

const fn bounds() -> (usize, usize, usize) {
    let mut total = (0, 0, 0);
    let mut lists = LISTS;
    while let [list, rest @ ..] = lists {
        let mut list: List = list;
        while let [(_, text), more @ ..] = list {
            total = added(total, text);
            list = more;
        }
        lists = rest;
    }
    let mut phrases = PHRASES;
    while let [(_, _, text), rest @ ..] = phrases {
        total = added(total, text);
        phrases = rest;
    }
    let mut ciphered = CIPHERED;
    while let [word, rest @ ..] = ciphered {
        total = (total.0 + 26, total.1 + 26 * word.len(), total.2);
        ciphered = rest;
    }
    let mut rotated = ROTATED;
    while let [word, rest @ ..] = rotated {
        total = (total.0 + 2, total.1 + 2 * word.len(), total.2);
        rotated = rest;
    }
    total
}

const fn added(total: (usize, usize, usize), text: &str) -> (usize, usize, usize) {
    let (mut words, mut terms) = (1, 0);
    let mut bytes = text.as_bytes();
    let mut is_term = false;
    while let [byte, rest @ ..] = bytes {
        if *byte == b' ' {
            words += 1;
            is_term = false;
        }
        if *byte == b'+' && !is_term {
            terms += 1;
            is_term = true;
        }
        bytes = rest;
    }
    (total.0 + words, total.1 + text.len(), total.2 + terms)
}

const fn build() -> Table {
    let entry = Entry { tags: 0, start: 0, term: 0, length: 0, is_stem: false };
    let mut table = Table {
        slots: [0; SLOTS],
        entries: [entry; COUNT],
        letters: [0; LETTERS],
        stems: [0; FILTER / 64],
        terms: [Term::EMPTY; TERMS],
        length: 0,
        letters_length: 0,
        terms_length: 0,
    };
    let mut lists = LISTS;
    while let [list, rest @ ..] = lists {
        let mut list: List = list;
        while let [(tags, text), more @ ..] = list {
            insert_all(&mut table, text, *tags, 0);
            list = more;
        }
        lists = rest;
    }
    let mut index = 0;
    let mut phrases = PHRASES;
    while let [(_, _, text), rest @ ..] = phrases {
        index += 1;
        insert_all(&mut table, text, 0, index);
        phrases = rest;
    }
    let mut ciphered = CIPHERED;
    while let [word, rest @ ..] = ciphered {
        insert_ciphered(&mut table, word.as_bytes(), 1);
        ciphered = rest;
    }
    let mut rotated = ROTATED;
    while let [word, rest @ ..] = rotated {
        insert_ciphered(&mut table, word.as_bytes(), 13);
        rotated = rest;
    }
    table
}

const fn insert_all(table: &mut Table, text: &'static str, tags: u64, phrase: u16) {
    let mut words = Words::of(text);
    while let Some((word, more)) = words.split_first() {
        let (first, rest) = head(word);
        let (first, is_stem) = stem(first);
        if rest.is_empty() {
            insert(table, first.as_bytes(), is_stem, tags);
        } else {
            let at = insert(table, first.as_bytes(), is_stem, 0);
            insert_term(table, at, rest, Term { tags, phrase, ..Term::EMPTY });
        }
        words = more;
    }
}

/// Adds the tags of a word to the table, and says which entry it has.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where a wrong index is an error")]
#[expect(clippy::cast_possible_truncation, reason = "the bounds are asserted")]
const fn insert(table: &mut Table, word: &[u8], is_stem: bool, tags: u64) -> usize {
    let hash = hash_of(word);
    if is_stem {
        let bit = mixed(hash) as usize % FILTER;
        table.stems[bit / 64] |= 1 << (bit % 64);
    }
    let mut slot = mixed(hash) as usize % SLOTS;
    while let Some(at) = (table.slots[slot] as usize).checked_sub(1) {
        let known = table.entries[at];
        if known.is_stem == is_stem && is_at(&table.letters, known.start as usize, known.length, word) {
            table.entries[at].tags |= tags;
            return at;
        }
        slot = (slot + 1) % SLOTS;
    }
    let start = insert_letters(table, word);
    let at = table.length;
    table.entries[at] = Entry { tags, start, term: 0, length: word.len() as u8, is_stem };
    table.length += 1;
    table.slots[slot] = at as u16 + 1;
    at
}

/// Adds letters to the table, and says where.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where a wrong index is an error")]
#[expect(clippy::cast_possible_truncation, reason = "the bounds are asserted")]
const fn insert_letters(table: &mut Table, letters: &[u8]) -> u16 {
    let start = table.letters_length;
    let mut bytes = letters;
    while let [byte, rest @ ..] = bytes {
        table.letters[table.letters_length] = *byte;
        table.letters_length += 1;
        bytes = rest;
    }
    start as u16
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where a wrong index is an error")]
const fn is_at(letters: &[u8], start: usize, length: u8, word: &[u8]) -> bool {
    let mut index = 0;
    while index < word.len() {
        if letters[start + index] != word[index] {
            return false;
        }
        index += 1;
    }
    length as usize == word.len()
}

/// Adds a word backwards, and in the alphabets that are shifted by a multiple of `by`.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where a wrong index is an error")]
const fn insert_ciphered(table: &mut Table, word: &[u8], by: u8) {
    let mut shift = 0;
    while shift < 26 {
        let mut ciphered = [0; 16];
        let mut index = 0;
        while index < word.len() {
            ciphered[index] = match shift {
                0 => word[word.len() - 1 - index],
                _ => (word[index] - b'a' + shift) % 26 + b'a',
            };
            index += 1;
        }
        insert(table, ciphered.split_at(word.len()).0, false, tag::CIPHERED);
        shift += by;
    }
}

/// Hangs a term at the entry of its first word.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where a wrong index is an error")]
#[expect(clippy::cast_possible_truncation, reason = "there are a few hundred terms")]
const fn insert_term(table: &mut Table, at: usize, rest: &str, term: Term) {
    assert!(rest.len() < 256);
    let next = table.entries[at].term;
    let behind = if next == 0 { 0 } else { table.terms[next as usize - 1].seconds };
    let (start, length) = (insert_letters(table, rest.as_bytes()), rest.len() as u8);
    let seconds = behind | letter(rest.as_bytes());
    table.terms[table.terms_length] = Term { next, seconds, start, length, ..term };
    table.terms_length += 1;
    table.entries[at].term = table.terms_length as u16;
}

const START: u32 = 0x811c_9dc5;

pub(super) const fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(0x0100_0193)
}

pub(super) const fn mixed(hash: u32) -> u32 {
    hash ^ (hash >> 15)
}

pub(super) const fn hash_of(bytes: &[u8]) -> u32 {
    let mut hash = START;
    let mut bytes = bytes;
    while let [byte, rest @ ..] = bytes {
        hash = step(hash, *byte);
        bytes = rest;
    }
    hash
}

/// A bit for the first letter of a word; other letters may have the same.
pub(super) const fn letter(word: &[u8]) -> u32 {
    match word {
        [first, ..] => 1 << (*first & 31),
        [] => 0,
    }
}
