//! An agent built to be tested: the emitted crate as it is, but for its `main`, which puts calls through the layers and
//! answers with what became of them instead of serving. The feature of the runtime that makes this possible is asked for
//! here and in no emitted crate.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use heddle_compiler::plan::Plan;
use sha2::{Digest as _, Sha256};

use super::embedded::runtime_digest;
use super::recipe::Recipe;
use super::stage::Stage;
use super::{binary, cargo};
use crate::audit::keys::hex;
use crate::failure::Failure;
use crate::home::make_private_folder;

/// Builds it, or finds it as it was built for the same crate and runtime.
pub fn build(cache: &Path, plan: &Plan, files: &BTreeMap<String, String>) -> Result<PathBuf, Failure> {
    let files = rehearsing(files)?;
    let mut inputs = Sha256::new();
    for (path, text) in &files {
        inputs.update(format!("{path}\0{}\0", text.len()));
        inputs.update(text);
    }
    inputs.update(runtime_digest());
    let folder = cache.join("rehearsals");
    make_private_folder(&folder)?;
    let prefix = format!("{}.", plan.name);
    let target = folder.join(format!("{prefix}{}", hex(&inputs.finalize())));
    if target.is_file() {
        return Ok(target);
    }
    let stage = Stage::enter(cache)?;
    let staged = stage.put(&plan.name, &plan.version, &files, Recipe::TRY)?;
    let built = cargo::build(&stage, &staged, Recipe::TRY)?;
    let image = binary::take(&built.binary, &plan.digest_hex())?;
    for old in fs::read_dir(&folder).into_iter().flatten().flatten() {
        if old.file_name().to_string_lossy().starts_with(&prefix) {
            let _ = fs::remove_file(old.path());
        }
    }
    binary::install(&image, &target)?;
    Ok(target)
}

/// The crate with another last step.
fn rehearsing(files: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Failure> {
    let mut files = files.clone();
    for (path, from, to) in [
        ("src/main.rs", "heddle_runtime::server::serve(", "heddle_runtime::server::rehearse("),
        ("Cargo.toml", "\nfeatures = [", "\nfeatures = [\"rehearsal\", "),
    ] {
        let text = files.get_mut(path).filter(|text| text.matches(from).count() == 1);
        let Some(text) = text else {
            return Err(Failure::fault(format_args!("the emitted {path} is not as `heddle test` knows it")));
        };
        *text = text.replacen(from, to, 1);
    }
    Ok(files)
}
