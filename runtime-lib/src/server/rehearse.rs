//! What the `main` of an agent that is being tested does instead of serving.
//!
//! Each line of standard input is one case: a tool, its arguments, and how often it is called. Each gets a pipeline of its
//! own, so that no case uses up the allowance of another, and one line of answer: what became of the last call.

use super::home;
use crate::approvals::{Caller, Desk};
use crate::audit::Audit;
use crate::broker::Broker;
use crate::call::Verdict;
use crate::decl::Agent;
use crate::http::Trust;
use crate::pipeline::Pipeline;
use crate::proof::{Policy, Proven, Row};
use crate::rehearsal::{self, Notes};
use crate::tier::Tier;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::io::{self, BufRead as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

#[derive(Deserialize)]
struct Case {
    tool: String,
    arguments: Map<String, Value>,
    times: u32,
}

/// Puts calls through the layers of an agent with these tools; nothing is sent.
pub fn rehearse<T: Tier>(policy: &Policy, tools: &'static [Proven<T>]) -> ExitCode {
    let agent = policy.agent();
    let rows: Vec<&'static Row> = tools.iter().map(Proven::row).collect();
    match run(agent, &rows) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            super::complain(agent, &message);
            ExitCode::FAILURE
        }
    }
}

fn run(agent: &'static Agent, rows: &[&'static Row]) -> Result<(), String> {
    let home = home::locate()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| format!("cannot read: {error}"))?;
        let case: Case = serde_json::from_str(&line).map_err(|error| format!("no case: {error}"))?;
        let answer = runtime.block_on(play(agent, rows, &home, &case))?;
        writeln!(io::stdout().lock(), "{answer}").map_err(|error| format!("cannot write: {error}"))?;
    }
    Ok(())
}

async fn play(
    agent: &'static Agent,
    rows: &[&'static Row],
    home: &Path,
    case: &Case,
) -> Result<Value, String> {
    let audit = Audit::open(agent, home).map_err(super::unrecorded)?;
    let (broker, desk) = (Broker::new(agent, home), Desk::new(agent, home));
    let pipeline = Pipeline::new(agent, rows.iter().copied(), audit, broker, desk, &Trust::default())?;
    let caller = Caller::hurried();
    let mut answer = Value::Null;
    for _ in 0..case.times.max(1) {
        drop(rehearsal::take());
        let settled = pipeline.settle(&case.tool, &case.arguments, &caller).await;
        let Notes { rule, findings, request } = rehearsal::take();
        answer = match settled {
            None => {
                json!({ "verdict": "refused", "layer": "unknown_tool", "message": "there is no tool of this name" })
            }
            Some(Ok(reply)) if request.is_none() => {
                json!({ "verdict": "refused", "layer": "http_bridge", "message": reply.text, "rule": rule })
            }
            Some(Ok(_)) => json!({ "verdict": "allowed", "rule": rule, "request": request }),
            Some(Err(refusal)) => json!({
                "verdict": match refusal.verdict() {
                    Verdict::Refused => "refused",
                    Verdict::Held => "held",
                },
                "layer": refusal.layer().as_str(),
                "message": refusal.reason(),
                "rule": rule,
            }),
        };
        if let Some(answer) = answer.as_object_mut() {
            answer.insert("findings".to_owned(), json!(findings));
        }
    }
    Ok(answer)
}
