//! `heddle audit`

mod digest;
mod export;
mod key;
mod show;
mod tail;
mod verify;

use std::path::PathBuf;

use clap::Subcommand;

use crate::audit::record::Filter;
use crate::audit::when::timestamp;
use crate::audit::{Segment, segments};
use crate::console::say;
use crate::failure::Failure;
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
    Show(show::Show),
    Tail(tail::Tail),
    Export(export::Export),
    Verify(verify::Verify),
    Head(verify::Head),
    Key(key::Args),
    Digest(digest::Digest),
}

/// Which records are wanted.
#[derive(Debug, Default, clap::Args)]
struct Wanted {
    #[command(flatten)]
    filter: Filter,
    /// Records from this time on: `15m` ago, `2026-11-23`, `2026-11-23T10:00:00Z`
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    since: Option<String>,
    /// Records before this time
    #[arg(long, value_name = "TIME", value_parser = timestamp)]
    until: Option<String>,
}

impl Wanted {
    /// The segments that can hold such records.
    fn segments(&self) -> Result<Vec<PathBuf>, Failure> {
        let folder = Home::find()?.audit();
        let found = segments(&folder)?;
        if found.is_empty() {
            say(format_args!("no audit log in `{}` yet: agents write one when they serve", folder.display()));
        }
        let of_agent =
            |segment: &Segment| self.filter.agent.as_ref().is_none_or(|agent| *agent == segment.agent);
        Ok(found.into_iter().filter(of_agent).map(|segment| segment.path).collect())
    }

    /// Whether a record of this time is wanted, as far as time goes.
    fn takes_time(&self, timestamp: &str) -> bool {
        self.since.as_ref().is_none_or(|since| timestamp >= since.as_str())
            && self.until.as_ref().is_none_or(|until| timestamp < until.as_str())
    }
}

pub fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::Show(args) => show::run(&args),
        Command::Tail(args) => tail::run(&args),
        Command::Export(args) => export::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Head(args) => verify::head(&args),
        Command::Key(args) => key::run(args),
        Command::Digest(args) => digest::run(&args),
    }
}
