//! How the new value of a fact stands to the old one.

use std::ops::BitOr;

/// What the new value permits that the old one did not, and the other way round. All three are false for equal values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Delta {
    /// It permits something more.
    pub more: bool,
    /// It permits something less.
    pub less: bool,
    /// It differs in what permits nothing.
    pub other: bool,
}

impl Delta {
    pub(super) const NONE: Self = Self { more: false, less: false, other: false };
    pub(super) const MORE: Self = Self { more: true, ..Self::NONE };
    pub(super) const LESS: Self = Self { less: true, ..Self::NONE };
    pub(super) const OTHER: Self = Self { other: true, ..Self::NONE };
    /// The two cannot be compared: each permits what the other does not.
    pub(super) const APART: Self = Self { more: true, less: true, other: false };

    /// Of two values by the greater of which more is permitted.
    pub(super) fn rising<T: PartialOrd>(old: T, new: T) -> Self {
        Self { more: new > old, less: new < old, other: false }
    }

    /// Of two values by the greater of which less is permitted.
    pub(super) fn falling<T: PartialOrd>(old: T, new: T) -> Self {
        Self::rising(new, old)
    }

    /// Of two values without an order.
    pub(super) fn unordered<T: PartialEq>(old: &T, new: &T) -> Self {
        if old == new { Self::NONE } else { Self::APART }
    }

    /// Of two values that permit nothing.
    pub(super) fn text<T: PartialEq>(old: &T, new: &T) -> Self {
        if old == new { Self::NONE } else { Self::OTHER }
    }

    /// Of two sets of which either contains the other or not.
    pub(super) fn inclusion(is_equal: bool, old_in_new: bool, new_in_old: bool) -> Self {
        match (is_equal, old_in_new, new_in_old) {
            (true, _, _) => Self::NONE,
            (false, true, true) => Self::OTHER,
            (false, true, false) => Self::MORE,
            (false, false, true) => Self::LESS,
            (false, false, false) => Self::APART,
        }
    }

    pub(super) fn is_none(self) -> bool {
        self == Self::NONE
    }
}

impl BitOr for Delta {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self { more: self.more | other.more, less: self.less | other.less, other: self.other | other.other }
    }
}
