use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use auditable_info::audit_info_from_file;
use heddle_tests::home::{self, Home};
use serde_json::Value;

use super::{CONFIG, ends, heddle, reader, said, text, writer};

fn inspected(path: &Path) -> Value {
    let output = heddle(&["inspect", "--format", "json", text(path)]);
    ends(&output, 0, &[]);
    serde_json::from_slice(&output.stdout).expect("a line of JSON")
}

#[test]
fn a_binary_says_what_it_may_do_without_being_run() {
    let agent = reader();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = folder.path().join("copy");
    fs::copy(&agent.binary, &copy).expect("our folder");
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o400)).expect("our file");
    assert!(Command::new(&copy).output().is_err(), "it can be run");

    let found = inspected(&copy);
    let policy = Command::new(&agent.binary)
        .arg("--policy")
        .env("HEDDLE_HOME", Home::new().path())
        .output()
        .expect("the agent runs");
    let policy: Value = serde_json::from_slice(&policy.stdout).expect("a policy is JSON");
    assert_eq!(found["intact"], true);
    assert_eq!(found["label"]["plan_sha256"], policy["plan"]);
    let tools: Vec<&String> = found["label"]["plan"]["tools"].as_object().expect("tools").keys().collect();
    let served: Vec<&str> =
        policy["tools"].as_array().expect("tools").iter().filter_map(|tool| tool["name"].as_str()).collect();
    assert_eq!(tools, served);
    let lock = fs::read(agent.generated.join("heddle.lock")).expect("the crate");
    assert_eq!(found["label"]["crate_sha256"], heddle_tests::agent::hex(&[&lock]));
    assert_eq!(found["label"]["source"]["sha256"], heddle_tests::agent::hex(&[CONFIG.as_bytes()]));
    ends(
        &heddle(&["inspect", text(&copy)]),
        0,
        &[
            "observer",
            "reaches   http://localhost:9090",
            "writes    nothing",
            "as it was built",
            "rustc version",
        ],
    );
}

#[test]
fn several_binaries_at_once_answer_which_of_them() {
    let (reader, writer) = (reader(), writer());
    let ask = |question: &[&str]| {
        let files = [text(&reader.binary), text(&writer.binary)];
        let output = heddle(&[&["inspect"], &files[..], question].concat());
        ends(&output, 0, &[]);
        said(&output)
    };
    let both = ask(&["--links", "tokio"]);
    assert_eq!(both.lines().count(), 2, "{both}");
    let with_tls = ask(&["--links", "rustls"]);
    assert!(with_tls.contains("/notes: links rustls 0.23") && with_tls.lines().count() == 1, "{with_tls}");
    let version = with_tls.trim().rsplit(' ').next().expect("a version").to_owned();
    assert_eq!(ask(&["--links", &format!("rustls@{version}")]), with_tls);
    assert_eq!(ask(&["--links", "rustls@0.0.1"]), "");
    // What only runs at build time is not linked.
    assert_eq!(ask(&["--links", "syn"]), "");
    let writes = ask(&["--can-write"]);
    assert!(
        writes.ends_with("/notes: writes with add_note (POST)\n") && writes.lines().count() == 1,
        "{writes}"
    );
    let holds = ask(&["--holds", "notes-token"]);
    assert!(holds.contains("holds notes-token for https://notes.example.org:443"), "{holds}");
    assert_eq!(ask(&["--holds", "notes"]), "");
}

#[test]
fn the_signer_and_the_digest_of_a_signed_config_are_on_the_binary() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let home = home::build_home();
    // A key pair of its own: the home is shared with other tests, and signing.pub with it.
    let signer = Home::new();
    let at = |home: &Path, arguments: &[&str]| {
        let mut command = home::heddle();
        command.env("HEDDLE_HOME", home).current_dir(&folder).args(arguments).output().expect("heddle runs")
    };
    fs::write(folder.path().join("a.yaml"), CONFIG).expect("our folder");
    let key = said(&at(signer.path(), &["sign", "key", "--pair"])).lines().next().expect("a key").to_owned();
    ends(&at(signer.path(), &["sign", "config", "--pair", "a.yaml"]), 0, &[]);
    ends(&at(&home, &["build", "a.yaml", "--signer", &key]), 0, &[]);
    let binary = folder.path().join("dist/prometheus-bridge");
    let label = &inspected(&binary)["label"];
    assert_eq!(label["source"]["signer"]["key"], key);
    assert_eq!(label["source"]["signer"]["algorithm"], "ed25519");
    assert_eq!(label["source"]["sha256"], heddle_tests::agent::hex(&[CONFIG.as_bytes()]));
    // The signature changes nothing but the label.
    let plain = inspected(&reader().binary);
    assert_eq!(label["image"], plain["label"]["image"]);
    assert_eq!(plain["label"]["source"]["signer"], Value::Null);
}

#[test]
fn what_heddle_did_not_build_is_named_and_the_others_are_shown() {
    let agent = reader();
    let output = heddle(&["inspect", "/bin/true", text(&agent.binary), "/etc/hostname"]);
    ends(
        &output,
        1,
        &["`/bin/true` carries no label", "`/etc/hostname` is no ELF file", "prometheus-bridge 1.0.0"],
    );
}

#[test]
fn a_changed_binary_says_so() {
    let agent = reader();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = folder.path().join("copy");
    let mut bytes = fs::read(&agent.binary).expect("the binary");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&copy, bytes).expect("our folder");
    assert_eq!(inspected(&copy)["intact"], false);
    ends(&heddle(&["inspect", text(&copy)]), 0, &["CHANGED since it was built"]);
}

#[test]
fn cargo_audit_reads_the_dependencies() {
    let agent = writer();
    let list = audit_info_from_file(&agent.binary, Default::default()).expect("cargo-auditable's data");
    let root = list.packages.iter().find(|package| package.root).expect("a root");
    assert_eq!((root.name.as_str(), root.version.to_string()), ("notes", "2.1.0".to_owned()));
    let lock = fs::read_to_string(agent.generated.join("Cargo.lock")).expect("the crate");
    for package in &list.packages {
        let entry = format!("name = \"{}\"\nversion = \"{}\"\n", package.name, package.version);
        assert!(lock.contains(&entry), "{entry} is not in the lock file");
    }
    let kind = |name: &str| {
        let package = list.packages.iter().find(|package| package.name == name);
        format!("{:?}", package.unwrap_or_else(|| panic!("{name} is not listed")).kind)
    };
    assert_eq!(
        (kind("rustls"), kind("tokio"), kind("syn")),
        ("Runtime".into(), "Runtime".into(), "Build".into())
    );
    assert!(list.packages.len() > 80, "{} packages", list.packages.len());
}
