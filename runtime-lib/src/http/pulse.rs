//! A timer that spares the others a system call.
//!
//! Setting a timer that is due before all others makes tokio wake its driver, by a write to an event descriptor. Where calls
//! come and go together no deadline stands when the next ones are set, so that each of them is such a timer. One that is
//! due earlier, and is set only while calls come in, takes that from all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The timer in front of the deadlines.
#[derive(Debug, Default)]
pub(super) struct Pulse {
    is_set: Arc<AtomicBool>,
}

impl Pulse {
    /// A call comes in that may take as long as `deadline`. Needs a tokio runtime.
    pub(super) fn beat(&self, deadline: Duration) {
        // It says nothing of other memory, so no order is needed.
        if self.is_set.swap(true, Ordering::Relaxed) {
            return;
        }
        let is_set = Arc::clone(&self.is_set);
        tokio::spawn(async move {
            tokio::time::sleep(deadline / 2).await;
            is_set.store(false, Ordering::Relaxed);
        });
    }
}
