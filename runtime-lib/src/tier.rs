//! The four trust tiers, as types: what each may send and hold is the impls in [`crate::method`] and
//! [`crate::access`], one line each.

/// A trust tier. Sealed: there are four.
pub trait Tier: sealed::Sealed {
    /// The same tier as a value, for the check at run time.
    const LEVEL: Level;
}

/// The tiers as values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Tier 1.
    Observer = 1,
    /// Tier 2.
    Worker = 2,
    /// Tier 3.
    Operator = 3,
    /// Tier 4.
    Privileged = 4,
}

/// Tier 1: reads.
#[derive(Debug)]
pub enum Observer {}
/// Tier 2: also creates and changes.
#[derive(Debug)]
pub enum Worker {}
/// Tier 3: also deletes, and calls other agents.
#[derive(Debug)]
pub enum Operator {}
/// Tier 4: as tier 3, and a human answers for every write.
#[derive(Debug)]
pub enum Privileged {}

impl Tier for Observer {
    const LEVEL: Level = Level::Observer;
}
impl Tier for Worker {
    const LEVEL: Level = Level::Worker;
}
impl Tier for Operator {
    const LEVEL: Level = Level::Operator;
}
impl Tier for Privileged {
    const LEVEL: Level = Level::Privileged;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Observer {}
    impl Sealed for super::Worker {}
    impl Sealed for super::Operator {}
    impl Sealed for super::Privileged {}
}
