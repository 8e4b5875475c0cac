//! The words that detectors know, in one table that is made when the runtime is compiled.
//!
//! A word is looked up once and gives a set of tags; the detectors read tags. Stems match the beginnings of words.

use super::words::{CIPHERED, LISTS, List, PHRASES, ROTATED, Words, head, stem};

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
    /// What a query cannot do without.
    pub(in crate::scan) const SQL_QUERY: u64 = 1 << 7;
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
    /// A piece of a word: letter, character.
    pub(in crate::scan) const PORTION: u64 = 1 << 19;
    /// Not for everybody: confidential, classified.
    pub(in crate::scan) const CONFIDENTIAL: u64 = 1 << 20;
    /// What is kept about people and firms: information, records.
    pub(in crate::scan) const RECORDS: u64 = 1 << 21;
    /// To know what speaks against something: know, although.
    pub(in crate::scan) const AWARE: u64 = 1 << 22;
    /// What hides a secret in words: poem, riddle.
    pub(in crate::scan) const VERSE: u64 = 1 << 23;
    /// What people do with words: a discussion.
    pub(in crate::scan) const TALK: u64 = 1 << 63;
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
    /// What is not real: imagine, suppose, hypothetical.
    pub(in crate::scan) const FICTION: u64 = 1 << 41;
    /// To do as one is told: follow, obey.
    pub(in crate::scan) const FOLLOW: u64 = 1 << 42;
    /// Not, never, stop: before one of those, it sets aside.
    pub(in crate::scan) const NOT: u64 = 1 << 43;
    /// Where.
    pub(in crate::scan) const WHERE: u64 = 1 << 44;
    /// To have a home somewhere.
    pub(in crate::scan) const LIVES: u64 = 1 << 45;
    /// At this time.
    pub(in crate::scan) const NOW: u64 = 1 << 46;
    /// A turn to another subject: by the way.
    pub(in crate::scan) const TURN: u64 = 1 << 47;
    /// A change for good: from now on, you are now.
    pub(in crate::scan) const HENCE: u64 = 1 << 48;

    /// A word of an instruction in a shifted alphabet, or backwards.
    pub(in crate::scan) const CIPHERED: u64 = 1 << 49;

    /// What instructions are once they do not count: void, cancelled.
    pub(in crate::scan) const VOID: u64 = 1 << 50;
    /// To say again: repeat, copy.
    pub(in crate::scan) const ECHO: u64 = 1 << 51;
    /// What is said again: the words, everything.
    pub(in crate::scan) const TEXT: u64 = 1 << 52;
    /// To bring data elsewhere: forward, upload.
    pub(in crate::scan) const SEND: u64 = 1 << 53;
    /// Data of a user: mails, history.
    pub(in crate::scan) const DATA: u64 = 1 << 54;
    /// What begins a word to somebody: note, attention.
    pub(in crate::scan) const NOTE: u64 = 1 << 55;
    /// What a model does with a document: reading, summarising.
    pub(in crate::scan) const READS: u64 = 1 << 56;
    /// To switch off: disable, lift.
    pub(in crate::scan) const OFF: u64 = 1 << 57;
    /// What guards a model: safety, filters.
    pub(in crate::scan) const GUARD: u64 = 1 << 58;
    /// Not to do as one is asked: refuse, apologise, warn.
    pub(in crate::scan) const REFUSE: u64 = 1 << 59;
    /// What only a model has: a system prompt, a context window.
    pub(in crate::scan) const INNER: u64 = 1 << 60;
    /// To allow: authorise, permitted.
    pub(in crate::scan) const GRANT: u64 = 1 << 61;
    /// Somebody dear, of whom stories are told.
    pub(in crate::scan) const KIN: u64 = 1 << 62;

    /// All that prompts are made of.
    pub(in crate::scan) const OF_PROMPTS: u64 = !0 << 19;
}

/// What is known of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Known {
    pub(super) tags: u64,
    /// 1 + the first of the terms that it begins; 0: it begins none.
    pub(super) term: u16,
}

/// Several words that are one to a detector.
#[derive(Clone, Copy)]
pub(super) struct Term {
    /// The words behind the first, joined by `+`.
    pub(super) rest: &'static str,
    pub(super) tags: u64,
    /// Index into [`PHRASES`], if it is one of those.
    pub(super) phrase: Option<u16>,
    /// 1 + the next term with the same first word.
    next: u16,
    /// With which letters the second words of it and of those behind it begin, as [`letter`]s.
    seconds: u32,
}

const SLOTS: usize = 16384;
const FILTER: usize = 32768;
const SHORTEST_STEM: usize = 4;
/// What is longer is none, and is not read to its end.
const LONGEST_WORD: usize = 64;

#[derive(Clone, Copy)]
struct Entry {
    tags: u64,
    /// Where the word stands in `letters`.
    start: u16,
    term: u16,
    length: u8,
    is_stem: bool,
}

struct Table {
    /// 1 + index into `entries`, 0: empty. Open addressing.
    slots: [u16; SLOTS],
    entries: [Entry; COUNT],
    /// All words, without anything between them.
    letters: [u8; LETTERS],
    /// Which hashes a stem has.
    stems: [u64; FILTER / 64],
    terms: [Term; TERMS],
    /// How many of each there are.
    length: usize,
    letters_length: usize,
    terms_length: usize,
}

static TABLE: Table = build();

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
    let term = Term { rest: "", tags: 0, phrase: None, next: 0, seconds: 0 };
    let entry = Entry { tags: 0, start: 0, term: 0, length: 0, is_stem: false };
    let mut table = Table {
        slots: [0; SLOTS],
        entries: [entry; COUNT],
        letters: [0; LETTERS],
        stems: [0; FILTER / 64],
        terms: [term; TERMS],
        length: 0,
        letters_length: 0,
        terms_length: 0,
    };
    let mut lists = LISTS;
    while let [list, rest @ ..] = lists {
        let mut list: List = list;
        while let [(tags, text), more @ ..] = list {
            insert_all(&mut table, text, *tags, None);
            list = more;
        }
        lists = rest;
    }
    let mut index = 0;
    let mut phrases = PHRASES;
    while let [(_, _, text), rest @ ..] = phrases {
        insert_all(&mut table, text, 0, Some(index));
        index += 1;
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

const fn insert_all(table: &mut Table, text: &'static str, tags: u64, phrase: Option<u16>) {
    let mut words = Words::of(text);
    while let Some((word, more)) = words.split_first() {
        let (first, rest) = head(word);
        let (first, is_stem) = stem(first);
        if rest.is_empty() {
            insert(table, first.as_bytes(), is_stem, tags);
        } else {
            let at = insert(table, first.as_bytes(), is_stem, 0);
            insert_term(table, at, Term { rest, tags, phrase, next: 0, seconds: 0 });
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
    let start = table.letters_length;
    let mut bytes = word;
    while let [byte, rest @ ..] = bytes {
        table.letters[table.letters_length] = *byte;
        table.letters_length += 1;
        bytes = rest;
    }
    let at = table.length;
    table.entries[at] = Entry { tags, start: start as u16, term: 0, length: word.len() as u8, is_stem };
    table.length += 1;
    table.slots[slot] = at as u16 + 1;
    at
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
const fn insert_term(table: &mut Table, at: usize, term: Term) {
    let next = table.entries[at].term;
    let behind = if next == 0 { 0 } else { table.terms[next as usize - 1].seconds };
    table.terms[table.terms_length] = Term { next, seconds: behind | letter(term.rest), ..term };
    table.terms_length += 1;
    table.entries[at].term = table.terms_length as u16;
}

const START: u32 = 0x811c_9dc5;

const fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(0x0100_0193)
}

const fn mixed(hash: u32) -> u32 {
    hash ^ (hash >> 15)
}

const fn hash_of(bytes: &[u8]) -> u32 {
    let mut hash = START;
    let mut bytes = bytes;
    while let [byte, rest @ ..] = bytes {
        hash = step(hash, *byte);
        bytes = rest;
    }
    hash
}

/// What is known of a normalised word.
pub(super) fn look_up(word: &str) -> Known {
    let known = as_it_stands(word.as_bytes());
    if known == Known::default() && matches!(word.as_bytes().first(), Some(0xd7..=0xd9)) {
        return without_particles(word);
    }
    known
}

/// The tags of a normalised word.
pub(super) fn tags(word: &str) -> u64 {
    look_up(word).tags
}

/// The terms that begin with a word of this [`Known::term`] and may go on with this one.
pub(super) fn terms(first: u16, second: &str) -> impl Iterator<Item = &'static Term> {
    let at = |number: u16| usize::from(number).checked_sub(1).and_then(|index| TABLE.terms.get(index));
    // Most terms differ in the next letter already, and most words that begin terms begin none here.
    let letter = letter(second);
    let first = at(first).filter(|term| term.seconds & letter != 0);
    std::iter::successors(first, move |term| at(term.next))
        .filter(move |term| self::letter(term.rest) == letter)
}

/// A bit for the first letter of a word; other letters may have the same.
const fn letter(word: &str) -> u32 {
    match word.as_bytes() {
        [first, ..] => 1 << (*first & 31),
        [] => 0,
    }
}

fn as_it_stands(word: &[u8]) -> Known {
    let mut known = Known::default();
    let (head, tail) = word.split_at_checked(SHORTEST_STEM - 1).unwrap_or((word, &[]));
    let mut hash = hash_of(head);
    for (index, byte) in tail.iter().enumerate() {
        hash = step(hash, *byte);
        if may_be_stem(hash) {
            known.add(find(word.get(..SHORTEST_STEM + index).unwrap_or_default(), hash, true));
        }
        if index == LONGEST_WORD {
            return known;
        }
    }
    known.add(find(word, hash, false));
    known
}

fn may_be_stem(hash: u32) -> bool {
    let bit = mixed(hash) as usize % FILTER;
    TABLE.stems.get(bit / 64).is_some_and(|bits| bits & (1 << (bit % 64)) != 0)
}

impl Known {
    const fn add(&mut self, other: Self) {
        self.tags |= other.tags;
        if other.term != 0 {
            self.term = other.term;
        }
    }
}

#[inline(never)]
fn find(word: &[u8], hash: u32, is_stem: bool) -> Known {
    let mut slot = mixed(hash) as usize % SLOTS;
    loop {
        let at = TABLE.slots.get(slot).map_or(0, |at| usize::from(*at));
        let Some(entry) = at.checked_sub(1).and_then(|at| TABLE.entries.get(at)) else {
            return Known::default();
        };
        if entry.is_stem == is_stem && usize::from(entry.length) == word.len() {
            let start = usize::from(entry.start);
            if TABLE.letters.get(start..start + word.len()) == Some(word) {
                return Known { tags: entry.tags, term: entry.term };
            }
        }
        slot = (slot + 1) % SLOTS;
    }
}

/// Arabic and Hebrew write particles and articles together with the word behind them.
fn without_particles(word: &str) -> Known {
    const PARTICLES: &[char] = &['و', 'ف', 'ب', 'ك', 'ل', 'ا', 'ה', 'ו', 'ב', 'ל', 'מ', 'ש', 'כ'];
    let mut rest = word;
    for _ in 0..3 {
        let Some(shorter) = rest.strip_prefix(PARTICLES).filter(|shorter| shorter.len() >= 6) else { break };
        rest = shorter;
        let known = as_it_stands(rest.as_bytes());
        if known != Known::default() {
            return known;
        }
    }
    Known::default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::normal::normalise;

    #[test]
    fn knows_words_and_stems() {
        assert_eq!(tags("select") & tag::SQL_VERB, tag::SQL_VERB);
        assert_ne!(tags("ignoring") & tag::DROP, 0);
        assert_ne!(tags("anweisungen") & tag::RULES, 0);
        assert_ne!(tags("التعليمات") & tag::RULES, 0, "with its article");
        assert_ne!(tags("וההוראות") & tag::RULES, 0, "with its article");
        assert_eq!(tags("selection"), 0);
        assert_eq!(tags("weather"), 0);
        assert_eq!(tags(&"x".repeat(1000)), 0);
    }

    #[test]
    fn knows_which_terms_a_word_begins() {
        let rests: Vec<&str> = terms(look_up("mot").term, "de").map(|term| term.rest).collect();
        assert_eq!(rests, ["de+passe"]);
        assert_eq!(terms(look_up("weather").term, "report").count(), 0);
    }

    #[test]
    fn words_are_as_texts_are_normalised() {
        let texts = LISTS.iter().flat_map(|list| list.iter().map(|(_, text)| *text));
        let mut others = Vec::new();
        for text in texts.chain(PHRASES.iter().map(|(_, _, text)| *text)) {
            for (index, word) in text.split(' ').flat_map(|term| term.split('+').enumerate()) {
                let (bare, is_stem) = stem(word);
                let normal = normalise(bare).text;
                if normal != *bare {
                    others.push((bare, normal.into_owned()));
                }
                let is_searched = is_stem && index == 0;
                assert!(!is_searched || bare.len() >= SHORTEST_STEM, "{word}");
                assert!(!bare.is_empty() && bare.len() <= LONGEST_WORD, "{text}");
            }
        }
        assert!(others.is_empty(), "as texts are normalised: {others:?}");
    }
}
