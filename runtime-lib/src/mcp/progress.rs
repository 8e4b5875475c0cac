//! What a client hears of a call that takes long, if it asked to hear.

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};
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
}

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
        }
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
            let told = ProgressNotificationParam::new(token, self.began.elapsed().as_secs_f64())
                .with_total(self.longest.as_secs_f64())
                .with_message("waiting for the API");
            // A client that has gone away does not hear the answer either.
            let _ = self.peer.notify_progress(told).await;
        }
    }
}
