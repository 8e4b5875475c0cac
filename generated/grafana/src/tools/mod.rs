//! One proof per tool: rustc evaluates it, and what the policy does not allow does not compile.

mod alert_rules;
mod dashboard;
mod dashboards;
mod datasources;
mod health;

use crate::policy::AGENT;
use crate::policy::Tier;
use heddle_runtime::proof::Proven;
use heddle_runtime::proof::prove;

pub const ALERT_RULES: Proven<Tier> = prove::<Tier, alert_rules::AlertRules>(&AGENT);
pub const DASHBOARD: Proven<Tier> = prove::<Tier, dashboard::Dashboard>(&AGENT);
pub const DASHBOARDS: Proven<Tier> = prove::<Tier, dashboards::Dashboards>(&AGENT);
pub const DATASOURCES: Proven<Tier> = prove::<Tier, datasources::Datasources>(&AGENT);
pub const HEALTH: Proven<Tier> = prove::<Tier, health::Health>(&AGENT);

pub const TOOLS: &[Proven<Tier>] = &[
    ALERT_RULES,
    DASHBOARD,
    DASHBOARDS,
    DATASOURCES,
    HEALTH,
];
