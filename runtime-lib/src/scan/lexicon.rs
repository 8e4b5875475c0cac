//! The words that detectors know, in one table that is made when the runtime is compiled.
//!
//! A word is looked up once and gives a set of tags; the detectors read tags. Stems match the beginnings of words, which
//! is what inflected languages need.

use super::prompt::PHRASES;
use super::words::{LISTS, STEMS};

/// What a word can be to a detector.
pub(super) mod tag {
    /// Joins conditions in SQL.
    pub(in crate::scan) const SQL_JOIN: u64 = 1;
    /// Begins a statement of SQL.
    pub(in crate::scan) const SQL_VERB: u64 = 1 << 1;
    /// Other word of SQL.
    pub(in crate::scan) const SQL_WORD: u64 = 1 << 2;
    /// A function that is hardly known outside of databases, or dangerous.
    pub(in crate::scan) const SQL_RARE: u64 = 1 << 3;
    /// A function that databases share with other languages.
    pub(in crate::scan) const SQL_CALL: u64 = 1 << 4;
    /// A name that only databases have.
    pub(in crate::scan) const SQL_NAME: u64 = 1 << 5;
    /// A comparison in words.
    pub(in crate::scan) const SQL_COMPARE: u64 = 1 << 6;
    /// A command that is no English word.
    pub(in crate::scan) const COMMAND: u64 = 1 << 8;
    /// A command that is an English word, too.
    pub(in crate::scan) const COMMON_COMMAND: u64 = 1 << 9;
    /// A command that runs another.
    pub(in crate::scan) const RUNNER: u64 = 1 << 10;
    /// A function that runs a command or code.
    pub(in crate::scan) const EXECUTE: u64 = 1 << 11;
    /// An element that runs or loads something.
    pub(in crate::scan) const ACTIVE_TAG: u64 = 1 << 16;
    /// Another element.
    pub(in crate::scan) const PLAIN_TAG: u64 = 1 << 17;
    /// An attribute that takes an address or a style.
    pub(in crate::scan) const ATTRIBUTE: u64 = 1 << 18;
    /// To set aside: ignore, forget.
    pub(in crate::scan) const DROP: u64 = 1 << 24;
    /// What a model was told: instructions, rules.
    pub(in crate::scan) const RULES: u64 = 1 << 25;
    /// Which of them: previous, all, your.
    pub(in crate::scan) const PRIOR: u64 = 1 << 26;
    /// To give away: reveal, tell, share.
    pub(in crate::scan) const GIVE: u64 = 1 << 27;
    /// What must not be given away.
    pub(in crate::scan) const SECRET: u64 = 1 << 28;
    /// Whose: your, the user's.
    pub(in crate::scan) const YOURS: u64 = 1 << 29;
    /// Without bounds: unfiltered, amoral.
    pub(in crate::scan) const UNBOUND: u64 = 1 << 30;
    /// To play a part: act, pretend.
    pub(in crate::scan) const ACT: u64 = 1 << 31;
    /// A language model, or a name of one.
    pub(in crate::scan) const MODEL: u64 = 1 << 32;
    /// Told, said, instructed.
    pub(in crate::scan) const TOLD: u64 = 1 << 33;
    /// The people or things that a prompt is about: user, customer.
    pub(in crate::scan) const PERSON: u64 = 1 << 34;
    /// A fact about a person: address, birth date.
    pub(in crate::scan) const PRIVATE: u64 = 1 << 35;
    /// Ways to hide a text: base64, rot13.
    pub(in crate::scan) const CIPHER: u64 = 1 << 36;
    /// A mode or a state of a system.
    pub(in crate::scan) const MODE: u64 = 1 << 37;
    /// Privileged: developer, admin, override.
    pub(in crate::scan) const RANK: u64 = 1 << 38;
    /// Without, never, no.
    pub(in crate::scan) const NONE: u64 = 1 << 39;
    /// Bounds: restrictions, filters, ethics.
    pub(in crate::scan) const BOUND: u64 = 1 << 40;
    /// The first word of a secret's name of two words.
    pub(in crate::scan) const SECRET_HEAD: u64 = 1 << 42;
    /// What is not real: imagine, suppose, hypothetical.
    pub(in crate::scan) const FICTION: u64 = 1 << 41;

    /// The first word of the phrases of this number; see `prompt::PHRASES`.
    pub(in crate::scan) const fn phrase(number: usize) -> u64 {
        (number as u64 + 1) << 48
    }

    /// The number of the phrases that a word begins.
    pub(in crate::scan) fn phrase_of(tags: u64) -> Option<usize> {
        usize::try_from(tags >> 48).ok()?.checked_sub(1)
    }
}

const SLOTS: usize = 8192;
const LONGEST_STEM: usize = 24;

struct Table {
    /// 1 + index into `words`, 0: empty. Open addressing.
    slots: [u16; SLOTS],
    words: [(&'static str, u64, bool); COUNT],
    /// Which hashes a stem has.
    stems: [u64; 64],
}

const fn count() -> usize {
    let mut total = 0;
    let mut lists = LISTS;
    while let [(_, words), rest @ ..] = lists {
        total += words.len();
        lists = rest;
    }
    let mut lists = STEMS;
    while let [(_, words), rest @ ..] = lists {
        total += words.len();
        lists = rest;
    }
    total + PHRASES.len()
}

const COUNT: usize = count();

static TABLE: Table = build();

const fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(0x0100_0193)
}

const START: u32 = 0x811c_9dc5;

const fn mixed(hash: u32) -> u32 {
    hash ^ (hash >> 15)
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let (mut a, mut b) = (a, b);
    loop {
        match (a, b) {
            ([], []) => return true,
            ([x, more_a @ ..], [y, more_b @ ..]) if *x == *y => (a, b) = (more_a, more_b),
            _ => return false,
        }
    }
}

const fn build() -> Table {
    let mut table = Table { slots: [0; SLOTS], words: [("", 0, false); COUNT], stems: [0; 64] };
    let mut length = 0;
    let mut lists = LISTS;
    while let [(tags, words), rest @ ..] = lists {
        let mut words = *words;
        while let [word, more @ ..] = words {
            length = insert(&mut table, length, word, *tags, false);
            words = more;
        }
        lists = rest;
    }
    let mut lists = STEMS;
    while let [(tags, words), rest @ ..] = lists {
        let mut words = *words;
        while let [word, more @ ..] = words {
            length = insert(&mut table, length, word, *tags, true);
            words = more;
        }
        lists = rest;
    }
    let mut phrases = PHRASES;
    while let [(word, _), rest @ ..] = phrases {
        length = insert(&mut table, length, word, tag::phrase(PHRASES.len() - phrases.len()), false);
        phrases = rest;
    }
    table
}

/// Adds the tags of a word to the table, and says how many words it then has.
#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where a wrong index is an error")]
#[expect(clippy::cast_possible_truncation, reason = "there are a few thousand words")]
const fn insert(table: &mut Table, length: usize, word: &'static str, tags: u64, is_stem: bool) -> usize {
    let mut hash = START;
    let mut bytes = word.as_bytes();
    while let [byte, tail @ ..] = bytes {
        hash = step(hash, *byte);
        bytes = tail;
    }
    if is_stem {
        let bit = mixed(hash) as usize % 4096;
        table.stems[bit / 64] |= 1 << (bit % 64);
    }
    let mut slot = mixed(hash) as usize % SLOTS;
    loop {
        let at = table.slots[slot] as usize;
        if at == 0 {
            table.words[length] = (word, tags, is_stem);
            table.slots[slot] = length as u16 + 1;
            return length + 1;
        }
        let (known, others, stem) = table.words[at - 1];
        if stem == is_stem && same(known.as_bytes(), word.as_bytes()) {
            table.words[at - 1] = (known, others | tags, stem);
            return length;
        }
        slot = (slot + 1) % SLOTS;
    }
}

fn find(word: &[u8], hash: u32, is_stem: bool) -> u64 {
    let mut slot = mixed(hash) as usize % SLOTS;
    loop {
        let at = TABLE.slots.get(slot).map_or(0, |at| usize::from(*at));
        let Some((known, tags, stem)) = at.checked_sub(1).and_then(|at| TABLE.words.get(at)) else {
            return 0;
        };
        if *stem == is_stem && known.as_bytes() == word {
            return *tags;
        }
        slot = (slot + 1) % SLOTS;
    }
}

/// The tags of a normalised word.
pub(super) fn tags(word: &str) -> u64 {
    let mut hash = START;
    let mut found = 0;
    for (index, byte) in word.bytes().enumerate() {
        if index >= 64 {
            return found;
        }
        hash = step(hash, byte);
        if (3..LONGEST_STEM).contains(&index) {
            let bit = mixed(hash) as usize % 4096;
            let is_stem = TABLE.stems.get(bit / 64).is_some_and(|bits| bits & (1 << (bit % 64)) != 0);
            if is_stem {
                found |= find(word.as_bytes().get(..=index).unwrap_or_default(), hash, true);
            }
        }
    }
    found | find(word.as_bytes(), hash, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_words_and_stems() {
        assert_eq!(tags("select") & tag::SQL_VERB, tag::SQL_VERB);
        assert_ne!(tags("ignoring") & tag::DROP, 0);
        assert_ne!(tags("anweisungen") & tag::RULES, 0);
        assert_eq!(tags("selection"), 0);
        assert_eq!(tags("weather"), 0);
        assert_eq!(tags(&"x".repeat(1000)), 0);
    }

    // A table that is not crowded is searched in a step or two.
    const _: () = assert!(COUNT * 3 < SLOTS);

    #[test]
    fn words_are_as_texts_are_normalised() {
        for (_, words) in LISTS.iter().chain(STEMS) {
            for word in *words {
                assert_eq!(super::super::normal::normalise(word).text, *word);
            }
        }
    }
}
