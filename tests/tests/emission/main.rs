//! What the compiler writes: the committed crates, their grammar, their lock, what a change of the config changes in
//! them, and that rustc refuses them once they are tampered with.

mod diffs;
mod directions;
mod golden;
mod grammar;
mod lock;
mod plans;
mod random;
mod rustc;
mod tables;
mod typefail;

use std::path::{Path, PathBuf};

use heddle_compiler::check::grants;
use heddle_compiler::compile;
use heddle_compiler::diag::{Colour, Sink, human};
use heddle_compiler::emit::{Crate, EmitContext, emit};
use heddle_compiler::plan::Plan;
use heddle_compiler::source::Sources;
use heddle_tests::home::checkout;

/// Whether to write what is expected instead of comparing with it.
fn bless() -> bool {
    let bless = std::env::var_os("HEDDLE_BLESS").is_some_and(|value| value == "1");
    assert!(!bless || std::env::var_os("CI").is_none(), "what is expected is not written in CI");
    bless
}

fn agent_lock() -> PathBuf {
    checkout().join("runtime-lib/agent.lock")
}

/// A plan and the digest of the config that it was made of, judged by the packs' grants.
fn compiled(config: &Path) -> (Plan, String) {
    let text =
        std::fs::read_to_string(config).unwrap_or_else(|fault| panic!("{}: {fault}", config.display()));
    compiled_text(&config.display().to_string(), &text)
}

fn compiled_text(name: &str, text: &str) -> (Plan, String) {
    let granted =
        std::fs::read_to_string(checkout().join("packs/heddle.grants.yaml")).expect("the packs' grants");
    let mut sources = Sources::default();
    let file = sources.add("heddle.grants.yaml", granted);
    let grants = grants::parse(&sources, file, &mut Sink::default()).expect("the packs' grants");
    let compiled = compile(&mut sources, name, text.as_bytes(), &grants);
    let refused = || panic!("{}", human(&compiled.diagnostics, &sources, Colour::Never));
    (compiled.plan.clone().unwrap_or_else(refused), compiled.digest.clone())
}

/// Emits a plan that came from no config.
fn emitted(plan: &Plan) -> Crate {
    emitted_from(plan, "")
}

/// Emits as `heddle build` does.
fn emitted_from(plan: &Plan, source: &str) -> Crate {
    let lock = std::fs::read_to_string(agent_lock()).expect("runtime-lib/agent.lock");
    let context = EmitContext { runtime_version: env!("CARGO_PKG_VERSION"), agent_lock: &lock, source };
    emit(plan, &context).unwrap_or_else(|fault| panic!("{}: {fault}", plan.name))
}
