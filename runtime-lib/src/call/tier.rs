//! Layer 5: the request a tool sends against what its tier may send.

use super::values::Values;
use super::{Call, Demand, Layer, Refusal, Valid};
use crate::method::Verb;
use crate::tier::Level;

/// The state of a call that passed the layers: the only one that can be answered for, and then be sent.
#[derive(Debug)]
pub struct Permitted(());

/// Layer 5: the trust tier, before a request is constructed. The compiler has proven the same of the types; this asks
/// the values.
pub fn trust_tier(call: Call<'_, Valid>) -> Result<Call<'_, Permitted>, Refusal> {
    let row = call.tool.row();
    if may_send(row.tier, row.verb) {
        return Ok(call.into_state(Permitted(())));
    }
    Err(Refusal::new(
        Layer::TrustTier,
        format!(
            "trust tier: `{}` sends {}, which tier {} may not",
            row.name,
            row.verb.as_str(),
            row.tier as u8
        ),
    ))
}

impl<'a> Call<'a, Permitted> {
    /// The arguments that the request is composed of.
    pub(crate) const fn values(&self) -> &Values<'a> {
        &self.values
    }

    /// What it still needs.
    pub(crate) const fn demand(&self) -> Demand {
        self.demand
    }
}

const fn may_send(tier: Level, verb: Verb) -> bool {
    match (verb, tier) {
        (Verb::Get | Verb::Head | Verb::Options, _) => true,
        #[cfg(feature = "post")]
        (Verb::Post, tier) => !matches!(tier, Level::Observer),
        #[cfg(feature = "put")]
        (Verb::Put, tier) => !matches!(tier, Level::Observer),
        #[cfg(feature = "patch")]
        (Verb::Patch, tier) => !matches!(tier, Level::Observer),
        #[cfg(feature = "delete")]
        (Verb::Delete, tier) => matches!(tier, Level::Operator | Level::Privileged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tier_sends_what_the_table_says() {
        let tiers = [Level::Observer, Level::Worker, Level::Operator, Level::Privileged];
        for verb in [Verb::Get, Verb::Head, Verb::Options] {
            assert_eq!(tiers.map(|tier| may_send(tier, verb)), [true; 4]);
        }
        #[cfg(feature = "post")]
        assert_eq!(tiers.map(|tier| may_send(tier, Verb::Post)), [false, true, true, true]);
        #[cfg(feature = "put")]
        assert_eq!(tiers.map(|tier| may_send(tier, Verb::Put)), [false, true, true, true]);
        #[cfg(feature = "patch")]
        assert_eq!(tiers.map(|tier| may_send(tier, Verb::Patch)), [false, true, true, true]);
        #[cfg(feature = "delete")]
        assert_eq!(tiers.map(|tier| may_send(tier, Verb::Delete)), [false, false, true, true]);
    }
}
