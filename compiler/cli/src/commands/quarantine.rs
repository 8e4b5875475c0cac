//! `heddle quarantine`

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Subcommand;
use heddle_compiler::plan::Plan;

use crate::console::{harmless, mutter, result, say};
use crate::diff::allowance::Allowances;
use crate::diff::compare;
use crate::diff::subject::Subject;
use crate::failure::{Failure, plain};
use crate::front::{self, Front, Judged};
use crate::home::Home;
use crate::quarantine::{Entry, Name, Quarantine};
use crate::signing::seal::{SealKey, Seals};
use crate::signing::{digest, place};

/// Keep configs that a machine wrote apart until somebody has read them
///
/// No command builds, checks or runs a config that is in quarantine, nor a copy of one.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle quarantine add draft.yaml --source \"assistant, ticket 12\"\n  \
    $ heddle quarantine show draft\n  \
    $ heddle quarantine promote draft --to agents/shop.yaml")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Put a config into quarantine; the file itself stays where it is, and is refused from now on
    #[command(
        after_help = "Example:\n  $ heddle quarantine add draft.yaml --source \"assistant, ticket 12\""
    )]
    Add {
        /// The config
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Where it came from
        #[arg(long, value_name = "TEXT")]
        source: String,
        /// Its name in quarantine; left out: the file's, without its ending
        #[arg(long, value_name = "NAME")]
        name: Option<Name>,
    },
    /// List what is in quarantine
    #[command(after_help = "Example:\n  $ heddle quarantine list")]
    List,
    /// Show what a config may do, what is wrong with it, and its text
    #[command(after_help = "Example:\n  $ heddle quarantine show draft")]
    Show {
        /// Its name in quarantine
        name: Name,
    },
    /// Show how what a config may do differs from what another may
    #[command(after_help = "Example:\n  $ heddle quarantine diff draft agents/shop.yaml")]
    Diff {
        /// Its name in quarantine
        name: Name,
        /// The config to compare with
        #[arg(value_name = "FILE")]
        with: PathBuf,
    },
    /// Release a config: shows what it may do, asks, writes the file and signs it
    #[command(after_help = "Example:\n  $ heddle quarantine promote draft --to agents/shop.yaml")]
    Promote {
        /// Its name in quarantine
        name: Name,
        /// Where the config goes; nothing may be there
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// I have read it: do not ask
        #[arg(long)]
        yes: bool,
        /// Who may use which secret; left out: as `heddle build` finds it beside the file that is written
        #[arg(long, value_name = "FILE")]
        grants: Option<PathBuf>,
    },
    /// Remove a config; copies of it stay refused
    #[command(after_help = "Example:\n  $ heddle quarantine reject draft")]
    Reject {
        /// Its name in quarantine
        name: Name,
    },
}

pub fn run(args: Args) -> Result<(), Failure> {
    let home = Home::find()?;
    let mut quarantine = Quarantine::enter(&home)?;
    match args.command {
        Command::Add { file, source, name } => add(&mut quarantine, &file, source, name),
        Command::List => list(&quarantine),
        Command::Show { name } => show(&quarantine, &name),
        Command::Diff { name, with } => diff(&quarantine, &name, &with),
        Command::Promote { name, to, yes, grants } => {
            promote(&home, &mut quarantine, &name, &to, yes, grants.as_deref())
        }
        Command::Reject { name } => {
            quarantine.reject(&name)?;
            say(format_args!("`{name}` is gone; copies of it stay refused"));
            Ok(())
        }
    }
}

fn add(quarantine: &mut Quarantine, file: &Path, source: String, name: Option<Name>) -> Result<(), Failure> {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let name = name.map_or_else(|| stem.parse(), Ok).map_err(|why: String| {
        Failure::refused(format_args!(
            "`{}` is no name in quarantine ({why}): give `--name`",
            harmless(&stem)
        ))
    })?;
    let bytes = front::bytes(file)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::refused(format_args!("`{}` is no text", harmless(&file.to_string_lossy()))))?;
    let judged = Front::new(None, &[])?.judge_quarantined(&file.to_string_lossy(), &text)?;
    let plan = judged.into_plan().map(|plan| plan.digest_hex());
    quarantine.add(&name, &text, Entry { sha256: digest(text.as_bytes()), plan, source })?;
    say(format_args!(
        "`{name}` is in quarantine, and refused wherever it is copied: `heddle quarantine show {name}`"
    ));
    Ok(())
}

fn list(quarantine: &Quarantine) -> Result<(), Failure> {
    let mut table = String::new();
    for (name, entry) in &quarantine.index.waiting {
        let short: String = entry.sha256.chars().take(12).collect();
        let _ = writeln!(table, "{:<28} {short}  {}", name.to_string(), harmless(&entry.source));
    }
    if table.is_empty() {
        say("the quarantine is empty");
    }
    result(&table)
}

fn show(quarantine: &Quarantine, name: &Name) -> Result<(), Failure> {
    let (entry, text) = quarantine.read(name)?;
    let judged = Front::new(None, &[])?.judge_quarantined(&format!("{name}.yaml"), &text)?;
    front::show(&judged);
    let mut page = format!("{name}: from {}, sha256 {}\n\n", harmless(&entry.source), entry.sha256);
    match judged.into_plan() {
        Some(plan) => page.push_str(&front::page(&plan)?),
        None => page.push_str("It is refused as it stands: nothing can be built from it.\n"),
    }
    page.push_str("\n## Text\n\n");
    for line in text.lines() {
        let _ = writeln!(page, "    {}", harmless(line));
    }
    result(&page)
}

fn diff(quarantine: &Quarantine, name: &Name, with: &Path) -> Result<(), Failure> {
    let (_, text) = quarantine.read(name)?;
    let mut front = Front::new(None, &[])?;
    let theirs = Subject::of_config(front::shown(with), front.judge(with)?)?;
    let ours = front.judge_quarantined(&with.to_string_lossy(), &text)?;
    let ours = Subject::of_config(name.to_string(), ours)?;
    let compared = compare(&(Some(theirs), Some(ours)), &Allowances::named(&[]));
    result(&super::diff::human(&[compared]))
}

fn accepted(judged: Judged) -> Result<Plan, Failure> {
    front::show(&judged);
    judged.into_plan().ok_or(Failure::RefusedAsSaid)
}

/// The file is written and sealed before the quarantine lets go: when this is cut short, the config stays refused.
fn promote(
    home: &Home,
    quarantine: &mut Quarantine,
    name: &Name,
    to: &Path,
    yes: bool,
    grants: Option<&Path>,
) -> Result<(), Failure> {
    let (entry, text) = quarantine.read(name)?;
    let judged = Front::new(grants, &[])?.judge_quarantined(&to.to_string_lossy(), &text)?;
    let plan = accepted(judged)?;
    result(&format!("from {}, sha256 {}\n\n{}", harmless(&entry.source), entry.sha256, front::page(&plan)?))?;
    if !yes && !agreed(name)? {
        return Err(Failure::refused("not promoted"));
    }
    let key = match SealKey::read(home)? {
        Some(key) => key,
        None => SealKey::make(home)?,
    };
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(to)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                return Failure::refused(format_args!(
                    "`{}` is already there: compare with `heddle quarantine diff {name} {0}`, then move it away",
                    to.display()
                ));
            }
            Failure::io("write", to, &error)
        })?;
    let sealed = place(to).and_then(|place| Seals::add(home, &key, &place, text.as_bytes()));
    if let Err(failure) = sealed.and_then(|()| quarantine.release(name)) {
        let _ = fs::remove_file(to);
        return Err(failure);
    }
    say(format_args!("`{}` is promoted and sealed with key {}", to.display(), key.fingerprint()));
    Ok(())
}

/// Asks the person at the terminal; there is no other way to say yes than this and `--yes`.
fn agreed(name: &Name) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::refused(
            "promotion is a person's word: answer in a terminal, or give `--yes` after reading the above",
        ));
    }
    mutter(format_args!("let this agent be built? type `{name}` to agree: "));
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(|error| Failure::fault(format_args!("cannot read the answer: {}", plain(&error))))?;
    Ok(answer.trim() == name.to_string())
}
