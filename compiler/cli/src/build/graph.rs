//! Which packages are linked into an agent, as cargo resolves them: with features, licences and what depends on what.

use std::collections::BTreeMap;
use std::fs;

use sha2::{Digest as _, Sha256};

use super::cargo;
use super::embedded::{AGENT_LOCK, runtime_digest};
use super::stage::{Stage, Staged};
use crate::audit::keys::hex;
use crate::failure::Failure;
use crate::home::{make_private_folder, write_atomically};
use crate::label::{Dependency, Kind};

const RUNTIME: &str = "heddle-runtime";

/// The packages of a staged agent, sorted by name and version. They depend on nothing but the runtime and its features,
/// so they are asked for once.
pub fn dependencies(stage: &Stage, staged: &Staged, features: &[String]) -> Result<Vec<Dependency>, Failure> {
    let known = format!("{}\n{}", runtime_digest(), features.join("\n"));
    let folder = stage.target().join("graphs");
    let note = folder.join(hex(&Sha256::digest(known)));
    if let Some(noted) = fs::read(&note).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()) {
        return Ok(noted);
    }
    let tree = |edges: &str| {
        cargo::tree(stage, staged, &["--edges", edges, "--prefix", "depth", "--format", "|{p}|{f}|{l}"])
    };
    let found = packages(&tree("normal,no-proc-macro")?, &tree("normal,build")?, AGENT_LOCK);
    make_private_folder(&folder)?;
    write_atomically(&note, &serde_json::to_vec(&found).map_err(Failure::fault)?, 0o600)?;
    Ok(found)
}

#[derive(Default)]
struct Node {
    features: Vec<String>,
    license: String,
    depends_on: Vec<(String, String)>,
}

/// Reads two trees: of what is linked, and of that with what runs at build time.
fn packages(linked: &str, all: &str, lock: &str) -> Vec<Dependency> {
    let linked = nodes(linked);
    // Where both have a package, the first says which features its linked copy has.
    let mut every = nodes(all);
    for (id, node) in &linked {
        if let Some(known) = every.get_mut(id) {
            known.features.clone_from(&node.features);
        }
    }
    let places: Vec<(String, String)> = every.keys().cloned().collect();
    let place = |id: &(String, String)| places.binary_search(id).ok();
    let mut found = Vec::new();
    for (id, node) in &every {
        let mut depends_on: Vec<usize> = node.depends_on.iter().filter_map(place).collect();
        depends_on.sort_unstable();
        depends_on.dedup();
        found.push(Dependency {
            name: id.0.clone(),
            version: id.1.clone(),
            kind: if linked.contains_key(id) { Kind::Runtime } else { Kind::Build },
            features: node.features.clone(),
            license: node.license.clone(),
            checksum: checksum(lock, &id.0, &id.1),
            depends_on,
        });
    }
    found
}

/// The packages below the agent itself. A line is its depth, then package, features and licence; of a package that was
/// shown before, what is below it is left out.
fn nodes(tree: &str) -> BTreeMap<(String, String), Node> {
    let mut nodes: BTreeMap<(String, String), Node> = BTreeMap::new();
    let mut path: Vec<(String, String)> = Vec::new();
    for line in tree.lines() {
        let mut cells = line.trim_end_matches(" (*)").split('|');
        let (Some(depth), Some(package), Some(features), Some(license)) = (
            cells.next().and_then(|depth| depth.parse::<usize>().ok()),
            cells.next(),
            cells.next(),
            cells.next(),
        ) else {
            continue;
        };
        let mut words = package.split(' ');
        let (Some(name), Some(version)) =
            (words.next(), words.next().and_then(|word| word.strip_prefix('v')))
        else {
            continue;
        };
        let id = (name.to_owned(), version.to_owned());
        path.truncate(depth);
        if depth > 0 {
            let node = nodes.entry(id.clone()).or_default();
            let features = features.split(',').filter(|feature| !feature.is_empty()).map(str::to_owned);
            node.features.extend(features);
            node.features.sort();
            node.features.dedup();
            license.clone_into(&mut node.license);
        }
        if let Some(parent) = path.last().and_then(|parent| nodes.get_mut(parent)) {
            parent.depends_on.push(id.clone());
        }
        path.push(id);
    }
    nodes
}

/// The checksum of a package in the lock file that all agents are built with; the runtime itself has none.
fn checksum(lock: &str, name: &str, version: &str) -> Option<String> {
    if name == RUNTIME {
        return None;
    }
    let head = format!("name = \"{name}\"\nversion = \"{version}\"\n");
    let block = lock.split("\n\n").find(|block| block.contains(&head))?;
    let line = block.lines().find_map(|line| line.strip_prefix("checksum = \"")?.strip_suffix('"'))?;
    Some(line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &str = "0|shop-0011 v1.0.0 (/home/me/ws/agents/shop-0011)||\n\
        1|heddle-runtime v0.1.0 (/home/me/ws/runtime-22)|post|MIT\n\
        2|serde v1.0.0|default,derive|MIT OR Apache-2.0\n\
        3|serde_derive v1.0.0 (proc-macro)|default|MIT OR Apache-2.0\n\
        4|syn v3.0.0|full|MIT OR Apache-2.0\n\
        2|json v1.0.0||MIT\n\
        3|serde v1.0.0|default,derive|MIT OR Apache-2.0 (*)\n";
    const LINKED: &str = "0|shop-0011 v1.0.0 (/home/me/ws/agents/shop-0011)||\n\
        1|heddle-runtime v0.1.0 (/home/me/ws/runtime-22)|post|MIT\n\
        2|serde v1.0.0|default|MIT OR Apache-2.0\n\
        2|json v1.0.0||MIT\n\
        3|serde v1.0.0|default|MIT OR Apache-2.0 (*)\n";
    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.0\"\nsource = \"registry\"\nchecksum = \"abcd\"\n\n[[package]]\nname = \"heddle-runtime\"\nversion = \"0.1.0\"\n";

    #[test]
    fn packages_have_kinds_features_checksums_and_edges() {
        let found = packages(LINKED, ALL, LOCK);
        let names: Vec<&str> = found.iter().map(|package| package.name.as_str()).collect();
        assert_eq!(names, ["heddle-runtime", "json", "serde", "serde_derive", "syn"]);
        let [runtime, json, serde, derive, syn] = &found[..] else { panic!("five packages") };
        assert_eq!((runtime.kind, derive.kind, syn.kind), (Kind::Runtime, Kind::Build, Kind::Build));
        assert_eq!((&runtime.depends_on[..], &json.depends_on[..]), (&[1, 2][..], &[2][..]));
        assert_eq!(
            (&serde.features[..], serde.checksum.as_deref()),
            (&["default".to_owned()][..], Some("abcd"))
        );
        assert_eq!(runtime.checksum, None);
        assert!(!serde_json::to_string(&found).unwrap().contains("/home/me"));
    }
}
