//! What a command looks like: its name, its arguments, its end.

use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token, Tokens};

/// Whether a command of a shell stands here.
pub(super) fn command(tokens: &Tokens<'_>, from: usize) -> bool {
    let at = name_at(tokens, from);
    let name = tokens.at(at);
    if name.has(tag::COMMAND) {
        return true;
    }
    if name.has(tag::RUNNER) && tokens.at(at + 1).has(tag::COMMAND | tag::COMMON_COMMAND) {
        return true;
    }
    name.has(tag::COMMON_COMMAND) && (has_arguments(tokens, at) || ends(tokens.at(at + 1)))
}

/// Position of the command's name: assignments, runners and quotes before it are passed over.
pub(super) fn name_at(tokens: &Tokens<'_>, from: usize) -> usize {
    let mut index = from;
    for _ in 0..6 {
        let token = tokens.at(index);
        let is_path =
            matches!(token.text, "/" | "." | "~" | "\\" | "'" | "\"" | "@" | "{" | "(" | "!" | "$" | "+");
        let is_folder =
            token.is_name() && tokens.at(index + 1).text == "/" && !tokens.at(index + 1).is_spaced;
        if is_path || is_folder {
            index += 1;
        } else {
            break;
        }
    }
    index
}

/// What ends a command.
pub(super) fn ends(token: Token<'_>) -> bool {
    token.is_end()
        || token.is_line
        || matches!(token.text, ";" | "|" | "&" | "`" | ")" | "'" | "\"" | "#" | ">" | "<" | "}" | "$" | "\\")
}

/// Whether what follows the name looks like arguments and not like a sentence.
pub(super) fn has_arguments(tokens: &Tokens<'_>, name: usize) -> bool {
    let (first, second) = (tokens.at(name + 1), tokens.at(name + 2));
    if !first.is_spaced && !first.is_end() && first.text != "$" && first.text != "<" {
        return first.text == "." && second.text == "exe";
    }
    match first.text {
        "-" => {
            second.is_name()
                && !second.is_spaced
                && (second.text.len() <= 2
                    || tokens.at(name + 3).is_spaced
                    || tokens.at(name + 3).text == "="
                    || ends(tokens.at(name + 3)))
                || second.text == "-" && !second.is_spaced
        }
        "/" | "~" | "$" | "*" | "." => !second.is_spaced,
        "'" | "\"" | "`" | "<" => true,
        _ if first.kind == Kind::Number => {
            let is_address = second.text == "." && tokens.at(name + 3).kind == Kind::Number;
            is_address || ends(second)
        }
        _ => {
            // A file, an address or a drive: `passwd.txt`, `http://`, `c:\`.
            first.kind == Kind::Word
                && (second.text == ":" && matches!(tokens.at(name + 3).text, "/" | "\\")
                    || second.text == "."
                        && !second.is_spaced
                        && tokens.at(name + 3).is_name()
                        && !tokens.at(name + 3).is_spaced
                    || second.text == "/" && !second.is_spaced)
        }
    }
}

pub(super) fn is_quote(token: Token<'_>) -> bool {
    matches!(token.sign, b'\'' | b'"' | b'`')
}
