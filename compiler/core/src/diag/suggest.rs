//! "Did you mean": the name that the author most likely meant.

/// Names longer than this are nobody's typing error.
const LONGEST: usize = 64;
/// How many names are compared letter by letter before the search gives up, so that a hostile file costs little.
const MOST: usize = 64;

/// The candidate nearest to `name`, if one is near enough.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = name.chars().count();
    if length > LONGEST {
        return None;
    }
    let allowed = (length / 3).clamp(1, 3);
    candidates
        .into_iter()
        .filter(|candidate| {
            candidate.len().abs_diff(name.len()) <= allowed * 4 && letters_are_near(name, candidate, allowed)
        })
        .take(MOST)
        .filter_map(|candidate| {
            let distance = distance(&name.to_lowercase(), &candidate.to_lowercase());
            (distance <= allowed && candidate.chars().count() <= LONGEST).then_some((distance, candidate))
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Whether the sets of letters differ by no more than that many edits could make them.
fn letters_are_near(a: &str, b: &str, allowed: usize) -> bool {
    let set = |text: &str| text.bytes().fold(0_u32, |set, byte| set | 1 << (byte.to_ascii_lowercase() & 31));
    (set(a) ^ set(b)).count_ones() as usize <= 2 * allowed
}

/// Levenshtein distance in which two swapped neighbours count once.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut previous = None;
    for (row, letter) in a.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in b.iter().enumerate() {
            let at = |line: &[usize], index: usize| line.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&last, column) + usize::from(letter != *other);
            let mut best = replaced.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = column > 0 && previous == Some(*other) && b.get(column - 1) == Some(&letter);
            if swapped {
                best = best.min(at(&before, column - 1) + 1);
            }
            current.push(best);
        }
        before = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let names = ["query", "query_range", "targets"];
        for (typed, meant) in [
            ("qurey", Some("query")),
            ("query_rang", Some("query_range")),
            ("Targets", Some("targets")),
            ("tragest", Some("targets")),
            ("metrics", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, names), meant, "{typed}");
        }
    }

    #[test]
    fn distance_counts_a_swap_once() {
        assert_eq!(distance("abcd", "abdc"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
