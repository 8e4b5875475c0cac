//! `heddle diff`

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use heddle_compiler::diff::report;

use crate::build::embedded::VERSION;
use crate::console::{bold, harmless, result, say};
use crate::diff::allowance::{self, Allowances};
use crate::diff::git::Revision;
use crate::diff::subject::{self, Kind, Subject};
use crate::diff::{Pair, compare, pairs};
use crate::failure::Failure;
use crate::front::{self, Front, GRANTS, GrantsFile};

/// What changed in what agents may do, widenings first; exit 1 when one is not allowed
///
/// Compares two configs, two folders, two crates or their lock files, or the files of the working tree with those of a
/// git revision. Grants and allowances of `--base` are those of that revision, so that the change that is judged cannot
/// bring its own.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle diff old.yaml new.yaml\n  \
    $ heddle diff --base main agents/\n  \
    $ heddle diff --base main --format markdown agents/ > comment.md\n  \
    $ heddle diff generated/shop /tmp/shop/heddle.lock --allow tools/restart/access")]
pub struct Args {
    /// OLD and NEW; with `--base`: the files and folders of the working tree
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The git revision that the working tree is compared with
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// How changes are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// A widening that is agreed to, as the report names it; may be given more than once
    #[arg(long, value_name = "WHAT")]
    allow: Vec<String>,
    /// A file of widenings that are agreed to; with `--base` as it is in that revision, and left out: the
    /// `heddle.allow.yaml` in the config's folder or a parent
    #[arg(long, value_name = "FILE")]
    allowance: Option<PathBuf>,
    /// Who may use which secret; left out: `heddle.grants.yaml` in the config's folder or a parent, else the policy of
    /// the heddle home
    #[arg(long, value_name = "FILE")]
    grants: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Markdown,
    Sarif,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let mut allowances = Allowances::named(&args.allow);
    let pairs = match (&args.base, args.paths.as_slice()) {
        (Some(base), paths) => against(base, paths, &args, &mut allowances)?,
        (None, [old, new]) => {
            if let Some(file) = &args.allowance {
                allowance::of_file(&mut allowances, file)?;
            }
            side_by_side(old, new, args.grants.as_deref())?
        }
        (None, _) => {
            return Err(Failure::Usage("name OLD and NEW, or a git revision with `--base REV`".to_owned()));
        }
    };
    let compared: Vec<report::Compared> = pairs.iter().map(|pair| compare(pair, &allowances)).collect();
    let asked: Vec<(String, String)> = compared
        .iter()
        .flat_map(|one| one.changes.iter().map(|located| (one.agent.clone(), located.change.id.clone())))
        .collect();
    for idle in allowances.idle(&asked) {
        say(format_args!("warning: nothing changed that `--allow {}` names", harmless(idle)));
    }
    result(&match args.format {
        Format::Human => human(&compared),
        Format::Json => report::json(&compared),
        Format::Markdown => report::markdown(&compared),
        Format::Sarif => report::sarif(VERSION, &compared),
    })?;
    if report::open(&compared) > 0 {
        if args.format == Format::Human {
            say(
                "an agent may do more than before: have it reviewed, then name each change with `--allow`, or in \
                 heddle.allow.yaml",
            );
        }
        return Err(Failure::RefusedAsSaid);
    }
    Ok(())
}

/// The changes as a person reads them.
pub fn human(compared: &[report::Compared]) -> String {
    // Texts of a config may stand in it, and it goes to a terminal. Its own lines and colours are kept.
    let text = report::human(compared, |word| format!("\u{1}{word}\u{2}"));
    text.lines()
        .map(|line| {
            let (before, rest) = line.split_once('\u{1}').unwrap_or((line, ""));
            let (word, after) = rest.split_once('\u{2}').unwrap_or(("", rest));
            let word = if word.is_empty() { String::new() } else { bold(&harmless(word)) };
            format!("{}{word}{}\n", harmless(before), harmless(after))
        })
        .collect()
}

fn side_by_side(old: &Path, new: &Path, grants: Option<&Path>) -> Result<Vec<Pair>, Failure> {
    let mut front = Front::new(grants, &[])?;
    let is_folder = |path: &Path| path.is_dir() && !subject::is_crate(path);
    match (is_folder(old), is_folder(new)) {
        (true, true) => Ok(pairs(subject::below(old, &mut front)?, subject::below(new, &mut front)?)),
        (false, false) => {
            Ok(vec![(Some(Subject::at(old, &mut front)?), Some(Subject::at(new, &mut front)?))])
        }
        _ => Err(Failure::Usage(format!(
            "`{}` and `{}`: one is a folder of agents and the other one agent",
            front::shown(old),
            front::shown(new)
        ))),
    }
}

fn against(
    base: &str,
    paths: &[PathBuf],
    args: &Args,
    allowances: &mut Allowances,
) -> Result<Vec<Pair>, Failure> {
    let revision = Revision::of(base)?;
    let (mut old, mut new) = (BTreeMap::new(), BTreeMap::new());
    let mut front = Front::new(args.grants.as_deref(), &[])?;
    let mut allowed = Vec::new();
    if let Some(file) = &args.allowance {
        allowed.push(revision.inside(file)?);
    }
    for path in paths {
        let inside = revision.inside(path)?;
        for entry in revision.files(&inside)? {
            let named = entry.path == inside;
            if let Some(subject) = before(&revision, &entry, named, args, &mut front)? {
                old.insert(entry.path.clone(), subject);
            }
        }
        after(&revision, path, &mut front, &mut new)?;
    }
    if args.allowance.is_none() {
        for place in old.keys().chain(new.keys()) {
            allowed.extend(beside(&revision, place, allowance::FILE)?);
        }
        allowed.sort();
        allowed.dedup();
    }
    for file in allowed {
        let Some(bytes) = revision.file(&file)? else {
            return Err(Failure::refused(format_args!("there is no `{file}` at `{}`", revision.name)));
        };
        allowances.read(&revision.shown(&file), &bytes)?;
    }
    if old.is_empty() && new.is_empty() {
        return Err(Failure::refused(
            "there is no config and no crate, neither here nor in the base revision",
        ));
    }
    Ok(pairs(old, new))
}

/// A file of the base revision, if it is an agent.
fn before(
    revision: &Revision,
    entry: &crate::diff::git::Entry,
    named: bool,
    args: &Args,
    front: &mut Front,
) -> Result<Option<Subject>, Failure> {
    let (bytes, shown) = (revision.bytes(entry)?, revision.shown(&entry.path));
    let kind = subject::kind(Path::new(&entry.path), &bytes).or(named.then_some(Kind::Config));
    match kind {
        Some(Kind::Lock) => Subject::of_lock(shown, &String::from_utf8_lossy(&bytes)).map(Some),
        Some(Kind::Config) => {
            let grants = grants_of_base(revision, &entry.path, args.grants.as_deref())?;
            let judged = front.judge_bytes(&shown, &bytes, grants.as_ref());
            Subject::of_config(shown, judged).map(Some)
        }
        None => Ok(None),
    }
}

/// The grants that counted in the base revision. Those from outside of the repository are the operator's, and count now
/// as they did then.
fn grants_of_base(
    revision: &Revision,
    config: &str,
    named: Option<&Path>,
) -> Result<Option<GrantsFile>, Failure> {
    let inside = match named {
        Some(path) => match revision.inside(path) {
            Ok(inside) => Some(inside),
            Err(_) => return GrantsFile::named(path).map(Some),
        },
        None => beside(revision, config, GRANTS)?,
    };
    match inside {
        Some(path) => {
            let bytes = revision.file(&path)?;
            Ok(bytes.map(|bytes| GrantsFile::read(revision.shown(&path), bytes)))
        }
        None => GrantsFile::beside(&revision.root),
    }
}

/// The nearest file of that name in the folder of `place` or above, in the base revision.
fn beside(revision: &Revision, place: &str, name: &str) -> Result<Option<String>, Failure> {
    for folder in Path::new(place).ancestors().skip(1) {
        let candidate = folder.join(name).to_string_lossy().into_owned();
        if revision.files(&candidate)?.iter().any(|entry| entry.path == candidate) {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// What stands at a path of the working tree now.
fn after(
    revision: &Revision,
    path: &Path,
    front: &mut Front,
    found: &mut BTreeMap<String, Subject>,
) -> Result<(), Failure> {
    let inside = revision.inside(path)?;
    if subject::is_crate(path) {
        found.insert(join(&inside, heddle_compiler::emit::LOCK), Subject::of_crate(path)?);
    } else if path.is_dir() {
        for (below, subject) in subject::below(path, front)? {
            found.insert(join(&inside, &below), subject);
        }
    } else if path.exists() {
        found.insert(inside, Subject::at(path, front)?);
    }
    Ok(())
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
