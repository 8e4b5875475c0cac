//! Whether a crate is what heddle wrote: every file against the lock file, and the lock file against itself.
//!
//! A lock file holds the plan, and a plan has one crate. So the crate is written anew from it and compared, line by line;
//! digests alone would tell that a file was changed and not where.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use heddle_compiler::emit::{LOCK, Lock};
use heddle_compiler::plan::{Plan, module};

use crate::build::embedded::VERSION;
use crate::build::folder::{self, Difference};
use crate::failure::Failure;
use crate::front;

/// Reads the lock file of a crate, and compares the crate with it. Gives the plan of the lock file and what differs.
pub fn sealed(folder: &Path) -> Result<(Plan, Vec<Difference>), Failure> {
    let path = folder.join(LOCK);
    let text = fs::read_to_string(&path).map_err(|error| {
        Failure::refused(format_args!(
            "cannot read `{}`: {}",
            front::shown(&path),
            crate::failure::plain(&error)
        ))
    })?;
    let lock = Lock::read(&text).map_err(|why| {
        Failure::refused(format_args!(
            "{}:{}: the lock file cannot be read: {why}; build again to write it anew",
            front::shown(&path),
            why.line()
        ))
    })?;
    if lock.heddle != VERSION || lock.emission != heddle_compiler::emit::EDITION {
        return Err(Failure::refused(format_args!(
            "{}:2: the crate was written by heddle {} (emission {}), and this is {VERSION} (emission {}): verify it with \
             that version, or build again",
            front::shown(&path),
            lock.heddle,
            lock.emission,
            heddle_compiler::emit::EDITION
        )));
    }
    let plan = match lock.plan() {
        Ok(plan) => plan,
        Err(why) => return Err(liar(folder, &text, &lock, &why)),
    };
    let emitted = front::emit(&plan, &lock.source)?;
    let differences = folder::differences(folder, &emitted, "by its lock file")?;
    Ok((plan, differences))
}

/// A lock file whose plan is not the one it names. Where, can be told when the files beside it are the ones it lists: the
/// first line that does not fit them.
fn liar(folder: &Path, text: &str, lock: &Lock, why: &heddle_compiler::emit::LockError) -> Failure {
    let place = misfit(text, lock).unwrap_or_else(|| line_of(text, "\"plan\": "));
    Failure::refused(format_args!("{}:{place}: {why}", front::shown(&folder.join(LOCK))))
}

/// The line of the first tool that its file does not agree with.
fn misfit(text: &str, lock: &Lock) -> Option<usize> {
    let plan = Plan::read_unsealed(&lock.policy)?;
    let emitted = front::emit(&plan, &lock.source).ok()?;
    let digests: BTreeMap<&str, String> =
        emitted.iter().map(|(path, text)| (path.as_str(), folder::digest(text.as_bytes()))).collect();
    plan.tools.keys().find_map(|tool| {
        let path = format!("src/tools/{}.rs", module(tool));
        let is_same = lock.files.get(&path) == digests.get(path.as_str());
        (!is_same).then(|| line_of(text, &format!("      {}: {{", serde_json::Value::from(tool.as_str()))))
    })
}

/// The first line that begins with these words, from 1.
fn line_of(text: &str, words: &str) -> usize {
    text.lines().position(|line| line.starts_with(words) || line.trim_start().starts_with(words)).unwrap_or(0)
        + 1
}
