use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use heddle_tests::agent::Agent;
use heddle_tests::home;

use super::{CONFIG, config, ends, heddle, reader, said, text};

/// A copy of an agent's binary, config and crate, to be spoiled.
struct Copy {
    folder: tempfile::TempDir,
    agent: Agent,
}

impl Copy {
    fn new() -> Self {
        let (folder, agent) = (tempfile::tempdir().expect("a temporary folder"), reader());
        fs::copy(&agent.binary, folder.path().join("binary")).expect("our folder");
        fs::copy(config(&agent), folder.path().join("a.yaml")).expect("our folder");
        copy(&agent.generated, &folder.path().join("crate"));
        Self { folder, agent }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn spoil(&self, path: &str, from: &str, to: &str) {
        let before = fs::read_to_string(self.at(path)).expect("a text");
        assert!(before.contains(from), "{path} has no `{from}`");
        fs::write(self.at(path), before.replacen(from, to, 1)).expect("our folder");
    }

    fn verify(&self, arguments: &[&str]) -> Output {
        let mut command = home::heddle();
        command.current_dir(&self.folder).args(["verify"]).args(arguments).output().expect("heddle runs")
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("our folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("a readable folder").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target)
        } else {
            fs::copy(&path, target).map(|_| ()).expect("our folder")
        }
    }
}

#[test]
fn a_binary_is_what_its_config_and_its_crate_build() {
    let copy = Copy::new();
    let output = copy.verify(&["binary", "--config", "a.yaml", "--crate", "crate"]);
    ends(&output, 0, &["built again: the same", "`a.yaml` is the config", "as heddle wrote it, plan "]);
    assert!(!said(&output).contains("WRONG"));
    ends(&copy.verify(&["crate"]), 0, &["as heddle wrote it, plan "]);
    assert!(copy.agent.binary.exists());
}

#[test]
fn a_changed_byte_of_the_config_is_found_with_its_place() {
    let copy = Copy::new();
    copy.spoil("a.yaml", "localhost:9090", "localhost:9091");
    let output = copy.verify(&["binary", "--config", "a.yaml"]);
    ends(&output, 1, &["a.yaml:1", "http://localhost:9091", "other bytes, from"]);

    // A remark means nothing, and still is another file; the same binary comes of it.
    fs::write(copy.at("a.yaml"), format!("{CONFIG}# a remark\n")).expect("our folder");
    let output = copy.verify(&["binary", "--config", "a.yaml"]);
    ends(
        &output,
        1,
        &[
            "is not the file that the binary was built from, though it means the same",
            "built again: the same",
        ],
    );
}

#[test]
fn a_changed_byte_of_the_crate_or_its_locks_is_found_with_its_place() {
    for (file, from, to, place) in [
        ("src/tools/get_alerts.rs", "per_minute: 120", "per_minute: 121", "src/tools/get_alerts.rs:"),
        ("src/policy.rs", "9_090", "9_091", ""),
        ("Cargo.lock", "checksum = \"a", "checksum = \"b", "Cargo.lock:"),
        ("Cargo.toml", "unsafe_code = \"forbid\"", "unsafe_code = \"allow\"", "Cargo.toml:"),
        ("README.md", "# prometheus-bridge", "# prometheus-bridgf", "README.md:1:"),
        ("heddle.lock", "\"plan\": \"", "\"plan\": \"0", "heddle.lock"),
    ] {
        let copy = Copy::new();
        let file = format!("crate/{file}");
        if !fs::read_to_string(copy.at(&file)).expect("a text").contains(from) {
            assert_eq!(place, "", "{file} has no `{from}`");
            continue;
        }
        copy.spoil(&file, from, to);
        ends(&copy.verify(&["binary", "--crate", "crate"]), 1, &["WRONG", place]);
        ends(&copy.verify(&["crate"]), 1, &["WRONG", place]);
    }
}

#[test]
fn a_changed_byte_of_the_binary_is_found_with_its_place() {
    let copy = Copy::new();
    let whole = fs::read(copy.at("binary")).expect("the binary");
    let find =
        |text: &[u8]| whole.windows(text.len()).position(|window| window == text).expect("it is there");
    // In a text of the code, and in what the label says of the crate.
    let digest = heddle_tests::agent::hex(&[&fs::read(copy.at("crate/heddle.lock")).expect("the lock")]);
    for (at, place) in [(find(b"--self-check"), ".rodata"), (find(digest.as_bytes()), ".heddle +")] {
        let mut spoilt = whole.clone();
        spoilt[at] = if spoilt[at] == b'0' { b'1' } else { b'0' };
        fs::write(copy.at("binary"), spoilt).expect("our folder");
        ends(&copy.verify(&["binary", "--config", "a.yaml"]), 1, &[&format!("from byte {at} "), place]);
    }
}

#[test]
fn released_files_are_signed_and_checked() {
    let copy = Copy::new();
    let home = home::Home::new();
    let at_home = |arguments: &[&str]| {
        let mut command = home::heddle();
        command.env("HEDDLE_HOME", home.path()).current_dir(&copy.folder).args(arguments);
        command.output().expect("heddle runs")
    };
    let key = said(&at_home(&["sign", "key", "--pair"])).lines().next().expect("a key").to_owned();
    let bill = heddle(&["sbom", text(&copy.at("binary"))]);
    fs::write(copy.at("binary.cdx.json"), &bill.stdout).expect("our folder");
    ends(&copy.verify(&["binary", "--signer", &key]), 1, &["`binary` has no signature beside it"]);
    ends(&at_home(&["sign", "artefact", "binary", "binary.cdx.json"]), 0, &["binary.minisig"]);
    ends(
        &copy.verify(&["binary", "--signer", &key]),
        0,
        &["`binary` is signed with", "`binary.cdx.json` is signed with"],
    );

    // The signature of the bill is none of the binary.
    let (good, other) =
        (fs::read(copy.at("binary.minisig")).unwrap(), fs::read(copy.at("binary.cdx.json.minisig")).unwrap());
    fs::write(copy.at("binary.minisig"), other).expect("our folder");
    ends(&copy.verify(&["binary", "--signer", &key]), 1, &["WRONG"]);
    fs::write(copy.at("binary.minisig"), good).expect("our folder");
    let mut bytes = fs::read(copy.at("binary")).expect("the binary");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(copy.at("binary"), bytes).expect("our folder");
    ends(
        &copy.verify(&["binary", "--signer", &key]),
        1,
        &[
            "`binary` is not what was signed",
            "the code is not what the label was put on",
            "this is not what the binary says",
        ],
    );
}
