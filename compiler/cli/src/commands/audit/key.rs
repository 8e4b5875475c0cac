//! `heddle audit key`

use std::fs;
use std::path::PathBuf;

use clap::Subcommand;

use crate::audit::keys::{VERIFY_KEY, VerifyKey};
use crate::console::{result, say};
use crate::failure::Failure;
use crate::home::{Home, read_private, write_private};

/// Move the key that verifies the log to another machine
///
/// Agents write the log without it. As long as it is here, whoever can read it can write a log that verifies.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  $ heddle audit key export verify.key\n  $ heddle audit key forget")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the key to a file of its own, or to standard output
    #[command(
        after_help = "Example:\n  $ heddle audit key export | ssh auditor 'umask 077; cat > verify.key'"
    )]
    Export {
        /// Where to; left out: standard output
        file: Option<PathBuf>,
    },
    /// Remove the key from this machine
    #[command(after_help = "Example:\n  $ heddle audit key forget")]
    Forget,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let path = Home::find()?.audit().join(VERIFY_KEY);
    let missing = || {
        Failure::refused(format_args!(
            "there is no `{}`: it was moved away, or no agent ran yet",
            path.display()
        ))
    };
    let Some(text) = read_private(&path)? else { return Err(missing()) };
    VerifyKey::read(&path)?.ok_or_else(missing)?;
    match args.command {
        Command::Export { file: None } => result(&text),
        Command::Export { file: Some(file) } => {
            if file.exists() {
                return Err(Failure::refused(format_args!("`{}` is there already", file.display())));
            }
            write_private(&file, &text)
        }
        Command::Forget => {
            fs::remove_file(&path).map_err(|error| Failure::io("remove", &path, &error))?;
            say("removed; from now on: `heddle audit verify --key FILE`");
            Ok(())
        }
    }
}
