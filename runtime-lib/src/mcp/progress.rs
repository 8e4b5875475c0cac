//! What a client hears of a call that takes long, if it asked to hear.

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long a call is quiet, and how often it is told of after that.
const EVERY: Duration = Duration::from_secs(1);

/// Tells the client how many seconds of how many have passed.
#[derive(Debug)]
pub struct Progress {
    peer: Peer<RoleServer>,
    /// None: the client did not ask.
    token: Option<ProgressToken>,
    began: Instant,
    next: Instant,
    longest: Duration,
    held: HeldText,
}

/// What is said instead while a rule holds the call.
pub type HeldText = Arc<Mutex<Option<String>>>;

impl Progress {
    /// Of a call that may take as long as `longest`.
    pub fn of(context: &RequestContext<RoleServer>, longest: Duration) -> Self {
        let began = Instant::now();
        Self {
            peer: context.peer.clone(),
            token: context.meta.get_progress_token(),
            began,
            next: began + EVERY,
            longest,
            held: HeldText::default(),
        }
    }

    /// Where to put what is said while a rule holds the call.
    pub fn held(&self) -> HeldText {
        Arc::clone(&self.held)
    }

    /// Waits until there is something to tell; for ever if nobody asked.
    pub async fn due(&self) {
        match self.token {
            Some(_) => sleep_until(self.next).await,
            None => std::future::pending().await,
        }
    }

    /// Tells it. To be waited for, so that nothing is told of a call that has its answer.
    pub async fn tell(&mut self) {
        self.next = Instant::now() + EVERY;
        if let Some(token) = self.token.clone() {
            let told = ProgressNotificationParam::new(token, self.began.elapsed().as_secs_f64());
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let told = match held {
                // How long a human takes, nobody knows.
                Some(text) => told.with_message(text),
                None => told.with_total(self.longest.as_secs_f64()).with_message("waiting for the API"),
            };
            // A client that has gone away does not hear the answer either.
            let _ = self.peer.notify_progress(told).await;
        }
    }
}
