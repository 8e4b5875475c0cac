//! Expressions of template engines: `{{7*7}}`, `${..}`, `<%= %>` and what is reached through them.

use super::literals::{Found, Group};
use super::tokens::{Kind, Tokens};

/// What fired, if something did.
pub(super) fn detect(tokens: &Tokens<'_>, literals: &Found) -> Option<&'static str> {
    if !tokens.has_sign(b"{%#$@[(.") && literals.any(Group::Reach).is_none() {
        return None;
    }
    let begins = |sign| matches!(sign, b'{' | b'<' | b'$' | b'*' | b'~' | b'#' | b'@' | b'[');
    for (index, token) in tokens.of_marks(begins) {
        let next = tokens.at(index + 1);
        if next.is_spaced {
            continue;
        }
        let found = match (token.sign, next.sign) {
            (b'{', b'{') => is_closed(tokens, index + 2, b'}') && is_expression(tokens, index),
            (b'{', b'%') => {
                (is_closed(tokens, index + 2, b'%') || tokens.len() < 40)
                    && !is_placeholder(tokens, index + 2)
            }
            (b'<', b'%') => is_closed(tokens, index + 2, b'%'),
            (b'$' | b'*' | b'~', b'{') => {
                is_closed(tokens, index + 2, b'}') && !is_plain_name(tokens, index + 2)
            }
            (b'#' | b'@', b'{') if !tokens.before(index).is_name() || token.is_spaced => {
                is_closed(tokens, index + 2, b'}') && tokens.at(index + 2).sign != b'}'
            }
            (b'@', b'(') if !tokens.before(index).is_name() => is_closed(tokens, index + 2, b')'),
            (b'#', 0) => {
                tokens.at(index + 2).sign == b'('
                    && matches!(
                        next.text,
                        "set" | "foreach" | "include" | "parse" | "macro" | "evaluate" | "define"
                    )
            }
            (b'<', b'#') => {
                matches!(tokens.at(index + 2).text, "assign" | "list" | "if" | "include" | "import")
            }
            (b'[', b'[') => matches!(tokens.at(index + 2).sign, b'$' | b'#' | b'*'),
            (b'{', b'#' | b'@' | b'!' | b'=') if tokens.before(index).sign != b'$' => {
                is_closed(tokens, index + 2, b'}')
                    && tokens.at(index + 2).kind == Kind::Word
                    && !tokens.at(index + 2).is_spaced
                    && tokens.len() < 24
            }
            (b'{', 0) => next.kind == Kind::Number && tokens.at(index + 2).sign == b'*',
            _ => false,
        };
        if found {
            return Some("expression of a template");
        }
    }
    literals.any(Group::Reach).map(|_| "way from a template into its runtime")
}

/// Whether the sign stands behind, not too far off.
fn is_closed(tokens: &Tokens<'_>, from: usize, close: u8) -> bool {
    (from..(from + 60).min(tokens.len())).any(|index| tokens.at(index).sign == close)
}

/// `{{Value: 1}}` is a literal of Go, `{{}}` is nothing.
fn is_expression(tokens: &Tokens<'_>, index: usize) -> bool {
    let is_literal = tokens.at(index + 2).kind == Kind::Word && tokens.at(index + 3).text == ":"
        || tokens.before(index).is_name()
        || tokens.before(index).text == "]";
    let is_empty = tokens.at(index + 2).text == "}";
    !(is_literal && !tokens.before(index).is_spaced && tokens.at(index + 3).text == ":" || is_empty)
}

/// `{% $NAME|format:'x' %}`: a place for a value in a form letter. Engines that run what stands there begin it with a word.
fn is_placeholder(tokens: &Tokens<'_>, from: usize) -> bool {
    let inside = || (from..from + 60).map(|at| tokens.at(at)).take_while(|token| token.sign != b'}');
    tokens.at(from).text == "$"
        && tokens.at(from + 1).kind == Kind::Word
        && inside().all(|token| !matches!(token.sign, b'(' | b'[' | b'.' | b'=' | b'`' | b'>' | b'{'))
}

/// `${name}`: a variable of a shell or a dashboard, not an expression.
fn is_plain_name(tokens: &Tokens<'_>, from: usize) -> bool {
    tokens.at(from).is_name()
        && tokens.is_any(from + 1, &["}", ":"])
        && tokens.at(from + 2).text != "/"
        && !tokens.is_any(from, &["jndi", "env", "sys"])
}
