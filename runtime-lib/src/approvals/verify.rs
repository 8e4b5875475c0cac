//! The verifier of tickets: the only place where an [`Approval`] is made, and where it is used up.

use std::time::{SystemTime, UNIX_EPOCH};

use super::files::{End, Files};
use super::key::{Key, Kind};
use super::ticket::{Answer, Decision, Matter, Shown, Ticket, arguments, short};
use super::{Approval, Held};
use crate::audit::{ApprovalRecord, Audit, CallId};
use crate::call::{Layer, Refusal};

/// An open ticket that is what it should be.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) ticket: Ticket,
    pub(super) name: String,
    pub(super) standing: Standing,
}

/// What has become of an open ticket.
#[derive(Debug)]
pub(super) enum Standing {
    /// Nobody has answered.
    Pending,
    /// Nobody will have, in time.
    Expired(Option<Answer>),
    /// No.
    Denied(Answer),
    /// Yes.
    Approved(Answer),
}

/// Why a file is no ticket of ours, or its answer none.
#[derive(Debug)]
pub(super) enum Bad {
    Ticket(String),
    Answer(String),
}

/// Looks at the open ticket of this name and at its answer; `None`: it is not there any more.
pub(super) fn look(
    files: &Files,
    name: &str,
    matter: &Matter<'_>,
    shown: &Shown,
) -> Result<Option<Open>, Bad> {
    let Some(line) = files.ticket(name).map_err(Bad::Ticket)? else { return Ok(None) };
    let key = files.key().map_err(Bad::Ticket)?;
    let ticket: Ticket = read(&key, Kind::Ticket, &line).map_err(Bad::Ticket)?;
    if let Some(why) = ticket.misfit(matter, shown) {
        return Err(Bad::Ticket(why.to_owned()));
    }
    if name_of(matter, &ticket.id) != name {
        return Err(Bad::Ticket("its file has another name".to_owned()));
    }
    if files.is_redeemed(&ticket.id) {
        return Err(Bad::Ticket("it was used before and put back".to_owned()));
    }
    let answer = answer(files, &key, &ticket)?;
    let standing = match answer {
        answer if ticket.is_over(now()) => Standing::Expired(answer),
        None => Standing::Pending,
        Some(answer) => match answer.decision {
            Decision::Approved => Standing::Approved(answer),
            Decision::Denied => Standing::Denied(answer),
        },
    };
    Ok(Some(Open { ticket, name: name.to_owned(), standing }))
}

fn answer(files: &Files, key: &Key, ticket: &Ticket) -> Result<Option<Answer>, Bad> {
    let Some(line) = files.answer(&ticket.id).map_err(Bad::Answer)? else { return Ok(None) };
    let answer: Answer = read(key, Kind::Answer, &line).map_err(Bad::Answer)?;
    if answer.heddle_answer != 1 || answer.ticket != ticket.id {
        return Err(Bad::Answer("it is the answer to another ticket".to_owned()));
    }
    Ok(Some(answer))
}

/// What a sealed line says. Nothing of it is believed before the seal.
pub(super) fn read<T: serde::de::DeserializeOwned>(key: &Key, kind: Kind, line: &[u8]) -> Result<T, String> {
    if !key.is_sealed(kind, line) {
        return Err("it does not have heddle's seal: it was changed, or written by something else".to_owned());
    }
    serde_json::from_slice(line).map_err(|error| format!("it cannot be read: {error}"))
}

/// The name of the file of an open ticket.
pub(super) fn name_of(matter: &Matter<'_>, id: &str) -> String {
    format!("{}{id}.json", matter.prefix())
}

/// Seconds since 1970.
pub(super) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// A ticket with a yes, looked at and not used.
#[derive(Debug)]
pub(super) struct Yes {
    files: Files,
    ticket: Ticket,
    name: String,
    answer: Answer,
}

impl Open {
    /// The approval that this ticket is; `None`: it is none.
    pub(super) fn into_approval(self, files: &Files) -> Option<Approval> {
        let Standing::Approved(answer) = self.standing else { return None };
        let yes = Yes { files: files.clone(), ticket: self.ticket, name: self.name, answer };
        Some(Approval(Box::new(yes)))
    }
}

impl Yes {
    /// Whether it was given for this call.
    pub(super) fn is_for(&self, held: &Held<'_>) -> bool {
        let Ticket { id, agent, build, tool, nonce, .. } = &self.ticket;
        let arguments = arguments(held);
        // Agent and build are those of the process; they were compared when the ticket was looked at.
        tool == held.call().tool().row().name
            && Matter { agent, build, tool, arguments, principal: None }.id(nonce) == *id
    }

    /// Uses it up, on record. Of all that hold the same ticket, one succeeds.
    pub(super) async fn redeem(self, audit: &Audit, call: CallId<'_>) -> Result<(), Refusal> {
        let Self { files, ticket, name, answer } = self;
        let by = answer.by.to_string();
        let record = |action, detail| ApprovalRecord {
            action,
            ticket: &ticket.id,
            tool: &ticket.tool,
            rule: &ticket.rule,
            call,
            by: Some(&by),
            detail,
        };
        let used = if ticket.is_over(now()) {
            Err("it expired before it was used".to_owned())
        } else if files.is_redeemed(&ticket.id) {
            Err("it was used before".to_owned())
        } else {
            match files.end(&name, &ticket.id, End::Redeemed, ticket.discreet) {
                Ok(true) => Ok(()),
                Ok(false) => Err("another call used it".to_owned()),
                Err(fault) => Err(fault),
            }
        };
        let unrecorded = |error| {
            let text = format!("escalation: the audit log cannot be written ({error}), so nothing was sent");
            Refusal::new(Layer::Escalation, text)
        };
        match used {
            Ok(()) => {
                let recorded = audit.approval(record("redeemed", None)).map_err(unrecorded)?;
                recorded.counts().await.map_err(unrecorded)
            }
            Err(why) => {
                let recorded = audit.approval(record("refused", Some(&why))).map_err(unrecorded)?;
                recorded.counts().await.map_err(unrecorded)?;
                Err(Refusal::new(
                    Layer::Escalation,
                    format!(
                        "escalation: approval {} cannot be used: {why}. Nothing was sent; call again to ask anew",
                        short(&ticket.id)
                    ),
                ))
            }
        }
    }
}
