//! Scripts that write no spaces: their known pieces, found wherever they stand.

use super::utf8;
use super::words::{List, UNSPACED, Words};

/// Whether the character is of a script whose words stand together. In UTF-8 all of these take three bytes.
pub(super) const fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{e7f}' | '\u{1100}'..='\u{11ff}' | '\u{3005}'..='\u{30ff}' | '\u{3130}'..='\u{318f}'
        | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

const SLOTS: usize = 2048;

struct Table {
    /// 1 + the first piece whose first character has this hash; 0: there is none.
    slots: [u16; SLOTS],
    pieces: [Piece; COUNT],
}

#[derive(Clone, Copy)]
struct Piece {
    text: &'static str,
    tags: u64,
    /// 1 + the next piece of the slot.
    next: u16,
}

static TABLE: Table = build();

const COUNT: usize = count();

const fn count() -> usize {
    let mut total = 0;
    let mut lists = UNSPACED;
    while let [list, rest @ ..] = lists {
        let mut list: List = list;
        while let [(_, text), more @ ..] = list {
            let mut words = Words::of(text);
            while let Some((_, others)) = words.split_first() {
                total += 1;
                words = others;
            }
            list = more;
        }
        lists = rest;
    }
    total
}

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler, where a wrong index is an error")]
#[expect(clippy::cast_possible_truncation, reason = "there are a few hundred pieces")]
const fn build() -> Table {
    let mut table = Table { slots: [0; SLOTS], pieces: [Piece { text: "", tags: 0, next: 0 }; COUNT] };
    let mut length = 0;
    let mut lists = UNSPACED;
    while let [list, rest @ ..] = lists {
        let mut list: List = list;
        while let [(tags, text), more @ ..] = list {
            let mut words = Words::of(text);
            while let Some((text, others)) = words.split_first() {
                let slot = slot(text.as_bytes());
                table.pieces[length] = Piece { text, tags: *tags, next: table.slots[slot] };
                length += 1;
                table.slots[slot] = length as u16;
                words = others;
            }
            list = more;
        }
        lists = rest;
    }
    table
}

/// By the bits in which the first characters differ most.
const fn slot(bytes: &[u8]) -> usize {
    match bytes {
        [first, second, third, ..] => {
            let mixed =
                ((*first as usize & 15) * 0x2f5) ^ ((*second as usize & 63) << 5) ^ (*third as usize & 63);
            mixed % SLOTS
        }
        _ => 0,
    }
}

/// The known piece at the start of a text, or what stands before the next one: its length and tags.
pub(super) fn split_first(text: &str) -> (usize, u64) {
    let mut rest = text.as_bytes();
    while is_unspaced_at(rest) {
        if let Some((piece, tags)) = piece(rest) {
            let before = text.len() - rest.len();
            return if before == 0 { (piece, tags) } else { (before, 0) };
        }
        rest = rest.get(3..).unwrap_or_default();
    }
    (text.len() - rest.len(), 0)
}

/// [`is_unspaced`] of the character at the start of these bytes.
fn is_unspaced_at(bytes: &[u8]) -> bool {
    match utf8::first(bytes) {
        // The most of them by far.
        (0x4000..=0x9fff, _) => true,
        (code @ 0xe00.., 3) => char::from_u32(code).is_some_and(is_unspaced),
        _ => false,
    }
}

/// Length of the longest piece here, and the tags of all that are here.
fn piece(here: &[u8]) -> Option<(usize, u64)> {
    match TABLE.slots.get(slot(here)) {
        Some(0) | None => None,
        Some(first) => piece_of(*first, here),
    }
}

fn piece_of(first: u16, here: &[u8]) -> Option<(usize, u64)> {
    let at = |number: u16| usize::from(number).checked_sub(1).and_then(|index| TABLE.pieces.get(index));
    let pieces = std::iter::successors(at(first), |piece| at(piece.next));
    let here = pieces.filter(|piece| here.starts_with(piece.text.as_bytes()));
    let found = here.fold((0, 0), |(length, tags), piece| (piece.text.len().max(length), tags | piece.tags));
    (found.0 > 0).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::super::normal::normalise;
    use super::*;

    #[test]
    fn every_piece_is_found_where_it_stands() {
        for (tags, text) in UNSPACED.iter().flat_map(|list| list.iter()) {
            for piece in text.split(' ') {
                assert_eq!(normalise(piece).text, *piece);
                let (length, found) = split_first(piece);
                assert!(length == piece.len() && found & tags == *tags, "{piece}");
                assert!(piece.chars().next().is_some_and(is_unspaced), "{piece}");
            }
        }
    }
}
