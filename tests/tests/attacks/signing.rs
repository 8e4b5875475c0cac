//! Configs that nobody signed, or that are not what was signed.

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

fn done(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("results are UTF-8")
}

/// Asserts that a build that asks for a signature refuses the file with these words, and writes nothing.
#[track_caller]
fn unbuilt(home: &Home, folder: &Path, file: &str, options: &[&str], words: &str) {
    let arguments = [&["build", "--emit-only", "--require-signed", file], options].concat();
    let output = heddle(home, folder, &arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{file}: {said}");
    assert!(said.contains(words), "{file}: {said}");
    assert!(!folder.join("generated").exists(), "{file} was emitted");
}

fn built(home: &Home, folder: &Path, file: &str, options: &[&str]) {
    done(&heddle(home, folder, &[&["build", "--emit-only", "--require-signed", file], options].concat()));
    fs::remove_dir_all(folder.join("generated")).expect("it was emitted");
}

fn folder_with(file: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join(file), CONFIG).expect("our folder");
    folder
}

#[test]
fn an_unsigned_config_is_not_built_whatever_its_extension() {
    let home = Home::new();
    for file in ["agent.yaml", "agent.yml", "agent.json", "agent"] {
        let folder = folder_with(file);
        unbuilt(&home, folder.path(), file, &[], "is not signed");
    }
    let folder = folder_with("agent.yml");
    done(&heddle(&home, folder.path(), &["sign", "key"]));
    unbuilt(&home, folder.path(), "agent.yml", &[], "heddle sign config agent.yml");
    done(&heddle(&home, folder.path(), &["sign", "all"]));
    built(&home, folder.path(), "agent.yml", &[]);
}

#[test]
fn each_changed_byte_of_a_signed_config_is_noticed() {
    let (home, folder) = (Home::new(), folder_with("a.yaml"));
    done(&heddle(&home, folder.path(), &["sign", "key"]));
    done(&heddle(&home, folder.path(), &["sign", "config", "a.yaml"]));
    built(&home, folder.path(), "a.yaml", &[]);
    // In a comment, at the end, in a word: what it means does not matter.
    for changed in [format!("# x\n{CONFIG}"), format!("{CONFIG}\n"), CONFIG.replacen("Run a", "Run A", 1)] {
        assert_ne!(changed, CONFIG);
        fs::write(folder.path().join("a.yaml"), changed).expect("our folder");
        unbuilt(&home, folder.path(), "a.yaml", &[], "is not what was signed under this name");
        let verified = heddle(&home, folder.path(), &["sign", "verify", "a.yaml"]);
        assert_eq!(verified.status.code(), Some(1));
    }
}

#[test]
fn a_signature_does_not_go_with_the_content_to_another_name() {
    let (home, folder) = (Home::new(), folder_with("staging.yaml"));
    done(&heddle(&home, folder.path(), &["sign", "key"]));
    done(&heddle(&home, folder.path(), &["sign", "config", "staging.yaml"]));
    fs::rename(folder.path().join("staging.yaml"), folder.path().join("production.yaml"))
        .expect("our folder");
    unbuilt(&home, folder.path(), "production.yaml", &[], "was signed as `");
}

#[test]
fn a_seal_of_another_key_or_a_forged_one_does_not_count() {
    let (home, other, folder) = (Home::new(), Home::new(), folder_with("a.yaml"));
    done(&heddle(&home, folder.path(), &["sign", "key"]));
    done(&heddle(&other, folder.path(), &["sign", "key"]));
    done(&heddle(&other, folder.path(), &["sign", "config", "a.yaml"]));
    let foreign = fs::read_to_string(other.path().join("signatures.json")).expect("the seals");
    home.write("signatures.json", &foreign);
    unbuilt(&home, folder.path(), "a.yaml", &[], "was signed with a key that is not trusted here");

    // The digest of other content, written over the one that was sealed.
    done(&heddle(&home, folder.path(), &["sign", "config", "a.yaml"]));
    let seals = fs::read_to_string(home.path().join("signatures.json")).expect("the seals");
    let changed = format!("{CONFIG}\n");
    fs::write(folder.path().join("a.yaml"), &changed).expect("our folder");
    let digest = |text: &str| heddle_tests::agent::hex(&[text.as_bytes()]);
    home.write("signatures.json", &seals.replace(&digest(CONFIG), &digest(&changed)));
    unbuilt(&home, folder.path(), "a.yaml", &[], "was signed with a key that is not trusted here");
}

#[test]
fn a_public_key_is_enough_to_verify_and_not_to_sign() {
    let (author, ci, folder) = (Home::new(), Home::new(), folder_with("a.yaml"));
    let key = done(&heddle(&author, folder.path(), &["sign", "key", "--pair"])).trim().to_owned();
    let stranger = done(&heddle(&Home::new(), folder.path(), &["sign", "key", "--pair"])).trim().to_owned();
    done(&heddle(&author, folder.path(), &["sign", "config", "--pair", "a.yaml"]));
    assert!(folder.path().join("a.yaml.minisig").is_file());

    built(&ci, folder.path(), "a.yaml", &["--signer", &key]);
    unbuilt(&ci, folder.path(), "a.yaml", &["--signer", &stranger], "is not trusted here");
    unbuilt(&ci, folder.path(), "a.yaml", &[], "is not");
    let output = heddle(&ci, folder.path(), &["sign", "config", "--pair", "a.yaml"]);
    assert_eq!(output.status.code(), Some(1));
    // `--signer` asks for a signature by itself.
    fs::write(folder.path().join("a.yaml"), format!("{CONFIG}# more\n")).expect("our folder");
    let output = heddle(&ci, folder.path(), &["build", "--emit-only", "a.yaml", "--signer", &key]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_damaged_list_of_seals_is_not_an_empty_one() {
    let (home, folder) = (Home::new(), folder_with("a.yaml"));
    done(&heddle(&home, folder.path(), &["sign", "key"]));
    done(&heddle(&home, folder.path(), &["sign", "config", "a.yaml"]));
    let path = home.path().join("signatures.json");
    let whole = fs::read_to_string(&path).expect("the seals");
    home.write("signatures.json", &whole[..whole.len() / 2]);
    unbuilt(&home, folder.path(), "a.yaml", &[], "is damaged");
    fs::write(folder.path().join("b.yaml"), CONFIG).expect("our folder");
    assert_eq!(heddle(&home, folder.path(), &["sign", "config", "b.yaml"]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(&path).expect("the seals"), whole[..whole.len() / 2], "it was overwritten");
}
