//! Layer 3: the rules that stop a call until a human has answered for it.

use super::rules::{self, Says};
use super::values::Values;
use super::{Allowed, Call, Layer, Refusal};
use crate::decl::{Action, Hold};
use crate::proof::Row;

/// The state of a call that no rule stops.
#[derive(Debug)]
pub struct Cleared(());

/// Layer 3: the first rule that matches decides. At tier 4 a write call that none matches is held all the same.
///
/// The arguments are read here as all later layers see them. Where a rule looks at one that cannot be read, the call is
/// refused: it must not slip past the rule, and validation would refuse it anyway.
pub fn escalation(mut call: Call<'_, Allowed>) -> Result<Call<'_, Cleared>, Refusal> {
    call.values = Values::read(call.tool, call.arguments);
    let row = call.tool.row();
    for hold in row.holds {
        let says = rules::ask(hold.when, &call.values, &call.tool.patterns);
        #[cfg(feature = "rehearsal")]
        if says == Says::Yes {
            crate::rehearsal::decides(hold.rule);
        }
        match says {
            Says::No => {}
            Says::Yes => return Err(stopped(row, hold)),
            Says::Undecided(problems) => {
                return Err(Refusal::new(
                    Layer::Escalation,
                    format!(
                        "escalation: rule `{}` cannot be asked about this call of `{}`: {}. Nothing was sent",
                        hold.rule,
                        row.name,
                        problems.join("; "),
                    ),
                ));
            }
        }
    }
    if row.held_always {
        return Err(Refusal::held(
            Layer::Escalation,
            format!(
                "escalation: `{}` writes, and at tier 4 every call that writes is held for a human. {NO_CHANNEL}",
                row.name
            ),
        ));
    }
    Ok(call.into_state(Cleared(())))
}

const NO_CHANNEL: &str = "Nothing was sent. This version has no channel on which a human could approve it, so calling again will not help";

fn stopped(row: &Row, hold: &Hold) -> Refusal {
    let reason = if hold.reason.is_empty() {
        String::new()
    } else {
        format!(": {}", hold.reason.trim_end_matches('.'))
    };
    match hold.action {
        Action::Hold => Refusal::held(
            Layer::Escalation,
            format!(
                "escalation: rule `{}` holds this call of `{}` for a human{reason}. {NO_CHANNEL}",
                hold.rule, row.name
            ),
        ),
        Action::Deny => Refusal::new(
            Layer::Escalation,
            format!(
                "escalation: rule `{}` denies this call of `{}`{reason}. Nothing was sent",
                hold.rule, row.name
            ),
        ),
    }
}
