//! `heddle audit`

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use serde_json::Value;

use crate::audit::record::{Filter, line};
use crate::audit::tail::Tail;
use crate::audit::verify::{Verdict, segment};
use crate::audit::when::timestamp;
use crate::audit::{Segment, segments};
use crate::console::{harmless, result, say};
use crate::failure::{Failure, plain};
use crate::home::Home;

/// Read the audit log, and check that it is whole
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  $ heddle audit show -n 5 --agent prometheus\n  $ heddle audit verify")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Show(Show),
    Verify(Verify),
}

/// Show the last records, oldest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle audit show --since 15m --layer escalation\n  \
    $ heddle audit show -n 1000 --event tool_call --format json | jq .status")]
struct Show {
    /// How many records
    #[arg(short = 'n', long = "last", default_value_t = 20, value_name = "N")]
    last: usize,
    #[command(flatten)]
    filter: Filter,
    /// Records from this time on: `15m` ago, `2026-11-23`, `2026-11-23T10:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    since: Option<String>,
    /// Records before this time
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    until: Option<String>,
    /// How to write them; `json` gives each record as it stands in the log
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Human,
    Json,
}

/// Check that every segment of the log is whole
///
/// Each record holds the hash of the line before it, so a record that was changed, removed or put in breaks the chain at
/// that line.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  $ heddle audit verify\n  $ heddle audit verify copy-of-a-segment.jsonl")]
struct Verify {
    /// Segments to check; left out: all of the log
    files: Vec<PathBuf>,
}

pub fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::Show(args) => show(&args),
        Command::Verify(args) => verify(&args),
    }
}

fn show(args: &Show) -> Result<(), Failure> {
    let folder = Home::find()?.audit();
    let found = segments(&folder)?;
    if found.is_empty() {
        say(format_args!("no audit log in `{}` yet: agents write one when they serve", folder.display()));
        return Ok(());
    }
    let wanted = found
        .into_iter()
        .filter(|segment| args.filter.agent.as_ref().is_none_or(|agent| *agent == segment.agent))
        .map(|segment| segment.path);
    let unreadable = |error| Failure::io("read the audit log in", &folder, &error);
    let mut tail = Tail::open(wanted).map_err(unreadable)?;
    let mut records: Vec<(Value, Vec<u8>)> = Vec::new();
    while records.len() < args.last
        && let Some((stamp, bytes)) = tail.next_line().map_err(unreadable)?
    {
        if args.since.as_ref().is_some_and(|since| stamp.timestamp < *since) {
            break;
        }
        if args.until.as_ref().is_some_and(|until| stamp.timestamp >= *until) {
            continue;
        }
        if let Ok(record) = serde_json::from_slice(&bytes)
            && args.filter.takes(&record)
        {
            records.push((record, bytes));
        }
    }
    for (path, why) in &tail.damaged {
        say(format_args!(
            "warning: `{}` holds a line that is no record ({}); `heddle audit verify` says which",
            path.display(),
            harmless(why)
        ));
    }
    let mut text = String::new();
    for (record, bytes) in records.iter().rev() {
        let _ = match args.format {
            Format::Human => writeln!(text, "{}", line(record)),
            Format::Json => writeln!(text, "{}", String::from_utf8_lossy(bytes)),
        };
    }
    result(&text)
}

fn verify(args: &Verify) -> Result<(), Failure> {
    let found = if args.files.is_empty() {
        let folder = Home::find()?.audit();
        let found = segments(&folder)?;
        if found.is_empty() {
            return Err(Failure::refused(format_args!(
                "there is no audit log in `{}` to verify",
                folder.display()
            )));
        }
        found
    } else {
        args.files.iter().map(|path| Segment { path: path.clone(), agent: String::new() }).collect()
    };
    let (mut text, mut records, mut running, mut broken) = (String::new(), 0, 0, 0);
    for Segment { path, .. } in &found {
        let shown = path.display();
        match segment(path) {
            Ok(Verdict::Whole { records: more, stopped }) => {
                records += more;
                running += u64::from(!stopped);
            }
            Ok(Verdict::Broken { line, why }) => {
                broken += 1;
                let _ = writeln!(text, "{shown}:{line}: {}", harmless(&why));
            }
            Err(error) => {
                broken += 1;
                let _ = writeln!(text, "{shown}:1: cannot be read: {}", plain(&error));
            }
        }
    }
    let count = found.len();
    if broken > 0 {
        result(&text)?;
        say(format_args!("{broken} of {} broken", counted(count as u64, "segment")));
        return Err(Failure::RefusedAsSaid);
    }
    let _ = writeln!(text, "whole: {} in {}", counted(records, "record"), counted(count as u64, "segment"));
    if running > 0 {
        let _ = writeln!(
            text,
            "{} no record of a stop: the agent still runs, was killed, or the end was cut off",
            if running == 1 { "1 segment has".to_owned() } else { format!("{running} segments have") },
        );
    }
    result(&text)
}

fn counted(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
