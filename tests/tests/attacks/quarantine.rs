//! Configs that a machine wrote, and the ways around somebody reading them.

use std::fs;
use std::path::Path;
use std::process::Output;

use heddle_tests::home::{self, Home};

const CONFIG: &str = include_str!("../../fixtures/readme-example.yaml");

fn heddle(home: &Home, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = home::heddle();
    command.env("HEDDLE_HOME", home.path()).current_dir(folder).args(arguments);
    command.output().expect("heddle runs")
}

#[track_caller]
fn ends(output: &Output, status: i32, words: &str) {
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{said}");
    assert!(said.contains(words), "`{words}` is not said:\n{said}");
}

/// A folder with `draft.yaml`, which is in quarantine.
fn drafted(home: &Home) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("draft.yaml"), CONFIG).expect("our folder");
    ends(
        &heddle(home, folder.path(), &["quarantine", "add", "draft.yaml", "--source", "a model"]),
        0,
        "`draft` is in quarantine",
    );
    folder
}

#[test]
fn a_name_in_quarantine_is_never_a_path() {
    let home = Home::new();
    let folder = drafted(&home);
    let victim = home.path().join("victim.yaml");
    fs::write(&victim, "mine").expect("our folder");
    let absolute = victim.with_extension("").display().to_string();
    for name in
        ["../victim", "../../x", "..", ".", "", "/", &absolute, "draft/../../victim", "draft.yaml", "a\\b"]
    {
        for arguments in [
            vec!["quarantine", "reject", name],
            vec!["quarantine", "show", name],
            vec!["quarantine", "diff", name, "draft.yaml"],
            vec!["quarantine", "promote", name, "--to", "x.yaml", "--yes"],
            vec!["quarantine", "add", "draft.yaml", "--source", "x", "--name", name],
        ] {
            ends(&heddle(&home, folder.path(), &arguments), 2, "never a path");
        }
        // Nor is a name out of a list that somebody wrote by hand.
        let index = fs::read_to_string(home.path().join("quarantine/index.json")).expect("the list");
        let forged = index.replace("\"draft\"", &serde_json::Value::from(name).to_string());
        home.write("quarantine/index.json", &forged);
        ends(&heddle(&home, folder.path(), &["quarantine", "list"]), 1, "is damaged");
        home.write("quarantine/index.json", &index);
    }
    assert_eq!(fs::read_to_string(victim).expect("it is there"), "mine");
    assert!(!folder.path().join("x.yaml").exists());
}

#[test]
fn a_copy_of_a_quarantined_config_is_refused_wherever_it_lies() {
    let home = Home::new();
    let folder = drafted(&home);
    let other = tempfile::tempdir().expect("a temporary folder");
    ends(&heddle(&home, other.path(), &["sign", "key"]), 0, "keep a copy");
    for (place, text) in [
        (folder.path().join("draft.yaml"), CONFIG.to_owned()),
        (other.path().join("innocent.yml"), CONFIG.to_owned()),
        (other.path().join("remarked.yaml"), format!("# reviewed, honestly\n{CONFIG}")),
    ] {
        fs::write(&place, text).expect("our folder");
        let path = place.to_str().expect("UTF-8");
        for arguments in [
            vec!["check", path],
            vec!["check", "--format", "sarif", path],
            vec!["build", "--emit-only", path],
            vec!["build", "--check", path],
            vec!["run", path],
            vec!["sign", "config", path],
        ] {
            ends(&heddle(&home, other.path(), &arguments), 1, "is in quarantine as `draft`");
        }
    }
    assert!(!other.path().join("generated").exists());
}

#[test]
fn promotion_is_asked_for_shows_the_capabilities_and_signs() {
    let home = Home::new();
    let folder = drafted(&home);
    let promote = ["quarantine", "promote", "draft", "--to", "agent.yaml"];
    // Nobody is at the terminal: there is none.
    let output = heddle(&home, folder.path(), &promote);
    ends(&output, 1, "promotion is a person's word");
    ends(&output, 1, "It reaches `http://localhost:9090`");
    assert!(!folder.path().join("agent.yaml").exists());
    ends(&heddle(&home, folder.path(), &["check", "draft.yaml"]), 1, "is in quarantine");

    let output = heddle(&home, folder.path(), &[&promote[..], &["--yes"]].concat());
    ends(&output, 0, "tier 1 (observer)");
    ends(&output, 0, "### `query_prometheus`");
    assert_eq!(fs::read_to_string(folder.path().join("agent.yaml")).expect("it was written"), CONFIG);
    let built = heddle(&home, folder.path(), &["build", "--emit-only", "--require-signed", "agent.yaml"]);
    ends(&built, 0, "prometheus-bridge");
    ends(&heddle(&home, folder.path(), &["quarantine", "list"]), 0, "the quarantine is empty");
}

#[test]
fn a_rejected_config_stays_refused() {
    let home = Home::new();
    let folder = drafted(&home);
    ends(&heddle(&home, folder.path(), &["quarantine", "reject", "draft"]), 0, "copies of it stay refused");
    assert!(!home.path().join("quarantine/draft.yaml").exists());
    ends(&heddle(&home, folder.path(), &["check", "draft.yaml"]), 1, "was rejected in quarantine");
}

#[test]
fn what_is_promoted_is_what_was_put_there() {
    let home = Home::new();
    let folder = drafted(&home);
    home.write("quarantine/draft.yaml", &CONFIG.replace("localhost:9090", "localhost:9191"));
    let promote = ["quarantine", "promote", "draft", "--to", "agent.yaml", "--yes"];
    ends(&heddle(&home, folder.path(), &promote), 1, "was changed since it was put there");
    assert!(!folder.path().join("agent.yaml").exists());
}

#[test]
fn a_damaged_list_of_the_quarantine_is_not_an_empty_one() {
    let home = Home::new();
    let folder = drafted(&home);
    home.write("quarantine/index.json", "{");
    ends(&heddle(&home, folder.path(), &["check", "draft.yaml"]), 1, "is damaged");
}

#[test]
fn the_difference_to_another_config_names_what_is_new() {
    let home = Home::new();
    let folder = drafted(&home);
    let other = CONFIG.replace("localhost:9090", "localhost:9191");
    fs::write(folder.path().join("live.yaml"), other).expect("our folder");
    let output = heddle(&home, folder.path(), &["quarantine", "diff", "draft", "live.yaml"]);
    ends(&output, 0, "http://localhost:9090");
    ends(&output, 0, "http://localhost:9191");
}
