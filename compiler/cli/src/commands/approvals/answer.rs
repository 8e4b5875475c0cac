//! `heddle approvals approve` and `deny`

use crate::approvals::Desk;
use crate::approvals::ticket::Decision;
use crate::console::{harmless, say};
use crate::failure::Failure;

/// Let one held call run, once, for exactly its arguments
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  $ heddle approvals approve 3fa4b2c1d0e9 --reason \"agreed with Ann\"")]
pub struct Approve {
    /// The ticket: its id, or enough of its first digits
    id: String,
    /// Why, for the audit log
    #[arg(long, default_value = "", value_parser = reason)]
    reason: String,
}

/// Say no to one held call
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  $ heddle approvals deny 3fa4b2c1d0e9 --reason \"not before the backup\"")]
pub struct Deny {
    /// The ticket: its id, or enough of its first digits
    id: String,
    /// Why, for the caller and the audit log
    #[arg(long, default_value = "", value_parser = reason)]
    reason: String,
}

pub fn approve(desk: &Desk, args: &Approve) -> Result<(), Failure> {
    let ticket = desk.answer(&args.id, Decision::Approved, &args.reason)?;
    say(format_args!(
        "approved {}: `{}` of `{}` may run once with these arguments, before {}\n  {} {}",
        ticket.short(),
        harmless(&ticket.tool),
        harmless(&ticket.agent),
        ticket.expires_at(),
        harmless(&ticket.request.method),
        harmless(&ticket.request.url),
    ));
    Ok(())
}

pub fn deny(desk: &Desk, args: &Deny) -> Result<(), Failure> {
    let ticket = desk.answer(&args.id, Decision::Denied, &args.reason)?;
    say(format_args!(
        "denied {}: the same call of `{}` is refused, and not asked about again before {}",
        ticket.short(),
        harmless(&ticket.tool),
        ticket.expires_at(),
    ));
    Ok(())
}

fn reason(text: &str) -> Result<String, String> {
    if text.chars().count() > 500 || text.chars().any(char::is_control) {
        return Err("a reason is one line of 500 characters at most".into());
    }
    Ok(text.trim().to_owned())
}
