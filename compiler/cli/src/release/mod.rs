//! What goes out with a binary: a bill of materials and a statement of where it came from. Both are made from its label
//! alone, hold no time and no place, and can therefore be made again and compared.

mod provenance;
mod sbom;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::failure::Failure;
use crate::label::{Dependency, Label};
use crate::signing::digest;

/// A document beside a binary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// CycloneDX 1.6: every package with version, features, licence and checksum.
    Sbom,
    /// An in-toto statement with SLSA provenance: which config, plan and crate became which binary.
    Provenance,
}

impl Document {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Sbom, Self::Provenance];

    /// Its name on a summary.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sbom => "sbom",
            Self::Provenance => "origin",
        }
    }

    /// Where it stands.
    pub fn beside(self, binary: &Path) -> PathBuf {
        let mut name = binary.as_os_str().to_owned();
        name.push(match self {
            Self::Sbom => ".cdx.json",
            Self::Provenance => ".intoto.json",
        });
        PathBuf::from(name)
    }

    /// Its text.
    pub fn of(self, label: &Label, binary: &[u8]) -> Result<String, Failure> {
        let subject =
            Subject { name: text(label, "name"), version: text(label, "version"), sha256: digest(binary) };
        let document = match self {
            Self::Sbom => sbom::document(label, &subject),
            Self::Provenance => provenance::statement(label, &subject),
        };
        let mut text = serde_json::to_string_pretty(&document).map_err(Failure::fault)?;
        text.push('\n');
        Ok(text)
    }
}

/// The binary that a document is about.
struct Subject<'a> {
    name: &'a str,
    version: &'a str,
    sha256: String,
}

fn text<'a>(label: &'a Label, member: &str) -> &'a str {
    label.plan.get(member).and_then(Value::as_str).unwrap_or_default()
}

/// The package as a package URL. What came with heddle is not on crates.io.
fn purl(package: &Dependency) -> String {
    let Dependency { name, version, .. } = package;
    // A build number is the one thing in a version that a URL would read as something else.
    let version = version.replace('+', "%2B");
    match package.checksum {
        Some(_) => format!("pkg:cargo/{name}@{version}"),
        None => format!("pkg:generic/{name}@{version}"),
    }
}
