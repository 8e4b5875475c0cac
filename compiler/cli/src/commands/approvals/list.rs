//! `heddle approvals list`

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Format;
use crate::approvals::ticket::{State, span};
use crate::approvals::{Desk, Entry, now};
use crate::console::{Stream, harmless, harmless_json, result, say, styled};
use crate::failure::Failure;

/// List the calls that are held
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  $ heddle approvals list\n  $ heddle approvals list --all --format json")]
pub struct Args {
    /// Also what is over: used, expired, withdrawn or refused
    #[arg(long)]
    pub all: bool,
    /// The same as `heddle approvals --watch`
    #[arg(long)]
    pub watch: bool,
    /// How to write them
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

pub fn run(desk: &Desk, args: &Args) -> Result<(), Failure> {
    let mut entries = desk.open()?;
    if args.all {
        let mut closed = desk.closed()?;
        closed.append(&mut entries);
        entries = closed;
    }
    if args.format == Format::Json {
        let list: Vec<Value> = entries.iter().map(object).collect();
        let text = serde_json::to_string_pretty(&list).map_err(Failure::fault)?;
        return result(&harmless_json(&(text + "\n")));
    }
    if entries.is_empty() {
        say("no call is held");
    }
    let mut text = String::new();
    for entry in &entries {
        let _ = writeln!(text, "{}", line(entry));
    }
    result(&text)
}

/// A ticket on one line.
pub fn line(entry: &Entry) -> String {
    let id = entry.id.get(..12).unwrap_or(&entry.id);
    let state = entry.state.word();
    let colour = match &entry.state {
        State::Pending => "33",
        State::Unclear(_) => "31",
        State::Answered(_) | State::Expired | State::Closed(_) => "0",
    };
    let state = styled(Stream::Result, colour, &format!("{state:<9}"));
    match &entry.ticket {
        Err(why) => format!("{}  {state}  {}", harmless(id), harmless(why)),
        Ok(ticket) => {
            let left = match &entry.state {
                State::Pending | State::Answered(_) => {
                    format!(", {} left", span(ticket.expires.saturating_sub(now())))
                }
                State::Expired | State::Closed(_) | State::Unclear(_) => String::new(),
            };
            let (agent, tool, rule) =
                (harmless(&ticket.agent), harmless(&ticket.tool), harmless(&ticket.rule));
            let what = format!("{} {}", harmless(&ticket.request.method), harmless(&ticket.request.url));
            format!("{id}  {state}  {agent} {tool}  {what}  (rule `{rule}`{left})")
        }
    }
}

/// A ticket for a program.
pub fn object(entry: &Entry) -> Value {
    let (answer, why) = match &entry.state {
        State::Answered(answer) => (json!(answer), Value::Null),
        State::Unclear(why) => (Value::Null, json!(why)),
        State::Pending | State::Expired | State::Closed(_) => (Value::Null, Value::Null),
    };
    json!({
        "id": entry.id,
        "state": entry.state.word(),
        "ticket": entry.ticket.as_ref().ok(),
        "answer": answer,
        "damage": why,
    })
}
