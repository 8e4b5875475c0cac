//! What a text is a sign of, and how signs add up.

/// From here on a text is refused.
const ENOUGH: u32 = 4;

/// What gives a prompt injection away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::scan) enum Sign {
    Override,
    Acknowledged,
    Disclosure,
    Orders,
    Freedom,
    Part,
    Authority,
    Mode,
    Secret,
    Person,
    Silence,
    Exfiltration,
    Hidden,
    Setting,
    Parts,
    Repetition,
    Dialogue,
    Addressed,
    Refusal,
    Guards,
    Consent,
    Pressure,
}

const KINDS: usize = Sign::Pressure as usize + 1;

impl Sign {
    const fn words(self) -> &'static str {
        match self {
            Self::Override => "override of instructions",
            Self::Acknowledged => "instructions that are known and set aside",
            Self::Disclosure => "instructions to be given away",
            Self::Orders => "new instructions",
            Self::Freedom => "model without bounds",
            Self::Part => "part to be played",
            Self::Authority => "claimed authority",
            Self::Mode => "claimed mode of the system",
            Self::Secret => "secret to be given away",
            Self::Person => "facts about a person to be given away",
            Self::Silence => "something to be kept from the user",
            Self::Exfiltration => "data to be sent to an address",
            Self::Hidden => "hidden text",
            Self::Setting => "made-up setting",
            Self::Parts => "text in parts",
            Self::Repetition => "one word over and over",
            Self::Dialogue => "dialogue that did not take place",
            Self::Addressed => "word to a model that reads along",
            Self::Refusal => "refusal that is ruled out",
            Self::Guards => "guards to be switched off",
            Self::Consent => "consent that is claimed",
            Self::Pressure => "threat or reward",
        }
    }
}

/// The signs of a text, each kind counted up to its own bound.
#[derive(Default)]
pub(super) struct Signs {
    total: u32,
    strongest: Option<(Sign, u32)>,
    /// Number and greatest weight of each kind.
    kinds: [(u32, u32); KINDS],
}

impl Signs {
    /// Counts a sign; further ones of its kind count `again` each, twice at most.
    pub(super) fn add(&mut self, sign: Sign, weight: u32, again: u32) {
        let Some((count, greatest)) = self.kinds.get_mut(sign as usize) else { return };
        *count += 1;
        self.total += if matches!(count, 2 | 3) { again } else { 0 } + weight.saturating_sub(*greatest);
        *greatest = weight.max(*greatest);
        if self.strongest.is_none_or(|(_, strength)| strength < weight) {
            self.strongest = Some((sign, weight));
        }
    }

    pub(super) fn verdict(&self) -> Option<&'static str> {
        self.strongest.filter(|_| self.total >= ENOUGH).map(|(sign, _)| sign.words())
    }
}
