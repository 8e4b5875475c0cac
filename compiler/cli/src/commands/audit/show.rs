//! `heddle audit show`

use std::fmt::Write as _;

use clap::ValueEnum;
use serde_json::Value;

use super::Wanted;
use crate::audit::record::line;
use crate::audit::tail::Tail;
use crate::console::{harmless, harmless_json, result, say};
use crate::failure::Failure;
use crate::home::Home;

/// Show the last records, oldest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle audit show --since 15m --layer escalation\n  \
    $ heddle audit show -n 1000 --event tool_call --format json | jq .status")]
pub struct Show {
    /// How many records
    #[arg(short = 'n', long = "last", default_value_t = 20, value_name = "N")]
    pub last: usize,
    #[command(flatten)]
    pub wanted: Wanted,
    /// How to write them; `json` gives each record as it stands in the log
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// How records are written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    Human,
    Json,
}

impl Format {
    /// One record with its newline. JSON keeps every byte, except that what could steer a terminal is an escape there,
    /// which means the same to whoever parses it.
    pub fn write(self, text: &mut String, record: &Value, bytes: &[u8]) {
        let _ = match self {
            Self::Human => writeln!(text, "{}", line(record)),
            Self::Json => writeln!(text, "{}", harmless_json(&String::from_utf8_lossy(bytes))),
        };
    }
}

pub fn run(args: &Show) -> Result<(), Failure> {
    let folder = Home::find()?.audit();
    let unreadable = |error| Failure::io("read the audit log in", &folder, &error);
    let mut tail = Tail::open(args.wanted.segments()?).map_err(unreadable)?;
    let mut records: Vec<(Value, Vec<u8>)> = Vec::new();
    while records.len() < args.last
        && let Some((stamp, bytes)) = tail.next_line().map_err(unreadable)?
    {
        if args.wanted.since.as_ref().is_some_and(|since| stamp.timestamp < *since) {
            break;
        }
        if args.wanted.takes_time(&stamp.timestamp)
            && let Ok(record) = serde_json::from_slice(&bytes)
            && args.wanted.filter.takes(&record)
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
        args.format.write(&mut text, record, bytes);
    }
    result(&text)
}
