//! The first character of a text, read from its bytes: what loops over many characters do most.

/// Code and length of the first character of bytes that are a text.
pub(super) const fn first(text: &[u8]) -> (u32, usize) {
    match text {
        [one @ ..0x80, ..] => (*one as u32, 1),
        [one @ ..0xe0, two, ..] => ((*one as u32 & 31) << 6 | rest(*two), 2),
        [one @ ..0xf0, two, three, ..] => ((*one as u32 & 15) << 12 | rest(*two) << 6 | rest(*three), 3),
        [one, two, three, four, ..] => {
            ((*one as u32 & 7) << 18 | rest(*two) << 12 | rest(*three) << 6 | rest(*four), 4)
        }
        _ => (0, 1),
    }
}

/// What a byte behind the first adds.
const fn rest(byte: u8) -> u32 {
    byte as u32 & 63
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_is_read_as_the_standard_library_does() {
        for c in '\0'..=char::MAX {
            assert_eq!(first(format!("{c}x").as_bytes()), (u32::from(c), c.len_utf8()));
        }
    }
}
