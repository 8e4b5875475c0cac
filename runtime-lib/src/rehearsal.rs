//! What a policy test wants to know of a call and a caller does not: which rule decided, what was
//! found in the arguments, and what would have been sent.
//!
//! All of this is behind the feature `rehearsal`, which no emitted crate asks for: `heddle test` builds the agent once more
//! with it, and a binary that is shipped has none of it.

use std::cell::RefCell;

use serde_json::Value;

/// What was noted of one call.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// The rule that decided.
    pub(crate) rule: Option<&'static str>,
    /// What was found in the arguments: where, and the class.
    pub(crate) findings: Vec<(String, &'static str)>,
    /// The request that was composed, recorded and not sent.
    pub(crate) request: Option<Value>,
}

thread_local! {
    // A rehearsal has one thread and one call at a time.
    static NOTES: RefCell<Notes> = RefCell::default();
}

/// A rule matched the call, and so decides.
pub(crate) fn decides(rule: &'static str) {
    NOTES.with_borrow_mut(|notes| notes.rule = Some(rule));
}

/// Something was found in an argument, whether or not the call passes.
pub(crate) fn finds(place: &str, class: &'static str) {
    NOTES.with_borrow_mut(|notes| notes.findings.push((place.to_owned(), class)));
}

/// This is where the call would have left the process.
pub(crate) fn would_send(request: Value) {
    NOTES.with_borrow_mut(|notes| notes.request = Some(request));
}

/// The notes since this was asked last.
pub(crate) fn take() -> Notes {
    NOTES.take()
}
