//! Whether a human has answered for a call that a rule holds.
//!
//! Layer 6 composes requests out of an [`Answered`] call and of nothing else. There are two ways to one: [`hearing`], for
//! a call that no rule holds, and [`Held::answered`], which takes an [`Approval`]. Only the verifier of tickets makes an
//! approval, out of a ticket with a human's yes that is sealed, in time, and for this very call. A binary in which no rule
//! can hold is built without the verifier, and then there is no approval at all.
//!
//! A held call is not an answered one:
//!
//! ```compile_fail,E0308
//! use heddle_runtime::{approvals::*, call::*};
//! fn compose(_: Answered<'_>) {}
//! fn pass(call: Call<'_, Permitted>) {
//!     compose(call)
//! }
//! ```
//!
//! Neither can be made from nothing:
//!
//! ```compile_fail,E0451
//! use heddle_runtime::{approvals::*, call::*};
//! use std::time::Instant;
//! fn pass(call: Call<'_, Permitted>) -> Answered<'_> {
//!     Answered { call, approval: None, since: Instant::now() }
//! }
//! ```
//!
//! ```compile_fail,E0423
//! use heddle_runtime::approvals::*;
//! let yes = Approval(());
//! ```
//!
//! An approval can be neither copied nor used twice:
//!
//! ```compile_fail,E0277
//! use heddle_runtime::approvals::*;
//! fn copies<T: Clone>() {}
//! copies::<Approval>();
//! ```
//!
//! ```compile_fail,E0382
//! use heddle_runtime::approvals::*;
//! fn twice(one: Held<'_>, other: Held<'_>, yes: Approval) {
//!     let _ = one.answered(yes);
//!     let _ = other.answered(yes);
//! }
//! ```

#[cfg(feature = "approvals")]
mod desk;
#[cfg(feature = "approvals")]
mod files;
#[cfg(feature = "approvals")]
mod key;
#[cfg(feature = "approvals")]
mod ticket;
#[cfg(feature = "approvals")]
mod verify;

mod caller;
#[cfg(not(feature = "approvals"))]
mod closed;

pub use caller::{Attendance, Caller, Notice, Wish};
#[cfg(not(feature = "approvals"))]
pub(crate) use closed::Desk;
#[cfg(feature = "approvals")]
pub(crate) use desk::{Desk, Log};
#[cfg(feature = "approvals")]
pub(crate) use files::random;
#[cfg(feature = "approvals")]
pub(crate) use key::{Key, Kind};
#[cfg(feature = "approvals")]
pub(crate) use ticket::Shown;

use std::time::Instant;

use crate::audit::{Audit, CallId};
use crate::call::{Call, Demand, Layer, Permitted, Question, Refusal};

/// A call that passed the layers and that nobody holds, or that a human said yes to.
#[derive(Debug)]
#[must_use = "a call that goes nowhere is a call without an answer"]
pub struct Answered<'a> {
    call: Call<'a, Permitted>,
    approval: Option<Approval>,
    since: Instant,
}

/// A call that passed the layers and that a rule holds.
#[derive(Debug)]
#[must_use = "a call that goes nowhere is a call without an answer"]
pub struct Held<'a> {
    call: Call<'a, Permitted>,
    question: Question,
}

/// A human's yes to one call, not used yet.
#[derive(Debug)]
#[must_use = "an approval is for a call"]
// Few calls carry one, and all would carry its size.
pub struct Approval(Box<Yes>);

#[cfg(feature = "approvals")]
use verify::Yes;

/// Nobody can be asked, so there is no yes.
#[cfg(not(feature = "approvals"))]
#[derive(Debug)]
enum Yes {}

/// Whether a call needs a human's answer.
#[derive(Debug)]
#[must_use = "a call that goes nowhere is a call without an answer"]
pub enum Hearing<'a> {
    /// No rule holds it.
    Unneeded(Answered<'a>),
    /// One does.
    Needed(Held<'a>),
}

/// A call that no rule holds needs nobody's answer.
pub fn hearing(call: Call<'_, Permitted>) -> Hearing<'_> {
    match call.demand() {
        Demand::Nothing => {
            let since = call.received();
            Hearing::Unneeded(Answered { call, approval: None, since })
        }
        Demand::Approval(question) => Hearing::Needed(Held { call, question }),
    }
}

impl<'a> Held<'a> {
    /// The call with the answer that it needed. An approval of another call is none.
    pub fn answered(self, approval: Approval) -> Result<Answered<'a>, Refusal> {
        if approval.is_for(&self) {
            // The time that a human took is not the API's.
            return Ok(Answered { call: self.call, approval: Some(approval), since: Instant::now() });
        }
        Err(Refusal::new(
            Layer::Escalation,
            "escalation: the approval is for another call. Nothing was sent".to_owned(),
        ))
    }

    /// The call that is held.
    #[cfg(feature = "approvals")]
    pub(crate) const fn call(&self) -> &Call<'a, Permitted> {
        &self.call
    }

    /// Why a human is asked.
    pub(crate) const fn question(&self) -> Question {
        self.question
    }
}

impl<'a> Answered<'a> {
    /// The call.
    pub(crate) const fn call(&self) -> &Call<'a, Permitted> {
        &self.call
    }

    /// When its time for the API began.
    pub(crate) const fn since(&self) -> Instant {
        self.since
    }

    /// The yes that is used up when the call is sent, if it needed one.
    pub(crate) fn into_approval(self) -> Option<Approval> {
        self.approval
    }
}

impl Approval {
    /// Uses it up, on record: of any number of calls that hold the same yes, one goes on.
    #[cfg(feature = "approvals")]
    pub(crate) async fn redeem(self, audit: &Audit, call: CallId<'_>) -> Result<(), Refusal> {
        self.0.redeem(audit, call).await
    }

    #[cfg(not(feature = "approvals"))]
    #[expect(clippy::unused_async, reason = "the same door in every binary")]
    pub(crate) async fn redeem(self, _audit: &Audit, _call: CallId<'_>) -> Result<(), Refusal> {
        match *self.0 {}
    }

    #[cfg(feature = "approvals")]
    fn is_for(&self, held: &Held<'_>) -> bool {
        self.0.is_for(held)
    }

    #[cfg(not(feature = "approvals"))]
    fn is_for(&self, _held: &Held<'_>) -> bool {
        match *self.0 {}
    }
}
