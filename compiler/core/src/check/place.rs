//! Places inside a string of the author.

use std::ops::Range;

use crate::source::{Span, Spanned};

/// The place of `range` inside the string, where the source spells the string letter by letter; else the whole string.
///
/// An ASCII string whose source is as long as itself, or longer by two quotes, has no escapes and no folded lines in it.
pub(crate) fn inside(text: &Spanned<String>, range: &Range<usize>) -> Span {
    exactly_inside(text, range).unwrap_or(text.span)
}

/// As [`inside`], and `None` where only the whole string is known: an edit may be made of this.
pub(crate) fn exactly_inside(text: &Spanned<String>, range: &Range<usize>) -> Option<Span> {
    let source = usize::try_from(text.span.end.checked_sub(text.span.start)?).ok()?;
    let quote = match source.checked_sub(text.value.len())? {
        0 => 0,
        2 => 1,
        _ => return None,
    };
    if !text.value.is_ascii() || range.end > text.value.len() || range.start > range.end {
        return None;
    }
    let at = |offset: usize| text.span.start.checked_add(u32::try_from(offset.checked_add(quote)?).ok()?);
    Some(Span { file: text.span.file, start: at(range.start)?, end: at(range.end)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn text(value: &str, start: u32, end: u32) -> Spanned<String> {
        Spanned::new(value.to_owned(), Span { file: FileId(0), start, end })
    }

    #[test]
    fn plain_and_quoted_strings_have_places_inside() {
        let plain = inside(&text("abc{{x}}", 10, 18), &(3..8));
        assert_eq!((plain.start, plain.end), (13, 18));
        let quoted = inside(&text("abc{{x}}", 10, 20), &(3..8));
        assert_eq!((quoted.start, quoted.end), (14, 19));
    }

    #[test]
    fn escaped_strings_are_one_place() {
        assert_eq!(exactly_inside(&text("a\nb", 0, 6), &(0..1)), None);
        assert_eq!(exactly_inside(&text("aé", 0, 3), &(0..1)), None);
    }
}
