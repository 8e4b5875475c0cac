//! `heddle verify`

mod binary;

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::console::{Stream, harmless, result, say, styled};
use crate::failure::Failure;
use crate::front;
use crate::verify::sealed;

/// Check that a crate is what heddle wrote, or that a binary is what its config and crate build
///
/// A folder is a crate: every file is compared with what the plan in its `heddle.lock` is written as; files that are
/// missing, and files that heddle did not write, are named. What the config says now is compared by `heddle build
/// --check`. A file is a binary: what it says of itself is held against its config, its crate and its signature, as far as
/// they are given; with its config it is built again and compared byte by byte.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle verify generated/prometheus\n  \
    $ heddle verify dist/prometheus --config packs/prometheus.yaml --crate generated/prometheus\n  \
    $ heddle verify dist/prometheus --signer heddle.pub")]
pub struct Args {
    /// Crates and binaries
    #[arg(required = true, value_name = "CRATE|BIN")]
    things: Vec<PathBuf>,
    #[command(flatten)]
    against: Against,
}

/// What to hold a binary against.
#[derive(Debug, clap::Args)]
struct Against {
    /// The config of a binary: it is built again from it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The crate of a binary
    #[arg(long = "crate", value_name = "FOLDER")]
    emitted: Option<PathBuf>,
    /// Who may use which secret; left out: as `heddle build` finds it
    #[arg(long, value_name = "FILE")]
    grants: Option<PathBuf>,
    /// Ask for signatures of this public key: of the binary, of the documents beside it, and of its config if it was built
    /// from a signed one; may be given more than once
    #[arg(long, value_name = "KEY")]
    signer: Vec<String>,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let mut sound = true;
    // A pattern such as `generated/*` takes files with it that are no binaries.
    let alone = args.things.len() == 1;
    for thing in args.things.iter().filter(|thing| alone || thing.is_dir() || is_elf(thing)) {
        let mut report = Report { sound: true };
        result(&format!("{}\n", front::shown(thing)))?;
        if thing.is_dir() {
            emitted(thing, &mut report)?;
        } else {
            binary::verify(thing, &args.against, &mut report)?;
        }
        sound &= report.sound;
    }
    if sound { Ok(()) } else { Err(Failure::RefusedAsSaid) }
}

fn is_elf(path: &Path) -> bool {
    let mut head = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok_and(|()| head == *b"\x7fELF")
}

/// A crate, against the plan in its lock file.
fn emitted(folder: &Path, report: &mut Report) -> Result<(), Failure> {
    let Some((plan, differences)) = report.take(sealed(folder))? else { return Ok(()) };
    for difference in &differences {
        report.wrong(&difference.to_string())?;
    }
    match differences.is_empty() {
        true => report.fine(&format!("as heddle wrote it, plan {}", plan.digest_hex())),
        false => {
            say("what was changed by hand is not what the config describes; `heddle build` writes it anew");
            Ok(())
        }
    }
}

/// What was found, a line each.
struct Report {
    sound: bool,
}

impl Report {
    fn fine(&mut self, what: &str) -> Result<(), Failure> {
        result(&format!("  {} {what}\n", styled(Stream::Result, "32", "fine")))
    }

    fn wrong(&mut self, what: &str) -> Result<(), Failure> {
        self.sound = false;
        result(&format!("  {} {}\n", styled(Stream::Result, "1;31", "WRONG"), harmless(what)))
    }

    /// A finding that is a refusal goes on the report; a fault of the machine ends the command.
    fn take<T>(&mut self, found: Result<T, Failure>) -> Result<Option<T>, Failure> {
        match found {
            Ok(value) => Ok(Some(value)),
            Err(Failure::Refused(why)) => self.wrong(&why).map(|()| None),
            Err(failure) => Err(failure),
        }
    }
}
