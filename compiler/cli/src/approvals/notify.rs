//! The operator's own command that says that a call waits. It is in `operator.yaml` in the heddle home, is run by this
//! program and never by an agent, and is a list of arguments: no shell reads it.

use std::collections::VecDeque;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::ticket::Ticket;
use crate::console::{harmless, say};
use crate::failure::{Failure, plain};
use crate::home::read_private;

/// How long a command may take.
const LONGEST: Duration = Duration::from_secs(30);
/// Commands that run at once.
const MOST: usize = 8;
/// Tickets that wait for their turn: as many as an agent may have open.
const QUEUED: usize = 100;
/// Programs that run what their arguments say, here or elsewhere.
const SHELLS: [&str; 24] = [
    "ash",
    "awk",
    "bash",
    "busybox",
    "csh",
    "dash",
    "env",
    "eval",
    "fish",
    "ksh",
    "lua",
    "mksh",
    "node",
    "osascript",
    "perl",
    "php",
    "pwsh",
    "python",
    "ruby",
    "sh",
    "ssh",
    "su",
    "tcsh",
    "zsh",
];

/// Runs the operator's command.
#[derive(Debug)]
pub struct Notifier {
    argv: Vec<String>,
    queued: VecDeque<Ticket>,
    running: Vec<(Child, Instant)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    notify: Vec<String>,
}

impl Notifier {
    /// Reads `operator.yaml`. Without one, or without a command in it, nothing is run.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let Some(text) = read_private(path)? else { return Ok(Self::of(Vec::new())) };
        let own = fs::metadata("/proc/self").map(|metadata| metadata.uid());
        let file = fs::metadata(path).map(|metadata| metadata.uid());
        if own.ok() != file.ok() {
            return Err(Failure::refused(format_args!(
                "`{}` belongs to another user, and what it says would be run as you",
                path.display()
            )));
        }
        let settings: Settings = serde_yaml::from_str(&text).map_err(|error| {
            Failure::refused(format_args!(
                "`{}` is not right: {error}; write `notify: [program, argument]`",
                path.display()
            ))
        })?;
        match settings.notify.first() {
            Some(program) if program.is_empty() => {
                return Err(Failure::refused(format_args!(
                    "`notify` in `{}` names no program",
                    path.display()
                )));
            }
            _ => {}
        }
        if is_program_text(&settings.notify) {
            return Err(Failure::refused(format_args!(
                "`notify` in `{}` puts a placeholder into the text of a shell or an interpreter, which would run what stands there: use \
                 the variables HEDDLE_TICKET, HEDDLE_AGENT, HEDDLE_TOOL, HEDDLE_RULE and HEDDLE_REASON instead",
                path.display()
            )));
        }
        Ok(Self::of(settings.notify))
    }

    const fn of(argv: Vec<String>) -> Self {
        Self { argv, queued: VecDeque::new(), running: Vec::new() }
    }

    /// Runs the command for a ticket once fewer than the most run, and does not wait for it. What goes wrong is said and
    /// nothing more.
    pub fn tell(&mut self, ticket: &Ticket) {
        let Some(program) = self.argv.first() else { return };
        if self.queued.len() >= QUEUED {
            say(format_args!("`{program}` is {QUEUED} tickets behind and is not run for {}", ticket.short()));
            return;
        }
        self.queued.push_back(ticket.clone());
        self.go_on();
    }

    /// Looks after the commands that run, and runs those that wait for their turn.
    pub fn go_on(&mut self) {
        self.reap();
        while self.running.len() < MOST
            && let Some(ticket) = self.queued.pop_front()
        {
            self.run(&ticket);
        }
    }

    fn run(&mut self, ticket: &Ticket) {
        let Some((program, arguments)) = self.argv.split_first() else { return };
        let values = values(ticket);
        let mut command = Command::new(program);
        command.args(arguments.iter().map(|argument| fill(argument, &values)));
        for (name, value) in &values {
            command.env(format!("HEDDLE_{}", name.to_uppercase()), value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null());
        match command.spawn() {
            Ok(child) => self.running.push((child, Instant::now())),
            Err(error) => say(format_args!("cannot run `{program}`: {}", plain(&error))),
        }
    }

    /// Looks after the commands that ended, and those that do not end.
    fn reap(&mut self) {
        self.running.retain_mut(|(child, began)| match child.try_wait() {
            Ok(None) if began.elapsed() < LONGEST => true,
            Ok(None) => {
                say(format_args!(
                    "the notify command took longer than {} s and was ended",
                    LONGEST.as_secs()
                ));
                let _ = child.kill();
                let _ = child.wait();
                false
            }
            Ok(Some(status)) => {
                if !status.success() {
                    say(format_args!("the notify command failed: {status}"));
                }
                false
            }
            Err(_) => false,
        });
    }
}

/// What a command may be told. The arguments of the call are not among it: a model wrote them.
fn values(ticket: &Ticket) -> [(&'static str, String); 6] {
    [
        ("ticket", ticket.short().to_owned()),
        ("agent", harmless(&ticket.agent)),
        ("tool", harmless(&ticket.tool)),
        ("rule", harmless(&ticket.rule)),
        ("reason", harmless(&ticket.reason)),
        ("expires", ticket.expires_at()),
    ]
}

/// Replaces `{name}` in one pass: what a value holds is not looked at again.
fn fill(argument: &str, values: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(argument.len());
    let mut rest = argument;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let found = values
            .iter()
            .find_map(|(name, value)| Some((value, after.strip_prefix(name)?.strip_prefix('}')?)));
        if let Some((value, after)) = found {
            out.push_str(value);
            rest = after;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Whether a placeholder stands where a shell would run what comes in its place.
fn is_program_text(argv: &[String]) -> bool {
    let is_shell = argv.iter().any(|argument| {
        let name = Path::new(argument).file_name().and_then(|name| name.to_str());
        // With its version or without: `python3.12`.
        name.is_some_and(|name| SHELLS.contains(&name.trim_end_matches(|c| matches!(c, '0'..='9' | '.'))))
    });
    let has_placeholder = argv.iter().any(|argument| {
        ["ticket", "agent", "tool", "rule", "reason", "expires"]
            .iter()
            .any(|name| argument.contains(&format!("{{{name}}}")))
    });
    is_shell && has_placeholder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_filled_in_once_and_stays_one_argument() {
        let values = [("tool", "{rule} $(id)".to_owned()), ("rule", "r; ls".to_owned())];
        assert_eq!(fill("{tool} by {rule}, {other} {", &values), "{rule} $(id) by r; ls, {other} {");
    }

    #[test]
    fn a_placeholder_in_the_text_of_a_shell_is_told() {
        let argv = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert!(is_program_text(&argv(&["sh", "-c", "notify-send {rule}"])));
        assert!(is_program_text(&argv(&["/usr/bin/env", "bash", "-c", "{tool}"])));
        assert!(is_program_text(&argv(&["python3.12", "-c", "print('{reason}')"])));
        assert!(is_program_text(&argv(&["ssh", "desk", "notify-send {reason}"])));
        assert!(!is_program_text(&argv(&["sh", "-c", "notify-send \"$HEDDLE_RULE\""])));
        assert!(!is_program_text(&argv(&["notify-send", "{agent}", "{rule}"])));
    }
}
