//! `heddle init`

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::PathBuf;

use crate::build::embedded::PACKS;
use crate::console::{result, say};
use crate::failure::Failure;

/// Start a config from a pack
///
/// Without a pack, lists the packs that there are.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  $ heddle init\n  $ heddle init prometheus --to agents/prometheus.yaml")]
pub struct Args {
    /// Name of the pack
    pack: Option<String>,
    /// Where to write the config; left out: `PACK.yaml` in this folder
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let Some(name) = args.pack else { return list() };
    let Some((_, text)) = packs().find(|(pack, _)| *pack == name) else {
        let known: Vec<&str> = packs().map(|(pack, _)| pack).collect();
        return Err(Failure::Usage(format!("there is no pack `{name}`; there are {}", known.join(", "))));
    };
    let path = args.to.unwrap_or_else(|| PathBuf::from(format!("{name}.yaml")));
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                return Failure::refused(format_args!("`{}` is already there", path.display()));
            }
            Failure::io("write", &path, &error)
        })?;
    say(format_args!("wrote `{}`; next: `heddle check {0}`", path.display()));
    Ok(())
}

fn list() -> Result<(), Failure> {
    let mut table = String::new();
    for (name, text) in packs() {
        // Packs begin with a comment of one line that says what they are for.
        let about = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default();
        let _ = writeln!(table, "{name:<14} {about}");
    }
    result(&table)
}

/// Configs only: the grants file of the packs is the operator's, not the author's.
fn packs() -> impl Iterator<Item = (&'static str, &'static str)> {
    PACKS
        .iter()
        .filter_map(|(path, text)| Some((path.strip_suffix(".yaml")?, *text)))
        .filter(|(name, _)| !name.contains('.'))
}
