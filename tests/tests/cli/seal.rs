//! A changed byte in a config, a crate or a lock file is found, with its place.

use std::fs;
use std::path::Path;

use heddle_compiler::emit::Lock;
use heddle_tests::agent;
use serde_json::Value;

use super::{ended, err, out, run};

fn emitted(here: &Path) {
    fs::write(here.join("shop.yaml"), super::prometheus().replace("name: prometheus", "name: shop")).unwrap();
    ended(&run(here, &["build", "--emit-only", "shop.yaml"]), 0);
    ended(&run(here, &["verify", "generated/shop"]), 0);
    ended(&run(here, &["build", "--check", "shop.yaml"]), 0);
}

/// Changes one file, says what verify makes of it, and puts it back.
fn tampered(here: &Path, path: &str, change: impl Fn(&str) -> String) -> String {
    told(here, path, &["verify", "generated/shop"], change)
}

fn told(here: &Path, path: &str, judge: &[&str], change: impl Fn(&str) -> String) -> String {
    let file = here.join("generated/shop").join(path);
    let text = fs::read_to_string(&file).unwrap();
    let changed = change(&text);
    assert_ne!(text, changed, "{path}");
    fs::write(&file, changed).unwrap();
    let output = run(here, judge);
    ended(&output, 1);
    fs::write(&file, text).unwrap();
    out(&output)
}

#[test]
fn a_changed_byte_of_a_crate_is_found_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    emitted(here);
    let files: Vec<String> =
        Lock::read(&fs::read_to_string(here.join("generated/shop/heddle.lock")).unwrap())
            .unwrap()
            .files
            .into_keys()
            .collect();
    assert!(files.len() > 8, "{files:?}");
    for path in files {
        let text = fs::read_to_string(here.join("generated/shop").join(&path)).unwrap();
        let line = text.lines().count() / 2;
        let said = tampered(here, &path, |text| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines[line - 1].push('x');
            lines.join("\n") + "\n"
        });
        assert!(said.contains(&format!("generated/shop/{path}:{line}: ")), "{path}:{line}: {said}");
    }
}

#[test]
fn a_changed_byte_of_a_lock_file_is_found_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    emitted(here);
    let text = fs::read_to_string(here.join("generated/shop/heddle.lock")).unwrap();
    let total = text.lines().count();
    for at in 0..total {
        let line = text.lines().nth(at).unwrap();
        // The last character that is no punctuation of JSON.
        let Some(place) = line.rfind(|c: char| c.is_ascii_alphanumeric()) else { continue };
        // The digest of the source cannot be told from the crate alone; the config tells.
        let judge: &[&str] = match line.contains("\"source\"") {
            true => &["build", "--check", "shop.yaml"],
            false => &["verify", "generated/shop"],
        };
        let said = told(here, "heddle.lock", judge, |text| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            let old = lines[at].remove(place);
            lines[at].insert(place, if old == '0' { '1' } else { '0' });
            lines.join("\n") + "\n"
        });
        assert!(said.contains("generated/shop/heddle.lock:"), "line {}: `{line}`: {said}", at + 1);
    }
}

#[test]
fn files_that_are_missing_and_files_that_are_too_many_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    emitted(here);
    fs::write(here.join("generated/shop/build.rs"), "fn main() {}\n").unwrap();
    fs::remove_file(here.join("generated/shop/src/main.rs")).unwrap();
    for arguments in [&["verify", "generated/shop"][..], &["build", "--check", "shop.yaml"]] {
        let output = run(here, arguments);
        ended(&output, 1);
        let said = out(&output);
        assert!(said.contains("generated/shop/build.rs:1: heddle writes no such file"), "{said}");
        assert!(said.contains("generated/shop/src/main.rs:1: the file is not there"), "{said}");
    }
}

#[test]
fn a_changed_value_of_a_config_is_found_and_a_comment_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    emitted(here);
    let text = fs::read_to_string(here.join("shop.yaml")).unwrap();
    fs::write(here.join("shop.yaml"), format!("# why\n{text}")).unwrap();
    ended(&run(here, &["build", "--check", "shop.yaml"]), 0);
    fs::write(here.join("shop.yaml"), text.replacen("description: \"", "description: \"More. ", 1)).unwrap();
    let output = run(here, &["build", "--check", "shop.yaml"]);
    ended(&output, 1);
    assert!(out(&output).contains("generated/shop/src/"), "{}", out(&output));
    // A default that is written out is another text of the same plan: only the digest of the source tells.
    let explicit = text.replace("trust_tier: 1", "trust_tier: 1\n    validation: strict");
    assert_ne!(explicit, text);
    fs::write(here.join("shop.yaml"), explicit).unwrap();
    let output = run(here, &["build", "--check", "shop.yaml"]);
    ended(&output, 1);
    let said = out(&output);
    assert!(
        said.starts_with("generated/shop/heddle.lock:4: `\"source\": ") && said.lines().count() == 1,
        "{said}"
    );
    assert!(err(&output).contains("build again"), "{}", err(&output));
}

#[test]
fn the_lock_has_the_digest_of_the_list_of_tools_that_the_binary_gives() {
    let config =
        std::fs::read_to_string(heddle_tests::home::checkout().join("tests/tests/attacks/requests.yaml"))
            .unwrap();
    let agent = agent::build("seal", &config);
    let policy = std::process::Command::new(&agent.binary).arg("--policy").output().unwrap();
    let policy: Value = serde_json::from_slice(&policy.stdout).unwrap();
    let lock = Lock::read(&fs::read_to_string(agent.generated.join("heddle.lock")).unwrap()).unwrap();
    assert_eq!(policy["tools_digest"], Value::from(lock.tools.digest));
    assert_eq!(policy["plan"], Value::from(lock.plan));
}
