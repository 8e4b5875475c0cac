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
mod typefail;

use std::path::PathBuf;

use heddle_compiler::emit::{Crate, EmitContext, emit};
use heddle_compiler::plan::Plan;
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

/// Emits as `heddle build` does.
fn emitted(plan: &Plan) -> Crate {
    let lock = std::fs::read_to_string(agent_lock()).expect("runtime-lib/agent.lock");
    let context = EmitContext { runtime_version: env!("CARGO_PKG_VERSION"), agent_lock: &lock };
    emit(plan, &context).unwrap_or_else(|fault| panic!("{}: {fault}", plan.name))
}
