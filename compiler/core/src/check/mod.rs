//! The checks, which are the conversion from [`crate::ast`] to [`crate::ir`]: what converts cannot be wrong, and what is
//! wrong was reported. All faults of a file are found in one run.

mod agent;
mod audit;
pub mod grants;
mod limits;
mod place;
mod request;
mod rules;
mod schema;
mod secrets;
mod size;
mod template;
mod tool;
mod transports;
mod value;

use std::collections::BTreeMap;

pub use secrets::{Granted, Grants};

use self::request::Reaches;
use self::secrets::Secrets;
use self::tool::{Shared, Tools};
use crate::ast;
use crate::diag::Sink;
use crate::ir::{self, Observer, Operator, Privileged, Worker};
use crate::plan::Plan;
use crate::resolve::resolve;

/// Checks an agent against what its operator granted. `None`: an error was reported, here or by an earlier stage.
pub fn check(agent: &ast::Agent, grants: &Grants, sink: &mut Sink) -> Option<Plan> {
    let plan = match agent.runtime.trust_tier.value {
        ast::Tier::Observer => convert::<Observer>(agent, grants, sink).erase(),
        ast::Tier::Worker => convert::<Worker>(agent, grants, sink).erase(),
        ast::Tier::Operator => convert::<Operator>(agent, grants, sink).erase(),
        ast::Tier::Privileged => convert::<Privileged>(agent, grants, sink).erase(),
    };
    size::judge(&plan, agent, sink);
    (!sink.has_errors()).then_some(plan)
}

/// The agent at its tier, without the tools that have errors.
fn convert<T: ir::Tier>(agent: &ast::Agent, grants: &Grants, sink: &mut Sink) -> ir::Agent<T> {
    let resolved = resolve(agent, sink);
    let mut reaches = Reaches::default();
    let facts = agent::facts(agent, &mut reaches, sink);
    let tools = Tools::new(agent, &resolved, sink);
    let holds = rules::holds(&agent.runtime, &resolved, &tools, sink);
    let mut shared = Shared { secrets: Secrets::new(agent, grants), reaches };
    let mut converted = BTreeMap::new();
    for ((joined, declared), holds) in resolved.tools.iter().zip(&tools.declared).zip(holds) {
        if let Some(tool) = tools.convert(joined, declared, holds, &mut shared, sink) {
            converted.insert(joined.tool.name.value.clone(), tool);
        }
    }
    shared.secrets.report_unused(sink);
    ir::Agent { facts, tools: converted }
}
