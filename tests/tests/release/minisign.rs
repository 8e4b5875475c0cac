use std::fs;
use std::process::Command;

use heddle_tests::home::{self, Home};
use heddle_tests::tools;

use super::{CONFIG, ends, said};

#[test]
fn minisign_checks_what_heddle_signs_and_the_other_way_round() {
    let Some(minisign) = tools::command("minisign") else { return };
    let (folder, home) = (tempfile::tempdir().expect("a temporary folder"), Home::new());
    let heddle = |arguments: &[&str]| {
        let mut command = home::heddle();
        command.env("HEDDLE_HOME", home.path()).current_dir(&folder).args(arguments);
        command.output().expect("heddle runs")
    };
    let theirs = |arguments: &[&str]| {
        Command::new(&minisign).current_dir(&folder).args(arguments).output().expect("it runs")
    };
    let config = folder.path().join("a.yaml");
    fs::write(&config, CONFIG).expect("our folder");
    let key = said(&heddle(&["sign", "key", "--pair"])).lines().next().expect("a key").to_owned();
    ends(&heddle(&["sign", "config", "--pair", "a.yaml"]), 0, &[]);
    ends(&theirs(&["-V", "-m", "a.yaml", "-P", &key]), 0, &["Trusted comment: heddle config a.yaml"]);
    fs::write(&config, format!("{CONFIG}\n")).expect("our folder");
    ends(&theirs(&["-V", "-m", "a.yaml", "-P", &key]), 1, &["failed"]);

    // Their key pair, without a password, and our signature.
    ends(&theirs(&["-G", "-W", "-p", "their.pub", "-s", "their.sec"]), 0, &[]);
    ends(&heddle(&["sign", "config", "--key", "their.sec", "a.yaml"]), 0, &[]);
    ends(&heddle(&["sign", "verify", "--signer", "their.pub", "a.yaml"]), 0, &["signed, ed25519 key "]);
    ends(&theirs(&["-V", "-m", "a.yaml", "-p", "their.pub"]), 0, &[]);
    ends(&heddle(&["sign", "verify", "--signer", &key, "a.yaml"]), 1, &["not trusted here"]);
    // A damaged key signs nothing.
    let secret = fs::read_to_string(folder.path().join("their.sec")).expect("their key");
    let (head, body) = secret.split_once('\n').expect("two lines");
    let mut body = body.to_owned();
    let middle = body.len() / 2;
    body.replace_range(middle..=middle, if &body[middle..=middle] == "A" { "B" } else { "A" });
    fs::write(folder.path().join("their.sec"), format!("{head}\n{body}")).expect("our folder");
    ends(&heddle(&["sign", "config", "--key", "their.sec", "a.yaml"]), 3, &["cannot sign"]);
}
