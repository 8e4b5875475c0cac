//! From an emitted crate to a binary.

pub mod binary;
pub mod cargo;
pub mod embedded;
pub mod folder;
pub mod profile;
pub mod stage;
pub mod stamp;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use self::profile::Profile;
use self::stage::Stage;
use self::stamp::Stamp;
use crate::failure::Failure;

/// A crate to be compiled.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The agent's name.
    pub agent: &'a str,
    /// Its version.
    pub version: &'a str,
    /// The digest of its plan, 64 hexadecimal digits, which the binary will hold.
    pub plan: &'a str,
    /// The emitted crate.
    pub files: &'a BTreeMap<String, String>,
    /// How to compile it.
    pub profile: Profile,
}

/// What came of it.
#[derive(Debug)]
pub struct Delivery {
    /// Bytes of the binary.
    pub size: u64,
    /// Library crates it is linked from.
    pub crates: usize,
    /// How long it took, waiting included.
    pub took: Duration,
    /// Its package in the staged workspace.
    pub package: String,
}

/// Compiles a crate in the shared build folder and puts its binary at `target`.
pub fn build(cache: &Path, order: Order, target: &Path) -> Result<Delivery, Failure> {
    let began = Instant::now();
    let stage = Stage::enter(cache)?;
    let staged = stage.put(order.agent, order.version, order.files, order.profile)?;
    let built = cargo::build(&stage, &staged, order.profile)?;
    let size = binary::install(&built.binary, order.plan, target)?;
    Stamp::of(cache, order, target)?.set(target)?;
    Ok(Delivery { size, crates: built.crates, took: began.elapsed(), package: staged.package })
}
