//! `heddle.lock`: what the other files of a crate are held against, and the plan they were written from.
//!
//! The plan stands in it as canonical JSON, its own members and its tools on a line each: the lock file of a crate is
//! enough to compare what two crates may do, and a change of one tool is a change of one line.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{EDITION, EmitContext, EmitError, catalogue};
use crate::plan::{Plan, ReadError, canonical};

/// The name of the file.
pub const LOCK: &str = "heddle.lock";

/// A lock file as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Version of heddle that wrote the crate.
    pub heddle: String,
    /// See [`EDITION`].
    pub emission: u32,
    /// Digest of what the config says: a comment in it changes nothing.
    pub source: String,
    /// Digest of the plan, which the binary carries.
    pub plan: String,
    /// Digest of `Cargo.lock`.
    pub dependencies: String,
    /// Features of the runtime.
    pub features: BTreeSet<String>,
    /// The list of tools.
    pub tools: Tools,
    /// Path -> digest of every other file.
    pub files: BTreeMap<String, String>,
    /// The plan itself.
    pub policy: Value,
}

/// The list of tools as clients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tools {
    /// Its digest, which the binary writes into its audit log.
    pub digest: String,
    /// The names.
    pub names: Vec<String>,
}

/// Why a lock file could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LockError {
    /// It is no lock file: the line, from 1, and why.
    NoLock(usize, String),
    /// Its plan is not what it says.
    Plan(ReadError),
}

impl std::fmt::Display for LockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoLock(_, why) => f.write_str(why),
            Self::Plan(why) => write!(f, "its `policy` does not agree with its `plan`: {why}"),
        }
    }
}

impl std::error::Error for LockError {}

impl LockError {
    /// The line of the lock file that is to blame, as far as it can be told.
    pub const fn line(&self) -> usize {
        match self {
            Self::NoLock(line, _) => *line,
            Self::Plan(_) => 1,
        }
    }
}

impl Lock {
    /// Reads a lock file.
    ///
    /// # Errors
    ///
    /// When it does not parse.
    pub fn read(text: &str) -> Result<Self, LockError> {
        serde_json::from_str(text).map_err(|fault| LockError::NoLock(fault.line().max(1), fault.to_string()))
    }

    /// The plan in it, against its digest.
    ///
    /// # Errors
    ///
    /// When the plan is not the one that the digest was taken over.
    pub fn plan(&self) -> Result<Plan, LockError> {
        Plan::read(&self.policy, &self.plan).map_err(LockError::Plan)
    }
}

/// The text of the lock file of these files.
pub(super) fn seal(
    plan: &Plan,
    digest: &str,
    context: &EmitContext,
    features: &BTreeSet<&'static str>,
    files: &BTreeMap<String, String>,
) -> Result<String, EmitError> {
    let policy = serde_json::to_value(plan).map_err(unwritten)?;
    let lock = Lock {
        heddle: context.runtime_version.to_owned(),
        emission: EDITION,
        source: context.source.to_owned(),
        plan: digest.to_owned(),
        dependencies: crate::hex::sha256(files.get("Cargo.lock").map_or("", String::as_str)),
        features: features.iter().map(|feature| (*feature).to_owned()).collect(),
        tools: Tools { digest: catalogue::digest(plan), names: plan.tools.keys().cloned().collect() },
        files: files.iter().map(|(path, text)| (path.clone(), crate::hex::sha256(text))).collect(),
        policy: Value::Null,
    };
    let text = serde_json::to_string_pretty(&lock).map_err(unwritten)?;
    let Some(head) = text.strip_suffix("\"policy\": null\n}") else {
        return Err(EmitError::Template("the lock file does not end with its policy".to_owned()));
    };
    Ok(plain(&format!("{head}\"policy\": {}\n}}\n", lines(&policy))))
}

/// JSON in visible ASCII: what is beyond it stands in strings only, and could hide there what a reviewer should see.
fn plain(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || matches!(c, ' '..='~') {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                text.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    text
}

fn unwritten(fault: serde_json::Error) -> EmitError {
    EmitError::Template(fault.to_string())
}

/// An object with a member on each line; the members of `tools` have lines of their own.
fn lines(policy: &Value) -> String {
    let member = |(name, value): (&String, &Value)| {
        let tools = value.as_object().filter(|tools| name == "tools" && !tools.is_empty());
        let text = tools.map_or_else(
            || canonical(value),
            |tools| {
                let sorted: BTreeMap<_, _> = tools.iter().collect();
                let lines: Vec<String> = sorted
                    .into_iter()
                    .map(|(tool, facts)| format!("      {}: {}", quoted(tool), canonical(facts)))
                    .collect();
                format!("{{\n{}\n    }}", lines.join(",\n"))
            },
        );
        format!("    {}: {text}", quoted(name))
    };
    let Value::Object(members) = policy else { return canonical(policy) };
    let sorted: BTreeMap<_, _> = members.iter().collect();
    let lines: Vec<String> = sorted.into_iter().map(member).collect();
    format!("{{\n{}\n  }}", lines.join(",\n"))
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emit::tests::{CONTEXT, plan_of};

    fn lock() -> String {
        let plan = plan_of(2);
        super::super::emit(&plan, &CONTEXT).unwrap().files.remove(LOCK).unwrap()
    }

    #[test]
    fn a_lock_gives_back_its_plan() {
        let lock = Lock::read(&lock()).unwrap();
        assert_eq!(lock.plan(), Ok(plan_of(2)));
        assert_eq!(lock.tools.names, ["tool_0", "tool_1"]);
    }

    #[test]
    fn a_lock_with_another_plan_gives_none() {
        for (from, to) in [
            ("\"access\":\"read\"", "\"access\":\"write\""),
            ("\"deadline_ms\": 30000", "\"deadline_ms\": 30001"),
            ("\"about\": \"\"", "\"about\": \"\", \"more\": 1"),
        ] {
            let text = lock();
            assert!(text.contains(from), "{from}");
            let lock = Lock::read(&text.replacen(from, to, 1)).unwrap();
            assert!(matches!(lock.plan(), Err(LockError::Plan(_))), "{to}");
        }
    }
}
