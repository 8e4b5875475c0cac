//! `heddle diff` over configs, crates, lock files and git revisions, and who may allow a widening.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::{ended, err, out, run};

const SHOP: &str = r#"agent:
  name: shop
  version: "1.0.0"
  exposes:
    - name: service
      description: "State of a service"
      access: read
      parameters:
        name: { type: string, max_length: 40, description: "Which" }
  http_bridge:
    - tool_name: service
      method: GET
      url: "http://localhost:9090/services/{{name}}"
  runtime:
    trust_tier: 2
"#;

/// The change that a reviewer should not miss.
fn writing() -> String {
    SHOP.replace("access: read", "access: write").replace("method: GET", "method: POST")
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .current_dir(folder)
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A repository with one agent on `main`, and a branch that is checked out.
fn repository() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("agents")).unwrap();
    write(folder.path(), "agents/shop.yaml", SHOP);
    git(folder.path(), &["init", "-q"]);
    commit(folder.path());
    git(folder.path(), &["checkout", "-q", "-b", "change"]);
    folder
}

fn write(folder: &Path, path: &str, text: &str) {
    fs::write(folder.join(path), text).expect("the folder can be written");
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "state"]);
}

#[test]
fn a_read_tool_that_becomes_a_write_tool_is_stopped() {
    let folder = repository();
    let here = folder.path();
    let same = run(here, &["diff", "--base", "main", "agents"]);
    ended(&same, 0);
    assert!(out(&same).contains("nothing changed"), "{}", out(&same));

    write(here, "agents/shop.yaml", &writing());
    commit(here);
    let output = run(here, &["diff", "--base", "main", "agents"]);
    ended(&output, 1);
    let said = out(&output);
    assert!(said.contains("tool `service` may now change things: access read -> write"), "{said}");
    assert!(
        said.contains("at agents/shop.yaml:7:15, in src/tools/service.rs; tools/service/access"),
        "{said}"
    );
    assert!(said.contains("2 widenings, 0 narrowings, 0 neutral; 2 not allowed"), "{said}");
    assert!(err(&output).contains("have it reviewed"), "{}", err(&output));

    // From a folder below, the same.
    ended(&run(&here.join("agents"), &["diff", "--base", "main", "shop.yaml"]), 1);
    // Each change by name, or none.
    let allow = ["diff", "--base", "main", "agents", "--allow", "tools/service/access"];
    ended(&run(here, &allow), 1);
    ended(&run(here, &[&allow[..], &["--allow", "shop:tools/service/method"]].concat()), 0);
    let other = run(here, &[&allow[..], &["--allow", "tools/other/method"]].concat());
    ended(&other, 1);
    assert!(
        err(&other).contains("nothing changed that `--allow tools/other/method` names"),
        "{}",
        err(&other)
    );
    // The way back is a narrowing.
    write(here, "agents/shop.yaml", SHOP);
    assert!(out(&run(here, &["diff", "--base", "change", "agents"])).contains("narrowing: may do less"));
}

#[test]
fn a_change_cannot_allow_itself() {
    let allowance = "allow:\n  - { agent: shop, change: tools/service/access, to: write, reason: \"OPS-7\" }\n  - { agent: shop, change: tools/service/method, to: POST, reason: \"OPS-7\" }\n";
    let folder = repository();
    let here = folder.path();
    write(here, "agents/shop.yaml", &writing());
    write(here, "heddle.allow.yaml", allowance);
    commit(here);
    ended(&run(here, &["diff", "--base", "main", "agents"]), 1);
    let named = run(here, &["diff", "--base", "main", "--allowance", "heddle.allow.yaml", "agents"]);
    ended(&named, 1);
    assert!(err(&named).contains("there is no `heddle.allow.yaml` at `main`"), "{}", err(&named));

    // Reviewed and merged first, it counts; for the value that it names and for no other.
    git(here, &["checkout", "-q", "main"]);
    write(here, "heddle.allow.yaml", allowance);
    commit(here);
    write(here, "agents/shop.yaml", &writing());
    let output = run(here, &["diff", "--base", "main", "agents"]);
    ended(&output, 0);
    assert!(out(&output).contains("allowed: OPS-7 (`main:heddle.allow.yaml`)"), "{}", out(&output));
    write(here, "agents/shop.yaml", &writing().replace("method: POST", "method: PUT"));
    ended(&run(here, &["diff", "--base", "main", "agents"]), 1);
}

#[test]
fn a_change_cannot_bring_its_own_grants() {
    let folder = repository();
    let here = folder.path();
    let secret = "    - tool_name: service\n      headers: { Authorization: \"Bearer {{secret:token}}\" }\n";
    write(here, "agents/shop.yaml", &SHOP.replace("    - tool_name: service\n", secret));
    write(here, "heddle.grants.yaml", "shop: [token]\n");
    let output = run(here, &["diff", "--base", "main", "agents"]);
    ended(&output, 1);
    assert!(
        out(&output).contains(
            "the secret `token` may now be sent to http://localhost:9090, in the header `authorization`"
        ),
        "{}",
        out(&output)
    );
}

#[test]
fn agents_that_come_go_move_or_hide_are_seen() {
    let folder = repository();
    let here = folder.path();
    // Moved, and written to more than before.
    fs::create_dir(here.join("agents/deep")).unwrap();
    fs::rename(here.join("agents/shop.yaml"), here.join("agents/deep/moved.yml")).unwrap();
    write(here, "agents/deep/moved.yml", &writing());
    let said = out(&run(here, &["diff", "--base", "main", "agents"]));
    assert!(said.contains("access read -> write") && !said.contains("a new agent"), "{said}");
    // Another, under a name that says nothing.
    write(here, "agents/heddle.grants.txt", &SHOP.replace("name: shop", "name: other"));
    let said = out(&run(here, &["diff", "--base", "main", "agents"]));
    assert!(said.contains("a new agent, `other`, of trust tier 2 (worker)"), "{said}");
    fs::remove_file(here.join("agents/heddle.grants.txt")).unwrap();
    fs::remove_file(here.join("agents/deep/moved.yml")).unwrap();
    let gone = run(here, &["diff", "--base", "main", "agents"]);
    ended(&gone, 0);
    assert!(out(&gone).contains("the agent `shop` is gone"), "{}", out(&gone));
    // What cannot be read is no reason to say that nothing changed.
    write(here, "agents/shop.yaml", "agent: [\n");
    ended(&run(here, &["diff", "--base", "main", "agents"]), 1);
    ended(&run(here, &["diff", "--base", "nowhere", "agents"]), 1);
    ended(&run(here, &["diff", "agents"]), 2);
}

#[test]
fn configs_folders_crates_and_lock_files_compare() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for (name, text) in [("old", SHOP.to_owned()), ("new", writing())] {
        fs::create_dir(here.join(name)).unwrap();
        write(here, &format!("{name}/shop.yaml"), &text);
        let config = format!("{name}/shop.yaml");
        ended(&run(here, &["build", "--emit-only", "--out", &format!("{name}-crates"), &config]), 0);
    }
    for (old, new) in [
        ("old/shop.yaml", "new/shop.yaml"),
        ("old", "new"),
        ("old-crates", "new-crates"),
        ("old-crates/shop", "new-crates/shop"),
        ("old-crates/shop/heddle.lock", "new-crates/shop/heddle.lock"),
        ("old/shop.yaml", "new-crates/shop/heddle.lock"),
    ] {
        let output = run(here, &["diff", old, new]);
        ended(&output, 1);
        assert!(out(&output).contains("tool `service` may now change things"), "{old}: {}", out(&output));
        ended(&run(here, &["diff", new, old]), 1);
        ended(&run(here, &["diff", old, old]), 0);
    }
    // A crate that was edited is not what its lock file says.
    let tool = here.join("new-crates/shop/src/tools/service.rs");
    fs::write(&tool, fs::read_to_string(&tool).unwrap().replace("burst: 120", "burst: 999")).unwrap();
    let output = run(here, &["diff", "old-crates/shop", "new-crates/shop"]);
    ended(&output, 1);
    assert!(err(&output).contains("was changed by hand"), "{}", err(&output));
}

#[test]
fn every_format_names_the_same_changes() {
    let folder = repository();
    let here = folder.path();
    write(here, "agents/shop.yaml", &writing());
    let format = |format: &str| {
        let output = run(here, &["diff", "--base", "main", "--format", format, "agents"]);
        ended(&output, 1);
        assert_eq!(err(&output), "");
        out(&output)
    };
    let json: Value = serde_json::from_str(&format("json")).unwrap();
    assert_eq!(json["open"], 2);
    let changes = json["changes"].as_array().unwrap();
    assert_eq!(changes.len(), 2);
    let sarif: Value = serde_json::from_str(&format("sarif")).unwrap();
    let results = sarif.pointer("/runs/0/results").and_then(Value::as_array).unwrap();
    assert_eq!(results.len(), 2);
    let markdown = format("markdown");
    for (change, result) in changes.iter().zip(results) {
        let place = result.pointer("/locations/0/physicalLocation").unwrap();
        assert_eq!(place["artifactLocation"]["uri"], change["source"]);
        assert_eq!(place["region"]["startLine"], change["line"]);
        assert_eq!(result["level"], "error");
        assert!(markdown.contains(change["id"].as_str().unwrap()), "{markdown}");
    }
}
