//! Flushing for all callers at once: one thread flushes whatever was written since the last flush, and everyone whose
//! record was among it goes on. Nobody is delayed to make a group; the group is who came during the flush before.

use super::segment::Unflushed;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use tokio::sync::watch;

/// The thread that flushes, and who waits for it.
#[derive(Debug)]
pub struct Committer {
    shared: Arc<Shared>,
    flushed: watch::Receiver<Flushed>,
}

/// How far the disk has the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flushed {
    /// All records up to this ticket.
    To(u64),
    /// A flush failed: what the disk has is not known, and no later flush can tell.
    Failed,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    written: u64,
    unflushed: Option<Unflushed>,
    is_over: bool,
    /// For the thread, until there is one.
    idle: Option<watch::Sender<Flushed>>,
}

impl Committer {
    /// The thread starts with the first record: one that is there already would stand outside the sandbox.
    pub fn new() -> Self {
        let (sender, flushed) = watch::channel(Flushed::To(0));
        let shared = Arc::new(Shared::default());
        shared.state.lock().unwrap_or_else(PoisonError::into_inner).idle = Some(sender);
        Self { shared, flushed }
    }

    /// Records were written. Gives the ticket to wait with.
    pub fn note(&self, unflushed: Unflushed) -> Ticket {
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.written = state.written.saturating_add(1);
        state.unflushed = Some(unflushed);
        if let Some(sender) = state.idle.take() {
            let worker = Arc::clone(&self.shared);
            let thread = std::thread::Builder::new().name("audit".to_owned()).stack_size(64 * 1024);
            // Where none can be started the sender is gone with it, and no record counts as flushed.
            drop(thread.spawn(move || worker.work(&sender)));
        }
        self.shared.changed.notify_one();
        Ticket { number: state.written, flushed: self.flushed.clone() }
    }

    /// Whether a flush failed.
    pub fn has_failed(&self) -> bool {
        *self.flushed.borrow() == Flushed::Failed
    }
}

/// Records that are written, and of which it is not known yet whether the disk has them.
#[derive(Debug, Clone)]
pub struct Ticket {
    number: u64,
    flushed: watch::Receiver<Flushed>,
}

impl Ticket {
    /// Waits until the disk has them; `false`: nobody knows whether it has.
    pub async fn wait(mut self) -> bool {
        let done = |flushed: &Flushed| match flushed {
            Flushed::To(to) => *to >= self.number,
            Flushed::Failed => true,
        };
        match self.flushed.wait_for(done).await {
            Ok(flushed) => *flushed != Flushed::Failed,
            // The thread is gone.
            Err(_) => false,
        }
    }
}

impl Drop for Committer {
    fn drop(&mut self) {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner).is_over = true;
        self.shared.changed.notify_one();
    }
}

impl Shared {
    fn work(&self, sender: &watch::Sender<Flushed>) {
        loop {
            let Some((to, unflushed)) = self.next() else { return };
            if unflushed.flush().is_err() {
                sender.send_replace(Flushed::Failed);
                return;
            }
            sender.send_replace(Flushed::To(to));
        }
    }

    /// Waits for records that are not flushed; `None`: there will be no more.
    fn next(&self) -> Option<(u64, Unflushed)> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(unflushed) = state.unflushed.take() {
                return Some((state.written, unflushed));
            }
            if state.is_over {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
