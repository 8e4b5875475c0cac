//! Sensitive arguments: sent where they belong, and found nowhere on the machine afterwards.

use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::backend::{Backend, Then, reply};
use heddle_tests::client::Client;
use heddle_tests::home::{Home, run_at};
use serde_json::{Value, json};

/// With characters that each encoding changes, and a piece that none does.
const PERSON: &str = "Jo/plantedPerson+77";
const PIN: i64 = 40_351_977;
const PASSWORD: &str = "plantedPassword \"8\" é";
const PLANTED: [&str; 5] = ["plantedPerson", "40351977", "plantedPassword", "plantedName", "plantedNote"];

struct Rig {
    agent: Agent,
    backend: Backend,
}

/// An agent, and a backend that repeats all it was told: as an error for look-ups, as a success otherwise. One test at a
/// time: each looks at what the backend was asked.
fn rig() -> MutexGuard<'static, Rig> {
    static RIG: OnceLock<Mutex<Rig>> = OnceLock::new();
    let rig = RIG.get_or_init(|| Mutex::new(build())).lock().unwrap_or_else(PoisonError::into_inner);
    rig.backend.take();
    rig
}

fn build() -> Rig {
    let agent = agent::build("sensitive", include_str!("sensitive.yaml"));
    let backend = Backend::scripted(agent.backend, |request, stream| {
        let status = if request.path().starts_with("/people") { 422 } else { 200 };
        let said =
            format!("{} {:?} {}", request.target, request.headers, String::from_utf8_lossy(&request.body));
        reply(stream, status, "text/plain", said.as_bytes());
        Then::Keep
    });
    Rig { agent, backend }
}

fn assert_nowhere(home: &Path, stderr: &str) {
    for planted in PLANTED {
        assert!(!stderr.contains(planted), "standard error has {planted}: {stderr}");
    }
    let mut folders = vec![home.to_owned()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable folder").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            seen += 1;
            let text = String::from_utf8_lossy(&fs::read(&path).expect("a readable file")).into_owned();
            for planted in PLANTED {
                assert!(!text.contains(planted), "{} has {planted}:\n{text}", path.display());
            }
        }
    }
    assert!(seen >= 4, "the log, its keys and its head were looked at");
}

fn hmac(value: &Value) -> &str {
    value["hmac"].as_str().unwrap_or_else(|| panic!("no digest: {value}"))
}

#[test]
fn a_sensitive_argument_is_sent_and_kept_nowhere() {
    let rig = rig();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());

    let arguments = json!({"person": PERSON, "pin": PIN, "mode": "fast", "note": "plantedNote", "page": 3});
    let told = client.call("look_up", arguments);
    let sent = rig.backend.take_one();
    assert_eq!(sent.target, "/people/Jo%2FplantedPerson%2B77/records?mode=fast&page=3&pin=40351977");
    assert_eq!(sent.header("x-note"), Some("plantedNote"));
    assert!(told.refused().contains("plantedPerson"), "the caller gets the answer: {}", told.text);

    let account = json!({"login": "jo", "password": PASSWORD});
    let keys = json!([{"label": "a", "value": "plantedPassword-1"}, {"label": "b", "value": PASSWORD}]);
    client.call("enrol", json!({"account": account, "keys": keys})).ok();
    assert_eq!(rig.backend.take_one().json(), json!({"account": account, "keys": keys}));

    let stderr = client.stderr();
    assert!(client.close().success());
    assert_nowhere(home.path(), &stderr);

    let records = audit::of_tool(home.path(), "look_up");
    let [intent, outcome] = records.as_slice() else { panic!("{records:?}") };
    let url = intent["url"].as_str().expect("an intent has a URL");
    assert!(url.ends_with("/people/***/records?mode=***&page=3&pin=***"), "{url}");
    assert_eq!(intent["parameters"]["page"], 3, "what is not sensitive stays: {intent}");
    assert_eq!(outcome["status_code"], 422);
    assert!(outcome["error"].as_str().is_some_and(|error| error.contains("left out")), "{outcome}");

    let records = audit::of_tool(home.path(), "enrol");
    let given = &records[0]["parameters"];
    assert_eq!(given["account"]["login"], "jo", "{given}");
    assert_eq!(given["keys"][1]["label"], "b", "{given}");
    // Equal values can be matched, different ones told apart.
    assert_eq!(hmac(&given["account"]["password"]), hmac(&given["keys"][1]["value"]));
    assert_ne!(hmac(&given["keys"][0]["value"]), hmac(&given["keys"][1]["value"]));

    // Whoever has the key finds a value again.
    let found = run_at(home.path(), &["audit", "digest"], &format!("{PASSWORD}\n"));
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(found.status.success() && said.starts_with(hmac(&given["account"]["password"])), "{said}");
    assert!(said.contains("  1 record  "), "{said}");
    let found = run_at(home.path(), &["audit", "digest"], &PIN.to_string());
    assert!(String::from_utf8_lossy(&found.stdout).starts_with(hmac(&intent["parameters"]["pin"])));
    let found = run_at(home.path(), &["audit", "digest"], "another");
    assert!(String::from_utf8_lossy(&found.stdout).contains("  0 records  "));
    assert!(run_at(home.path(), &["audit", "verify"], "").status.success());
}

#[test]
fn a_sensitive_argument_is_kept_nowhere_when_the_call_is_refused() {
    let rig = rig();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let account = |password: Value| json!({"account": {"login": "jo", "password": password}, "keys": []});
    for (tool, arguments) in [
        // The wrong type, in every shape that a message could repeat.
        ("look_up", json!({"person": 40351977, "pin": "plantedPerson"})),
        ("look_up", json!({"person": ["plantedPerson"], "pin": {"plantedName": 40351977}})),
        ("look_up", json!({"person": PERSON, "pin": "40351977.5"})),
        // Out of bounds.
        ("look_up", json!({"person": "plantedPerson".repeat(4), "pin": 40351977000_i64})),
        ("look_up", json!({"person": PERSON, "pin": PIN, "mode": "plantedNote"})),
        ("enrol", account(json!("plantedPassword"))),
        ("enrol", account(json!(40351977))),
        // Not as declared: an object that is none, members and arguments that nobody knows.
        ("enrol", json!({"account": "plantedPassword", "keys": "plantedPassword"})),
        ("enrol", json!({"account": {"login": "jo", "pasword": PASSWORD, "plantedName": 1}, "keys": []})),
        (
            "enrol",
            json!({"account": {"login": "jo", "password": PASSWORD}, "keys": [{"plantedName": PASSWORD}]}),
        ),
        ("look_up", json!({"person": PERSON, "pin": PIN, "pni": "plantedNote", "plantedName": 1})),
        ("plain", json!({"person": PERSON})),
        // A place that cannot hold it, and a rule that looks at it.
        ("look_up", json!({"person": PERSON, "pin": PIN, "note": "plantedNote \u{e9}"})),
        ("look_up", json!({"person": PERSON, "pin": PIN, "mode": "slow"})),
        ("look_up", json!({"person": PERSON, "pin": PIN, "mode": ["plantedNote"]})),
    ] {
        let told = client.call(tool, arguments.clone());
        let reason = told.refused();
        for planted in PLANTED {
            assert!(!reason.contains(planted), "{arguments}: {reason}");
        }
    }
    // No such tool: nobody knows which of its arguments would have been sensitive.
    client.request(
        "tools/call",
        json!({"name": "lookup", "arguments": {"person": PERSON, "plantedName": PIN}}),
    );
    assert_eq!(rig.backend.take().len(), 0);
    let stderr = client.stderr();
    assert!(client.close().success());
    assert_nowhere(home.path(), &stderr);
    let records = audit::of_tool(home.path(), "lookup");
    assert_eq!(records[0]["layer"], "unknown_tool");
    hmac(&records[0]["parameters"]["*"]);
    assert_eq!(audit::records(home.path()).iter().filter(|record| record["status"] == "refused").count(), 16);
}

#[test]
fn a_digest_cannot_be_made_without_the_key_of_the_log() {
    let rig = rig();
    // The same value in two homes, and in two segments of one: nothing to compare, and nothing that a plain hash gives.
    let mut seen = vec![agent::hex(&[PERSON.as_bytes()])];
    let home = Home::new();
    let other = Home::new();
    for home in [&home, &home, &other] {
        let mut client = Client::connect(&rig.agent, home.path());
        client.call("look_up", json!({"person": PERSON, "pin": PIN}));
        assert!(client.close().success());
    }
    for home in [&home, &other] {
        for record in audit::records(home.path()).iter().filter(|record| record["event"] == "http_bridge") {
            seen.push(hmac(&record["parameters"]["person"]).to_owned());
        }
    }
    assert_eq!(seen.len(), 4);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 4, "{seen:?}");
    // The verifier knows all of them.
    let found = run_at(home.path(), &["audit", "digest", "--format", "json"], PERSON);
    let said = String::from_utf8_lossy(&found.stdout).into_owned();
    for line in said.lines() {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        assert!(seen.iter().any(|digest| *digest == line["hmac"]) && line["records"] == 1, "{line}");
    }
    assert_eq!(said.lines().count(), 2, "{said}");
}
