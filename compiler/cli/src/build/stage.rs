//! The workspace that agents are compiled in. It lives in the heddle home, so that a config can be built from any folder,
//! without a checkout, and so that all agents of a machine share one compiled runtime.
//!
//! ```text
//! cache/build.lock                    held while the manifest below is set and cargo runs
//! cache/ws/Cargo.toml, Cargo.lock     of the agent that is being built
//! cache/ws/runtime-<digest>/          the runtime's source
//! cache/ws/agents/<name>-<digest>/    an emitted crate
//! cache/target/                       what cargo made of all of it
//! ```
//!
//! Every folder name carries a digest of what is in it. Cargo tells packages of a workspace apart by their names and
//! their places in it: two agents of one name, or two versions of the runtime, in one place would be handed each other's
//! binaries.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use heddle_compiler::emit::stage_lock;
use sha2::{Digest as _, Sha256};

use super::embedded::{AGENT_LOCK, INHERITED, RUNTIME, runtime_digest};
use super::recipe::{Profile, Recipe};
use crate::audit::keys::hex;
use crate::failure::Failure;
use crate::home::{self, make_private_folder, write_atomically};

/// Agents whose staged crate and compiled files are kept for the next build.
const KEPT_AGENTS: usize = 48;

/// The workspace, locked for one build at a time.
#[derive(Debug)]
pub struct Stage {
    cache: PathBuf,
    _lock: File,
}

/// An agent in the workspace, ready to be compiled.
#[derive(Debug)]
pub struct Staged {
    /// The name of its package: the agent's, and a digest of the crate.
    pub package: String,
    /// Whether nothing of this runtime was compiled this way before.
    pub cold: bool,
}

impl Stage {
    /// Takes the workspace; waits for another build to end.
    pub fn enter(cache: &Path) -> Result<Self, Failure> {
        make_private_folder(cache)?;
        let lock = home::lock(&cache.join("build.lock"), "waiting for another heddle build to end")?;
        make_private_folder(&cache.join("ws"))?;
        Ok(Self { cache: cache.to_path_buf(), _lock: lock })
    }

    /// The workspace's folder.
    pub fn workspace(&self) -> PathBuf {
        self.cache.join("ws")
    }

    /// Where cargo puts what it makes.
    pub fn target(&self) -> PathBuf {
        self.cache.join("target")
    }

    /// Puts an emitted crate into the workspace, under a name of its own.
    pub fn put(
        &self,
        agent: &str,
        version: &str,
        files: &BTreeMap<String, String>,
        recipe: Recipe,
    ) -> Result<Staged, Failure> {
        let runtime = self.unpack_runtime()?;
        let package = format!("{agent}-{}", short(&crate_digest(files)));
        let folder = self.workspace().join("agents").join(&package);
        let mut made = BTreeSet::new();
        for (path, text) in files.iter().filter(|(path, _)| is_compiled(path)) {
            let target = folder.join(path);
            if let Some(parent) = target.parent()
                && made.insert(parent.to_path_buf())
            {
                make_private_folder(parent)?;
            }
            let text = if path == "Cargo.toml" { renamed(text, agent, &package)? } else { text.clone() };
            write_if_changed(&target, &text)?;
        }
        self.forget_old_agents(&package);
        write_if_changed(&self.workspace().join("Cargo.toml"), &manifest(&runtime, &package))?;
        let lock = stage_lock(AGENT_LOCK, &package, version);
        write_if_changed(&self.workspace().join("Cargo.lock"), &lock)?;
        let cold = !self.warm_mark(recipe).exists();
        Ok(Staged { package, cold })
    }

    /// Notes that the runtime is compiled this way, so that the next build does not announce a long wait.
    pub fn mark_warm(&self, recipe: Recipe) {
        let _ = fs::write(self.warm_mark(recipe), "");
    }

    fn warm_mark(&self, recipe: Recipe) -> PathBuf {
        self.target().join(recipe.folder()).join(format!(".warm-{}", short(&runtime_digest())))
    }

    /// Writes the runtime's source, or finds it as it was written: a file that somebody changed, lost or added would
    /// otherwise end in every agent.
    fn unpack_runtime(&self) -> Result<String, Failure> {
        let name = format!("runtime-{}", short(&runtime_digest()));
        let folder = self.workspace().join(&name);
        if is_as_embedded(&folder) {
            return Ok(name);
        }
        let fresh = self.workspace().join(format!(".{name}.{}.new", std::process::id()));
        let _ = fs::remove_dir_all(&fresh);
        for (path, text) in RUNTIME {
            let target = fresh.join(path);
            if let Some(parent) = target.parent() {
                make_private_folder(parent)?;
            }
            fs::write(&target, text).map_err(|error| Failure::io("write", &target, &error))?;
        }
        let _ = fs::remove_dir_all(&folder);
        fs::rename(&fresh, &folder).map_err(|error| Failure::io("write", &folder, &error))?;
        Ok(name)
    }

    /// Removes the agents that were not built for the longest time, with all that was compiled of them. What cannot be
    /// removed stays, and costs room only.
    fn forget_old_agents(&self, current: &str) {
        let agents = self.workspace().join("agents");
        let Ok(entries) = fs::read_dir(&agents) else { return };
        let mut known: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(|entry| {
                let path = entry.ok()?.path();
                let used = fs::metadata(path.join("Cargo.toml"))
                    .and_then(|m| m.modified())
                    .unwrap_or(SystemTime::UNIX_EPOCH);
                Some((used, path))
            })
            .collect();
        known.sort();
        let surplus = known.len().saturating_sub(KEPT_AGENTS);
        for (_, folder) in known.into_iter().take(surplus) {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name != current {
                self.forget(&name);
            }
        }
    }

    /// Removes one agent's staged crate and compiled files.
    pub fn forget(&self, package: &str) {
        let _ = fs::remove_dir_all(self.workspace().join("agents").join(package));
        let file = package.replace('-', "_");
        for recipe in Recipe::all() {
            let folder = self.target().join(recipe.folder());
            for place in [folder.clone(), folder.join("deps"), folder.join(".fingerprint")] {
                let Ok(entries) = fs::read_dir(place) else { continue };
                for entry in entries.flatten() {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let rest = name.strip_prefix(package).or_else(|| name.strip_prefix(&file));
                    // The package's name ends in a digest, so nothing else begins with it.
                    if rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '.'])) {
                        let path = entry.path();
                        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
                    }
                }
            }
        }
    }
}

fn manifest(runtime: &str, package: &str) -> String {
    format!(
        "# Written by heddle for each build.\n\
         [workspace]\n\
         resolver = \"3\"\n\
         members = [\"{runtime}\", \"agents/{package}\"]\n\n\
         [patch.crates-io]\n\
         heddle-runtime = {{ path = \"{runtime}\" }}\n\n\
         {INHERITED}\n\
         {}",
        Profile::TABLES
    )
}

/// Only what rustc and cargo read is staged; the crate's own lock file names it by its plain name.
fn is_compiled(path: &str) -> bool {
    path == "Cargo.toml" || path.starts_with("src/")
}

fn crate_digest(files: &BTreeMap<String, String>) -> String {
    let mut digest = Sha256::new();
    for (path, text) in files.iter().filter(|(path, _)| is_compiled(path)) {
        digest.update((path.len() as u64).to_le_bytes());
        digest.update(path);
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    }
    hex(&digest.finalize())
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

fn renamed(manifest: &str, agent: &str, package: &str) -> Result<String, Failure> {
    let (from, to) = (format!("\nname = \"{agent}\"\n"), format!("\nname = \"{package}\"\n"));
    if manifest.matches(&from).count() != 1 {
        return Err(Failure::fault("the emitted Cargo.toml does not name its package on one line"));
    }
    Ok(manifest.replacen(&from, &to, 1))
}

/// Cargo looks at times: a file that says the same keeps the time it has.
fn write_if_changed(path: &Path, text: &str) -> Result<(), Failure> {
    if fs::read(path).is_ok_and(|bytes| bytes == text.as_bytes()) {
        return Ok(());
    }
    write_atomically(path, text.as_bytes(), 0o600)
}

fn is_as_embedded(folder: &Path) -> bool {
    let mut files = 0;
    let whole = RUNTIME.iter().all(|(path, text)| {
        files += 1;
        fs::read(folder.join(path)).is_ok_and(|bytes| bytes == text.as_bytes())
    });
    whole && count_files(folder) == Some(files)
}

fn count_files(folder: &Path) -> Option<usize> {
    let mut files = 0;
    for entry in fs::read_dir(folder).ok()? {
        let entry = entry.ok()?;
        files += if entry.file_type().ok()?.is_dir() { count_files(&entry.path())? } else { 1 };
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crate_of(name: &str, main: &str) -> BTreeMap<String, String> {
        [
            ("Cargo.toml".to_owned(), format!("[package]\nname = \"{name}\"\nversion = \"1.0.0\"\n")),
            ("README.md".to_owned(), "not compiled".to_owned()),
            ("src/main.rs".to_owned(), main.to_owned()),
        ]
        .into()
    }

    #[test]
    fn two_agents_of_one_name_are_two_packages() {
        let cache = tempfile::tempdir().unwrap();
        let stage = Stage::enter(cache.path()).unwrap();
        let put = |main| stage.put("shop", "1.0.0", &crate_of("shop", main), Recipe::TRY).unwrap().package;
        let (one, other, again) = (put("fn main() {}"), put("fn main() { }"), put("fn main() {}"));
        assert_ne!(one, other);
        assert_eq!(one, again);
        let root = fs::read_to_string(stage.workspace().join("Cargo.toml")).unwrap();
        assert!(root.contains(&format!("\"agents/{one}\"")) && !root.contains(&other));
        let staged =
            fs::read_to_string(stage.workspace().join("agents").join(&one).join("Cargo.toml")).unwrap();
        assert!(staged.contains(&format!("name = \"{one}\"")));
    }

    #[test]
    fn a_changed_a_lost_and_an_added_file_of_the_runtime_are_put_right() {
        let cache = tempfile::tempdir().unwrap();
        let stage = Stage::enter(cache.path()).unwrap();
        let folder = stage.workspace().join(stage.unpack_runtime().unwrap());
        let library = folder.join("src/lib.rs");
        for tamper in [
            Box::new(|| fs::write(&library, "// mine").unwrap()) as Box<dyn Fn()>,
            Box::new(|| fs::remove_file(&library).unwrap()),
            Box::new(|| fs::write(folder.join("build.rs"), "fn main() {}").unwrap()),
        ] {
            tamper();
            assert!(!is_as_embedded(&folder));
            stage.unpack_runtime().unwrap();
            assert!(is_as_embedded(&folder));
        }
    }

    #[test]
    fn the_agents_of_long_ago_go_with_what_was_compiled_of_them() {
        let cache = tempfile::tempdir().unwrap();
        let stage = Stage::enter(cache.path()).unwrap();
        let deps = stage.target().join("fast/deps");
        fs::create_dir_all(&deps).unwrap();
        let first = stage.put("shop", "1.0.0", &crate_of("shop", "// 0"), Recipe::TRY).unwrap().package;
        fs::write(deps.join(format!("{}-00ff", first.replace('-', "_"))), "").unwrap();
        fs::write(deps.join("tokio-00ff"), "").unwrap();
        for n in 1..=KEPT_AGENTS {
            stage.put("shop", "1.0.0", &crate_of("shop", &format!("// {n}")), Recipe::TRY).unwrap();
        }
        assert!(!stage.workspace().join("agents").join(&first).exists());
        let left: Vec<_> = fs::read_dir(deps).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["tokio-00ff"]);
    }
}
