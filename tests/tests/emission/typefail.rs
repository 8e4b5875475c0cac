//! An emitted crate that is edited to do more than its policy says does not compile, and rustc says why in our words.
//!
//! Each case under `tests/typefail/` is a patch of an emitted crate and what rustc says about the result.

use std::fs;
use std::path::{Path, PathBuf};

use heddle_compiler::emit::Crate;
use heddle_tests::home::checkout;

use crate::{bless, emitted, plans, rustc};

/// The crate that a patch is for.
fn crate_named(name: &str) -> Crate {
    match name {
        "prometheus-bridge" => emitted(&plans::bridge()),
        "shop" => emitted(&plans::shop()),
        _ => panic!("no crate `{name}` to break"),
    }
}

/// Applies a patch: `--- crate/file`, then hunks that begin with `@@`. What a hunk takes away and keeps must stand in the
/// file exactly once; line numbers are not needed.
fn broken(patch: &str) -> Crate {
    let mut patched: Option<(String, Crate)> = None;
    let mut file = String::new();
    for hunk in patch.split("\n@@\n") {
        if let Some((_, path)) = hunk.split_once("--- ") {
            let (name, path) = path.trim_end().split_once('/').expect("--- crate/file");
            patched.get_or_insert_with(|| (name.to_owned(), crate_named(name)));
            file = path.to_owned();
            continue;
        }
        let (_, patched) = patched.as_mut().expect("a patch names its file first");
        let (mut old, mut new) = (String::new(), String::new());
        for line in hunk.trim_end_matches('\n').lines() {
            let (sign, text) = line.split_at(1);
            if sign != "+" {
                old.extend([text, "\n"]);
            }
            if sign != "-" {
                new.extend([text, "\n"]);
            }
        }
        let text = patched.files.get_mut(&file).unwrap_or_else(|| panic!("no file {file}"));
        assert_eq!(text.matches(&old).count(), 1, "{file} has this once:\n{old}\n{text}");
        *text = text.replacen(&old, &new, 1);
    }
    patched.expect("a patch names its file").1
}

fn cases() -> Vec<PathBuf> {
    let folder = fs::read_dir(checkout().join("tests/typefail")).expect("tests/typefail");
    let paths = folder.map(|entry| entry.expect("a folder of the checkout").path());
    let mut cases: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|end| end == "patch")).collect();
    cases.sort();
    cases
}

fn judge(case: &Path) -> Result<(), String> {
    let patch = fs::read_to_string(case).expect("a patch");
    let Err(said) = rustc::check(&broken(&patch)) else {
        return Err(format!("{} compiles", case.display()));
    };
    let expected = case.with_extension("stderr");
    if bless() {
        fs::write(&expected, &said).expect("the checkout can be written");
    }
    if !said.contains("HD0") {
        return Err(format!("{}: rustc does not name our code:\n{said}", case.display()));
    }
    match fs::read_to_string(&expected) {
        Ok(expected) if expected == said => Ok(()),
        _ => Err(format!("{} is not what rustc says now:\n{said}", expected.display())),
    }
}

#[test]
fn tampered_crates_are_refused_in_our_words() {
    for name in ["prometheus-bridge", "shop"] {
        rustc::check(&crate_named(name)).unwrap_or_else(|said| panic!("{name} is refused as it is:\n{said}"));
    }
    let cases = cases();
    assert!(cases.len() >= 8, "the cases are under tests/typefail");
    let wrong: Vec<String> = cases.iter().filter_map(|case| judge(case).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
