//! Access modes, as types, and which tier holds which.

use crate::tier::{Observer, Operator, Privileged, Tier, Worker};

/// An access mode. Sealed: there are two.
pub trait Access: sealed::Sealed {
    /// The same as a value, for the check at run time.
    const MODE: Mode;
}

/// The access modes as values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Safe to call at any time.
    Read,
    /// Changes state.
    Write,
}

/// Safe to call at any time.
#[derive(Debug)]
pub enum Read {}
/// Changes state.
#[derive(Debug)]
pub enum Write {}

impl Access for Read {
    const MODE: Mode = Mode::Read;
}
impl Access for Write {
    const MODE: Mode = Mode::Write;
}

/// This access mode may be held by tools of tier `T`.
// Written out: a blanket impl would hide the message below behind its own bound.
#[diagnostic::on_unimplemented(
    message = "HD0101: tier `{T}` may not hold a tool of access `{Self}`",
    label = "tier `{T}` holds no tool of access `{Self}`",
    note = "`heddle explain HD0101` says what each tier may do"
)]
pub trait HeldBy<T: Tier>: Access {}

impl HeldBy<Observer> for Read {}
impl HeldBy<Worker> for Read {}
impl HeldBy<Worker> for Write {}
impl HeldBy<Operator> for Read {}
impl HeldBy<Operator> for Write {}
impl HeldBy<Privileged> for Read {}
impl HeldBy<Privileged> for Write {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Read {}
    impl Sealed for super::Write {}
}
