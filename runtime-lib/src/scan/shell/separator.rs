//! Commands behind `;`, `|`, `&`, and inside substitutions.

use super::command::{command, ends, has_arguments, name_at};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token, Tokens};

/// A command behind a sign.
pub(super) fn separated(tokens: &Tokens<'_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let next = tokens.at(index + 1);
    match token.text {
        ";" | "|" | "&" => behind(tokens, index),
        "$" if next.text == "(" && !next.is_spaced => substituted(tokens, index + 1, ")"),
        "$" if next.text == "[" && !next.is_spaced => {
            let is_sum = tokens.at(index + 2).kind == Kind::Number
                && tokens.is_any(index + 3, &["+", "-", "*", "/"])
                && tokens.at(index + 4).is_name();
            is_sum.then_some("arithmetic of a shell")
        }
        "$" if next.text == "{" && !next.is_spaced && tokens.at(index + 3).text == ":" => {
            let is_cut = tokens.at(index + 4).kind == Kind::Number && tokens.is_any(index + 5, &[":", "}"]);
            is_cut.then_some("part of a variable")
        }
        "{" if next.has(tag::COMMAND) && !next.is_spaced && tokens.at(index + 2).text == "," => {
            let is_tight = !tokens.at(index + 2).is_spaced && !tokens.at(index + 3).is_spaced;
            (is_tight && tokens.is_any(index + 3, &["/", "-", "~", "."])).then_some("command in braces")
        }
        ">" => redirected(tokens, index),
        "{" if tokens.are(index + 1, &["$", "{"]) && !next.is_spaced => {
            let is_call = tokens.at(index + 3).is_name() && tokens.at(index + 4).text == "(";
            is_call.then_some("call inside a variable")
        }
        "<" if next.text == "(" && !next.is_spaced => {
            command(tokens, index + 2).then_some("process substitution")
        }
        _ => None,
    }
}

/// `>(id)`, `>> ~/.bashrc`, `> /dev/null`.
fn redirected(tokens: &Tokens<'_>, index: usize) -> Option<&'static str> {
    let next = tokens.at(index + 1);
    if next.text == "(" && !next.is_spaced {
        return command(tokens, index + 2).then_some("process substitution");
    }
    let is_appended = next.text == ">" && !next.is_spaced;
    let file = if is_appended { index + 2 } else { index + 1 };
    let is_path = tokens.is_any(file, &["/", "~"])
        && !tokens.at(file + 1).is_spaced
        && (tokens.at(file + 1).is_name() || tokens.at(file + 1).text == "/");
    (is_path && (is_appended || index == 0 || tokens.at(file + 1).text == "dev"))
        .then_some("redirection into a file")
}

/// A command behind `;`, `|`, `&`.
fn behind(tokens: &Tokens<'_>, index: usize) -> Option<&'static str> {
    const FOUND: Option<&str> = Some("command after a separator");
    let token = tokens.at(index);
    let mut start = index + 1;
    while matches!(tokens.at(start).text, "|" | "&" | ";") && start < index + 3 {
        start += 1;
    }
    if tokens.before(index).text == token.text && !token.is_spaced {
        return None;
    }
    let at = name_at(tokens, start);
    let name = tokens.at(at);
    let is_double = start > index + 1;
    let before = tokens.before(index);
    // `a|b` is an alternation, `a&b=` a query, `&lt;` an entity.
    let is_joined = !is_double
        && before.kind == Kind::Word
        && !token.is_spaced
        && !tokens.at(start).is_spaced
        && token.text != ";";
    if name.text == "cmd" && tokens.before(at).text == "{"
        || tokens.are(at, &["cmd", "="]) && name_at(tokens, at + 2) > at + 2
    {
        return FOUND;
    }
    if is_double && before.is_end() && name.is_end() {
        return FOUND;
    }
    if name.text == "xargs" && tokens.at(at + 1).has(tag::COMMAND) {
        return FOUND;
    }
    if is_joined || name.is_end() {
        return None;
    }
    if is_statement(tokens, start) {
        return Some("statement of a shell");
    }
    // A text that begins with the end of a command goes on with another, whatever its name.
    if before.is_end() && (token.text == ";" || is_double) && name.kind == Kind::Word && is_whole(tokens, at)
    {
        return FOUND;
    }
    if name.has(tag::COMMAND) {
        let is_word = !ends(tokens.at(at + 1))
            && !tokens.at(at + 1).is_spaced
            && !matches!(tokens.at(at + 1).text, "." | "$" | "/" | "{" | "(" | "\\" | "-" | "[" | "+");
        let is_list = before.kind == Kind::Word
            && matches!(token.text, "&" | ";")
            && token.text != ";"
            && token.is_spaced
            && tokens.at(at + 1).kind == Kind::Word
            && !has_arguments(tokens, at);
        return if is_word || is_list { None } else { FOUND };
    }
    let is_tight = token.text == ";" && !tokens.at(start).is_spaced || is_double || index == 0;
    if name.has(tag::COMMON_COMMAND | tag::RUNNER) {
        if has_arguments(tokens, at) || name.has(tag::RUNNER) && tokens.at(at + 1).has(tag::COMMAND) {
            return FOUND;
        }
        if ends(tokens.at(at + 1))
            && (is_tight || before.is_end() || before.kind == Kind::Sign)
            && name.text.len() > 1
        {
            return FOUND;
        }
        // `git push --force`, `net user eve`, `mail eve < file`.
        let has_option = (at + 2..at + 6).any(|at| {
            tokens.at(at).text == "-" && tokens.at(at).is_spaced && !tokens.at(at + 1).is_spaced
                || tokens.is_any(at, &["<", ">"]) && tokens.is_any(at + 1, &["/", "~"])
        });
        let is_part = match name.text {
            "git" | "svn" => tokens
                .is_any(at + 1, &["push", "clone", "pull", "remote", "config", "fetch", "reset", "checkout"]),
            "net" => tokens.is_any(at + 1, &["user", "localgroup", "share", "use", "stop", "start", "view"]),
            "mail" | "write" | "tee" => true,
            _ => false,
        };
        let is_account =
            name.text == "net" && tokens.is_any(at + 1, &["user", "localgroup"]) && tokens.has_sign(b"/");
        if is_part && has_option || is_account {
            return FOUND;
        }
        if matches!(name.text, "net" | "type" | "del" | "copy" | "dir" | "echo") && (is_tight || index == 0) {
            return FOUND;
        }
    }
    // An unknown program, called by a path or with options right behind a separator.
    if name.kind == Kind::Word
        && is_tight
        && index <= 1
        && tokens.at(at + 1).text == "-"
        && !tokens.at(at + 2).is_spaced
        && has_arguments(tokens, at)
    {
        return FOUND;
    }
    if name.has(tag::EXECUTE) && tokens.at(at + 1).text == "(" {
        return FOUND;
    }
    let is_enclosed =
        name.has(tag::COMMON_COMMAND) && tokens.is_any(at + 1, &["&", "|"]) && tokens.at(at + 2).is_end();
    if is_enclosed {
        return FOUND;
    }
    let is_variable = tokens.at(start).text == "$"
        && tokens.at(start + 1).is_name()
        && !tokens.at(start + 1).is_spaced
        && (tokens.at(start + 2).is_spaced || tokens.at(start + 2).text == "$");
    if is_variable && (token.text == ";" || is_double || index == 0) {
        return FOUND;
    }
    None
}

/// `[ -f x ]`, `if ..; then`, `while ..; do`, `./x`.
fn is_statement(tokens: &Tokens<'_>, start: usize) -> bool {
    let is_test = tokens.are(start, &["[", "-"])
        && tokens.at(start + 1).is_spaced
        && tokens.at(start + 2).text.len() == 1;
    let is_loop = tokens.is_any(start, &["if", "while", "until", "for"])
        && (start + 2..start + 24).any(|at| {
            tokens.is_any(at, &["then", "do"]) && (tokens.before(at).text == ";" || tokens.at(at).is_line)
        });
    let is_file = tokens.are(start, &[".", "/"])
        && !tokens.at(start + 1).is_spaced
        && tokens.at(start + 2).is_name()
        && !tokens.at(start + 2).is_spaced;
    is_test || is_loop || is_file
}

/// Whether a name has arguments behind it, or is one that only commands have: `rmt-dump`.
fn is_whole(tokens: &Tokens<'_>, name: usize) -> bool {
    let behind = tokens.at(name + 1);
    let is_hyphened = behind.text == "-" && !behind.is_spaced && tokens.at(name + 2).is_name();
    is_hyphened && tokens.at(name + 3).is_end()
        || has_arguments(tokens, if is_hyphened { name + 2 } else { name })
}

/// `` `id` `` and `$(id)`.
pub(super) fn substituted(tokens: &Tokens<'_>, open: usize, close: &str) -> Option<&'static str> {
    let at = name_at(tokens, open + 1);
    let name = tokens.at(at);
    let behind = tokens.at(at + 1);
    let is_markdown = close == "`" && tokens.before(open).text == "`";
    if is_markdown {
        return None;
    }
    if close == ")" {
        let is_command =
            name.has(tag::COMMAND | tag::COMMON_COMMAND | tag::RUNNER) || tokens.at(open + 1).text == "(";
        return is_command.then_some("command substitution");
    }
    // A word in backticks may be meant as code; a command with arguments or alone in the text is not.
    let is_alone = open <= 1 || tokens.before(open).kind == Kind::Sign && tokens.before(open).text != "[";
    let is_whole = behind.text == close && is_alone && tokens.len() <= at + 4;
    let is_called = has_arguments(tokens, at) && (name.has(tag::COMMAND) || is_alone);
    let is_template = name.text == "cmd" && tokens.before(at).text == "{";
    (name.has(tag::COMMAND | tag::COMMON_COMMAND) && (is_whole || is_called && is_alone) || is_template)
        .then_some("command substitution")
}
