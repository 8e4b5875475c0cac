//! Commands for a shell, behind something that ends the command before them, or as they are typed.

mod command;
mod disguise;
mod line;
mod separator;

use super::lexicon::{self, tag};
use super::literals::{Found, Group};
use super::tokens::{Token, Tokens};
use command::{command, has_arguments, is_quote};

/// Where programs are.
const FOLDERS: &[&str] = &["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/"];

/// What fired, if something did.
pub(super) fn detect(tokens: &Tokens<'_>, literals: &Found) -> Option<&'static str> {
    let text = tokens.text;
    const SIGNS: &[u8] = b";|&`$<>(/\\%'\"!*?~{^";
    if let Some(found) = line::mail(tokens) {
        return Some(found);
    }
    if !tokens.has_sign(SIGNS) && tokens.tags & (tag::COMMAND | tag::COMMON_COMMAND) == 0 {
        return None;
    }
    if literals.any(Group::Shell).is_some() {
        return Some("piece of a shell script");
    }
    if tokens.has_sign(b"=")
        && let Some(found) = line::variable(tokens)
    {
        return Some(found);
    }
    if tokens.has_sign(b"/")
        && let Some(found) = program(text)
    {
        return Some(found);
    }
    let mut ticks = 0_usize;
    for (index, token) in tokens.telling() {
        ticks += usize::from(token.sign == b'`');
        let found = if token.sign == b'`' {
            // The second of a pair closes what the first opened.
            if ticks % 2 == 1 { separator::substituted(tokens, index, "`") } else { None }
        } else if matches!(token.sign, b';' | b'|' | b'&' | b'$' | b'<' | b'>' | b'{') {
            separator::separated(tokens, index, token)
        } else if token.is_line {
            let is_command =
                token.has(tag::COMMAND) && command(tokens, index) && has_arguments(tokens, index);
            is_command.then_some("command on a line of its own")
        } else if token.has(tag::EXECUTE) {
            executed(tokens, index, token)
        } else {
            None
        };
        if found.is_some() {
            return found;
        }
    }
    disguise::glob(tokens)
        .or_else(|| line::typed(tokens))
        .or_else(|| line::batch(tokens))
        .or_else(|| if tokens.has_sign(b"'\"\\^$`(") { disguise::spliced(text) } else { None })
}

/// `/bin/ls`, `/usr/bin/id`.
fn program(text: &str) -> Option<&'static str> {
    let slash = text.find("bin/")?;
    let head = text.get(..slash + 4)?;
    let folder = FOLDERS.iter().any(|folder| head.ends_with(folder));
    let name = text.get(slash + 4..)?.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    let is_known = lexicon::tags(name) & (tag::COMMAND | tag::COMMON_COMMAND | tag::RUNNER) != 0;
    let is_pattern = text.get(slash + 4 + name.len()..).is_some_and(|rest| rest.starts_with(['[', '?', '*']));
    (folder && (is_known || is_pattern)).then_some("program by its path")
}

/// `system('id')`, `<?php exec(..)`.
fn executed(tokens: &Tokens<'_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let at = if is_quote(tokens.at(index + 1)) { index + 2 } else { index + 1 };
    if tokens.at(at).text != "(" {
        return None;
    }
    let inside = tokens.at(at + 1);
    let is_command = tokens.next_tagged(at + 1, 4, tag::COMMAND | tag::COMMON_COMMAND).is_some();
    let is_list = inside.text == "[" && is_quote(tokens.at(at + 2)) && token.text != "eval";
    let is_argument = is_quote(inside) || inside.text == "$" || is_list;
    match token.text {
        "phpinfo" | "shell_exec" | "passthru" | "proc_open" | "pcntl_exec" | "fsockopen" | "winexec"
        | "getruntime" => Some("call that runs a command"),
        _ => (is_argument && is_command || is_argument && tokens.len() <= index + 24 && index <= 4)
            .then_some("call that runs a command"),
    }
}
