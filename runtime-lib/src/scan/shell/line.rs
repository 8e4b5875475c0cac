//! Texts that are command lines or batch files from their beginning.

use super::command::{ends, has_arguments, name_at};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Tokens};

/// A text that begins as a command line does.
pub(super) fn typed(tokens: &Tokens<'_>) -> Option<&'static str> {
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
            "executionpolicy",
            "mppreference",
            "localuser",
            "scheduledtask",
            "eventlog",
            "netfirewall",
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
        && !tokens
            .is_any(at + 2, &["is", "was", "are", "and", "or", "in", "to", "the", "for", "of", "has", "as"])
        && !tokens.at(at + 2).is_end()
        && tokens.len() <= 10
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
    if tokens.is_any(
        at,
        &["pip", "pip3", "pipx", "npm", "yarn", "apt", "yum", "dnf", "gem", "apk", "pacman", "zypper"],
    ) && tokens.is_any(at + 1, &["install", "uninstall", "remove", "update", "upgrade", "add", "exec"])
        && tokens.len() <= 4
    {
        return FOUND;
    }
    let is_administration = match name.text {
        "net" => tokens.is_any(at + 1, &["user", "localgroup", "share", "group", "accounts", "session"]),
        "ps" => tokens.is_any(at + 1, &["aux", "auxww", "ax", "ef"]),
        "echo" => next.text == "$" && !tokens.at(at + 2).is_spaced,
        "start" => next.text == "/" && tokens.at(at + 2).text.len() == 1 && tokens.text.contains(".exe"),
        _ => false,
    };
    if is_administration && tokens.len() > at + 2 - usize::from(name.text == "ps") {
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

/// `LD_PRELOAD=/tmp/x.so id`: a variable that changes what programs do, set before one.
pub(super) fn variable(tokens: &Tokens<'_>) -> Option<&'static str> {
    const NAMES: &[&str] = &[
        "ld_preload",
        "ld_library_path",
        "ld_audit",
        "path",
        "ifs",
        "bash_env",
        "prompt_command",
        "pythonpath",
        "perl5opt",
        "perl5lib",
        "node_options",
        "git_ssh_command",
        "dyld_insert_libraries",
    ];
    let (value, behind) = (tokens.at(2), tokens.at(3));
    let is_set =
        tokens.is_any(0, NAMES) && tokens.at(1).text == "=" && !tokens.at(1).is_spaced && !value.is_spaced;
    let is_place = matches!(value.text, "/" | "$" | "." | ",") || !value.is_end() && behind.text == ";";
    let is_used = tokens.iter().skip(3).any(|(_, token)| token.is_spaced || token.text == ";");
    (is_set && is_place && is_used).then_some("variable of a shell")
}

/// `for %i in (..) do`, `if exist ..`, as batch files have it.
pub(super) fn batch(tokens: &Tokens<'_>) -> Option<&'static str> {
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

/// What a client tells a mail server: SMTP, and IMAP with its numbered lines.
pub(super) fn mail(tokens: &Tokens<'_>) -> Option<&'static str> {
    const IMAP: &[&str] = &[
        "select",
        "examine",
        "search",
        "fetch",
        "store",
        "append",
        "status",
        "authenticate",
        "login",
        "logout",
        "list",
        "lsub",
        "create",
        "delete",
        "rename",
        "subscribe",
        "unsubscribe",
        "copy",
        "uid",
        "noop",
        "capability",
        "starttls",
        "expunge",
        "check",
        "close",
    ];
    let begins = |index: usize| index == 0 || tokens.at(index).is_line;
    let is_smtp = |index: usize| {
        tokens.are(index, &["rcpt", "to", ":"])
            || tokens.are(index, &["mail", "from", ":", "<"])
            || tokens.is_any(index, &["ehlo", "helo", "vrfy", "expn"]) && tokens.at(index + 1).is_name()
    };
    let is_number = |text: &str| {
        let digits = text.strip_prefix(|c: char| c.is_ascii_lowercase()).unwrap_or_default();
        (3..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let is_imap = |index: usize| {
        is_number(tokens.at(index).text) && tokens.at(index + 1).is_spaced && tokens.is_any(index + 1, IMAP)
    };
    let last = if tokens.has_lines { tokens.len() } else { 1 };
    (0..last)
        .filter(|index| begins(*index))
        .any(|index| is_smtp(index) || is_imap(index))
        .then_some("command for a mail server")
}
