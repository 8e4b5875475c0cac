//! One proof per tool: rustc evaluates it, and what the policy does not allow does not compile.

mod get_alerts;
mod query_prometheus;

use crate::policy::POLICY;
use crate::policy::Tier;
use heddle_runtime::proof::Proven;
use heddle_runtime::proof::prove;

pub const GET_ALERTS: Proven<Tier> = prove::<Tier, get_alerts::GetAlerts>(&POLICY);
pub const QUERY_PROMETHEUS: Proven<Tier> = prove::<Tier, query_prometheus::QueryPrometheus>(&POLICY);

pub const TOOLS: &[Proven<Tier>] = &[
    GET_ALERTS,
    QUERY_PROMETHEUS,
];
