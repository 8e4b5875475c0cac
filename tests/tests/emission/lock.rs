//! `runtime-lib/agent.lock`, from which every generated crate gets its `Cargo.lock`.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use heddle_compiler::emit::stage_lock;
use heddle_tests::home::checkout;

use crate::{agent_lock, bless};

const LEAF: &str = "an-agent-0123456789ab";

/// What `cargo` makes of heddle's own lock file in the workspace that agents are built in.
fn fresh() -> String {
    let stage = stage(&fs::read_to_string(checkout().join("Cargo.lock")).expect("Cargo.lock"));
    metadata(stage.path(), &[]);
    let lock = fs::read_to_string(stage.path().join("Cargo.lock")).expect("cargo keeps the lock file");
    let blocks: Vec<&str> = lock.trim_end().split("\n\n").filter(|block| !block.contains(LEAF)).collect();
    blocks.join("\n\n") + "\n"
}

/// A workspace of the runtime and one leaf, like the one in the heddle home.
fn stage(lock: &str) -> tempfile::TempDir {
    let stage = tempfile::tempdir().expect("a temporary folder");
    let root = fs::read_to_string(checkout().join("Cargo.toml")).expect("Cargo.toml");
    let (before, rest) = root.split_once("members = [").expect("the workspace lists its members");
    let (_, after) = rest.split_once("\n]\n").expect("the list ends");
    write(stage.path(), "Cargo.toml", &format!("{before}members = [\"runtime-lib\", \"agent\"]\n{after}"));
    let runtime =
        fs::read_to_string(checkout().join("runtime-lib/Cargo.toml")).expect("the runtime's manifest");
    write(stage.path(), "runtime-lib/Cargo.toml", &runtime);
    write(stage.path(), "runtime-lib/src/lib.rs", "");
    let version = env!("CARGO_PKG_VERSION");
    write(
        stage.path(),
        "agent/Cargo.toml",
        &format!(
            "[package]\nname = \"{LEAF}\"\nversion = \"1.2.3\"\nedition = \"2024\"\n\n[dependencies.heddle-runtime]\nversion = \"={version}\"\ndefault-features = false\n"
        ),
    );
    write(stage.path(), "agent/src/main.rs", "fn main() {}\n");
    write(stage.path(), "Cargo.lock", lock);
    stage
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("a temporary folder");
    fs::write(path, text).expect("a temporary file");
}

fn metadata(stage: &Path, flags: &[&str]) {
    let output = Command::new(env!("CARGO"))
        // Without a platform cargo wants the crates of all of them, and a new machine has only its own.
        .args(["metadata", "--format-version=1", "--offline", "--filter-platform=host-tuple"])
        .args(flags)
        .current_dir(stage)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn versions(lock: &str) -> BTreeSet<String> {
    let packages = lock.split("\n\n").filter(|block| block.starts_with("[[package]]"));
    packages.map(|block| block.lines().skip(1).take(2).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn the_lock_of_agents_is_fresh_and_enough() {
    let fresh = fresh();
    if bless() {
        fs::write(agent_lock(), &fresh).expect("the checkout can be written");
    }
    let committed = fs::read_to_string(agent_lock()).expect("runtime-lib/agent.lock");
    assert_eq!(committed, fresh, "HEDDLE_BLESS=1 cargo test -p heddle-tests --test emission mends this");

    let root = fs::read_to_string(checkout().join("Cargo.lock")).expect("Cargo.lock");
    let (root, agent) = (versions(&root), versions(&committed));
    assert!(agent.len() > 50, "the runtime has dependencies");
    assert_eq!(
        agent.difference(&root).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "heddle has other versions"
    );

    let stage = stage(&stage_lock(&committed, LEAF, "1.2.3"));
    metadata(stage.path(), &["--locked"]);
}
