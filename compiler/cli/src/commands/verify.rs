//! `heddle verify`

use std::path::PathBuf;

use crate::console::{harmless, result, say};
use crate::failure::Failure;
use crate::{front, verify};

/// Whether a crate is what heddle wrote, file by file and line by line
///
/// Every file is compared with what the plan in `heddle.lock` is written as; files that are missing, and files that
/// heddle did not write, are named. What the config says now is compared by `heddle build --check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle verify generated/shop\n  \
    $ heddle verify generated/*")]
pub struct Args {
    /// The folders of crates
    #[arg(required = true, value_name = "CRATE")]
    crates: Vec<PathBuf>,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let mut found = 0;
    // A pattern such as `generated/*` takes files with it.
    let alone = args.crates.len() == 1;
    for folder in args.crates.iter().filter(|path| alone || path.is_dir()) {
        match verify::sealed(folder) {
            Ok((plan, differences)) => {
                for difference in &differences {
                    result(&format!("{}\n", harmless(&difference.to_string())))?;
                }
                found += differences.len();
                if differences.is_empty() {
                    result(&format!(
                        "{}: as heddle wrote it, plan {}\n",
                        front::shown(folder),
                        plan.digest_hex()
                    ))?;
                }
            }
            Err(Failure::Refused(why)) => {
                result(&format!("{}\n", harmless(&why)))?;
                found += 1;
            }
            Err(failure) => return Err(failure),
        }
    }
    if found > 0 {
        say("what was changed by hand is not what the config describes; `heddle build` writes it anew");
        return Err(Failure::RefusedAsSaid);
    }
    Ok(())
}
