//! `heddle check`

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::console::{Stream, result, say, styled};
use crate::failure::Failure;
use crate::front::{self, Front};

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

/// Applies the fixes of a file, as long as each round leaves fewer to make.
fn fix(front: &mut Front, file: &Path) -> Result<(), Failure> {
    let mut made = 0;
    while let Ok(judged) = front.judge(file) {
        let Some((text, count)) = judged.fixed() else { break };
        crate::home::replace_text(file, &text)?;
        made += count;
        if made > 1_000 {
            break;
        }
    }
    if made > 0 {
        say(format_args!("fixed {made} in `{}`", file.display()));
    }
    Ok(())
}
