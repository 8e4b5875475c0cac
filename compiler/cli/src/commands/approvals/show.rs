//! `heddle approvals show`

use std::fmt::Write as _;

use super::{Format, list};
use crate::approvals::ticket::{Asked, Request, State, Ticket, instant, span};
use crate::approvals::{Desk, Entry, now};
use crate::console::{bold, harmless, harmless_json, result};
use crate::failure::Failure;

/// Show one held call: who asked, why it is held, and exactly what would be sent
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  $ heddle approvals show 3fa4b2c1d0e9")]
pub struct Args {
    /// The ticket: its id, or enough of its first digits
    id: String,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(desk: &Desk, args: &Args) -> Result<(), Failure> {
    let entry = desk.named(&args.id)?;
    if args.format == Format::Json {
        let text = serde_json::to_string_pretty(&list::object(&entry)).map_err(Failure::fault)?;
        return result(&harmless_json(&(text + "\n")));
    }
    match &entry.ticket {
        Ok(ticket) => result(&page(&entry, ticket)?),
        Err(why) => Err(Failure::refused(format_args!(
            "ticket {} is not to be trusted: {}",
            entry.id.get(..12).unwrap_or(&entry.id),
            harmless(why)
        ))),
    }
}

/// A ticket as the one who answers reads it. Everything in it that somebody else wrote is made harmless.
pub fn page(entry: &Entry, ticket: &Ticket) -> Result<String, Failure> {
    let Ticket { id, agent, build, tool, arguments, rule, reason, asked, request, discreet, made, expires } =
        ticket;
    let mut text = String::new();
    let mut field = |name: &str, value: &str| {
        let _ = writeln!(text, "{}  {value}", bold(&format!("{name:<8}")));
    };
    field("ticket", id);
    field("state", &state(&entry.state));
    field("agent", &format!("{}, build {}", harmless(agent), build.get(..12).unwrap_or(build)));
    field("tool", &harmless(tool));
    let why = if reason.is_empty() { String::new() } else { format!(": {}", harmless(reason)) };
    field("held by", &format!("rule `{}`{why}", harmless(rule)));
    field("asked by", &who(asked));
    field("made", &format!("{}, {} ago", instant(*made), span(now().saturating_sub(*made))));
    let left = expires.saturating_sub(now());
    field(
        "expires",
        &if left == 0 {
            format!("{}, which is over", instant(*expires))
        } else {
            format!("{}, in {}", instant(*expires), span(left))
        },
    );
    if *discreet {
        field("keeps", "nothing of this once it is over: some of it is sensitive");
    }
    let _ = write!(text, "\n{}\n\n{}", bold("would send, once"), sent(request));
    if !arguments.is_empty() {
        let pretty = serde_json::to_string_pretty(arguments).map_err(Failure::fault)?;
        let _ = writeln!(text, "\n{}\n", bold("out of the arguments"));
        for line in pretty.lines() {
            let _ = writeln!(text, "  {}", harmless(line));
        }
    }
    Ok(text)
}

fn state(state: &State) -> String {
    match state {
        State::Pending => "waits for an answer".to_owned(),
        State::Expired => "expired: no answer was a no".to_owned(),
        State::Answered(answer) => {
            let why = if answer.reason.is_empty() {
                String::new()
            } else {
                format!(": {}", harmless(&answer.reason))
            };
            format!("{} by {} at {}{why}", answer.decision.word(), answer.by, instant(answer.at))
        }
        State::Closed(end) => State::ended(end).to_owned(),
        State::Unclear(why) => format!("not to be trusted: {}", harmless(why)),
    }
}

fn who(asked: &Asked) -> String {
    let client = asked.client.as_deref().map_or_else(|| "a client without a name".to_owned(), harmless);
    let principal =
        asked.principal.as_deref().map(|who| format!(", as {}", harmless(who))).unwrap_or_default();
    format!("{client} (its own words){principal}, session {}, call {}", harmless(&asked.session), asked.call)
}

fn sent(request: &Request) -> String {
    let Request { method, url, headers, body, secrets } = request;
    let mut text = format!("  {} {}\n", harmless(method), harmless(url));
    for (name, value) in headers {
        let _ = writeln!(text, "  {}: {}", harmless(name), harmless(value));
    }
    if let Some(body) = body {
        let _ = writeln!(text, "\n  {}", harmless(body));
    }
    if !secrets.is_empty() {
        let names: Vec<String> = secrets.iter().map(|key| harmless(key)).collect();
        let _ = writeln!(text, "\n  with the secrets {}, shown by name", names.join(", "));
    }
    text
}
