//! The agent under test with its audit writer stubbed out: the same crate against a copy of the runtime in which a
//! record is counted as written and goes nowhere. There is no such switch in the runtime itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use heddle_tests::agent::Agent;
use heddle_tests::home;

/// The copy's folder. Cargo tells packages apart by their path in the workspace: under the same one, and with a target
/// folder in common, the copy would be taken for the runtime itself by the next build of the checkout.
const COPY: &str = "runtime-without-log";
/// Where a record is made, in `audit/log.rs`, and what the stub does there instead.
const APPEND: &str = "    ) -> Result<Arc<Batch>, AuditError> {\n";
const STUB: &str = "        if self.segment.len() > 0 {\n            let batch = Batch::of(&self.segment);\n            \
                    let _ = batch.fate.set(Ok(None));\n            return Ok(batch);\n        }\n";

/// Builds it, with what the floor was built of.
pub fn build(agent: &Agent) -> PathBuf {
    let checkout = home::checkout();
    let folder = home::target().join("unaudited");
    let _ = fs::remove_dir_all(&folder);
    copy(&checkout.join("runtime-lib"), &folder.join(COPY));
    let log = folder.join(COPY).join("src/audit/log.rs");
    let text = fs::read_to_string(&log).expect("the runtime has a log");
    assert_eq!(text.matches(APPEND).count(), 1, "the stub no longer fits {}", log.display());
    fs::write(log, text.replace(APPEND, &format!("{APPEND}{STUB}"))).expect("our copy");

    copy(&agent.generated, &folder.join("agent"));
    let manifest = fs::read_to_string(checkout.join("Cargo.toml")).expect("the checkout's manifest");
    let (before, rest) = manifest.split_once("members = [").expect("a workspace");
    let (_, after) = rest.split_once("]\n").expect("a list");
    let manifest =
        format!("{before}members = [\"runtime-lib\", \"agent\"]\n{after}").replace("runtime-lib", COPY);
    fs::write(folder.join("Cargo.toml"), manifest).expect("our folder");
    fs::copy(checkout.join("Cargo.lock"), folder.join("Cargo.lock")).expect("our folder");
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", "fast", "-p", &agent.name, "--target-dir"])
        .arg(home::target())
        .current_dir(&folder)
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the agent without its log does not build");
    home::target().join("fast").join(&agent.name)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder can be written");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("a readable folder")) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).expect("the target folder can be written");
        }
    }
}
