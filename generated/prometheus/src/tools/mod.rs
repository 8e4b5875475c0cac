//! One proof per tool: rustc evaluates it, and what the policy does not allow does not compile.

mod alerts;
mod metrics;
mod query;
mod query_range;
mod targets;

use crate::policy::POLICY;
use crate::policy::Tier;
use heddle_runtime::proof::Proven;
use heddle_runtime::proof::prove;

pub const ALERTS: Proven<Tier> = prove::<Tier, alerts::Alerts>(&POLICY);
pub const METRICS: Proven<Tier> = prove::<Tier, metrics::Metrics>(&POLICY);
pub const QUERY: Proven<Tier> = prove::<Tier, query::Query>(&POLICY);
pub const QUERY_RANGE: Proven<Tier> = prove::<Tier, query_range::QueryRange>(&POLICY);
pub const TARGETS: Proven<Tier> = prove::<Tier, targets::Targets>(&POLICY);

pub const TOOLS: &[Proven<Tier>] = &[
    ALERTS,
    METRICS,
    QUERY,
    QUERY_RANGE,
    TARGETS,
];
