//! Who makes a call, and how they hear that it is held.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::call::Principal;

/// Who makes a call, as far as the server was told.
#[derive(Debug)]
pub struct Caller {
    /// Name and version of the client; what it says of itself.
    pub client: Option<String>,
    /// Who proved to be whom.
    pub principal: Principal,
    /// The way to tell the caller while the call is held, if there is one.
    pub attendance: Option<Attendance>,
}

impl Default for Caller {
    fn default() -> Self {
        Self { client: None, principal: Principal::ANYONE, attendance: None }
    }
}

#[cfg(feature = "rehearsal")]
impl Caller {
    /// One who hears at once that a call is held, whatever the rule lets it wait.
    pub(crate) fn hurried() -> Self {
        let (notices, _) = mpsc::unbounded_channel();
        let (_, wish) = watch::channel(Wish::Return);
        let attendance = Some(Attendance { notices, wish, patience: Duration::ZERO });
        Self { attendance, ..Self::default() }
    }
}

/// The caller is there while the call is held.
#[derive(Debug)]
pub struct Attendance {
    /// Hears of the hold.
    pub notices: mpsc::UnboundedSender<Notice>,
    /// What the caller wants to happen.
    pub wish: watch::Receiver<Wish>,
    /// How long the caller is worth waiting for, whatever the rule says.
    pub patience: Duration,
}

/// A call is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The ticket.
    pub ticket: String,
    /// What to tell the caller.
    pub text: String,
    /// Seconds that the rule lets the call wait.
    pub wait_s: u32,
}

/// What a caller wants to happen with a held call. None of it approves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Wait as long as it is worth it.
    Wait,
    /// Return at once: the hold is shown to the user first.
    Return,
    /// Look at the ticket once more, and wait no longer than the rule says.
    Look,
    /// Give the call up.
    Withdraw,
}
