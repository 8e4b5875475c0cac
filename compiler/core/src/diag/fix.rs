//! Findings that say their own edit, made.

use super::{Diagnostic, Fix};
use crate::source::FileId;

/// A text after its edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fixed {
    /// The text.
    pub text: String,
    /// How many edits were made.
    pub count: usize,
}

/// Makes the edits of one file that keep or narrow authority. Of two that touch each other the first one is made: check the
/// result again for the other. `text` is that of the file; a byte-order mark before it stays.
#[must_use]
pub fn apply(text: &str, file: FileId, diagnostics: &[Diagnostic]) -> Fixed {
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let mut fixes: Vec<&Fix> = diagnostics
        .iter()
        .filter_map(|found| found.fix.as_ref())
        .filter(|fix| fix.applicable && fix.span.file == file)
        .collect();
    fixes.sort_by_key(|fix| (fix.span.start, fix.span.end));
    let mut fixed = String::from(mark);
    let (mut copied, mut count) = (0, 0);
    for Fix { span, replacement, .. } in fixes {
        let range = span.range();
        let touches = count > 0 && range.start <= copied;
        let (Some(between), Some(old)) = (body.get(copied..range.start), body.get(range.clone())) else {
            continue;
        };
        if touches || old == replacement {
            continue;
        }
        fixed.push_str(between);
        fixed.push_str(replacement);
        copied = range.end;
        count += 1;
    }
    fixed.push_str(body.get(copied..).unwrap_or(""));
    Fixed { text: fixed, count }
}
