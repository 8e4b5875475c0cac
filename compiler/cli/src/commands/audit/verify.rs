//! `heddle audit verify` and `heddle audit head`

use std::fmt::Write as _;
use std::path::PathBuf;

use crate::audit::head::Expected;
use crate::audit::keys::{VERIFY_KEY, VerifyKey};
use crate::audit::verify::{self, Verdict};
use crate::console::{harmless, result, say};
use crate::failure::Failure;
use crate::home::Home;

/// Check that nothing in the log was changed, removed, added or moved
///
/// Each record holds the hash of the one before and is sealed with a key of its own; segments are numbered, and each has
/// a head that says how long it is. `docs/audit.md` says what this finds and what nothing can find.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle audit verify\n  \
    $ heddle audit verify --key /media/safe/verify.key --expect-head \"$(cat /media/safe/head)\"")]
pub struct Verify {
    /// Copies of segments to check by themselves; left out: all of the log
    files: Vec<PathBuf>,
    #[command(flatten)]
    key: Key,
    /// What `heddle audit head` once printed: the log must have grown out of that
    #[arg(long, value_name = "HEAD", conflicts_with = "files")]
    expect_head: Option<Expected>,
}

/// Verify the log and print its head, to be kept where the log's writers cannot reach
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  $ heddle audit head | ssh auditor 'cat > head'")]
pub struct Head {
    #[command(flatten)]
    key: Key,
}

#[derive(Debug, clap::Args)]
pub(super) struct Key {
    /// The key that verifies, where it is not in the heddle home any more
    #[arg(long = "key", value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Key {
    pub(super) fn read(&self) -> Result<VerifyKey, Failure> {
        let path = match &self.file {
            Some(file) => file.clone(),
            None => Home::find()?.audit().join(VERIFY_KEY),
        };
        VerifyKey::read(&path)?.ok_or_else(|| {
            Failure::refused(format_args!(
                "there is no `{}`: name the file that the key was moved to with `--key FILE`",
                path.display()
            ))
        })
    }
}

pub fn run(args: &Verify) -> Result<(), Failure> {
    let verdict = if args.files.is_empty() {
        whole(&args.key, args.expect_head.as_ref())?
    } else {
        verify::copies(&args.files, &args.key.read()?)
    };
    let Verdict { records, segments, notes, .. } = accept(verdict)?;
    let mut text = format!("whole: {} in {}\n", counted(records, "record"), counted(segments, "segment"));
    for note in &notes {
        let _ = writeln!(text, "{}", harmless(note));
    }
    result(&text)
}

pub fn head(args: &Head) -> Result<(), Failure> {
    let verdict = accept(whole(&args.key, None)?)?;
    result(&format!("{}\n", Expected::of(&verdict)))
}

fn whole(key: &Key, expected: Option<&Expected>) -> Result<Verdict, Failure> {
    let folder = Home::find()?.audit();
    if !folder.exists() {
        return Err(Failure::refused(format_args!(
            "there is no audit log in `{}` to verify",
            folder.display()
        )));
    }
    verify::log(&folder, &key.read()?, expected)
}

/// What is whole goes on; what is wrong is said.
fn accept(verdict: Verdict) -> Result<Verdict, Failure> {
    if verdict.faults.is_empty() {
        return Ok(verdict);
    }
    let mut text = String::new();
    for fault in &verdict.faults {
        let _ = writeln!(text, "{}", harmless(fault));
    }
    result(&text)?;
    let faults = verdict.faults.len() as u64;
    say(format_args!("{} in {}", counted(faults, "fault"), counted(verdict.segments, "segment")));
    Err(Failure::RefusedAsSaid)
}

fn counted(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
