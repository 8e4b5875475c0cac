//! Where things are: the checkout, the target folder, the command under test, heddle homes.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The root of the checkout.
pub fn checkout() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("tests/ stands in the checkout").to_owned()
}

/// The target folder that the running test was built into.
pub fn target() -> PathBuf {
    profile().parent().expect("a profile's folder stands in the target folder").to_owned()
}

// Tests run as target/PROFILE/deps/NAME, binaries of the package as target/PROFILE/NAME.
fn profile() -> PathBuf {
    let exe = std::env::current_exe().expect("a process knows its executable");
    let folder = exe.parent().expect("an executable stands in a folder");
    match folder.file_name().is_some_and(|name| name == "deps") {
        true => folder.parent().expect("deps stands in the profile's folder").to_owned(),
        false => folder.to_owned(),
    }
}

/// The heddle command that cargo built for this package.
pub fn heddle_path() -> PathBuf {
    profile().join("heddle-under-test")
}

/// The heddle home of all builds: one, so that the runtime's dependencies are compiled once.
pub fn build_home() -> PathBuf {
    let home = target().join("heddle-home");
    fs::create_dir_all(&home).expect("the target folder can be written");
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).expect("the folder is ours");
    home
}

/// A heddle invocation with the shared build home and no terminal colours.
pub fn heddle() -> Command {
    let mut command = Command::new(heddle_path());
    command.env("HEDDLE_HOME", build_home()).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

/// Runs heddle with a heddle home of its own and something on standard input.
pub fn run_at(home: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = heddle()
        .env("HEDDLE_HOME", home)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("heddle runs");
    let mut stdin = child.stdin.take().expect("it was piped");
    // A command that does not read has ended before all was written.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("heddle ends")
}

/// A heddle home for one run, gone when dropped.
pub struct Home(TempDir);

impl Home {
    /// An empty home, closed to others as heddle wants it.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("heddle-home-").tempdir().expect("a temporary folder");
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).expect("the folder is ours");
        Self(folder)
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes `secrets.json` and `credential_policy.json` as `heddle secrets` would: the agent is granted each key.
    pub fn grant(&self, agent: &str, secrets: &[(&str, &str)]) {
        let values: serde_json::Map<_, _> =
            secrets.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
        let keys: Vec<&str> = secrets.iter().map(|(key, _)| *key).collect();
        self.write("secrets.json", &serde_json::Value::from(values).to_string());
        self.write("credential_policy.json", &serde_json::json!({ agent: keys }).to_string());
    }

    /// Writes a file of the home with mode 0600, replacing it whole.
    pub fn write(&self, name: &str, text: &str) {
        let fresh = self.path().join(format!("{name}.new"));
        fs::write(&fresh, text).expect("the home can be written");
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o600)).expect("the file is ours");
        fs::rename(fresh, self.path().join(name)).expect("the home can be written");
    }
}

impl Default for Home {
    fn default() -> Self {
        Self::new()
    }
}
