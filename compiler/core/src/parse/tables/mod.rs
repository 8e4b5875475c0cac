//! The tables of the language.

mod agent;
mod audit;
mod bridge;
mod rules;
mod runtime;
mod schema;
mod tool;

pub use agent::{AGENT, CONSUMED, MODEL, ROOT, TRIGGER};
pub use audit::{ANOMALIES, AUDIT, THRESHOLD};
pub use bridge::BRIDGE;
pub use rules::RULE;
pub use runtime::{HTTP, LIMIT, RUNTIME};
pub use schema::{ALLOW, SCHEMA};
pub use tool::TOOL;

use super::keys::Table;

/// Every table, in the order of the reference page.
pub static ALL: &[&Table] = &[
    &ROOT, &AGENT, &TOOL, &SCHEMA, &ALLOW, &BRIDGE, &RULE, &RUNTIME, &LIMIT, &HTTP, &AUDIT, &ANOMALIES,
    &THRESHOLD, &MODEL, &CONSUMED, &TRIGGER,
];
