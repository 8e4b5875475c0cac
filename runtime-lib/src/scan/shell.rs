//! Commands for a shell, behind something that ends the command before them, or as they are typed.

use super::lexicon::{self, tag};
use super::literals::{Found, Group};
use super::tokens::{Kind, Token, Tokens};

/// Where programs are.
const FOLDERS: &[&str] = &["/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/"];

/// What fired, if something did.
pub(super) fn detect(tokens: &Tokens<'_>, literals: &Found) -> Option<&'static str> {
    let text = tokens.text;
    const SIGNS: &[u8] = b";|&`$<>(/\\%'\"!*?~{^";
    if !tokens.has_sign(SIGNS) && tokens.tags & (tag::COMMAND | tag::COMMON_COMMAND) == 0 {
        return None;
    }
    if literals.any(Group::Shell).is_some() {
        return Some("piece of a shell script");
    }
    if tokens.has_sign(b"/")
        && let Some(found) = program(text)
    {
        return Some(found);
    }
    let mut ticks = 0_usize;
    for (index, token) in tokens.iter() {
        ticks += usize::from(token.text == "`");
        let found = if token.text == "`" {
            // The second of a pair closes what the first opened.
            if ticks % 2 == 1 { substituted(tokens, index, "`") } else { None }
        } else if token.kind == Kind::Sign {
            separated(tokens, index, token)
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
    glob(tokens).or_else(|| typed(tokens)).or_else(|| batch(tokens)).or_else(|| spliced(text))
}

/// A command behind a sign.
fn separated(tokens: &Tokens<'_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let next = tokens.at(index + 1);
    match token.text {
        ";" | "|" | "&" => behind(tokens, index),
        "$" if next.text == "(" && !next.is_spaced => substituted(tokens, index + 1, ")"),
        "<" | ">" if next.text == "(" && !next.is_spaced => {
            command(tokens, index + 2).then_some("process substitution")
        }
        _ => None,
    }
}

/// `/bin/ls`, `/usr/bin/id`.
fn program(text: &str) -> Option<&'static str> {
    let slash = text.find("bin/")?;
    let head = text.get(..slash + 4)?;
    let folder = FOLDERS.iter().any(|folder| head.ends_with(folder));
    let name = text.get(slash + 4..)?.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    let is_known = lexicon::tags(name) & (tag::COMMAND | tag::COMMON_COMMAND | tag::RUNNER) != 0;
    let is_pattern = text.get(slash + 4..).is_some_and(|rest| rest.starts_with(['[', '?', '*']));
    (folder && (is_known || is_pattern)).then_some("program by its path")
}

/// Position of the command's name: assignments, runners and quotes before it are passed over.
fn name_at(tokens: &Tokens<'_>, from: usize) -> usize {
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

/// Whether a command of a shell stands here.
fn command(tokens: &Tokens<'_>, from: usize) -> bool {
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

/// What ends a command.
fn ends(token: Token<'_>) -> bool {
    token.is_end()
        || token.is_line
        || matches!(token.text, ";" | "|" | "&" | "`" | ")" | "'" | "\"" | "#" | ">" | "<" | "}" | "$" | "\\")
}

/// Whether what follows the name looks like arguments and not like a sentence.
fn has_arguments(tokens: &Tokens<'_>, name: usize) -> bool {
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
    if is_joined || name.is_end() {
        return None;
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
    let is_variable = tokens.at(start).text == "$"
        && tokens.at(start + 1).kind == Kind::Word
        && (tokens.at(start + 2).is_spaced || tokens.at(start + 2).text == "$");
    if is_variable && (token.text == ";" || is_double || index == 0) {
        return FOUND;
    }
    if is_double && before.is_end() && name.is_end() {
        return FOUND;
    }
    None
}

/// `` `id` `` and `$(id)`.
fn substituted(tokens: &Tokens<'_>, open: usize, close: &str) -> Option<&'static str> {
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

/// `system('id')`, `<?php exec(..)`.
fn executed(tokens: &Tokens<'_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    let at = if is_quote(tokens.at(index + 1)) { index + 2 } else { index + 1 };
    if tokens.at(at).text != "(" {
        return None;
    }
    let inside = tokens.at(at + 1);
    let is_command = tokens.next_tagged(at + 1, 4, tag::COMMAND | tag::COMMON_COMMAND).is_some();
    let is_argument = is_quote(inside) || inside.text == "$";
    match token.text {
        "phpinfo" | "shell_exec" | "passthru" | "proc_open" | "pcntl_exec" | "fsockopen" | "winexec"
        | "getruntime" => Some("call that runs a command"),
        _ => (is_argument && is_command || is_argument && tokens.len() <= index + 24 && index <= 4)
            .then_some("call that runs a command"),
    }
}

fn is_quote(token: Token<'_>) -> bool {
    matches!(token.text, "'" | "\"" | "`")
}

/// `/b?n/c[a]t`: a path that a shell would fill in.
fn glob(tokens: &Tokens<'_>) -> Option<&'static str> {
    if !tokens.has_sign(b"[?") || !tokens.has_sign(b"/") {
        return None;
    }
    for (index, token) in tokens.iter() {
        if token.text != "/"
            || !(index == 0 || token.is_spaced || matches!(tokens.before(index).text, ";" | "&" | "+"))
        {
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

/// A text that begins as a command line does.
fn typed(tokens: &Tokens<'_>) -> Option<&'static str> {
    const FOUND: Option<&str> = Some("command line");
    let at = name_at(tokens, 0);
    let name = tokens.at(at);
    let next = tokens.at(at + 1);
    if at > 3 || name.kind != Kind::Word {
        return None;
    }
    if matches!(
        name.text,
        "invoke" | "start" | "get" | "set" | "new" | "add" | "remove" | "import" | "out" | "convertto"
    ) && next.text == "-"
        && !next.is_spaced
        && !tokens.at(at + 2).is_spaced
    {
        let verb = tokens.at(at + 2).text;
        let is_cmdlet = [
            "webrequest",
            "expression",
            "restmethod",
            "command",
            "process",
            "item",
            "childitem",
            "content",
            "object",
            "service",
            "bitstransfer",
            "wmi",
            "cim",
            "securestring",
        ]
        .iter()
        .any(|noun| verb.starts_with(noun));
        return is_cmdlet.then_some("command line");
    }
    if name.has(tag::RUNNER)
        && tokens.at(at + 1).has(tag::COMMAND | tag::COMMON_COMMAND)
        && name.has(tag::COMMAND)
    {
        return FOUND;
    }
    let is_optioned = next.text == "-" && next.is_spaced && tokens.at(at + 2).text.len() <= 2;
    if name.has(tag::RUNNER) && is_optioned && tokens.next_tagged(at + 3, 6, tag::COMMAND).is_some()
        || name.text == "find" && tokens.text.contains("-exec")
        || name.text == "alias" && tokens.len() < 16 && tokens.has_sign(b"=")
        || name.text == "shell" && tokens.before(at).text == "$" && is_optioned
    {
        return FOUND;
    }
    let is_quoted = at == 1
        && matches!(tokens.at(0).text, "'" | "\"")
        && next.text == tokens.at(0).text
        && tokens.at(at + 2).is_spaced;
    if is_quoted
        && !next.is_spaced
        && name.has(tag::COMMAND | tag::RUNNER)
        && !tokens.at(at + 2).is_end()
        && tokens.len() < 8
    {
        return FOUND;
    }
    if name.has(tag::RUNNER)
        && tokens.at(at + 1).has(tag::COMMAND)
        && (ends(tokens.at(at + 2)) || has_arguments(tokens, at + 1))
    {
        return FOUND;
    }
    let is_shell = matches!(
        name.text,
        "bash"
            | "sh"
            | "zsh"
            | "ksh"
            | "python"
            | "python3"
            | "perl"
            | "ruby"
            | "php"
            | "node"
            | "cmd"
            | "powershell"
    );
    if is_shell && (next.text == "-" || next.text == "/") && next.is_spaced && !tokens.at(at + 2).is_spaced {
        return FOUND;
    }
    // Switches as Windows has them, and a question for the version, are what tools for administrators are asked.
    let is_switch = next.text == "/" && tokens.at(at + 2).text.len() <= 2 && tokens.at(at + 3).is_spaced;
    let is_mild = name.text == "dir"
        || is_switch
        || next.text == "-" && tokens.at(at + 2).text == "-" && tokens.at(at + 4).is_end();
    if name.has(tag::COMMAND) && has_arguments(tokens, at) && !is_mild && tokens.len() <= 40 {
        let is_sentence = tokens
            .iter()
            .skip(at + 2)
            .filter(|(_, token)| token.kind == Kind::Word && token.is_spaced)
            .count()
            > 12;
        return if is_sentence { None } else { FOUND };
    }
    // Names of programs that are no words of any language, on their own.
    let is_bare = matches!(
        name.text,
        "whoami"
            | "ifconfig"
            | "ipconfig"
            | "uname"
            | "netstat"
            | "systeminfo"
            | "lsmod"
            | "visudo"
            | "printenv"
            | "wget"
            | "pwd"
            | "tasklist"
            | "lsblk"
            | "ansible"
    );
    (is_bare && (next.is_end() || name.text == "ansible" && next.text == "-")).then_some("command line")
}

/// `for %i in (..) do`, `if exist ..`, as batch files have it.
fn batch(tokens: &Tokens<'_>) -> Option<&'static str> {
    const FOUND: Option<&str> = Some("statement of a batch file");
    let index = (0..tokens.len().min(4)).find(|index| tokens.is_any(*index, &["for", "if"]))?;
    let next = tokens.at(index + 1);
    if tokens.at(index).text == "for" {
        let reach = index + 14;
        let variable = (index + 1..reach).find(|at| tokens.at(*at).text == "%")?;
        return (variable..variable + 6)
            .any(|at| tokens.at(at).text == "in" && tokens.at(at + 1).text == "(")
            .then_some("statement of a batch file");
    }
    let start = if next.text == "not" { index + 2 } else { index + 1 };
    let first = tokens.at(start);
    if matches!(first.text, "exist" | "defined" | "errorlevel" | "cmdextversion") && tokens.len() > start + 2
    {
        let is_loud = tokens.text.contains("echo")
            || tokens.text.contains('(')
            || tokens.text.contains('%')
            || tokens.text.contains('\\')
            || tokens.text.contains("goto")
            || tokens.at(start + 1).kind == Kind::Number;
        return if is_loud { FOUND } else { None };
    }
    if first.text == "/" && tokens.is_any(start + 1, &["i", "f", "l", "d", "r"]) {
        return FOUND;
    }
    let is_compared = (start..start + 10).any(|at| {
        tokens.is_any(at, &["equ", "neq", "lss", "leq", "gtr", "geq"]) || tokens.are(at, &["=", "="])
    });
    let is_quoted = matches!(first.text, "%" | "\"" | "[" | "(" | "!" | "'") || first.kind == Kind::Number;
    (is_compared && is_quoted).then_some("statement of a batch file")
}

/// `c'a't /etc/pa$@sswd`: names taken apart with what a shell leaves out.
fn spliced(raw: &str) -> Option<&'static str> {
    const GAPS: &[char] = &['\'', '"', '\\', '^'];
    if !raw.contains(GAPS)
        && !raw.contains("$@")
        && !raw.contains("$*")
        && !raw.contains("$$")
        && !raw.contains("$!")
        && !raw.contains("$?")
        && !raw.contains("``")
        && !raw.contains("()")
    {
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
            Some('(' | '>') if matches!(rest.peek(), Some(')' | '(')) => {
                rest.next();
                if rest.peek() == Some(&')') {
                    rest.next();
                }
                gaps += 1;
            }
            other => {
                let is_end =
                    other.is_none_or(|c| c.is_whitespace() || matches!(c, ';' | '|' | '&' | '/' | ')' | '+'));
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
