//! Judges that come from registries: `tests/release/install.sh` puts them into a folder outside the checkout.

use std::path::PathBuf;
use std::process::{Command, Output};

/// A file below the folder of installed tools. Where it is missing, says so and gives nothing, unless
/// `HEDDLE_REQUIRE_TOOLS` is set: then the test fails.
pub fn installed(path: &str) -> Option<PathBuf> {
    let cache = std::env::var_os("HEDDLE_TEST_CACHE").map(PathBuf::from);
    let cache = cache.or_else(|| Some(std::env::home_dir()?.join(".cache/heddle-tests")));
    let found = cache.map(|cache| cache.join("release").join(path)).filter(|file| file.exists());
    missing(found, path)
}

/// A command of the machine; missing ones are as with [`installed`].
pub fn command(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    missing(found, name)
}

fn missing(found: Option<PathBuf>, name: &str) -> Option<PathBuf> {
    if found.is_none() {
        assert!(std::env::var_os("HEDDLE_REQUIRE_TOOLS").is_none(), "{name} is not installed");
        println!("SKIPPED: {name} is not installed (tests/release/install.sh)");
    }
    found
}

/// Runs a judge and asserts that it is content.
#[track_caller]
pub fn content(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|fault| panic!("{command:?}: {fault}"));
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    output
}
