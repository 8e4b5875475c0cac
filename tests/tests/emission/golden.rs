//! The crates under `generated/` are what the compiler makes of the packs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use heddle_compiler::emit::Crate;
use heddle_tests::home::checkout;

use crate::{bless, compiled, emitted_from};

fn same_as_committed(name: &str, written: &Crate) {
    let folder = checkout().join("generated").join(name);
    let mut committed = BTreeMap::new();
    if folder.exists() {
        read(&folder, "", &mut committed);
    }
    if bless() {
        for (path, text) in &written.files {
            if committed.get(path) != Some(text) {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().expect("a file stands in a folder"))
                    .expect("the checkout can be written");
                fs::write(path, text).expect("the checkout can be written");
            }
        }
        for stale in committed.keys().filter(|path| !written.files.contains_key(*path)) {
            fs::remove_file(folder.join(stale)).expect("the checkout can be written");
        }
        return;
    }
    let mend = "HEDDLE_BLESS=1 cargo test -p heddle-tests --test emission golden writes it";
    for (path, text) in &written.files {
        let committed = committed.remove(path).unwrap_or_default();
        assert_eq!(&committed, text, "generated/{name}/{path} is not what the compiler writes now; {mend}");
    }
    assert!(
        committed.is_empty(),
        "generated/{name} has files that the compiler does not write: {:?}; {mend}",
        committed.keys()
    );
}

/// The crates under `generated/`.
pub fn committed() -> BTreeMap<String, Crate> {
    let folders = fs::read_dir(checkout().join("generated")).expect("generated/");
    let folders =
        folders.map(|entry| entry.expect("a folder of the checkout").path()).filter(|path| path.is_dir());
    let crates = folders.map(|folder| {
        let mut files = BTreeMap::new();
        read(&folder, "", &mut files);
        (folder.file_name().expect("a folder has a name").display().to_string(), Crate { files })
    });
    crates.collect()
}

fn read(folder: &Path, inside: &str, found: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(folder).expect("a folder of the checkout") {
        let entry = entry.expect("a folder of the checkout");
        let path = format!("{inside}{}", entry.file_name().to_str().expect("a plain name"));
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{path}/"), found);
        } else {
            found.insert(path, fs::read_to_string(entry.path()).expect("a text"));
        }
    }
}

#[test]
fn committed_crates_are_what_the_compiler_writes() {
    let packs = fs::read_dir(checkout().join("packs")).expect("packs/");
    let packs = packs.map(|entry| entry.expect("a folder of the checkout").path());
    let configs = packs.filter(|path| {
        path.extension().is_some_and(|end| end == "yaml")
            && !path.ends_with("heddle.grants.yaml")
            && !path.to_string_lossy().ends_with(".test.yaml")
    });
    let mut names = BTreeSet::new();
    for config in configs.chain([checkout().join("tests/fixtures/readme-example.yaml")]) {
        let (plan, source) = compiled(&config);
        same_as_committed(&plan.name, &emitted_from(&plan, &source));
        names.insert(plan.name);
    }
    let committed: BTreeSet<String> = committed().into_keys().collect();
    assert_eq!(
        committed, names,
        "generated/ has a crate for each pack and for the README's example, and no other"
    );
}
