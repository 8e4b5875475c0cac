//! "Did you mean": what an author most likely wanted to write.

use super::keys::{Key, Table};
use super::tables;
use crate::diag::nearest;

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

/// The word without what people vary: case, `_`, `-`.
fn bare(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// Whether a key says what an agent may do. A tool never writes such a key unasked.
pub(super) fn carries_authority(key: &Key) -> bool {
    const CARRY: &[&str] = &[
        "access",
        "action",
        "agent",
        "allow_private",
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
        "transports",
        "http",
        "resource",
        "issuer",
        "jwks",
        "read_scope",
        "write_scope",
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
