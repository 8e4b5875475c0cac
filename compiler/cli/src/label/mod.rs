//! What is written on a binary: where it came from, what it may do, and what is linked into it. Two sections that are not
//! loaded when it runs, put there after linking:
//!
//! * `.heddle`: a [`Label`] as JSON;
//! * `.dep-v0`: the dependencies once more, in the form of `cargo auditable`, which `cargo audit bin` reads.
//!
//! Nobody has to run a binary to read them.

mod auditable;
mod code;
mod elf;

use std::fs;
use std::io::Read as _;
use std::path::Path;

use heddle_compiler::plan::Plan;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::Failure;
use crate::signing::{Signer, digest};

pub use self::code::parts;
pub use self::elf::{loads, section_at};

const SECTION: &str = ".heddle";

/// What is written on a binary.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Label {
    /// Grows when the members below change their meaning.
    pub format: u32,
    /// Version of heddle.
    pub heddle: String,
    /// The profile it was compiled with.
    pub profile: String,
    /// `dynamic`: it loads the C library of the machine that it runs on; `static`: that of the machine that built it is in
    /// it.
    #[serde(default = "dynamic")]
    pub linkage: String,
    /// What compiled and linked it, in their own words.
    pub toolchain: Vec<String>,
    /// The config.
    pub source: Source,
    /// Digest of the plan, which the code holds, too.
    pub plan_sha256: String,
    /// The plan: what it may do.
    pub plan: Value,
    /// Digest of the emitted crate's list of files and their digests (`heddle.lock`).
    pub crate_sha256: String,
    /// Digest of the runtime's source and lock file.
    pub runtime_sha256: String,
    /// Features of the runtime.
    pub features: Vec<String>,
    /// The packages that are linked into it or were run to build it, sorted by name and version.
    pub dependencies: Vec<Dependency>,
    /// The binary without what is written on it.
    pub image: Image,
}

/// What a label meant before there was another way.
fn dynamic() -> String {
    "dynamic".to_owned()
}

/// The config that a binary was built from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Digest of the file's bytes.
    pub sha256: String,
    /// Who signed it, where that was asked for.
    pub signer: Option<Signer>,
    /// The origins that `--origin` replaced, old and new.
    pub replaced: Vec<(String, String)>,
}

/// A package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dependency {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Whether its code is in the binary.
    pub kind: Kind,
    /// The features it was compiled with.
    pub features: Vec<String>,
    /// An SPDX expression; empty: it states none.
    pub license: String,
    /// SHA-256 of the package as crates.io has it; `None`: it came with heddle.
    pub checksum: Option<String>,
    /// Places in this list of the packages that it depends on.
    pub depends_on: Vec<usize>,
}

/// What a package is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is linked.
    Runtime,
    /// It ran when the binary was built.
    Build,
}

/// The binary as it came from the linker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Its length.
    pub bytes: u64,
    /// Its digest, with the place and number of section headers taken for zero: a label changes these and nothing else.
    pub sha256: String,
}

impl Label {
    /// The binary with this label on it.
    pub fn put_on(&self, image: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut text = serde_json::to_vec(self).map_err(Failure::fault)?;
        text.push(b'\n');
        let list = auditable::list(self)?;
        elf::attach(image, &[(SECTION, &text), (auditable::SECTION, &list)])
            .ok_or_else(|| Failure::fault("the linker made something that is no 64-bit ELF file"))
    }

    /// Reads the label of a binary.
    pub fn read(path: &Path) -> Result<(Self, Vec<u8>), Failure> {
        let mut bytes = Vec::new();
        let unreadable = |error| Failure::io("read", path, &error);
        // More than any agent has, and little enough for a file that never ends.
        let most = 1 << 30;
        fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(unreadable)?;
        let label = Self::of(&bytes).map_err(|why| {
            let shown = crate::console::harmless(&path.to_string_lossy());
            Failure::refused(format_args!("`{shown}` {why}"))
        })?;
        Ok((label, bytes))
    }

    /// Reads the label out of a binary, or says what is wrong with it.
    pub fn of(bytes: &[u8]) -> Result<Self, String> {
        let section = elf::section(bytes, SECTION).map_err(|why| format!("is no ELF file ({why})"))?;
        let section =
            section.ok_or("carries no label: heddle did not build it, or a tool took the label off")?;
        serde_json::from_slice(section)
            .map_err(|error| format!("carries a label that this version of heddle does not read ({error})"))
    }

    /// The plan, as this version of heddle understands it, against its digest.
    pub fn plan(&self) -> Result<Plan, Failure> {
        Plan::read(&self.plan, &self.plan_sha256)
            .map_err(|why| Failure::refused(format_args!("the plan on the label cannot be used: {why}")))
    }

    /// Whether the binary under the label is the one that it was put on.
    pub fn fits(&self, bytes: &[u8]) -> bool {
        let length = usize::try_from(self.image.bytes).ok();
        let image = length.and_then(|length| bytes.get(..length)).and_then(Image::of);
        image.as_ref() == Some(&self.image)
    }
}

impl Image {
    /// The facts of a linked binary.
    pub fn of(image: &[u8]) -> Option<Self> {
        let plain = elf::without_section_table(image)?;
        Some(Self { bytes: image.len() as u64, sha256: digest(&plain) })
    }
}

/// What compiled and linked a binary, as it says itself; and which C library is in it, if one is.
pub fn toolchain(image: &[u8]) -> Vec<String> {
    let comment = elf::section(image, ".comment").ok().flatten().unwrap_or_default();
    let texts = comment.split(|byte| *byte == 0).map(|text| String::from_utf8_lossy(text).into_owned());
    texts.filter(|text| !text.is_empty()).chain(code::c_library(image)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(image: &[u8]) -> Label {
        let dependency = |name: &str, kind, depends_on: &[usize]| Dependency {
            name: name.into(),
            version: "1.2.3".into(),
            kind,
            features: vec!["std".into()],
            license: "MIT".into(),
            checksum: Some("00".repeat(32)),
            depends_on: depends_on.to_vec(),
        };
        Label {
            format: 1,
            heddle: "0.1.0".into(),
            profile: "fast".into(),
            linkage: dynamic(),
            toolchain: toolchain(image),
            source: Source::default(),
            plan_sha256: "11".repeat(32),
            plan: serde_json::json!({ "name": "shop", "version": "1.0.0" }),
            crate_sha256: "22".repeat(32),
            runtime_sha256: "33".repeat(32),
            features: vec!["post".into()],
            dependencies: vec![
                dependency("alpha", Kind::Runtime, &[1]),
                dependency("beta", Kind::Build, &[]),
                dependency("heddle-runtime", Kind::Runtime, &[0]),
            ],
            image: Image::of(image).unwrap(),
        }
    }

    // This test is a linked binary like any other.
    fn image() -> Vec<u8> {
        fs::read(std::env::current_exe().unwrap()).unwrap()
    }

    #[test]
    fn a_label_is_read_back_and_fits_no_other_binary() {
        let mut image = image();
        let label = label(&image);
        assert!(label.toolchain.iter().any(|text| text.starts_with("rustc version ")));
        let labelled = label.put_on(&image).unwrap();
        assert_eq!(Label::of(&labelled).unwrap(), label);
        assert!(label.fits(&labelled));
        let text = image.len() / 2;
        image[text] ^= 1;
        assert!(!label.fits(&label.put_on(&image).unwrap()));
        assert!(Label::of(&image).unwrap_err().contains("no label"));
        assert!(Label::of(b"#!/bin/sh\n").unwrap_err().contains("no ELF"));
    }

    #[test]
    fn a_labelled_binary_still_runs() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("labelled");
        let image = fs::read("/bin/true").unwrap();
        fs::write(&path, label(&image).put_on(&image).unwrap()).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(std::process::Command::new(&path).status().unwrap().success());
    }

    #[test]
    fn a_cut_or_mangled_binary_is_refused_and_never_a_panic() {
        let image = fs::read("/bin/true").unwrap();
        let labelled = label(&image).put_on(&image).unwrap();
        for end in [0, 1, 4, 63, 64, 65, labelled.len() / 2, labelled.len() - 1] {
            assert!(Label::of(&labelled[..end]).is_err(), "{end}");
        }
        for at in 0..64 {
            let mut mangled = labelled.clone();
            mangled[at] ^= 0xff;
            let _ = Label::of(&mangled);
            let _ = elf::attach(&mangled, &[(SECTION, b"{}")]);
            let _ = Image::of(&mangled);
        }
    }
}
