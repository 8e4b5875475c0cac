//! The desk of a binary in which no rule can hold: there is none.

use std::path::Path;

use super::Held;
use crate::call::{Layer, Refusal};
use crate::decl::{Action, Agent};
use crate::proof::Row;

/// Nobody can be asked.
#[derive(Debug)]
pub(crate) struct Desk;

impl Desk {
    pub(crate) const fn new(_agent: &'static Agent, _home: &Path) -> Self {
        Self
    }

    /// What becomes of a held call all the same.
    pub(crate) fn refuse(&self, held: &Held<'_>) -> Refusal {
        let rule = held.question().rule;
        Refusal::held(
            Layer::Escalation,
            format!(
                "escalation: rule `{rule}` holds this call for a human, and this binary is built without approvals. \
                 Nothing was sent"
            ),
        )
    }

    /// A rule that can hold and nobody to ask is a reason not to start.
    pub(crate) fn serves(rows: &[&'static Row]) -> Result<(), String> {
        let can_hold =
            |row: &&&Row| row.held_always || row.holds.iter().any(|hold| hold.action == Action::Hold);
        match rows.iter().find(can_hold) {
            None => Ok(()),
            Some(row) => Err(format!(
                "calls of `{}` may be held, which needs the runtime's feature `approvals`",
                row.name
            )),
        }
    }
}
