//! Runs the rehearsing binary: cases in, outcomes out. Its home is a folder of its own, in which each secret that the agent
//! is granted has its own placeholder as its value; so the requests show where a secret would stand, and never one.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use heddle_compiler::plan::Plan;
use serde_json::json;

use super::file::Test;
use super::judge::Outcome;
use crate::failure::{Failure, plain};
use crate::home::{make_private_folder, write_private};

/// A folder that goes when it is no longer needed.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed costs room only: nothing in it is secret.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Plays the tests and gives what became of each.
pub fn play(cache: &Path, binary: &Path, plan: &Plan, tests: &[Test]) -> Result<Vec<Outcome>, Failure> {
    let home = Folder(cache.join("rehearsals").join(format!("home-{}-{}", plan.name, std::process::id())));
    make_private_folder(&home.0)?;
    let keys: Vec<&str> = plan.grants.keys().map(|grant| grant.key.as_str()).collect();
    let values: BTreeMap<&str, String> = keys.iter().map(|key| (*key, placeholder(key))).collect();
    write_private(&home.0.join("secrets.json"), &json!(values).to_string())?;
    write_private(&home.0.join("credential_policy.json"), &json!({ plan.name.as_str(): keys }).to_string())?;

    let lost =
        |error: std::io::Error| Failure::fault(format_args!("the tests cannot be run: {}", plain(&error)));
    let mut child = Command::new(binary)
        .env_clear()
        .env("HEDDLE_HOME", &home.0)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(lost)?;
    let cases: Vec<String> = tests
        .iter()
        .map(|test| {
            format!("{}\n", json!({ "tool": test.tool, "arguments": test.arguments, "times": test.times }))
        })
        .collect();
    let input = child.stdin.take();
    let writer = std::thread::spawn(move || {
        let Some(mut input) = input else { return };
        for case in cases {
            // A process that is gone is noticed below.
            if input.write_all(case.as_bytes()).is_err() {
                return;
            }
        }
    });
    let output = child.wait_with_output().map_err(lost)?;
    let _ = writer.join();
    if !output.status.success() {
        return Err(Failure::fault(format_args!(
            "the tests cannot be run: {}",
            crate::console::harmless(String::from_utf8_lossy(&output.stderr).trim())
        )));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let outcomes: Vec<Outcome> = text
        .lines()
        .map(|line| serde_json::from_str(line).map_err(Failure::fault))
        .collect::<Result<_, _>>()?;
    if outcomes.len() != tests.len() {
        return Err(Failure::fault("the rehearsal answered another number of calls than it was asked"));
    }
    Ok(outcomes)
}

/// What stands for a secret.
pub fn placeholder(key: &str) -> String {
    format!("{{{{secret:{key}}}}}")
}
