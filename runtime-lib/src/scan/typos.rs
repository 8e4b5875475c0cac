//! Words of instructions with one slip of the fingers in them.

use super::lexicon::{self, Known, tag};

/// Words of instructions that are known with one slip of the fingers, too, by their first letter. None is so short that the
/// slip makes another word.
const fn mistypable(first: u8) -> &'static [&'static str] {
    match first {
        b'b' => &["bypass"],
        b'd' => &["disregard"],
        b'e' => &["everything"],
        b'f' => &["forget"],
        b'g' => &["guidelines"],
        b'i' => &["ignore", "instruction", "instructions"],
        b'o' => &["override"],
        b'p' => &["previous", "prompt", "password", "pretend"],
        b'r' => &["reveal", "restrictions"],
        b'u' => &["unrestricted"],
        _ => &[],
    }
}

/// Words that are one slip from a word of [`mistypable`], and are none.
const OTHERS: &[&str] = &[
    "forge",
    "forged",
    "precious",
    "repeal",
    "forgot",
    "prompto",
    "reveals",
    "prompts",
    "forgets",
    "ignored",
    "passwords",
];

/// What is known of a word that is none, but is one slip of the fingers from a word of [`mistypable`].
pub(super) fn mistyped(word: &str) -> Known {
    let bytes = word.as_bytes();
    let Some(first) = bytes.first() else { return Known::default() };
    let near = mistypable(*first)
        .iter()
        .find(|known| known.len().abs_diff(bytes.len()) <= 1 && is_one_slip(known.as_bytes(), bytes));
    near.filter(|_| !OTHERS.contains(&word))
        .map_or_else(Known::default, |known| Known { tags: lexicon::tags(known) & tag::OF_PROMPTS, term: 0 })
}

/// Whether one letter is missing, too much, another one, or has changed places with the next.
fn is_one_slip(known: &[u8], typed: &[u8]) -> bool {
    let same = known.iter().zip(typed).take_while(|(one, other)| one == other).count();
    let (known, typed) = (known.get(same..).unwrap_or_default(), typed.get(same..).unwrap_or_default());
    match (known, typed) {
        ([a, b, known @ ..], [c, d, typed @ ..]) if a == d && b == c && known == typed => true,
        ([_, known @ ..], [_, rest @ ..]) if known == rest => true,
        ([_, rest @ ..], typed) if rest == typed => true,
        (known, [_, rest @ ..]) => known == rest,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_a_word_with_one_slip() {
        for word in ["ingore", "ignroe", "prevous", "instrctions", "promt", "forgett", "disreguard"] {
            assert_ne!(mistyped(word).tags, 0, "{word}");
        }
        for word in ["forge", "precious", "construction", "instructor", "weather", "igneous"] {
            assert_eq!(mistyped(word).tags, 0, "{word}");
        }
    }
}
