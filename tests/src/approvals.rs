//! An agent at tier 4 whose calls are held, and the operator who answers for them at another terminal.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::{Mutex, MutexGuard, OnceLock};

use serde_json::Value;

use crate::agent::{self, Agent};
use crate::backend::{Backend, Then, reply};
use crate::client::CallResult;
use crate::home::{self, Home};

/// The config of the agent.
pub const CONFIG: &str = include_str!("../fixtures/approvals.yaml");

/// The agent and what it reaches.
pub struct Rig {
    /// The agent.
    pub agent: Agent,
    /// What it asks.
    pub backend: Backend,
}

/// One test at a time: each looks at all that the backend was asked.
pub fn rig() -> MutexGuard<'static, Rig> {
    static RIG: OnceLock<Mutex<Rig>> = OnceLock::new();
    let rig = RIG.get_or_init(|| {
        let agent = agent::build("approvals", CONFIG);
        let backend = Backend::scripted(agent.backend, |_, stream| {
            reply(stream, 200, "application/json", b"{}");
            Then::Keep
        });
        Mutex::new(Rig { agent, backend })
    });
    let rig = rig.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    rig.backend.take();
    rig
}

/// A heddle home in which the agent has its secret.
pub fn keepers_home() -> Home {
    let home = Home::new();
    home.grant("keeper", &[("board-token", "t0psecret-of-the-board")]);
    home
}

/// Runs `heddle approvals` as the operator of that home.
pub fn approvals(home: &Path, arguments: &[&str]) -> Output {
    home::heddle().env("HEDDLE_HOME", home).arg("approvals").args(arguments).output().expect("heddle runs")
}

/// The same, which has to succeed.
pub fn answer(home: &Path, arguments: &[&str]) -> String {
    let output = approvals(home, arguments);
    let said =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {said}");
    said
}

/// The ticket that a held call names.
pub fn ticket_of(result: &CallResult) -> String {
    ticket_in(result.refused())
}

/// The ticket that a text about a hold names.
pub fn ticket_in(text: &str) -> String {
    let after = text.split("heddle approvals show ").nth(1).unwrap_or_else(|| panic!("no ticket: {text}"));
    after.chars().take_while(char::is_ascii_hexdigit).collect()
}

/// The files of the open tickets.
pub fn open_tickets(home: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(home.join("approvals/open"))
        .map(|entries| entries.map(|entry| entry.expect("an entry").path()).collect())
        .unwrap_or_default();
    files.sort();
    files
}

/// What the log says happened to tickets, with who wrote it.
pub fn history(home: &Path) -> Vec<(String, String)> {
    let mut records: Vec<Value> =
        crate::audit::records(home).into_iter().filter(|record| record["event"] == "approval").collect();
    records.sort_by_key(|record| record["timestamp"].as_str().map(ToOwned::to_owned));
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    records.iter().map(|record| (text(&record["agent"]), text(&record["action"]))).collect()
}
