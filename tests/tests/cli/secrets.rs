use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use heddle_tests::home::Home;

use super::{ended, err, out, run_at_home};

#[test]
fn a_secret_is_stored_from_standard_input_granted_listed_and_removed() {
    let home = Home::new();
    let heddle = |arguments: &[&str], input: &str| run_at_home(home.path(), arguments, input);
    ended(&heddle(&["secrets", "set", "forge-token"], "s3cr3t\n"), 0);
    ended(&heddle(&["secrets", "grant", "git-forge", "forge-token"], ""), 0);
    for (file, text) in
        [("secrets.json", "\"forge-token\": \"s3cr3t\""), ("credential_policy.json", "\"forge-token\"")]
    {
        let path = home.path().join(file);
        assert!(fs::read_to_string(&path).unwrap().contains(text));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
    let list = heddle(&["secrets", "list"], "");
    assert!(out(&list).contains("forge-token") && out(&list).contains("git-forge"), "{}", out(&list));
    assert!(!out(&list).contains("s3cr3t"));
    ended(&heddle(&["secrets", "revoke", "git-forge", "forge-token"], ""), 0);
    ended(&heddle(&["secrets", "revoke", "git-forge", "forge-token"], ""), 1);
    ended(&heddle(&["secrets", "remove", "forge-token"], ""), 0);
    ended(&heddle(&["secrets", "remove", "forge-token"], ""), 1);
    assert_eq!(out(&heddle(&["secrets", "policy"], "")), "{}\n");
}

#[test]
fn a_value_is_never_taken_from_the_command_line_and_never_empty() {
    let home = Home::new();
    ended(&run_at_home(home.path(), &["secrets", "set", "key", "value"], ""), 2);
    ended(&run_at_home(home.path(), &["secrets", "set", "../key"], "value"), 2);
    ended(&run_at_home(home.path(), &["secrets", "set", "key"], "\n"), 1);
    assert!(!home.path().join("secrets.json").exists());
}

#[test]
fn a_damaged_store_is_an_error_and_stays_as_it_is() {
    let home = Home::new();
    let damaged = "{\"one\": \"1\", \"two\": \"tw";
    home.write("secrets.json", damaged);
    let output = run_at_home(home.path(), &["secrets", "set", "three"], "3");
    ended(&output, 1);
    assert!(err(&output).contains("damaged at line 1"), "{}", err(&output));
    assert!(!err(&output).contains("tw\""));
    assert_eq!(fs::read_to_string(home.path().join("secrets.json")).unwrap(), damaged);
}

/// Each way in which a store can be wrong, for each command that reads or changes one.
#[test]
fn a_store_that_is_not_right_is_refused_with_the_mend_and_left_as_it_is() {
    for file in ["secrets.json", "credential_policy.json"] {
        for (wrong, mend) in
            [("open", "chmod 600"), ("link", "put the file itself there"), ("cut", "damaged")]
        {
            let home = Home::new();
            home.write("secrets.json", r#"{"one": "t0psecret"}"#);
            home.write("credential_policy.json", r#"{"agent": ["one"]}"#);
            let store = home.path().join(file);
            match wrong {
                "open" => fs::set_permissions(&store, fs::Permissions::from_mode(0o644)).unwrap(),
                "link" => {
                    fs::rename(&store, home.path().join("real")).unwrap();
                    std::os::unix::fs::symlink("real", &store).unwrap();
                }
                _ => home.write(file, r#"{"one": "t0psecret"#),
            }
            let before = fs::read(&store).unwrap();
            let change: &[&str] = match file {
                "secrets.json" => &["secrets", "set", "two"],
                _ => &["secrets", "grant", "agent", "two"],
            };
            for arguments in [change, &["secrets", "list"]] {
                let output = run_at_home(home.path(), arguments, "value");
                ended(&output, 1);
                assert!(err(&output).contains(mend), "{file} {wrong}: {}", err(&output));
                assert!(!err(&output).contains("t0psecret"), "{file} {wrong}: {}", err(&output));
                assert_eq!(fs::read(&store).unwrap(), before, "{file} {wrong}");
                assert_eq!(store.symlink_metadata().unwrap().file_type().is_symlink(), wrong == "link");
            }
        }
    }
}

#[test]
fn a_rotation_replaces_and_never_creates() {
    let home = Home::new();
    let heddle = |arguments: &[&str], input: &str| run_at_home(home.path(), arguments, input);
    let output = heddle(&["secrets", "rotate", "forge-token"], "new");
    ended(&output, 1);
    assert!(err(&output).contains("heddle secrets set forge-token"), "{}", err(&output));
    ended(&heddle(&["secrets", "set", "forge-token"], "old"), 0);
    ended(&heddle(&["secrets", "rotate", "forge-token"], ""), 1);
    ended(&heddle(&["secrets", "rotate", "forge-token"], "new\n"), 0);
    let store = fs::read_to_string(home.path().join("secrets.json")).unwrap();
    assert!(store.contains("new") && !store.contains("old"), "the old value is gone");
}

#[test]
fn changes_at_once_are_all_kept() {
    let home = Home::new();
    std::thread::scope(|scope| {
        for number in 0..50 {
            let path = home.path();
            scope.spawn(move || {
                ended(&run_at_home(path, &["secrets", "set", &format!("key-{number}")], "value"), 0)
            });
        }
    });
    let list = run_at_home(home.path(), &["secrets", "list"], "");
    assert_eq!(out(&list).lines().count(), 50, "{}", out(&list));
}
