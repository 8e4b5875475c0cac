//! The pipeline: every call meets every layer, and every call that names a tool is on record.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::backend::{Backend, Then, reply};
use heddle_tests::client::{CallResult, Client};
use heddle_tests::home::Home;
use serde_json::{Value, json};

/// While it is set, the backend lets `/slow?n=1` wait.
static HELD_BACK: AtomicBool = AtomicBool::new(false);

struct Rig {
    agent: Agent,
    backend: Backend,
}

/// One test at a time: each looks at all that the backend was asked.
fn rig() -> MutexGuard<'static, Rig> {
    static RIG: OnceLock<Mutex<Rig>> = OnceLock::new();
    RIG.get_or_init(|| {
        let agent = agent::build("pipeline", include_str!("pipeline.yaml"));
        let backend = Backend::scripted(agent.backend, |request, stream| {
            if request.path() == "/slow" {
                std::thread::sleep(Duration::from_millis(700));
            }
            while request.target == "/slow?n=1" && HELD_BACK.load(Ordering::Acquire) {
                std::thread::sleep(Duration::from_millis(5));
            }
            reply(stream, 200, "application/json", b"{}");
            Then::Keep
        });
        Mutex::new(Rig { agent, backend })
    })
    .lock()
    .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The outcome of the last call of `tool`, which a layer must have refused or held before anything was sent.
fn stopped(home: &Home, tool: &str) -> Value {
    let mut records = audit::of_tool(home.path(), tool);
    records.retain(|record| record["event"] != "anomaly" && record["event"] != "approval");
    let last = records.last().unwrap_or_else(|| panic!("no record of {tool}")).clone();
    assert_eq!(last["event"], "tool_call", "{last}");
    let same = |record: &&Value| record["call"] == last["call"];
    assert_eq!(records.iter().filter(same).count(), 1, "a stopped call has no intent: {records:#?}");
    last
}

#[test]
fn a_tool_without_parameters_meets_the_rate_limit() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    client.call("rare", json!({})).ok();
    client.call("rare", json!({})).ok();
    let result = client.call("rare", json!({}));
    assert!(result.refused().contains("rate"), "{}", result.text);
    assert_eq!(rig.backend.take().len(), 2);
    let record = stopped(&home, "rare");
    assert_eq!((&record["status"], &record["layer"]), (&json!("refused"), &json!("rate_limit")), "{record}");
    // The limit is the tool's own.
    client.call("free", json!({"word": "weft"})).ok();
}

#[test]
fn a_tool_without_parameters_meets_the_rules() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let result = client.call("held", json!({}));
    assert!(result.refused().contains("somebody has to look at this"), "{}", result.text);
    assert_eq!(rig.backend.take().len(), 0);
    let record = stopped(&home, "held");
    assert_eq!((&record["status"], &record["layer"]), (&json!("held"), &json!("escalation")), "{record}");
}

#[test]
fn a_tool_without_parameters_meets_validation() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let result = client.call("rare", json!({"word": "weft"}));
    assert!(result.refused().contains("word"), "{}", result.text);
    assert_eq!(rig.backend.take().len(), 0);
    assert_eq!(stopped(&home, "rare")["layer"], "input_validation");
}

#[test]
fn rules_read_arguments_as_validation_will() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    for (arguments, reason) in [
        (json!({"model_name": "gemma:27b"}), "takes most of the memory"),
        (json!({"model_name": "GEMMA:27B-it"}), "takes most of the memory"),
        (json!({"model_name": "small", "count": 101}), "too many at once"),
        (json!({"model_name": "small", "count": "101"}), "too many at once"),
        (json!({"model_name": "small", "count": 101.0}), "too many at once"),
        (json!({"model_name": "small", "count": "1e3"}), ""),
        (json!({"model_name": "small", "count": [101]}), ""),
        (json!({"model_name": ["27b"]}), ""),
        (json!({"model_name": {"27b": 1}}), ""),
    ] {
        let result = client.call("load", arguments.clone());
        assert!(result.refused().contains(reason), "{arguments}: {}", result.text);
        assert_eq!(rig.backend.take().len(), 0, "{arguments}");
    }
    client.call("load", json!({"model_name": "small", "count": "100"})).ok();
    assert_eq!(rig.backend.take_one().json(), json!({"model": "small", "count": 100}));
}

#[test]
fn each_refused_call_that_names_a_tool_is_on_record() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    for (tool, arguments, layer) in [
        ("free", json!({}), "input_validation"),
        ("free", json!({"word": 1.5}), "input_validation"),
        ("free", json!({"word": "weft", "more": true}), "input_validation"),
        ("free", json!({"word": "w".repeat(10_001)}), "input_validation"),
        ("freee", json!({"word": "weft"}), "unknown_tool"),
    ] {
        let answer = client.request("tools/call", json!({"name": tool, "arguments": arguments}));
        let refused = answer.get("error").is_some() || answer["result"]["isError"] == true;
        assert!(refused, "{arguments}: {answer}");
        let record = stopped(&home, tool);
        assert_eq!((&record["status"], &record["layer"]), (&json!("refused"), &json!(layer)), "{record}");
        assert!(record["error"].as_str().is_some_and(|text| !text.is_empty()), "{record}");
    }
    assert_eq!(rig.backend.take().len(), 0);
}

#[test]
fn an_intent_is_on_record_before_the_request_is_sent() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    HELD_BACK.store(true, Ordering::Release);
    let id = client.ask("tools/call", json!({"name": "slow", "arguments": {"n": 1}}));
    rig.backend.wait();
    let records = audit::of_tool(home.path(), "slow");
    HELD_BACK.store(false, Ordering::Release);
    assert_eq!(records.len(), 1, "the backend was asked and has not answered: {records:#?}");
    assert_eq!(records[0]["event"], "http_bridge");
    assert_eq!(records[0]["method"], "GET");
    assert_eq!(records[0]["url"], format!("http://{}/slow?n=1", rig.agent.backend));
    assert_eq!(records[0]["parameters"], json!({"n": 1}));
    CallResult::of(&client.answer(&json!(id))).ok();
    let records = audit::of_tool(home.path(), "slow");
    assert_eq!(records.len(), 2);
    assert_eq!((&records[1]["event"], &records[1]["status"]), (&json!("tool_call"), &json!("success")));
    assert_eq!(records[1]["status_code"], 200);
}

#[test]
fn a_call_that_cannot_be_recorded_is_not_sent() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    // A file size limit stands for the full disk: writes fail, and SIGXFSZ is ignored as by any shell's child.
    let mut command = Command::new("sh");
    command
        .arg("-c")
        .arg("trap '' XFSZ; ulimit -f 8; exec \"$0\"")
        .arg(&rig.agent.binary)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HEDDLE_HOME", home.path());
    let mut client = Client::start_command(&mut command);
    client.initialize();
    let mut sent = 0;
    let refusal = (0..200).find_map(|_| {
        let result = client.call("free", json!({"word": "w".repeat(1_000)}));
        sent += usize::from(!result.is_error);
        result.is_error.then_some(result.text)
    });
    let refusal = refusal.expect("the log is full at some time");
    assert!(refusal.contains("audit"), "{refusal}");
    // An outcome may have found no room where its intent had: one request more than was answered with success.
    let asked = rig.backend.take().len();
    assert!(asked == sent || asked == sent + 1, "{asked} requests for {sent} successes");
    for _ in 0..5 {
        client.call("free", json!({"word": "w".repeat(1_000)})).refused();
    }
    let late = rig.backend.take().len();
    assert_eq!(late, 0, "no record, no request");
    // What is on record is whole, chained and numbered: reading checks it.
    assert!(audit::count(&audit::records(home.path()), "http_bridge") >= asked);
}

#[test]
fn calls_in_flight_are_bounded() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let flood = 1_500;
    for n in 0..flood {
        client.ask("tools/call", json!({"name": "slow", "arguments": {"n": n}}));
    }
    let mut refused = Vec::new();
    for _ in 0..flood {
        let answer = client.receive(heddle_tests::client::PATIENCE).expect("each call is answered");
        let result = CallResult::of(&answer);
        if result.is_error {
            refused.push(result.text);
        }
    }
    assert!(!refused.is_empty(), "{flood} calls at once were all let in");
    assert!(refused.iter().all(|text| text.contains("flight") || text.contains("busy")), "{}", refused[0]);
    client.call("free", json!({"word": "weft"})).ok();
    let records = audit::records(home.path());
    let outcomes = audit::count(&records, "tool_call");
    assert_eq!(outcomes, flood + 1, "each of them is on record");
}
