//! The words that detectors know, in one table that is made when the runtime is compiled.
//!
//! A word is looked up once and gives a set of tags; the detectors read tags. Stems match the beginnings of words.

mod table;

pub(super) use table::Term;
use table::{FILTER, LONGEST_WORD, SHORTEST_STEM, SLOTS, TABLE, hash_of, letter, mixed, step};

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
    let letter = letter(second.as_bytes());
    let first = at(first).filter(|term| term.seconds & letter != 0);
    std::iter::successors(first, move |term| at(term.next))
        .filter(move |term| table::letter(term.rest()) == letter)
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
    use crate::scan::words::{LISTS, PHRASES, stem};

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
        let rests: Vec<&[u8]> = terms(look_up("mot").term, "de").map(Term::rest).collect();
        assert_eq!(rests, [b"de+passe"]);
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
