//! Where configs wait that no person wrote: kept aside under a name, and known by what they say, so that a copy of one
//! is refused wherever it lies.

mod name;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use self::name::Name;
use crate::failure::Failure;
use crate::home::{Home, lock, make_private_folder, read_private, refuse_shared_folder, write_private};
use crate::signing::digest;

/// What is known of the configs in quarantine, and of those that were rejected.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Waiting for somebody's word.
    pub waiting: BTreeMap<Name, Entry>,
    /// Rejected, by the digest of their bytes: the file is gone, copies of it stay refused.
    pub rejected: BTreeMap<String, Entry>,
}

/// One config.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Digest of its bytes.
    pub sha256: String,
    /// Digest of its plan, if it was accepted: the same authority in other words is the same config.
    pub plan: Option<String>,
    /// Where it came from, in the words of whoever put it here.
    pub source: String,
}

/// Why a config is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum Held<'a> {
    /// It waits under this name.
    Waiting(&'a Name),
    /// It was rejected.
    Rejected,
}

impl Index {
    /// Reads it. One that does not parse is an error, never an empty quarantine.
    pub fn read(home: &Home) -> Result<Self, Failure> {
        let path = home.quarantine().join("index.json");
        let Some(text) = read_private(&path)? else { return Ok(Self::default()) };
        serde_json::from_str(&text).map_err(|error| {
            Failure::refused(format_args!(
                "`{}` is damaged at line {}: restore a copy; without it nothing tells what is in quarantine",
                path.display(),
                error.line()
            ))
        })
    }

    /// Whether these bytes, or this plan, are held.
    pub fn holds(&self, bytes: &[u8], plan: Option<&str>) -> Option<Held<'_>> {
        let sha256 = digest(bytes);
        let is = |entry: &Entry| entry.sha256 == sha256 || (plan.is_some() && entry.plan.as_deref() == plan);
        if let Some((name, _)) = self.waiting.iter().find(|(_, entry)| is(entry)) {
            return Some(Held::Waiting(name));
        }
        self.rejected.values().any(is).then_some(Held::Rejected)
    }
}

/// The quarantine, while nobody else changes it.
pub struct Quarantine<'a> {
    home: &'a Home,
    /// What is in it.
    pub index: Index,
    _lock: fs::File,
}

impl<'a> Quarantine<'a> {
    /// Takes it.
    pub fn enter(home: &'a Home) -> Result<Self, Failure> {
        refuse_shared_folder(home.root())?;
        make_private_folder(&home.quarantine())?;
        refuse_shared_folder(&home.quarantine())?;
        let lock =
            lock(&home.quarantine().join("lock"), "waiting for another heddle to leave the quarantine")?;
        Ok(Self { home, index: Index::read(home)?, _lock: lock })
    }

    /// The bytes of a config, as they were put here.
    pub fn read(&self, name: &Name) -> Result<(Entry, String), Failure> {
        let Some(entry) = self.index.waiting.get(name) else {
            return Err(Failure::refused(format_args!(
                "there is no `{name}` in quarantine: `heddle quarantine list` shows what there is"
            )));
        };
        let path = self.path(name);
        let text = read_private(&path)?.ok_or_else(|| {
            Failure::refused(format_args!("`{}` is gone: `heddle quarantine reject {name}`", path.display()))
        })?;
        if digest(text.as_bytes()) != entry.sha256 {
            return Err(Failure::refused(format_args!(
                "`{}` was changed since it was put there: add it again, so that what is reviewed is what is promoted",
                path.display()
            )));
        }
        Ok((entry.clone(), text))
    }

    /// Puts a config here.
    pub fn add(&mut self, name: &Name, text: &str, entry: Entry) -> Result<(), Failure> {
        if let Some(other) = self.index.waiting.get(name)
            && other.sha256 != entry.sha256
        {
            return Err(Failure::refused(format_args!(
                "there is another `{name}` in quarantine: promote or reject it first, or give `--name`"
            )));
        }
        self.index.rejected.remove(&entry.sha256);
        self.index.waiting.insert(name.clone(), entry);
        // First the list: a copy that is refused without a file in quarantine is better than the other way round.
        self.write()?;
        write_private(&self.path(name), text)
    }

    /// Lets a config go: the reviewed bytes may be built.
    pub fn release(&mut self, name: &Name) -> Result<(), Failure> {
        self.index.waiting.remove(name);
        self.write()?;
        self.remove(name)
    }

    /// Rejects a config: its file goes, its digest stays.
    pub fn reject(&mut self, name: &Name) -> Result<(), Failure> {
        let Some(entry) = self.index.waiting.remove(name) else {
            return Err(Failure::refused(format_args!(
                "there is no `{name}` in quarantine: `heddle quarantine list` shows what there is"
            )));
        };
        self.index.rejected.insert(entry.sha256.clone(), entry);
        self.write()?;
        self.remove(name)
    }

    fn path(&self, name: &Name) -> PathBuf {
        self.home.quarantine().join(format!("{name}.yaml"))
    }

    fn remove(&self, name: &Name) -> Result<(), Failure> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(Failure::io("remove", &path, &error)),
        }
    }

    fn write(&self) -> Result<(), Failure> {
        let mut text = serde_json::to_string_pretty(&self.index).map_err(Failure::fault)?;
        text.push('\n');
        write_private(&self.home.quarantine().join("index.json"), &text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(text: &str, plan: Option<&str>) -> Entry {
        Entry { sha256: digest(text.as_bytes()), plan: plan.map(str::to_owned), source: "test".into() }
    }

    #[test]
    fn what_is_held_is_held_by_content_and_by_plan() {
        let name: Name = "shop".parse().unwrap();
        let mut index = Index::default();
        index.waiting.insert(name.clone(), entry("a", Some("p")));
        index.rejected.insert(digest(b"b"), entry("b", None));
        assert_eq!(index.holds(b"a", None), Some(Held::Waiting(&name)));
        assert_eq!(index.holds(b"# remark\na", Some("p")), Some(Held::Waiting(&name)));
        assert_eq!(index.holds(b"b", None), Some(Held::Rejected));
        // Two configs that are no plan are not the same config.
        assert_eq!(index.holds(b"c", None), None);
        assert_eq!(index.holds(b"c", Some("q")), None);
    }
}
