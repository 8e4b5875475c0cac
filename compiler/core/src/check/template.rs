//! Templates: `{{name}}` and `{{secret:key}}` in a string. Parsed once, here; nothing is ever scanned again.

use std::ops::Range;

use crate::check::place::{exactly_inside, inside};
use crate::diag::{Diagnostic, HD0205, HD0206, HD0308, Sink};
use crate::source::Spanned;

/// A piece of a template, and where in the string it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece<'a> {
    /// What it is.
    pub what: What<'a>,
    /// Bytes of the string, braces included.
    pub at: Range<usize>,
}

/// What a piece of a template is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What<'a> {
    /// Text of the author.
    Text(&'a str),
    /// `{{name}}`
    Arg(&'a str),
    /// `{{secret:key}}`
    Secret(&'a str),
}

/// What is wrong with a placeholder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault<'a> {
    NotClosed,
    Empty,
    Spaces(&'a str),
    NotAName(&'a str),
    NotAKey(&'a str),
}

/// The pieces of a string whose faults were reported before, or are somebody else's to report.
pub(crate) fn split(text: &str) -> Option<Vec<Piece<'_>>> {
    scan(text).into_iter().map(|(found, at)| found.ok().map(|what| Piece { what, at })).collect()
}

/// The pieces of a string; what is wrong with it is reported.
pub(crate) fn parse<'a>(text: &'a Spanned<String>, sink: &mut Sink) -> Option<Vec<Piece<'a>>> {
    let mut pieces = Some(Vec::new());
    for (found, at) in scan(&text.value) {
        match found {
            Ok(what) => {
                if let Some(pieces) = &mut pieces {
                    pieces.push(Piece { what, at });
                }
            }
            Err(fault) => {
                pieces = None;
                sink.push(explain(fault, text, &at));
            }
        }
    }
    pieces
}

/// The words between braces, also of placeholders that are not well formed: what a broken template was about.
pub(crate) fn mentioned(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{").skip(1).flat_map(|behind| {
        let inner = behind.split("}}").next().unwrap_or_default();
        inner.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')))
    })
}

/// Whether the string has a placeholder, well formed or not.
pub(crate) fn has_placeholder(text: &str) -> bool {
    text.contains("{{")
}

fn scan(text: &str) -> Vec<(Result<What<'_>, Fault<'_>>, Range<usize>)> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut offset = 0;
    while let Some((before, after)) = rest.split_once("{{") {
        if !before.is_empty() {
            found.push((Ok(What::Text(before)), offset..offset + before.len()));
        }
        offset += before.len();
        let Some((inner, tail)) = after.split_once("}}") else {
            found.push((Err(Fault::NotClosed), offset..text.len()));
            return found;
        };
        let end = offset + inner.len() + 4;
        found.push((placeholder(inner), offset..end));
        offset = end;
        rest = tail;
    }
    if !rest.is_empty() {
        found.push((Ok(What::Text(rest)), offset..text.len()));
    }
    found
}

fn placeholder(inner: &str) -> Result<What<'_>, Fault<'_>> {
    let name = inner.trim();
    if name.is_empty() {
        return Err(Fault::Empty);
    }
    let (secret, word) = match name.split_once(':') {
        Some(("secret", key)) => (true, key),
        Some(_) | None => (false, name),
    };
    if secret && !is_secret_key(word) {
        return Err(Fault::NotAKey(word));
    }
    if !secret && !is_parameter_name(word) {
        return Err(Fault::NotAName(word));
    }
    if name.len() != inner.len() {
        return Err(Fault::Spaces(name));
    }
    Ok(if secret { What::Secret(word) } else { What::Arg(word) })
}

fn explain(fault: Fault<'_>, text: &Spanned<String>, at: &Range<usize>) -> Diagnostic {
    let span = inside(text, at);
    match fault {
        Fault::NotClosed => Diagnostic::error(HD0205, "this placeholder is not closed", span, "`{{` without `}}`")
            .note("`{{` always begins a placeholder; there is no way to send two braces as text")
            .help("write `{{name}}` for a parameter, `{{secret:key}}` for a secret"),
        Fault::Empty => Diagnostic::error(HD0206, "this placeholder is empty", span, "no name between the braces")
            .help("write `{{name}}` for a parameter, `{{secret:key}}` for a secret"),
        Fault::Spaces(name) => {
            let tight = format!("{{{{{name}}}}}");
            let found = Diagnostic::error(HD0206, "a placeholder has no spaces inside its braces", span, "spaces in here")
                .help(format!("write `{tight}`"));
            match exactly_inside(text, at) {
                Some(exact) => found.fix(exact, tight.clone(), format!("write `{tight}`")),
                None => found,
            }
        }
        Fault::NotAName(name) => {
            let found = Diagnostic::error(
                HD0206,
                format!("`{}` is not the name of a parameter", shorten(name)),
                span,
                "neither a parameter nor a secret",
            )
            .note("a placeholder holds one name, of letters, digits, `_` and `-`; there are no expressions in it");
            match name.split_once(':') {
                Some((prefix, key)) => found.help(format!(
                    "`{}:` is not known; a secret is written `{{{{secret:{}}}}}`",
                    shorten(prefix),
                    shorten(key)
                )),
                None => found.help("write `{{name}}` with the name of a declared parameter"),
            }
        }
        Fault::NotAKey(key) => Diagnostic::error(
            HD0308,
            format!("`{}` cannot be the key of a secret", shorten(key)),
            span,
            "not a secret's key",
        )
        .help("a key has letters, digits, `.`, `_` and `-`, begins with a letter or digit, and has at most 64 of them"),
    }
}

/// `[A-Za-z_][A-Za-z0-9_-]{0,63}`: what every MCP client and model API takes as a property's name.
pub(crate) fn is_parameter_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// `[A-Za-z0-9][A-Za-z0-9._-]{0,63}`
pub(crate) fn is_secret_key(key: &str) -> bool {
    key.len() <= 64
        && key.starts_with(|c: char| c.is_ascii_alphanumeric())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
}

/// The author's words, cut where they would fill the screen.
pub(crate) fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;
    use crate::source::Span;

    fn pieces(text: &str) -> Option<Vec<What<'_>>> {
        split(text).map(|pieces| pieces.into_iter().map(|piece| piece.what).collect())
    }

    fn code(text: &str) -> Vec<Code> {
        let mut sink = Sink::default();
        assert_eq!(parse(&Spanned::new(text.to_owned(), Span::default()), &mut sink), None, "{text}");
        sink.into_sorted().into_iter().map(|found| found.code).collect()
    }

    #[test]
    fn pieces_keep_their_order() {
        assert_eq!(
            pieces("a{{b}}c{{secret:d.e}}"),
            Some(vec![What::Text("a"), What::Arg("b"), What::Text("c"), What::Secret("d.e")])
        );
        assert_eq!(pieces("{\"json\": {}}"), Some(vec![What::Text("{\"json\": {}}")]));
        assert_eq!(pieces(""), Some(vec![]));
    }

    #[test]
    fn places_are_byte_ranges_with_braces() {
        let at: Vec<_> = split("é{{b}}c").into_iter().flatten().map(|piece| piece.at).collect();
        assert_eq!(at, [0..2, 2..7, 7..8]);
    }

    #[test]
    fn broken_templates_mention_words() {
        let words: Vec<_> =
            mentioned("a{{ b }}/{{secret:c.d}}/{{e").filter(|word| !word.is_empty()).collect();
        assert_eq!(words, ["b", "secret", "c.d", "e"]);
    }

    #[test]
    fn faults_have_codes() {
        for (text, expected) in [
            ("a{{b", HD0205),
            ("{{}}", HD0206),
            ("{{ }}", HD0206),
            ("{{ b }}", HD0206),
            ("{{b.c}}", HD0206),
            ("{{b c}}", HD0206),
            ("{{env:HOME}}", HD0206),
            ("{{{b}}}", HD0206),
            ("{{secret:}}", HD0308),
            ("{{secret:a/b}}", HD0308),
        ] {
            assert_eq!(code(text), [expected], "{text}");
        }
    }
}
