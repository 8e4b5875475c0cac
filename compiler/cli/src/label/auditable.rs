//! The list of dependencies as `cargo auditable` writes it: JSON, packed with zlib.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde::Serialize;

use super::{Kind, Label};
use crate::failure::Failure;

/// The section that tools look for.
pub const SECTION: &str = ".dep-v0";

/// Of the formats that are known, the one in which packages that only run at build time are told apart.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct List<'a> {
    packages: Vec<Package<'a>>,
    format: u32,
}

#[derive(Serialize)]
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    source: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "<[usize]>::is_empty")]
    dependencies: &'a [usize],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    root: bool,
}

/// The list of a label: its dependencies in their order, then the agent itself.
pub fn list(label: &Label) -> Result<Vec<u8>, Failure> {
    let text = |member: &str| label.plan.get(member).and_then(serde_json::Value::as_str).unwrap_or_default();
    let mut packages: Vec<Package> = label
        .dependencies
        .iter()
        .map(|dependency| Package {
            name: &dependency.name,
            version: &dependency.version,
            source: if dependency.checksum.is_some() { "crates.io" } else { "local" },
            kind: (dependency.kind == Kind::Build).then_some("build"),
            dependencies: &dependency.depends_on,
            root: false,
        })
        .collect();
    let runtime = label.dependencies.iter().position(|dependency| dependency.checksum.is_none());
    packages.push(Package {
        name: text("name"),
        version: text("version"),
        source: "local",
        kind: None,
        dependencies: runtime.as_slice(),
        root: true,
    });
    let json = serde_json::to_vec(&List { packages, format: FORMAT }).map_err(Failure::fault)?;
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(&json).and_then(|()| packed.finish()).map_err(Failure::fault)
}
