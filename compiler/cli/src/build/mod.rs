//! From an emitted crate to a binary.

pub mod binary;
pub mod cargo;
pub mod embedded;
pub mod folder;
mod graph;
pub mod recipe;
pub mod rehearsal;
pub mod stage;
pub mod stamp;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use heddle_compiler::emit;
use heddle_compiler::plan::Plan;

use self::recipe::{Linkage, Recipe};
use self::stage::{Stage, Staged};
use self::stamp::Stamp;
use crate::failure::Failure;
use crate::label::{self, Image, Label, Source};
use crate::signing::digest;

/// A crate to be compiled.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// What the agent may do.
    pub plan: &'a Plan,
    /// The digest of the plan, 64 hexadecimal digits, which the binary will hold.
    pub digest: &'a str,
    /// The config that the plan was made of.
    pub source: &'a Source,
    /// The emitted crate.
    pub files: &'a BTreeMap<String, String>,
    /// How to compile and link it.
    pub recipe: Recipe,
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

/// Compiles a crate in the shared build folder, labels its binary and puts it at `target`.
pub fn build(cache: &Path, order: Order, target: &Path) -> Result<Delivery, Failure> {
    let began = Instant::now();
    let stage = Stage::enter(cache)?;
    let staged = stage.put(&order.plan.name, &order.plan.version, order.files, order.recipe)?;
    let (labelled, crates) = compile(&stage, &staged, order)?;
    binary::install(&labelled, target)?;
    Stamp::of(cache, order, target)?.set(target)?;
    Ok(Delivery { size: labelled.len() as u64, crates, took: began.elapsed(), package: staged.package })
}

/// Compiles a crate as if it had never been compiled here, and gives the labelled binary.
pub fn rebuild(cache: &Path, order: Order) -> Result<Vec<u8>, Failure> {
    let stage = Stage::enter(cache)?;
    let put = || stage.put(&order.plan.name, &order.plan.version, order.files, order.recipe);
    stage.forget(&put()?.package);
    Ok(compile(&stage, &put()?, order)?.0)
}

/// The labelled binary, and the number of crates in it.
fn compile(stage: &Stage, staged: &Staged, order: Order) -> Result<(Vec<u8>, usize), Failure> {
    let built = cargo::build(stage, staged, order.recipe)?;
    let image = binary::take(&built.binary, order.digest)?;
    let loads = label::loads(&image).map_err(Failure::fault)?;
    if order.recipe.linkage == Linkage::Static && !loads.is_empty() {
        return Err(Failure::fault(format_args!(
            "the binary was to be static, and would load {}",
            loads.join(", ")
        )));
    }
    Ok((label(stage, staged, order, &image)?.put_on(&image)?, built.crates))
}

fn label(stage: &Stage, staged: &Staged, order: Order, image: &[u8]) -> Result<Label, Failure> {
    let features: Vec<String> = emit::features(order.plan).into_iter().map(str::to_owned).collect();
    let lock = order.files.get(emit::LOCK).map_or("", String::as_str);
    Ok(Label {
        format: 1,
        heddle: embedded::VERSION.to_owned(),
        profile: order.recipe.profile.name().to_owned(),
        linkage: order.recipe.linkage.name().to_owned(),
        toolchain: label::toolchain(image),
        source: order.source.clone(),
        plan_sha256: order.digest.to_owned(),
        plan: serde_json::from_str(&order.plan.canonical_json()).map_err(Failure::fault)?,
        crate_sha256: digest(lock.as_bytes()),
        runtime_sha256: embedded::runtime_digest(),
        dependencies: graph::dependencies(stage, staged, &features)?,
        features,
        image: Image::of(image).ok_or_else(|| Failure::fault("the linker made no ELF file"))?,
    })
}

#[cfg(test)]
mod tests {
    use heddle_compiler::check::Grants;
    use heddle_compiler::plan::Plan;
    use heddle_compiler::source::Sources;

    /// The plan of a small agent.
    pub fn plan() -> Plan {
        let config = include_bytes!("../../../../tests/fixtures/readme-example.yaml");
        let compiled =
            heddle_compiler::compile(&mut Sources::default(), "a.yaml", config, &Grants::default());
        compiled.plan.unwrap()
    }
}
