//! Who may use which secret: the operator's word, from outside the config.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use heddle_compiler::check::{Granted, Grants};
use heddle_compiler::diag::{Diagnostic, HD0006, Sink};
use heddle_compiler::source::Sources;
use heddle_compiler::yaml::{Kind, Node, decode, parse};

use super::read::{bytes, shown};
use crate::failure::Failure;
use crate::home::{Home, read_private};

/// Its name beside configs.
pub const FILE: &str = "heddle.grants.yaml";

/// A grants file as it was read.
#[derive(Debug, Clone)]
pub struct GrantsFile {
    name: String,
    bytes: Vec<u8>,
    /// Whether a key may be granted to one build: what a build is, its digest says, which comes out of the build.
    has_builds: bool,
}

impl GrantsFile {
    /// A file that the user named.
    pub fn named(path: &Path) -> Result<Self, Failure> {
        Ok(Self { name: shown(path), bytes: bytes(path)?, has_builds: false })
    }

    /// One that was read elsewhere.
    pub fn read(name: String, bytes: Vec<u8>) -> Self {
        Self { name, bytes, has_builds: false }
    }

    /// The one that applies to a config: beside it or in a folder above, else the policy of the heddle home.
    pub fn beside(config: &Path) -> Result<Option<Self>, Failure> {
        if let Some(path) = above(config) {
            return Self::named(&path).map(Some);
        }
        // A machine without a home folder has no policy either; the build will say what is missing.
        let Ok(home) = Home::find() else { return Ok(None) };
        let policy = home.policy();
        Ok(read_private(&policy)?.map(|text| Self {
            name: shown(&policy),
            bytes: text.into_bytes(),
            has_builds: true,
        }))
    }

    /// What it grants. Its faults are found like those of the config, with their places.
    pub fn judge(&self, sources: &mut Sources, sink: &mut Sink) -> Grants {
        let mut agents = BTreeMap::new();
        let root = decode(sources, &self.name, &self.bytes, sink).and_then(|file| parse(sources, file, sink));
        if let Some(Node { kind, span }) = root {
            match kind {
                Kind::Map(entries) => {
                    for entry in entries {
                        let mut keys = keys(entry.value, sink);
                        if self.has_builds {
                            keys.iter_mut().for_each(Granted::forget_build);
                            keys.dedup_by(|one, other| one.key == other.key);
                        }
                        agents.insert(entry.key.value, keys);
                    }
                }
                Kind::Null | Kind::Faulty => {}
                Kind::Bool(_)
                | Kind::Int(_)
                | Kind::Float(_)
                | Kind::BadNumber
                | Kind::Text(_)
                | Kind::List(_) => {
                    sink.push(
                        Diagnostic::error(HD0006, "a grants file is a mapping", span, "not a mapping")
                            .help("write `agent-name: [secret-key]`, one line per agent"),
                    );
                }
            }
        }
        Grants { source: Some(format!("`{}`", self.name)), agents }
    }
}

fn keys(node: Node, sink: &mut Sink) -> Vec<Granted> {
    let wrong = |span| {
        Diagnostic::error(HD0006, "what an agent is granted is a list of keys", span, "not a list of keys")
            .help("write `agent-name: [secret-key]`")
    };
    let span = node.span;
    let items = match node.kind {
        Kind::List(items) => items,
        Kind::Null | Kind::Faulty => return Vec::new(),
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::BadNumber | Kind::Text(_) | Kind::Map(_) => {
            sink.push(wrong(span));
            return Vec::new();
        }
    };
    let mut keys = Vec::new();
    for item in items {
        if let Kind::Text(text) = item.kind {
            keys.push(Granted { key: text.value, span: Some(item.span) });
        } else if item.kind != Kind::Faulty {
            sink.push(wrong(item.span));
        }
    }
    keys
}

/// The nearest grants file in the config's folder or above, shown the way the config was named.
fn above(config: &Path) -> Option<PathBuf> {
    let beside = config.with_file_name(FILE);
    if beside.is_file() {
        return Some(beside);
    }
    let folder = std::fs::canonicalize(config).ok()?;
    folder.ancestors().skip(2).map(|folder| folder.join(FILE)).find(|path| path.is_file())
}
