//! `heddle check`

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::console::{Stream, result, say, styled};
use crate::failure::Failure;
use crate::front::{self, Front};
use crate::home::replace_text;

/// Check configs: every static check, nothing written
#[derive(Debug, clap::Args)]
#[command(visible_alias = "validate")]
#[command(after_help = "Examples:\n  \
    $ heddle check agents/*.yaml\n  \
    $ heddle check --format sarif agents/*.yaml > heddle.sarif\n  \
    $ heddle check --fix agents/shop.yaml")]
pub struct Args {
    /// The configs
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How findings are written: `human` to standard error, `json` (one object a line) and `sarif` to standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Refuse what is only warned about, too
    #[arg(long)]
    deny_warnings: bool,
    /// Who may use which secret; left out: `heddle.grants.yaml` in the config's folder or a parent, else the policy of
    /// the heddle home
    #[arg(long, value_name = "FILE")]
    grants: Option<PathBuf>,
    /// Make the edits that keep or narrow authority
    #[arg(long)]
    fix: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Sarif,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let mut front = Front::new(args.grants.as_deref(), &[])?;
    let (mut files, mut errors, mut warnings) = (0, 0, 0);
    let mut unreadable = false;
    let mut kept = Vec::new();
    for file in front::configs(&args.files) {
        if args.fix {
            fix(&mut front, file)?;
        }
        let judged = match front.judge(file) {
            Ok(judged) => judged,
            // The other files are still worth a check, and one that cannot be read is said like any other refusal.
            Err(Failure::Refused(why)) => {
                say(format_args!("{}: {why}", styled(Stream::Message, "1;31", "error")));
                unreadable = true;
                continue;
            }
            Err(failure) => return Err(failure),
        };
        files += 1;
        errors += judged.errors();
        warnings += judged.warnings();
        match args.format {
            Format::Human => front::show(&judged),
            Format::Json => result(&front::json(&judged))?,
            Format::Sarif => kept.push(judged),
        }
    }
    match args.format {
        Format::Human if files > 1 || (files == 1 && errors + warnings == 0) => {
            say(front::summary(files, errors, warnings))
        }
        Format::Sarif => result(&front::sarif(&kept))?,
        Format::Human | Format::Json => {}
    }
    let refused = unreadable || errors > 0 || (args.deny_warnings && warnings > 0);
    if refused { Err(Failure::RefusedAsSaid) } else { Ok(()) }
}

/// Makes the edits that findings offer, round by round: two that touch each other are made in two rounds.
fn fix(front: &mut Front, file: &Path) -> Result<(), Failure> {
    const MOST_ROUNDS: usize = 16;
    let mut made = 0;
    for _ in 0..MOST_ROUNDS {
        // A file that cannot be read, or is no text, is refused by the check that follows.
        let (Ok(judged), Ok(text)) = (front.judge(file), fs::read_to_string(file)) else { break };
        let Some(fixed) = judged.fixed(&text) else { break };
        replace_text(file, &fixed.text)?;
        made += fixed.count;
    }
    if made > 0 {
        say(format_args!("fixed {made} in `{}`", file.display()));
    }
    Ok(())
}
