use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

use heddle_tests::home::Home;

use super::{ended, err, heddle_in, out, prometheus, run};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The plan's digest in the policy that a binary prints.
fn describes(binary: &Path) -> String {
    let home = Home::new();
    let output = Command::new(binary)
        .arg("--policy")
        .env("HEDDLE_HOME", home.path())
        .output()
        .expect("the agent runs");
    String::from_utf8(output.stdout).expect("a policy is UTF-8")
}

#[test]
fn two_agents_of_one_name_built_in_turn_each_get_their_own_binary() {
    let folder = folder();
    for (place, port) in [("one", "9101"), ("two", "9102")] {
        fs::create_dir(folder.path().join(place)).unwrap();
        fs::write(
            folder.path().join(place).join("a.yaml"),
            prometheus().replace("localhost:9090", &format!("localhost:{port}")),
        )
        .unwrap();
    }
    for round in 0..2 {
        for (place, port, other) in [("one", "9101", "9102"), ("two", "9102", "9101")] {
            let at = folder.path().join(place);
            ended(&run(&at, &["build", "a.yaml"]), 0);
            let policy = describes(&at.join("dist/prometheus"));
            assert!(policy.contains(port) && !policy.contains(other), "{place} in round {round}: {policy}");
        }
    }
}

#[test]
fn an_odd_folder_is_built_in_and_nothing_is_written_twice() {
    let folder = folder();
    let odd = folder.path().join("größe und maß ☃");
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("mein agent.yaml"), prometheus()).unwrap();
    let output = run(&odd, &["build", "mein agent.yaml"]);
    ended(&output, 0);
    let said = out(&output);
    assert!(said.contains("tier 1 (observer), 5 tools (5 read, 0 write)"), "{said}");
    assert!(
        said.contains("generated/prometheus")
            && said.contains("dist/prometheus")
            && said.contains(" crates, "),
        "{said}"
    );
    let binary = odd.join("dist/prometheus");
    assert_eq!(fs::metadata(&binary).unwrap().permissions().mode() & 0o777, 0o755);

    let times = || {
        ["generated/prometheus/src/main.rs", "generated/prometheus/heddle.lock", "dist/prometheus"]
            .map(|file| fs::metadata(odd.join(file)).unwrap())
            .map(|facts| (facts.ino(), facts.mtime_nsec()))
    };
    let before = times();
    ended(&run(&odd, &["build", "mein agent.yaml"]), 0);
    assert_eq!(times(), before);
}

#[test]
fn a_binary_names_no_folder_of_this_machine() {
    let folder = folder();
    fs::write(folder.path().join("a.yaml"), prometheus()).unwrap();
    ended(&run(folder.path(), &["build", "a.yaml"]), 0);
    let bytes = fs::read(folder.path().join("dist/prometheus")).unwrap();
    let home = std::env::home_dir().expect("a home folder").join(".cargo");
    for path in [home.as_path(), &heddle_tests::home::build_home()] {
        let path = path.to_str().unwrap().as_bytes();
        assert!(!bytes.windows(path.len()).any(|window| window == path), "{}", String::from_utf8_lossy(path));
    }
}

#[test]
fn check_names_the_first_file_and_line_that_differ() {
    let folder = folder();
    let config = folder.path().join("a.yaml");
    fs::write(&config, prometheus()).unwrap();
    let check = || run(folder.path(), &["build", "--check", "a.yaml"]);
    let absent = check();
    ended(&absent, 1);
    assert!(!folder.path().join("generated").exists());
    ended(&run(folder.path(), &["build", "--emit-only", "a.yaml"]), 0);
    assert!(!folder.path().join("dist").exists());
    ended(&check(), 0);

    let main = folder.path().join("generated/prometheus/src/main.rs");
    let emitted = fs::read_to_string(&main).unwrap();
    fs::write(&main, emitted.replacen("mod tools;", "mod fools;", 1)).unwrap();
    let line = emitted.lines().position(|line| line == "mod tools;").unwrap() + 1;
    let differs = check();
    ended(&differs, 1);
    let place = format!(
        "generated/prometheus/src/main.rs:{line}: `mod fools;` on disk, `mod tools;` from the config"
    );
    assert!(out(&differs).contains(&place), "{}", out(&differs));

    // A comment in the config is none of the crate's business.
    fs::write(&main, emitted).unwrap();
    fs::write(&config, format!("# a remark\n{}", prometheus())).unwrap();
    ended(&check(), 0);
}

#[test]
fn nothing_of_anybody_else_is_overwritten() {
    let folder = folder();
    fs::write(folder.path().join("a.yaml"), prometheus()).unwrap();
    let mine = folder.path().join("generated/prometheus");
    fs::create_dir_all(&mine).unwrap();
    fs::write(mine.join("Cargo.toml"), "# mine").unwrap();
    let output = run(folder.path(), &["build", "a.yaml"]);
    ended(&output, 1);
    assert!(err(&output).contains("heddle did not write"), "{}", err(&output));
    assert_eq!(fs::read_to_string(mine.join("Cargo.toml")).unwrap(), "# mine");
    assert!(!folder.path().join("dist").exists());
}

#[test]
fn one_refusal_among_several_configs_builds_none() {
    let folder = folder();
    fs::write(folder.path().join("good.yaml"), prometheus()).unwrap();
    fs::write(folder.path().join("bad.yaml"), prometheus().replace("method: GET", "method: POST")).unwrap();
    let output = run(folder.path(), &["build", "good.yaml", "bad.yaml"]);
    ended(&output, 1);
    assert!(!folder.path().join("generated").exists());
    fs::write(folder.path().join("twin.yaml"), prometheus()).unwrap();
    let output = run(folder.path(), &["build", "good.yaml", "twin.yaml"]);
    ended(&output, 1);
    assert!(err(&output).contains("both named `prometheus`"), "{}", err(&output));
}

#[test]
fn an_origin_is_exchanged_before_the_checks_and_must_be_there() {
    let folder = folder();
    fs::write(folder.path().join("a.yaml"), prometheus()).unwrap();
    let build = |origin: &str| run(folder.path(), &["build", "--emit-only", "a.yaml", "--origin", origin]);
    ended(&build("http://localhost:9090=https://metrics.example.org"), 0);
    let policy = fs::read_to_string(folder.path().join("generated/prometheus/src/policy.rs")).unwrap();
    assert!(policy.contains("metrics.example.org") && !policy.contains("localhost"), "{policy}");
    let output = build("http://localhost:9091=https://metrics.example.org");
    ended(&output, 1);
    assert!(err(&output).contains("no tool reaches `http://localhost:9091`"), "{}", err(&output));
}

#[test]
fn run_builds_once_and_leaves_standard_output_to_the_agent() {
    let folder = folder();
    fs::write(folder.path().join("a.yaml"), prometheus().replace("localhost:9090", "localhost:9103"))
        .unwrap();
    let run = || run(folder.path(), &["run", "a.yaml", "--", "--policy"]);
    let first = run();
    ended(&first, 0);
    let policy: serde_json::Value = serde_json::from_str(&out(&first)).expect("nothing but the policy");
    assert!(policy.to_string().contains("9103"), "{policy}");
    let binary = folder.path().join("dist/prometheus");
    let built = fs::metadata(&binary).unwrap().ino();
    // Without cargo on the PATH the second run would fail if it had to compile.
    let again = heddle_in(folder.path(), &["run", "a.yaml", "--", "--policy"])
        .env("PATH", "")
        .env("CARGO_HOME", folder.path())
        .output()
        .expect("heddle runs");
    ended(&again, 0);
    assert_eq!(fs::metadata(&binary).unwrap().ino(), built);
    // A binary that somebody exchanged is not run.
    fs::write(&binary, "#!/bin/sh\necho exchanged\n").unwrap();
    assert_eq!(out(&run()), out(&first));
}

#[test]
fn a_build_without_cargo_says_what_is_missing() {
    let folder = folder();
    fs::write(folder.path().join("a.yaml"), prometheus()).unwrap();
    let output = heddle_in(folder.path(), &["build", "a.yaml"])
        .env("PATH", "")
        .env("CARGO_HOME", folder.path())
        .output()
        .expect("heddle runs");
    ended(&output, 3);
    assert!(err(&output).contains("https://rustup.rs"), "{}", err(&output));
}
