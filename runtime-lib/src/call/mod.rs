//! One call, as one value that changes its type as it passes the layers.
//!
//! ```text
//! Call<Received> -rate limit-> Call<Admitted> -access mode-> Call<Allowed> -escalation-> Call<Cleared>
//!                -input validation-> Call<Valid> -trust tier-> Call<Permitted> -HTTP bridge->
//! ```
//!
//! Each layer is the one function of its module that takes the call of the layer before. The type that a layer
//! puts on a call has private fields and no constructor but that function, and a call can be neither copied nor used
//! again once it has moved on. So a layer that is skipped, doubled or moved is a type error:
//!
//! ```
//! use heddle_runtime::call::*;
//! fn pass(call: Call<'_, Received>) -> Result<Call<'_, Permitted>, Refusal> {
//!     let call = rate_limit(call)?;
//!     let call = access_mode(call)?;
//!     let call = escalation(call)?;
//!     let call = input_validation(call)?;
//!     trust_tier(call)
//! }
//! ```
//!
//! Skipped, the escalation:
//!
//! ```compile_fail,E0308
//! use heddle_runtime::call::*;
//! fn pass(call: Call<'_, Received>) -> Result<Call<'_, Permitted>, Refusal> {
//!     let call = rate_limit(call)?;
//!     let call = access_mode(call)?;
//!     let call = input_validation(call)?;
//!     trust_tier(call)
//! }
//! ```
//!
//! Skipped, the last one:
//!
//! ```compile_fail,E0308
//! use heddle_runtime::call::*;
//! fn pass(call: Call<'_, Received>) -> Result<Call<'_, Permitted>, Refusal> {
//!     let call = rate_limit(call)?;
//!     let call = access_mode(call)?;
//!     let call = escalation(call)?;
//!     input_validation(call)
//! }
//! ```
//!
//! Doubled:
//!
//! ```compile_fail,E0308
//! use heddle_runtime::call::*;
//! fn pass(call: Call<'_, Received>) -> Result<Call<'_, Allowed>, Refusal> {
//!     let call = rate_limit(call)?;
//!     let call = rate_limit(call)?;
//!     access_mode(call)
//! }
//! ```
//!
//! Doubled, with a call that was kept:
//!
//! ```compile_fail,E0382
//! use heddle_runtime::call::*;
//! fn pass(call: Call<'_, Received>) -> Result<Call<'_, Admitted>, Refusal> {
//!     let once = rate_limit(call)?;
//!     let twice = rate_limit(call)?;
//!     Ok(twice)
//! }
//! ```
//!
//! Moved, validation before escalation:
//!
//! ```compile_fail,E0308
//! use heddle_runtime::call::*;
//! fn pass(call: Call<'_, Received>) -> Result<Call<'_, Permitted>, Refusal> {
//!     let call = rate_limit(call)?;
//!     let call = access_mode(call)?;
//!     let call = input_validation(call)?;
//!     let call = escalation(call)?;
//!     trust_tier(call)
//! }
//! ```
//!
//! Made from nothing:
//!
//! ```compile_fail,E0423
//! use heddle_runtime::call::*;
//! let state = Permitted(());
//! ```
//!
//! Copied:
//!
//! ```compile_fail,E0277
//! use heddle_runtime::call::*;
//! fn copies<T: Clone>() {}
//! copies::<Call<'static, Permitted>>();
//! ```

mod access;
mod check;
mod coerce;
mod describe;
mod escalation;
mod findings;
mod patterns;
mod principal;
mod rate;
mod refusal;
mod rules;
mod sensitive;
mod slots;
mod tier;
mod tool;
mod validation;
mod values;

pub use access::{Allowed, access_mode};
pub(crate) use check::Checker;
pub(crate) use coerce::{Reader, Rigour};
pub(crate) use describe::Place;
pub use escalation::{Cleared, escalation};
pub(crate) use escalation::{Demand, Question};
pub use findings::Finding;
pub(crate) use patterns::Patterns;
pub(crate) use principal::Principal;
pub use rate::{Admitted, rate_limit};
pub use refusal::{Layer, Refusal, Verdict};
pub(crate) use sensitive::{any_sensitive, holds_sensitive};
pub(crate) use slots::Slots;
pub use tier::{Permitted, trust_tier};
pub use tool::ToolState;
pub use validation::{Valid, input_validation};
pub(crate) use values::Values;

use std::time::Instant;

use serde_json::{Map, Value};

/// A call that has come as far as state `S` says.
#[derive(Debug)]
#[must_use = "a call that goes nowhere is a call without an answer"]
pub struct Call<'a, S> {
    tool: &'a ToolState,
    arguments: &'a Map<String, Value>,
    principal: &'a Principal,
    received: Instant,
    /// The arguments as they were read: none until the escalation, the first layer to look at them.
    values: Values<'a>,
    /// What it needs beside the layers: nothing until the escalation says so.
    demand: Demand,
    /// What validation found and let pass.
    findings: Vec<Finding>,
    #[expect(dead_code, reason = "that there is one says what the call has passed")]
    state: S,
}

/// The state of a call that no layer has seen.
#[derive(Debug)]
pub struct Received(());

impl<'a> Call<'a, Received> {
    pub(crate) const fn receive(
        tool: &'a ToolState,
        arguments: &'a Map<String, Value>,
        received: Instant,
    ) -> Self {
        Self {
            tool,
            arguments,
            principal: &Principal::ANYONE,
            received,
            values: Values::none(),
            demand: Demand::Nothing,
            findings: Vec::new(),
            state: Received(()),
        }
    }

    /// The same call, by one who proved to be somebody.
    pub(crate) fn by(self, principal: &'a Principal) -> Self {
        Self { principal, ..self }
    }
}

impl<'a, S> Call<'a, S> {
    /// The tool that was named.
    pub(crate) const fn tool(&self) -> &'a ToolState {
        self.tool
    }

    /// What validation found and let pass.
    pub(crate) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// When the call came in.
    pub(crate) const fn received(&self) -> Instant {
        self.received
    }

    /// Moves the call on. Only the layer that `N` belongs to can make an `N`.
    fn into_state<N>(self, state: N) -> Call<'a, N> {
        Call {
            tool: self.tool,
            arguments: self.arguments,
            principal: self.principal,
            received: self.received,
            values: self.values,
            demand: self.demand,
            findings: self.findings,
            state,
        }
    }
}

#[cfg(test)]
mod tests;
