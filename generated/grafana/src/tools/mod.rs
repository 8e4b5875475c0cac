//! One proof per tool: rustc evaluates it, and what the policy does not allow does not compile.

mod alert_rules;
mod dashboard;
mod dashboards;
mod datasources;
mod health;

use crate::policy::POLICY;
use crate::policy::Tier;
use heddle_runtime::proof::Proven;
use heddle_runtime::proof::prove;

pub const ALERT_RULES: Proven<Tier> = prove::<Tier, alert_rules::AlertRules>(&POLICY);
pub const DASHBOARD: Proven<Tier> = prove::<Tier, dashboard::Dashboard>(&POLICY);
pub const DASHBOARDS: Proven<Tier> = prove::<Tier, dashboards::Dashboards>(&POLICY);
pub const DATASOURCES: Proven<Tier> = prove::<Tier, datasources::Datasources>(&POLICY);
pub const HEALTH: Proven<Tier> = prove::<Tier, health::Health>(&POLICY);

pub const TOOLS: &[Proven<Tier>] = &[
    ALERT_RULES,
    DASHBOARD,
    DASHBOARDS,
    DATASOURCES,
    HEALTH,
];
