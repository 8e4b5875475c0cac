//! Rules with `action: allow`: the exceptions from what other rules, and tier 4, hold.

use super::reach::action;
use crate::ast::{self, Access, Rule, Tier};
use crate::check::tool::mode;
use crate::diag::{Diagnostic, HD0540, HD0541, Sink};
use crate::plan::Hold;
use crate::resolve::Resolved;

/// The finding about an exception that nobody accounts for.
pub(super) fn without_reason(rule: &Rule) -> Diagnostic {
    let at = rule.action.as_ref().map_or(rule.name.span, |action| action.span);
    Diagnostic::error(
        HD0540,
        format!("rule `{}` allows calls and gives no reason", rule.name.value),
        at,
        "nobody will be asked",
    )
    .note("an exception is read by whoever reviews the policy, and the reason is what they judge")
    .help("say in `reason` why these calls need nobody's approval")
}

/// Reports exceptions from nothing: calls that would pass without them.
pub(super) fn report_needless(
    tier: Tier,
    resolved: &Resolved<'_>,
    holds: &[Vec<(usize, Hold)>],
    sink: &mut Sink,
) {
    for (index, matched) in resolved.rules.iter().enumerate() {
        let rule = matched.rule;
        if action(rule) != ast::Action::Allow {
            continue;
        }
        let excepts = |at: &usize| {
            let held_by_tier = tier == Tier::Privileged
                && resolved.tools.get(*at).is_some_and(|joined| mode(joined.tool) == Access::Write);
            let held_later = holds.get(*at).is_some_and(|holds| {
                holds.iter().any(|(other, hold)| *other > index && hold.action != crate::plan::Action::Allow)
            });
            held_by_tier || held_later
        };
        if !matched.tools.iter().any(excepts) {
            sink.push(
                Diagnostic::warning(
                    HD0541,
                    format!("rule `{}` allows what nothing stops", rule.name.value),
                    rule.name.span,
                    "an exception from nothing",
                )
                .note("no later rule concerns these tools, and no tier holds their calls")
                .help("remove it, or put it before the rule that it is an exception from"),
            );
        }
    }
}
