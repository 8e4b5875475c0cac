//! Layer 2: what a tool does against what its tier may hold.

use super::{Admitted, Call, Layer, Refusal};
use crate::access::Mode;
use crate::tier::Level;

/// The state of a call whose tool its tier may hold.
#[derive(Debug)]
pub struct Allowed(());

/// Layer 2: the access mode. The compiler has proven the same of the types; this asks the values.
pub fn access_mode(call: Call<'_, Admitted>) -> Result<Call<'_, Allowed>, Refusal> {
    let row = call.tool.row();
    if matches!(row.mode, Mode::Write) && !call.principal.may_write() {
        let text = format!("access mode: `{}` writes, and the caller's access is `read`", row.name);
        return Err(Refusal::new(Layer::AccessMode, text));
    }
    if may_hold(row.tier, row.mode) {
        return Ok(call.into_state(Allowed(())));
    }
    Err(Refusal::new(
        Layer::AccessMode,
        format!("access mode: `{}` writes, and tier {} holds read tools only", row.name, row.tier as u8),
    ))
}

const fn may_hold(tier: Level, mode: Mode) -> bool {
    match (tier, mode) {
        (_, Mode::Read) | (Level::Worker | Level::Operator | Level::Privileged, Mode::Write) => true,
        (Level::Observer, Mode::Write) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_observer_holds_no_write_tool() {
        let tiers = [Level::Observer, Level::Worker, Level::Operator, Level::Privileged];
        assert!(tiers.iter().all(|tier| may_hold(*tier, Mode::Read)));
        assert_eq!(tiers.map(|tier| may_hold(tier, Mode::Write)), [false, true, true, true]);
    }
}
