//! What changed between two plans, as policy: the changes that widen what an agent may do, those that narrow it, and the
//! rest.
//!
//! Plans are partially ordered: `old <= new` when whatever the old agent may do, the new one may do too, and nothing else
//! about it changed ([`is_within`]). The order is the product of the orders of the facts of a plan, so a plan with one fact
//! wider and another narrower stands beside the old one, and both changes are shown. Where two values of a fact cannot be
//! compared (another path, another pattern), the change counts as widening: the new request is one that was not reviewed.

mod agent;
mod change;
mod delta;
mod kind;
pub mod locate;
pub mod report;
mod request;
mod rules;
mod tool;
mod words;

use std::collections::BTreeMap;

pub use change::{Change, Effect, Place, Side};

use crate::plan::Plan;
use change::Changes;

/// Every change from one plan to another: widenings first, then narrowings, then what is neither.
#[must_use]
pub fn diff(old: &Plan, new: &Plan) -> Vec<Change> {
    let mut changes = Changes::default();
    agent::compare(old, new, &mut changes);
    let aligned = aligned(old, new);
    agent::grants(&aligned, new, &mut changes);
    for (name, tool) in &new.tools {
        match aligned.tools.get(name) {
            Some(before) => tool::compare(name, (before, old.tier), (tool, new.tier), &mut changes),
            None => tool::added(name, tool, &mut changes),
        }
    }
    for (name, tool) in old.tools.iter().filter(|(name, _)| !new.tools.contains_key(*name)) {
        tool::removed(name, tool, &mut changes);
    }
    changes.into_sorted()
}

/// The old plan with the new one's word on the addresses of each origin that both list. What changed about these is told
/// once, of the origin; it makes no other request of each tool that goes there, and no other place of a secret.
fn aligned(old: &Plan, new: &Plan) -> Plan {
    let only = |plan: &Plan, url: &str| {
        let mut same = plan.origins.iter().filter(|origin| words::origin(origin) == url);
        same.next().filter(|_| same.next().is_none()).cloned()
    };
    let mut aligned = old.clone();
    for before in &old.origins {
        let url = words::origin(before);
        let (Some(_), Some(after)) = (only(old, &url), only(new, &url)) else { continue };
        let tools = aligned.tools.values_mut().filter(|tool| tool.origin == *before);
        tools.for_each(|tool| tool.origin = after.clone());
        let grants = std::mem::take(&mut aligned.grants).into_iter();
        aligned.grants = grants
            .map(|(mut grant, slots)| {
                if grant.origin == *before {
                    grant.origin = after.clone();
                }
                (grant, slots)
            })
            .collect();
    }
    aligned
}

/// The changes from no agent at all: all of what it may do.
#[must_use]
pub fn appeared(new: &Plan) -> Vec<Change> {
    let mut changes = Changes::default();
    agent::appeared(new, &mut changes);
    for (name, tool) in &new.tools {
        tool::added(name, tool, &mut changes);
    }
    changes.into_sorted()
}

/// The change to no agent at all.
#[must_use]
pub fn disappeared(old: &Plan) -> Vec<Change> {
    let mut changes = Changes::default();
    agent::disappeared(old, &mut changes);
    changes.into_sorted()
}

/// Whether `old <= new`: the new agent may do all that the old one may, and nothing else about it changed.
#[must_use]
pub fn is_within(old: &Plan, new: &Plan) -> bool {
    diff(old, new).iter().all(Change::only_widens)
}

/// How many changes have each effect.
#[must_use]
pub fn counts(changes: &[Change]) -> BTreeMap<Effect, usize> {
    let mut counts = BTreeMap::new();
    for change in changes {
        *counts.entry(change.effect()).or_default() += 1;
    }
    counts
}
