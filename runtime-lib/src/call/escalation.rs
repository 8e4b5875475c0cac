//! Layer 3: the rules that stop a call, or let no request be made of it until a human has answered for it.

use super::rules::{self, Says};
use super::values::Values;
use super::{Allowed, Call, Layer, Refusal};
use crate::decl::{Action, Hold};
use crate::proof::Row;

/// The state of a call that no rule refuses. Whether one holds it is its [`Demand`].
#[derive(Debug)]
pub struct Cleared(());

/// What a call needs beside the layers before anything may be sent for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Demand {
    /// Nothing.
    Nothing,
    /// That a human says yes to it.
    Approval(Question),
}

/// Why a human is asked, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Question {
    /// Name of the rule.
    pub(crate) rule: &'static str,
    /// Why it exists; may be empty.
    pub(crate) reason: &'static str,
    /// Seconds until no answer means no.
    pub(crate) expires_s: u32,
    /// Seconds that the call itself waits for the answer.
    pub(crate) wait_s: u32,
}

/// What holds a write at tier 4 where no rule speaks of it.
const BY_TIER: Question = Question {
    rule: "tier 4",
    reason: "at tier 4 a human answers for every call that writes",
    expires_s: 15 * 60,
    wait_s: 0,
};

/// Layer 3: the first rule that matches decides. At tier 4 a write call that none matches is held all the same.
///
/// A held call goes on through the layers, so that nobody is asked about a call that would be refused anyway; it takes
/// its demand along, and what composes requests takes no call with one that is not met. The arguments are read here as all
/// later layers see them. Where a rule looks at one that cannot be read, the call is refused: it must not slip past the
/// rule, and validation would refuse it anyway.
pub fn escalation(mut call: Call<'_, Allowed>) -> Result<Call<'_, Cleared>, Refusal> {
    call.values = Values::read(call.tool, call.arguments);
    call.demand = demand(&call)?;
    Ok(call.into_state(Cleared(())))
}

fn demand(call: &Call<'_, Allowed>) -> Result<Demand, Refusal> {
    let row = call.tool.row();
    for hold in row.holds {
        let says = rules::ask(hold.when, &call.values, &call.tool.patterns);
        #[cfg(feature = "rehearsal")]
        if says == Says::Yes {
            crate::rehearsal::decides(hold.rule);
        }
        match says {
            Says::No => {}
            Says::Yes => return decided(row, hold),
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
    Ok(if row.held_always { Demand::Approval(BY_TIER) } else { Demand::Nothing })
}

fn decided(row: &Row, hold: &Hold) -> Result<Demand, Refusal> {
    let Hold { rule, reason, when: _, action, expires_s, wait_s } = *hold;
    match action {
        Action::Hold => Ok(Demand::Approval(Question { rule, reason, expires_s, wait_s })),
        Action::Allow => Ok(Demand::Nothing),
        Action::Deny => {
            let reason = match reason.trim_end_matches('.') {
                "" => String::new(),
                reason => format!(": {reason}"),
            };
            Err(Refusal::new(
                Layer::Escalation,
                format!(
                    "escalation: rule `{rule}` denies this call of `{}`{reason}. Nothing was sent",
                    row.name
                ),
            ))
        }
    }
}
