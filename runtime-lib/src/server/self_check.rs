//! What serving would need here, without serving.

use super::home;
use crate::audit::Audit;
use crate::broker::Broker;
use crate::decl::Agent;
use std::collections::BTreeSet;
use std::fmt::Write;

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
pub fn run(agent: &'static Agent) -> Report {
    let mut text = String::new();
    let mut line = |label: &str, says: &str| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{label:<8} {says}");
    };
    let mut would_serve = true;
    match home::locate() {
        Err(message) => {
            line("home", &message);
            would_serve = false;
        }
        Ok(home) => {
            line("home", &home.display().to_string());
            match Audit::probe(&home) {
                Ok(()) => line("audit", &format!("{} can be written", home.join("audit").display())),
                Err(error) => {
                    line("audit", &error.to_string());
                    would_serve = false;
                }
            }
            let broker = Broker::new(agent.name, &home);
            let keys: BTreeSet<&str> = agent.grants.iter().map(|grant| grant.key).collect();
            if keys.is_empty() {
                line("secrets", "none needed");
            }
            for key in keys {
                match broker.secret(key) {
                    Ok(_) => line("secret", &format!("`{key}` is there and granted")),
                    Err(denied) => line("secret", &format!("`{key}`: {}", denied.reason)),
                }
            }
        }
    }
    line("sandbox", "none is applied in this version");
    line("serves", if would_serve { "yes" } else { "no" });
    Report { text, would_serve }
}
