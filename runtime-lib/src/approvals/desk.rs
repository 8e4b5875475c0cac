//! Where held calls wait: a ticket is looked for, made, and waited on.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use tokio::time::Instant;

use super::files::{End, Files, LONGEST, random};
use super::key::Kind;
use super::ticket::{Answer, Asked, Matter, Shown, Ticket};
use super::verify::{self, Bad, Open, Standing, look, name_of, now};
use super::{Answered, Approval, Caller, Held, Notice, Wish};
use crate::audit::{ApprovalRecord, Audit, CallId, instant};
use crate::call::{Layer, Question, Refusal, Slots, any_sensitive};
use crate::decl::Agent;
use crate::proof::Row;
use crate::text;

/// Open tickets of one agent at most: more than a human can answer for.
const OPEN_MAX: usize = 100;
/// How long a call waits for the lock of the folder.
const PATIENCE: Duration = Duration::from_secs(2);
/// Calls that wait at once: less than a server works on, so that those that nobody holds have their place.
const WAITING: usize = 64;
/// How often a waiting call looks at its ticket.
const LOOK: Duration = Duration::from_millis(200);

/// The tickets of one agent.
#[derive(Debug)]
pub(crate) struct Desk {
    agent: &'static str,
    build: &'static str,
    files: Files,
    waiting: Slots,
}

/// Where the records of one call go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log<'a> {
    pub(crate) audit: &'a Audit,
    pub(crate) call: CallId<'a>,
}

/// A held call and what it is about.
struct Case<'c> {
    matter: Matter<'c>,
    shown: Shown,
    /// An argument is sensitive.
    discreet: bool,
    question: Question,
    caller: &'c Caller,
    log: Log<'c>,
}

impl Desk {
    /// The desk of an agent. Folders and key are made now, since a process behind its walls could not; what is wrong with
    /// them is said when a call is held.
    pub(crate) fn new(agent: &'static Agent, home: &Path) -> Self {
        let files = Files::new(home.join("approvals"));
        let _ = files.try_lock();
        let _ = random::<1>();
        Self { agent: agent.name, build: agent.plan, files, waiting: Slots::new(WAITING) }
    }

    /// Whatever the rules hold, somebody can be asked.
    #[expect(clippy::unnecessary_wraps, reason = "a binary without approvals has a reason to refuse")]
    pub(crate) const fn serves(_rows: &[&'static Row]) -> Result<(), String> {
        Ok(())
    }

    /// Asks a human about a held call: looks for an answer, makes a ticket if there is none, and waits if the call may.
    /// `shown` is the request that would be sent.
    pub(crate) async fn ask<'a>(
        &self,
        held: Held<'a>,
        shown: Shown,
        caller: &Caller,
        log: Log<'_>,
    ) -> Result<Answered<'a>, Refusal> {
        let matter = Matter::of(self.agent, self.build, &held, caller);
        let discreet = any_sensitive(held.call().tool().row().params);
        let case = Case { matter, shown, discreet, question: held.question(), caller, log };
        let open = match self.find(&case).await? {
            Some(open) => open,
            None => self.open(&case).await?,
        };
        let approval = self.decide(&case, open).await?;
        held.answered(approval)
    }

    /// Follows a ticket until there is a yes, or a reason not to wait any longer.
    async fn decide(&self, case: &Case<'_>, mut open: Open) -> Result<Approval, Refusal> {
        let began = Instant::now();
        let mut is_told = false;
        let mut seat = None;
        loop {
            if case.wish() == Wish::Withdraw {
                return Err(self.withdraw(case, &open).await);
            }
            match &open.standing {
                Standing::Approved(_) => {
                    if let Some(approval) = open.into_approval(&self.files) {
                        return Ok(approval);
                    }
                    return Err(refused("the approval could not be read".to_owned()));
                }
                Standing::Denied(answer) => return Err(case.denied(&open.ticket, answer)),
                Standing::Expired(_) => return Err(self.expire(case, &open).await),
                Standing::Pending => {}
            }
            if !std::mem::replace(&mut is_told, true) {
                case.tell(&open.ticket);
            }
            let left = case.waits().saturating_sub(began.elapsed());
            if !left.is_zero() && seat.is_none() {
                seat = self.waiting.take(&case.caller.principal).ok();
            }
            if left.is_zero() || seat.is_none() {
                return Err(case.held(&open.ticket));
            }
            case.rest(left.min(LOOK)).await;
            // What has neither an answer nor come to an end needs no second reading.
            if self.files.has_answer(&open.ticket.id)
                || !self.files.is_open(&open.name)
                || open.ticket.is_over(now())
            {
                open = match self.find(case).await? {
                    Some(open) => open,
                    None => {
                        return Err(refused(format!(
                            "ticket {} was used or withdrawn by another call of the same arguments",
                            open.ticket.short()
                        )));
                    }
                };
            }
        }
    }

    /// The open ticket of this very call. What lies there and is none is put away, on record, and the call is refused.
    async fn find(&self, case: &Case<'_>) -> Result<Option<Open>, Refusal> {
        for name in self.files.open_names(&case.matter.prefix()).map_err(refused)? {
            match look(&self.files, &name, &case.matter, &case.shown) {
                Ok(None) => {}
                Ok(Some(open)) if matches!(open.standing, Standing::Expired(_)) => {
                    let _ = self.expire(case, &open).await;
                }
                Ok(Some(open)) => return Ok(Some(open)),
                Err(bad) => return Err(self.refuse(case, &name, bad).await),
            }
        }
        Ok(None)
    }

    /// Makes a ticket, unless another call made it meanwhile.
    async fn open(&self, case: &Case<'_>) -> Result<Open, Refusal> {
        let _lock = self.lock().await?;
        if let Some(open) = self.find(case).await? {
            return Ok(open);
        }
        let own = self.sweep(case).await;
        let mine = format!("{}.", self.agent);
        let all = self.files.open_names(&mine).map_err(refused)?.len();
        if let Some(why) = crowded(all, case.matter.principal.is_some().then_some(own)) {
            return Err(refused(why));
        }
        let nonce = text::hex(random::<16>().map_err(refused)?.as_slice());
        let made = now();
        let Case { matter, shown, discreet, question, caller, log } = case;
        let ticket = Ticket {
            heddle_ticket: 1,
            id: matter.id(&nonce),
            agent: matter.agent.to_owned(),
            build: matter.build.to_owned(),
            tool: matter.tool.to_owned(),
            arguments: matter.arguments.clone(),
            rule: question.rule.to_owned(),
            reason: question.reason.to_owned(),
            asked: Asked {
                client: caller.client.clone(),
                principal: matter.principal.clone(),
                session: log.audit.session(),
                call: log.call.number,
            },
            request: shown.clone(),
            discreet: *discreet,
            made,
            expires: made.saturating_add(u64::from(question.expires_s)),
            nonce,
            mac: String::new(),
        };
        let json = serde_json::to_string(&ticket).map_err(|error| refused(error.to_string()))?;
        let line = self.files.key().map_err(refused)?.seal(Kind::Ticket, &json);
        if line.len() as u64 > LONGEST {
            return Err(refused(format!(
                "rule `{}` holds this call for a human, and it is longer than {} KiB, which nobody reads before saying \
                 yes",
                question.rule,
                LONGEST / 1024
            )));
        }
        case.record("requested", &ticket, None, None).await?;
        let name = name_of(matter, &ticket.id);
        self.files.put(&name, line.as_bytes()).map_err(refused)?;
        self.files.clear();
        Ok(Open { ticket, name, standing: Standing::Pending })
    }

    /// Ends the tickets of this agent that nobody answered in time, and counts those of the caller's principal that stay.
    async fn sweep(&self, case: &Case<'_>) -> usize {
        let mut own = 0;
        let Ok(names) = self.files.open_names(&format!("{}.", self.agent)) else { return own };
        let Ok(key) = self.files.key() else { return own };
        for name in names {
            // What cannot be read is put away once a call is about it.
            let Ok(Some(line)) = self.files.ticket(&name) else { continue };
            let Ok(ticket) = verify::read::<Ticket>(&key, Kind::Ticket, &line) else { continue };
            if ticket.is_over(now()) {
                let open = Open { ticket, name, standing: Standing::Expired(None) };
                let _ = self.expire(case, &open).await;
            } else if ticket.asked.principal == case.matter.principal {
                own += 1;
            }
        }
        own
    }

    async fn expire(&self, case: &Case<'_>, open: &Open) -> Refusal {
        let Open { ticket, name, standing } = open;
        let by = match standing {
            Standing::Expired(Some(answer)) => Some(answer),
            Standing::Expired(None) | Standing::Pending | Standing::Denied(_) | Standing::Approved(_) => None,
        };
        // Of all that see it, one puts it away and on record.
        if matches!(self.files.end(name, &ticket.id, End::Expired, ticket.discreet), Ok(true))
            && let Err(refusal) = case.record("expired", ticket, by, None).await
        {
            return refusal;
        }
        refused(format!("nobody said yes to ticket {} in time, which means no", ticket.short()))
    }

    async fn withdraw(&self, case: &Case<'_>, open: &Open) -> Refusal {
        let Open { ticket, name, .. } = open;
        match self.files.end(name, &ticket.id, End::Withdrawn, ticket.discreet) {
            Ok(true) => {
                let why = Some("the caller gave the call up");
                if let Err(refusal) = case.record("withdrawn", ticket, None, why).await {
                    return refusal;
                }
            }
            Ok(false) => {}
            Err(fault) => return refused(fault),
        }
        refused(format!("ticket {} was withdrawn by the user of this client", ticket.short()))
    }

    /// Puts away what is no ticket, or no answer, of ours.
    async fn refuse(&self, case: &Case<'_>, name: &str, bad: Bad) -> Refusal {
        let id = name.rsplit('.').nth(1).unwrap_or_default();
        let (what, why, put_away) = match bad {
            Bad::Ticket(why) => {
                ("the ticket", why, self.files.end(name, id, End::Refused, case.discreet).map(|_| ()))
            }
            Bad::Answer(why) => ("the answer to the ticket", why, self.files.refuse_answer(id)),
        };
        let why = match put_away {
            Ok(()) => format!("{what} is refused: {why}"),
            Err(fault) => format!("{what} is refused: {why}; and {fault}"),
        };
        let record = ApprovalRecord {
            action: "refused",
            ticket: id,
            tool: case.matter.tool,
            rule: case.question.rule,
            call: case.log.call,
            by: None,
            detail: Some(&why),
        };
        match case.write(record).await {
            Ok(()) => refused(format!("{why}. Call again to ask anew")),
            Err(refusal) => refusal,
        }
    }

    async fn lock(&self) -> Result<File, Refusal> {
        let began = Instant::now();
        loop {
            match self.files.try_lock().map_err(refused)? {
                Some(lock) => return Ok(lock),
                None if began.elapsed() < PATIENCE => tokio::time::sleep(Duration::from_millis(5)).await,
                None => return Err(refused("another process holds the folder of the approvals".to_owned())),
            }
        }
    }
}

impl Case<'_> {
    fn wish(&self) -> Wish {
        self.caller.attendance.as_ref().map_or(Wish::Wait, |attendance| *attendance.wish.borrow())
    }

    /// How long the call waits, as things stand.
    fn waits(&self) -> Duration {
        let by_rule = Duration::from_secs(u64::from(self.question.wait_s));
        match (&self.caller.attendance, self.wish()) {
            (Some(attendance), Wish::Wait) => by_rule.max(attendance.patience),
            (Some(_), Wish::Return) => Duration::ZERO,
            (None, _) | (Some(_), Wish::Look | Wish::Withdraw) => by_rule,
        }
    }

    /// Waits, and no longer once the caller wants something.
    async fn rest(&self, time: Duration) {
        let Some(attendance) = &self.caller.attendance else { return tokio::time::sleep(time).await };
        let mut wish = attendance.wish.clone();
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            // A caller that is gone wants nothing any more.
            Ok(()) = wish.changed() => {}
        }
    }

    fn tell(&self, ticket: &Ticket) {
        if let Some(attendance) = &self.caller.attendance {
            let text = self.says(ticket);
            let notice = Notice { ticket: ticket.id.clone(), text, wait_s: self.question.wait_s };
            // Nobody listens: the result of the call says the same.
            let _ = attendance.notices.send(notice);
        }
    }

    /// What holds the call, and what to do.
    fn says(&self, ticket: &Ticket) -> String {
        let Question { rule, reason, .. } = self.question;
        let reason = match reason.trim_end_matches('.') {
            "" => String::new(),
            reason => format!(": {reason}"),
        };
        let until = instant(UNIX_EPOCH + Duration::from_secs(ticket.expires));
        let (tool, id) = (self.matter.tool, ticket.short());
        format!(
            "rule `{rule}` holds this call of `{tool}` for a human{reason}. Nothing was sent. Ticket {id} waits for an \
             answer until {until}; without one it is denied. The operator of this machine sees it with `heddle approvals \
             show {id}` and answers with `heddle approvals approve {id}` or `deny {id}`"
        )
    }

    fn held(&self, ticket: &Ticket) -> Refusal {
        let text = self.says(ticket);
        Refusal::held(
            Layer::Escalation,
            format!(
                "escalation: {text}. Once it is approved, calling again with the same arguments runs the call, once"
            ),
        )
    }

    fn denied(&self, ticket: &Ticket, answer: &Answer) -> Refusal {
        let reason = match answer.reason.trim_end_matches('.') {
            "" => String::new(),
            reason => format!(": {}", text::visible(reason)),
        };
        let until = instant(UNIX_EPOCH + Duration::from_secs(ticket.expires));
        refused(format!(
            "{} denied ticket {}{reason}. The same call is not asked about again before {until}",
            answer.by,
            ticket.short(),
        ))
    }

    async fn record(
        &self,
        action: &'static str,
        ticket: &Ticket,
        answer: Option<&Answer>,
        detail: Option<&str>,
    ) -> Result<(), Refusal> {
        let by = answer.map(|answer| answer.by.to_string());
        self.write(ApprovalRecord {
            action,
            ticket: &ticket.id,
            tool: &ticket.tool,
            rule: &ticket.rule,
            call: self.log.call,
            by: by.as_deref(),
            detail,
        })
        .await
    }

    async fn write(&self, record: ApprovalRecord<'_>) -> Result<(), Refusal> {
        let unrecorded = |error| refused(format!("the audit log cannot be written ({error})"));
        self.log.audit.approval(record).map_err(unrecorded)?.counts().await.map_err(unrecorded)
    }
}

/// Why there is no room for one more ticket, with as many open ones, and as many of a principal with a name; `None`: there
/// is. Such a principal has never more than it leaves free, so that nobody takes the places of all others.
fn crowded(all: usize, own: Option<usize>) -> Option<String> {
    let free = OPEN_MAX.saturating_sub(all);
    if free == 0 {
        return Some(format!(
            "{OPEN_MAX} calls of this agent wait for a human already; `heddle approvals list` shows them"
        ));
    }
    let own = own.filter(|own| *own >= free)?;
    Some(format!(
        "{own} calls of this caller wait for a human already, and the last {free} of {OPEN_MAX} places are for others; \
         `heddle approvals list` shows them"
    ))
}

fn refused(why: String) -> Refusal {
    Refusal::new(Layer::Escalation, format!("escalation: {why}. Nothing was sent"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_takes_the_places_of_the_others() {
        assert_eq!(crowded(99, None), None);
        assert!(crowded(100, None).unwrap().starts_with("100 calls of this agent"));
        assert_eq!(crowded(49, Some(49)), None);
        assert!(crowded(50, Some(50)).unwrap().starts_with("50 calls of this caller"));
        // Who comes later finds some, too.
        assert_eq!(crowded(50, Some(0)), None);
        assert_eq!(crowded(74, Some(24)), None);
        assert!(crowded(75, Some(25)).unwrap().contains("the last 25 of 100 places"));
    }
}
