//! `heddle approvals --watch`

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::{Format, list};
use crate::approvals::notify::Notifier;
use crate::approvals::ticket::State;
use crate::approvals::{Desk, Entry};
use crate::console::{harmless, harmless_json, result, say};
use crate::failure::Failure;

/// How often it looks for new tickets.
const PAUSE: Duration = Duration::from_millis(300);

/// Until the process is ended, or nobody reads.
pub fn run(desk: &Desk, operator: &Path, format: Format) -> Result<(), Failure> {
    let mut notifier = Notifier::read(operator)?;
    say("watching for held calls; Ctrl-C ends it");
    let mut known: BTreeMap<String, String> = BTreeMap::new();
    loop {
        desk.sweep()?;
        let mut states = BTreeMap::new();
        for entry in desk.open()? {
            let state = entry.state.word().to_owned();
            if known.get(&entry.id) != Some(&state) {
                tell(&entry, format)?;
                if let (Ok(ticket), State::Pending) = (&entry.ticket, &entry.state) {
                    notifier.tell(ticket);
                }
            }
            states.insert(entry.id, state);
        }
        if known.keys().any(|id| !states.contains_key(id)) {
            for entry in desk.closed()? {
                if known.contains_key(&entry.id) && !states.contains_key(&entry.id) {
                    tell(&entry, format)?;
                }
            }
        }
        known = states;
        notifier.go_on();
        std::thread::sleep(PAUSE);
    }
}

fn tell(entry: &Entry, format: Format) -> Result<(), Failure> {
    match (format, &entry.ticket, &entry.state) {
        (Format::Json, ..) => result(&harmless_json(&format!("{}\n", list::object(entry)))),
        (Format::Human, Ok(ticket), State::Pending) => {
            let why = if ticket.reason.is_empty() { "no reason given" } else { &ticket.reason };
            let line = list::line(entry);
            result(&format!(
                "{line}\n  {}\n  heddle approvals show {id}   approve {id}   deny {id}\n",
                harmless(why),
                id = ticket.short()
            ))
        }
        (Format::Human, ..) => result(&format!("{}\n", list::line(entry))),
    }
}
