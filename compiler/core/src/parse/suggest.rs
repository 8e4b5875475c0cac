//! "Did you mean": what an author most likely wanted to write.

use super::keys::{Key, Table};
use super::tables;

/// Longer words are no misspelt keys.
const LONGEST: usize = 48;

/// What to say about a key that its mapping does not know.
pub(super) enum Guess {
    /// A key of the same mapping.
    Here(&'static Key),
    /// Keys of other mappings that have this very name.
    Elsewhere(Vec<&'static Table>),
    /// No idea.
    None,
}

/// What `word` in `table` may stand for.
pub(super) fn guess(word: &str, table: &Table) -> Guess {
    if word.len() > LONGEST {
        return Guess::None;
    }
    let known = || table.keys.iter().filter(|key| key.is_accepted());
    let plain = bare(word);
    let same = |key: &&Key| {
        key.mistaken.contains(&word)
            || bare(key.name) == plain
            || key.aliases.iter().any(|alias| bare(alias) == plain)
    };
    if let Some(key) = known().find(same) {
        return Guess::Here(key);
    }
    let elsewhere: Vec<&Table> = tables::ALL
        .iter()
        .copied()
        .filter(|other| other.path != table.path && !other.path.is_empty())
        .filter(|other| other.key(word).is_some_and(Key::is_accepted))
        .collect();
    if !elsewhere.is_empty() {
        return Guess::Elsewhere(elsewhere);
    }
    match nearest(word, known().map(|key| key.name)).and_then(|name| table.key(name)) {
        Some(key) => Guess::Here(key),
        None => Guess::None,
    }
}

/// The one of `known` that `word` is most likely a misspelling of.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let lower = word.to_lowercase();
    let bound = 1 + word.chars().count() / 4;
    known
        .into_iter()
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|&(far, candidate)| far <= bound && far < candidate.chars().count())
        .min_by_key(|&(far, _)| far)
        .map(|(_, candidate)| candidate)
}

/// The word without what people vary: case, `_`, `-`.
fn bare(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// How many letters are inserted, left out, changed or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    if a.chars().count().abs_diff(b.len()) > 4 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (i, x) in a.chars().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        let mut left = i + 1;
        row.push(left);
        for (j, &y) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX - 1);
            let mut best = (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(left + 1);
            let swapped = j > 0 && previous == Some(y) && b.get(j - 1) == Some(&x);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            row.push(best);
            left = best;
        }
        before = std::mem::replace(&mut last, row);
        previous = Some(x);
    }
    last.last().copied().unwrap_or(usize::MAX)
}

/// Whether a key says what an agent may do. A tool never writes such a key unasked.
pub(super) fn carries_authority(key: &Key) -> bool {
    const CARRY: &[&str] = &[
        "access",
        "action",
        "agent",
        "body_template",
        "consumes",
        "escalation_rules",
        "exposes",
        "headers",
        "http_bridge",
        "match",
        "method",
        "query_params",
        "reads",
        "sandbox",
        "tool",
        "tool_name",
        "tools",
        "trust_tier",
        "uri",
        "url",
        "additional_properties",
        "max",
        "max_length",
        "max_items",
        "max_response_bytes",
        "max_execution_time",
        "rate_limit",
        "per_minute",
        "burst",
        "expires",
    ];
    CARRY.contains(&key.name) || key.name.starts_with("param_")
}
