//! The heddle command line. All input and output of heddle is here; the compiler itself is pure.
//!
//! Exit status: 0 done, 1 refused (the config, the policy or the check says no), 2 wrong usage, 3 a fault of heddle or
//! of the machine. Messages go to standard error, results to standard output.
#![forbid(unsafe_code)]

mod approvals;
mod audit;
mod build;
mod commands;
mod console;
mod diff;
mod failure;
mod front;
mod home;
mod label;
mod policy_test;
mod prompt;
mod quarantine;
mod release;
mod signing;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::console::{Stream, result, say, styled};
use crate::failure::Failure;

/// The config compiler for MCP servers: from a YAML config to one audited binary per agent.
#[derive(Debug, Parser)]
#[command(name = "heddle", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Start with `heddle demo`. `heddle help COMMAND` shows an example of each command.")]
pub struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

/// Runs the command that this process was started as.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(said) => return answered_by_clap(&said),
    };
    let Err(failure) = cli.command.run() else { return ExitCode::SUCCESS };
    match &failure {
        Failure::Refused(why) | Failure::Usage(why) | Failure::Fault(why) => {
            say(format_args!("{}: {why}", styled(Stream::Message, "1;31", "error")));
        }
        Failure::RefusedAsSaid | Failure::ReaderGone => {}
    }
    failure.status()
}

/// Help and version are results, wrong usage is a message.
fn answered_by_clap(said: &clap::Error) -> ExitCode {
    if said.use_stderr() {
        let _ = said.print();
        return ExitCode::from(2);
    }
    match result(&said.render().to_string()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.status(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed_and_every_command_shows_an_example() {
        let command = super::Cli::command();
        command.clone().debug_assert();
        let mut open: Vec<_> = command.get_subcommands().cloned().collect();
        while let Some(command) = open.pop() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("$ heddle "), "`{}` shows no example", command.get_name());
            if !command.has_subcommands() {
                assert!(command.get_about().is_some(), "`{}` does not say what it does", command.get_name());
            }
            open.extend(command.get_subcommands().cloned());
        }
    }
}
