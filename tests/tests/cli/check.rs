use std::fs;
use std::io::Read as _;
use std::process::Stdio;

use serde_json::Value;

use super::{ended, err, heddle_in, out, prometheus, run};

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn a_sound_config_is_silent_on_standard_output() {
    let folder = folder();
    fs::write(folder.path().join("a.yaml"), prometheus()).unwrap();
    for command in ["check", "validate"] {
        let output = run(folder.path(), &[command, "a.yaml"]);
        ended(&output, 0);
        assert_eq!(out(&output), "");
        assert_eq!(err(&output), "1 file checked, nothing found\n");
    }
}

#[test]
fn a_byte_order_mark_crlf_and_odd_names_are_fine() {
    let folder = folder();
    let odd = folder.path().join("größe und maß ☃.yaml");
    fs::write(&odd, format!("\u{feff}{}", prometheus().replace('\n', "\r\n"))).unwrap();
    ended(&run(folder.path(), &["check", odd.to_str().unwrap()]), 0);
}

#[test]
fn what_is_no_config_is_refused_in_words() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    write("junk", b"\x7fELF\x02\x01\x00\xff\xfe");
    write("latin", b"agent:\n  name: caf\xe9\n");
    write("empty", b"");
    write("large", &vec![b'#'; 2 << 20]);
    let deep: String = (0..100).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    write("deep", deep.as_bytes());
    for (name, said) in [
        ("folder", "it is a folder"),
        ("nowhere", "there is no such file"),
        ("junk", "HD0001"),
        ("latin", "HD0001"),
        ("empty", "HD0016"),
        ("large", "HD0009"),
        ("deep", "HD0010"),
    ] {
        for command in ["check", "build", "run"] {
            let output = run(folder.path(), &[command, name]);
            ended(&output, 1);
            assert!(err(&output).contains(said), "{command} {name}: {}", err(&output));
            assert_eq!(out(&output), "", "{command} {name}");
        }
    }
    assert!(!folder.path().join("generated").exists() && !folder.path().join("dist").exists());
}

#[test]
fn one_file_that_cannot_be_read_does_not_hide_the_others() {
    let folder = folder();
    fs::write(folder.path().join("post.yaml"), prometheus().replace("method: GET", "method: POST")).unwrap();
    let output = run(folder.path(), &["check", "nowhere.yaml", "post.yaml"]);
    ended(&output, 1);
    assert!(err(&output).contains("nowhere.yaml") && err(&output).contains("HD0102"), "{}", err(&output));
}

#[test]
fn json_and_sarif_go_to_standard_output() {
    let folder = folder();
    fs::write(folder.path().join("post.yaml"), prometheus().replace("method: GET", "method: POST")).unwrap();
    let output = run(folder.path(), &["check", "--format", "json", "post.yaml"]);
    ended(&output, 1);
    let lines: Vec<Value> = out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().all(|line| line["code"] == "HD0102"), "{lines:?}");
    assert_eq!((lines.len(), err(&output).as_str()), (5, ""));

    let output = run(folder.path(), &["check", "--format", "sarif", "post.yaml"]);
    ended(&output, 1);
    let log: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log.pointer("/runs/0/results").and_then(Value::as_array).unwrap().len(), 5);
}

#[test]
fn warnings_stop_nothing_unless_they_are_denied() {
    let folder = folder();
    let config = prometheus();
    fs::write(folder.path().join("a.yaml"), &config).unwrap();
    fs::write(folder.path().join("grants.yaml"), "prometheus: [never-used]\n").unwrap();
    let output = run(folder.path(), &["check", "--grants", "grants.yaml", "a.yaml"]);
    ended(&output, 0);
    assert!(err(&output).contains("HD0307"), "{}", err(&output));
    ended(&run(folder.path(), &["check", "--deny-warnings", "--grants", "grants.yaml", "a.yaml"]), 1);
}

#[test]
fn grants_are_found_beside_the_config_and_above_it() {
    let folder = folder();
    let below = folder.path().join("team/agents");
    fs::create_dir_all(&below).unwrap();
    let url = "url: \"http://localhost:9090/api/v1/targets\"";
    let config = prometheus();
    assert!(config.contains(url), "the pack has that tool");
    let secret = format!("{url}\n      headers: {{ Authorization: \"Bearer {{{{secret:token}}}}\" }}");
    fs::write(below.join("a.yaml"), config.replace(url, &secret)).unwrap();
    let check = || run(folder.path(), &["check", "team/agents/a.yaml"]);
    let refused = check();
    ended(&refused, 1);
    assert!(err(&refused).contains("HD0301"), "{}", err(&refused));
    fs::write(folder.path().join("heddle.grants.yaml"), "prometheus: [token]\n").unwrap();
    ended(&check(), 0);
    // The nearer file is the one that counts.
    fs::write(below.join("heddle.grants.yaml"), "prometheus: []\n").unwrap();
    ended(&check(), 1);
}

#[test]
fn wrong_usage_is_told_from_a_refusal() {
    let folder = folder();
    for wrong in [&["check"][..], &["chekc", "a"], &["explain", "HD9999"], &["build", "a", "--origin", "no"]]
    {
        ended(&run(folder.path(), wrong), 2);
    }
    ended(&run(folder.path(), &["--help"]), 0);
    ended(&run(folder.path(), &["help", "build"]), 0);
}

#[test]
fn every_code_can_be_explained() {
    let folder = folder();
    let list = out(&run(folder.path(), &["explain", "--list"]));
    assert!(list.lines().count() >= 60, "{list}");
    for line in list.lines().step_by(7) {
        let code = line.split_whitespace().next().unwrap();
        let page = run(folder.path(), &["explain", code]);
        ended(&page, 0);
        assert!(out(&page).contains(code), "{code}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let folder = folder();
    let mut child = heddle_in(folder.path(), &["schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("heddle runs");
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(said, "");
}

#[test]
fn fix_makes_the_edits_that_give_nothing_away_and_keeps_the_rest_of_the_file() {
    let folder = folder();
    let path = folder.path().join("a.yaml");
    let sound = format!("\u{feff}# mine\r\n{}", prometheus());
    fs::write(&path, sound.replace("description:", "descripton:").replacen("method: GET", "method: POST", 1))
        .unwrap();
    let output = run(folder.path(), &["check", "--fix", "a.yaml"]);
    // A method is not changed by a guess: that finding stays.
    ended(&output, 1);
    assert!(err(&output).contains("HD0102") && !err(&output).contains("HD0004"), "{}", err(&output));
    assert_eq!(fs::read_to_string(&path).unwrap(), sound.replacen("method: GET", "method: POST", 1));
}
