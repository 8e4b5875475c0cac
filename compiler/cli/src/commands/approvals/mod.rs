//! `heddle approvals`

mod answer;
mod list;
mod show;
mod watch;

use clap::{Subcommand, ValueEnum};

use crate::approvals::Desk;
use crate::failure::Failure;
use crate::home::{Home, refuse_shared_folder};

/// Answer for the calls that a rule holds
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  $ heddle approvals list\n  $ heddle approvals show 3fa4b2c1d0e9\n  \
                        $ heddle approvals approve 3fa4b2c1d0e9 --reason \"agreed with Ann\"\n  \
                        $ heddle approvals --watch")]
pub struct Args {
    /// Stay, show each call as it is held, and run the `notify` command of `operator.yaml` for it
    #[arg(long)]
    watch: bool,
    /// How to write what is watched; `json` is one object a line
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Approve(answer::Approve),
    Deny(answer::Deny),
}

/// How to write tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For a person
    Human,
    /// For a program
    Json,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let home = Home::find()?;
    refuse_shared_folder(home.root())?;
    let operator = home.root().join("operator.yaml");
    let desk = Desk::find(home);
    match args.command {
        None if args.watch => watch::run(&desk, &operator, args.format),
        None => list::run(&desk, &list::Args { all: false, watch: false, format: args.format }),
        Some(Command::List(args)) if args.watch => watch::run(&desk, &operator, args.format),
        Some(Command::List(args)) => list::run(&desk, &args),
        Some(Command::Show(args)) => show::run(&desk, &args),
        Some(Command::Approve(args)) => answer::approve(&desk, &args),
        Some(Command::Deny(args)) => answer::deny(&desk, &args),
    }
}
