//! What `cargo deny` would say of licences, bans and sources, from `deny.toml` and `Cargo.lock` alone: it runs with
//! every `cargo test`, without a network and without a tool to install. Advisories need a database; `.ci/run` asks
//! `cargo deny` or `cargo audit` for them where one is installed.

use std::process::Command;

use heddle_tests::home;
use serde_json::Value;
use toml_edit::{DocumentMut, Item};

#[test]
fn every_dependency_has_a_licence_that_is_allowed() {
    let rules = rules();
    let allowed = strings(&rules["licenses"]["allow"]);
    assert!(allowed.iter().any(|licence| licence == "MIT"), "{allowed:?}");
    let mut faults = Vec::new();
    for package in packages() {
        // An emitted crate is its author's own and says no licence; our own say theirs in the workspace.
        if package["source"].is_null() {
            continue;
        }
        let (name, licence) = (text(&package["name"]), text(&package["license"]));
        let mut allowed = allowed.clone();
        for exception in tables(&rules["licenses"]["exceptions"]) {
            if exception["crate"].as_str() == Some(name.as_str()) {
                allowed.extend(
                    exception["allow"]
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(|one| one.as_str().map(str::to_owned)),
                );
            }
        }
        if !holds(&licence, &allowed) {
            faults.push(format!("{name}: {licence}"));
        }
    }
    assert!(faults.is_empty(), "not allowed by deny.toml: {faults:#?}");
}

#[test]
fn no_dependency_is_banned() {
    let banned = tables(&rules()["bans"]["deny"]);
    assert!(!banned.is_empty(), "deny.toml bans something");
    for package in packages() {
        let name = text(&package["name"]);
        let Some(ban) = banned.iter().find(|ban| ban["crate"].as_str() == Some(name.as_str())) else {
            continue;
        };
        // A wrapper is a crate that may bring the banned one in; who else does is `cargo deny`'s to say.
        assert!(ban.get("wrappers").is_some(), "{name}: {}", ban["reason"].as_str().unwrap_or_default());
    }
}

#[test]
fn every_dependency_comes_from_the_registry_with_its_checksum() {
    let lock = std::fs::read_to_string(home::checkout().join("Cargo.lock")).expect("Cargo.lock is committed");
    let lock: DocumentMut = lock.parse().expect("Cargo.lock is TOML");
    let packages = lock["package"].as_array_of_tables().expect("packages");
    for package in packages {
        let Some(source) = package.get("source").and_then(Item::as_str) else { continue };
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index", "{package:?}");
        assert!(package.get("checksum").is_some(), "{package:?}");
    }
}

#[test]
fn licence_expressions_are_read_as_spdx_means_them() {
    let allowed = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "Unicode-3.0"].map(str::to_owned);
    for good in [
        "MIT",
        "MIT OR GPL-3.0",
        "GPL-3.0 OR (MIT AND Apache-2.0)",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0 WITH LLVM-exception OR Zlib",
        "MIT/Apache-2.0",
    ] {
        assert!(holds(good, &allowed), "{good}");
    }
    for bad in
        ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT OR Apache-2.0) AND BSD-3-Clause", "Apache-2.0 WITH Foo"]
    {
        assert!(!holds(bad, &allowed), "{bad}");
    }
}

/// Whether the allowed licences satisfy an SPDX expression.
fn holds(expression: &str, allowed: &[String]) -> bool {
    // Crates from before 2019 write `A/B` for `A OR B`.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = &words[..];
    let value = either(&mut rest, allowed);
    value && rest.is_empty()
}

fn either(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut value = both(words, allowed);
    while let ["OR", rest @ ..] = *words {
        *words = rest;
        value |= both(words, allowed);
    }
    value
}

fn both(words: &mut &[&str], allowed: &[String]) -> bool {
    let mut value = one(words, allowed);
    while let ["AND", rest @ ..] = *words {
        *words = rest;
        value &= one(words, allowed);
    }
    value
}

fn one(words: &mut &[&str], allowed: &[String]) -> bool {
    let (name, rest) = match *words {
        ["(", rest @ ..] => {
            *words = rest;
            let value = either(words, allowed);
            let [")", rest @ ..] = *words else { return false };
            *words = rest;
            return value;
        }
        [licence, "WITH", exception, rest @ ..] => (format!("{licence} WITH {exception}"), rest),
        [licence, rest @ ..] => ((*licence).to_owned(), rest),
        [] => return false,
    };
    *words = rest;
    allowed.contains(&name)
}

/// The packages that the lock file names and this machine's builds may use.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--filter-platform", "x86_64-unknown-linux-gnu"])
        .current_dir(home::checkout())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array_mut().map(std::mem::take).expect("packages");
    assert!(packages.len() > 50, "{} packages", packages.len());
    packages
}

fn rules() -> DocumentMut {
    let rules = std::fs::read_to_string(home::checkout().join("deny.toml")).expect("deny.toml is committed");
    rules.parse().expect("deny.toml is TOML")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn strings(item: &Item) -> Vec<String> {
    item.as_array().into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}

fn tables(item: &Item) -> Vec<toml_edit::InlineTable> {
    item.as_array().into_iter().flatten().filter_map(|value| value.as_inline_table().cloned()).collect()
}
