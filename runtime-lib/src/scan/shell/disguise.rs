//! Names that are taken apart with what a shell leaves out or fills in.

use crate::scan::lexicon::{self, tag};
use crate::scan::tokens::Tokens;

/// `/b?n/c[a]t`: a path that a shell would fill in.
pub(super) fn glob(tokens: &Tokens<'_>) -> Option<&'static str> {
    if !tokens.has_sign(b"[?") || !tokens.has_sign(b"/") {
        return None;
    }
    for (index, token) in tokens.of_marks(|sign| sign == b'/') {
        if !(index == 0 || token.is_spaced || matches!(tokens.before(index).text, ";" | "&" | "+")) {
            continue;
        }
        let path =
            (index + 1..index + 16).take_while(|at| !tokens.at(*at).is_end() && !tokens.at(*at).is_spaced);
        let (mut slashes, mut gaps) = (0, 0);
        for at in path {
            match tokens.at(at).text {
                "/" => slashes += 1,
                "?" if tokens.at(at + 1).is_name() && tokens.at(at + 2).text != "="
                    || tokens.at(at + 1).text == "?" =>
                {
                    gaps += 1
                }
                "[" if tokens.is_any(at + 2, &["]"]) || tokens.is_any(at + 1, &["!", "^"]) => gaps += 1,
                "=" | "&" => {
                    slashes = 0;
                    break;
                }
                _ => {}
            }
        }
        if slashes >= 1 && gaps >= 1 {
            return Some("path with gaps");
        }
    }
    None
}

/// `c'a't /etc/pa$@sswd`: names taken apart with what a shell leaves out.
pub(super) fn spliced(raw: &str) -> Option<&'static str> {
    if !has_gap(raw.as_bytes()) {
        return None;
    }
    let mut word = String::new();
    let mut gaps = 0;
    let mut inner = 0;
    let mut rest = raw.chars().peekable();
    let mut is_first = true;
    loop {
        let c = rest.next();
        match c {
            Some(c) if c.is_ascii_alphanumeric() => {
                if gaps > 0 && !word.is_empty() {
                    inner += 1;
                }
                gaps = 0;
                word.push(c.to_ascii_lowercase());
                if word.len() > 24 {
                    word.clear();
                    inner = 0;
                }
            }
            Some('\'' | '"' | '\\' | '^' | '`') => gaps += 1,
            Some('$') if matches!(rest.peek(), Some('@' | '*' | '$' | '!' | '?')) => {
                rest.next();
                gaps += 1;
            }
            Some('$') if rest.peek() == Some(&'(') => {
                rest.next();
                gaps += usize::from(rest.next_if_eq(&')').is_some());
            }
            Some('(' | '<' | '>') if matches!(rest.peek(), Some(')' | '(')) => {
                rest.next();
                if rest.peek() == Some(&')') {
                    rest.next();
                }
                gaps += 1;
            }
            other => {
                let is_end =
                    other.is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '/' | ')' | '+'));
                // An empty pair behind the name, or quotation marks inside it.
                inner += usize::from(gaps == 2 && !word.is_empty());
                if inner > 0
                    && is_end
                    && is_first | (inner > 1)
                    && word.len() >= 2
                    && lexicon::tags(&word) & tag::COMMAND != 0
                {
                    return Some("command with its name taken apart");
                }
                is_first = other.is_some_and(|c| matches!(c, ';' | '|' | '&' | '\n' | '('))
                    || (is_first && word.is_empty());
                word.clear();
                (gaps, inner) = (0, 0);
                other?;
            }
        }
    }
}

/// Whether something that a shell leaves out stands in or behind a word.
fn has_gap(text: &[u8]) -> bool {
    // The middle is seldom one of those, so it is looked at first.
    let may_gap = |byte| matches!(byte, b'\'' | b'"' | b'\\' | b'^' | b'`' | b'$' | b'(' | b'<' | b'>');
    text.windows(3).any(|window| match window {
        [_, middle, _] if !may_gap(*middle) => false,
        [before, _, _] if !before.is_ascii_alphanumeric() => false,
        [_, b'\'' | b'"' | b'\\' | b'^' | b'`', behind] => {
            behind.is_ascii_alphanumeric() || matches!(behind, b'\'' | b'"' | b'\\' | b'^' | b'`')
        }
        [_, b'$', behind] => matches!(behind, b'@' | b'*' | b'$' | b'!' | b'?' | b'('),
        [_, b'(' | b'<' | b'>', behind] => matches!(behind, b'(' | b')'),
        _ => false,
    })
}
