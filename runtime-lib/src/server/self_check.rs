//! What serving would need here, without serving.

use super::{home, memory};
use crate::audit::Audit;
use crate::broker::Broker;
use crate::confine;
use crate::decl::Agent;
use crate::http::Trust;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;

/// What was found.
#[derive(Debug)]
pub struct Report {
    /// For the one who asked; no secret is in it.
    pub text: String,
    /// Whether the agent would serve.
    pub would_serve: bool,
}

/// Looks at the heddle home, the audit folder and the secrets. Missing secrets do not stop an agent: the tools that
/// want them answer that they are denied.
pub fn run(agent: &'static Agent, secrets_dir: Option<PathBuf>) -> Report {
    let mut text = String::new();
    let mut line = |label: &str, says: &str| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{label:<8} {says}");
    };
    let mut would_serve = true;
    let mut needs = None;
    match home::locate() {
        Err(message) => {
            line("home", &message);
            would_serve = false;
        }
        Ok(home) => {
            line("home", &home.display().to_string());
            needs = Some(super::needs(agent, &home, secrets_dir.as_deref()));
            match Audit::probe(&home) {
                Ok(()) => line("audit", &format!("{} can be written", home.join("audit").display())),
                Err(error) => {
                    line("audit", &error.to_string());
                    would_serve = false;
                }
            }
            match Trust::read(agent, &home) {
                Ok(trust) if trust.describe().is_empty() => {}
                Ok(trust) => line("tls", &format!("authorities of the operator for {}", trust.describe())),
                Err(message) => {
                    line("tls", &message);
                    would_serve = false;
                }
            }
            match Broker::new(agent, &home).with_folder(secrets_dir) {
                Ok(broker) => secrets(agent, &broker, &mut line),
                Err(message) => {
                    line("secrets", &message);
                    would_serve = false;
                }
            }
        }
    }
    match memory::keep_out_of_core_dumps() {
        Ok(()) => line("memory", "is left out of core dumps"),
        Err(error) => line("memory", &format!("is in core dumps ({error}); `ulimit -c 0` mends it")),
    }
    if !agent.grants.is_empty() {
        match Broker::keeps_out_of_swap() {
            Ok(()) => line("memory", "of secrets is kept out of swap"),
            Err(error) => line(
                "memory",
                &format!(
                    "of secrets could be swapped out ({error}); a higher `ulimit -l` mends it, `LimitMEMLOCK=` in systemd"
                ),
            ),
        }
    }
    // Put up for real, last of all: what the kernel gives is known once it has given it.
    match needs.map(|needs| confine::enter(agent.sandbox, &needs)) {
        Some(Ok(walls)) => line("sandbox", &walls.to_string()),
        Some(Err(message)) => {
            line("sandbox", &message);
            would_serve = false;
        }
        None => line("sandbox", "not tried, for there is no home"),
    }
    line("serves", if would_serve { "yes" } else { "no" });
    Report { text, would_serve }
}

/// Says where each secret would come from, never its value.
fn secrets(agent: &'static Agent, broker: &Broker, line: &mut impl FnMut(&str, &str)) {
    let keys: BTreeSet<&str> = agent.grants.iter().map(|grant| grant.key).collect();
    if keys.is_empty() {
        line("secrets", "none needed");
    }
    for key in keys {
        match broker.place(key) {
            Ok(place) => line("secret", &format!("`{key}` is granted, and comes from {place}")),
            Err(denied) => line("secret", &format!("`{key}`: {}", denied.reason)),
        }
    }
}
