//! All stages in a row.

use crate::check::{self, Grants};
use crate::diag::{Diagnostic, Sink};
use crate::plan::Plan;
use crate::source::Sources;
use crate::{parse, yaml};

/// What became of a config.
#[derive(Debug)]
pub struct Compiled {
    /// Everything that was found, in source order.
    pub diagnostics: Vec<Diagnostic>,
    /// The plan; only of a config without errors.
    pub plan: Option<Plan>,
    /// Digest of what the config says; empty when it could not be read.
    pub digest: String,
}

/// Compiles a config that was read as `name` to its plan. The text is added to `sources`.
pub fn compile(sources: &mut Sources, name: &str, bytes: &[u8], grants: &Grants) -> Compiled {
    let mut sink = Sink::default();
    let file = yaml::decode(sources, name, bytes, &mut sink);
    let agent = file.and_then(|file| parse::parse(sources, file, &mut sink));
    let plan = agent.as_ref().and_then(|agent| check::check(agent, grants, &mut sink));
    let plan = plan.filter(|_| !sink.has_errors());
    let digest = agent.map(|agent| agent.digest).unwrap_or_default();
    Compiled { diagnostics: sink.into_sorted(), plan, digest }
}
