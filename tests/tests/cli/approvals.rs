use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use heddle_tests::approvals::{answer, approvals, keepers_home, open_tickets, rig, ticket_of};
use heddle_tests::client::Client;
use heddle_tests::home;
use serde_json::{Value, json};

use super::{ended, err, out};

#[test]
fn a_ticket_is_listed_shown_and_answered_once() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::connect(&rig.agent, home.path());
    assert_eq!(out(&approvals(home.path(), &["list"])), "");
    let ticket = ticket_of(&client.call("smart_load", json!({"model_name": "a\u{202e}27b"})));
    let list = answer(home.path(), &[]);
    assert!(
        list.contains(&ticket) && list.contains("waits") && list.contains("rule `large-model-load`"),
        "{list}"
    );
    let shown = answer(home.path(), &["show", &ticket[..6]]);
    for words in [
        "rule `large-model-load`: Loading a model",
        "heddle-tests 1 (its own words)",
        "POST http://",
        "content-type: application/json",
        // What could steer the reader's screen is written out.
        r#"{"model":"a\u{202e}27b"}"#,
    ] {
        assert!(shown.contains(words), "{words}:\n{shown}");
    }
    let listed: Value = serde_json::from_str(&answer(home.path(), &["list", "--format", "json"])).unwrap();
    assert_eq!(listed[0]["ticket"]["arguments"], json!({"model_name": "a\u{202e}27b"}));
    assert_eq!(listed[0]["state"], "waits");
    for arguments in [&["list", "--format", "json"][..], &["show", &ticket, "--format", "json"]] {
        let json = answer(home.path(), arguments);
        assert!(!json.contains('\u{202e}') && json.contains("\\u202e"), "{json}");
    }

    ended(&approvals(home.path(), &["approve", &ticket, "--reason", "fine"]), 0);
    let again = approvals(home.path(), &["deny", &ticket]);
    ended(&again, 1);
    assert!(err(&again).contains("was approved by") && err(&again).contains("already"), "{}", err(&again));
    let shown: Value =
        serde_json::from_str(&answer(home.path(), &["show", &ticket, "--format", "json"])).unwrap();
    let by = &shown["answer"]["by"];
    assert!(by["uid"].is_u64() && by["host"].as_str().is_some_and(|host| !host.is_empty()), "{shown}");
    assert_eq!((&shown["answer"]["reason"], &by["tty"]), (&json!("fine"), &Value::Null));

    client.call("smart_load", json!({"model_name": "a\u{202e}27b"})).ok();
    assert_eq!(answer(home.path(), &["list"]), "no call is held\n");
    assert!(answer(home.path(), &["list", "--all"]).contains("redeemed"));
    let late = approvals(home.path(), &["approve", &ticket]);
    ended(&late, 1);
    assert!(err(&late).contains("is over: its yes was used"), "{}", err(&late));
}

#[test]
fn a_no_is_told_to_the_caller_and_put_on_record() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::connect(&rig.agent, home.path());
    let ticket = ticket_of(&client.call("delete_dashboard", json!({"id": 1})));
    answer(home.path(), &["deny", &ticket, "--reason", "not before the backup"]);
    let result = client.call("delete_dashboard", json!({"id": 1}));
    assert!(
        result.refused().contains(&format!("denied ticket {ticket}: not before the backup")),
        "{}",
        result.text
    );
    assert!(rig.backend.take().is_empty());
    drop(client);
    let show = ["audit", "show", "--event", "approval", "--agent", "@operator", "--format", "json"];
    let output = home::heddle().env("HEDDLE_HOME", home.path()).args(show).output().unwrap();
    let record: Value = serde_json::from_str(out(&output).trim()).unwrap();
    assert_eq!((&record["action"], &record["of"]), (&json!("denied"), &json!("keeper")), "{record}");
    assert!(record["by"].as_str().is_some_and(|by| by.contains("(uid ")), "{record}");
    assert_eq!(record["detail"], "not before the backup");
}

#[test]
fn an_answer_needs_a_ticket_that_can_be_told_from_others_and_is_in_time() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::connect(&rig.agent, home.path());
    ended(&approvals(home.path(), &["approve", "123"]), 2);
    ended(&approvals(home.path(), &["approve", "../../../etc"]), 2);
    ended(&approvals(home.path(), &["approve", "abcdef123456"]), 1);
    let ticket = ticket_of(&client.call("flush", json!({})));
    std::thread::sleep(Duration::from_millis(2100));
    let late = approvals(home.path(), &["approve", &ticket]);
    ended(&late, 1);
    assert!(err(&late).contains("expired at"), "{}", err(&late));
    assert!(answer(home.path(), &["list", "--all"]).contains("expired"));
    assert!(rig.backend.take().is_empty());
}

#[test]
fn what_cannot_be_put_on_record_is_not_answered() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::connect(&rig.agent, home.path());
    let ticket = ticket_of(&client.call("delete_dashboard", json!({"id": 1})));
    fs::rename(home.path().join("audit/key"), home.path().join("audit/gone")).unwrap();
    let output = approvals(home.path(), &["approve", &ticket]);
    ended(&output, 1);
    assert!(err(&output).contains("nothing can be put on record"), "{}", err(&output));
    client.call("delete_dashboard", json!({"id": 1})).refused();
    assert!(rig.backend.take().is_empty());
}

#[test]
fn a_watch_shows_each_held_call_and_runs_the_operators_command() {
    let (rig, home) = (rig(), keepers_home());
    let told = home.path().join("told");
    let script = format!("printf '%s %s\\n' \"$HEDDLE_TICKET\" \"$HEDDLE_RULE\" >> '{}'", told.display());
    home.write("operator.yaml", &serde_json::to_string(&json!({"notify": ["sh", "-c", script]})).unwrap());
    let mut client = Client::connect(&rig.agent, home.path());
    let mut watch = home::heddle()
        .env("HEDDLE_HOME", home.path())
        .args(["approvals", "--watch"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let (sender, seen) = channel();
    std::thread::spawn(move || {
        while let Some(Ok(line)) = lines.next() {
            let _ = sender.send(line);
        }
    });
    let wait_for = |words: &str| {
        let end = Instant::now() + Duration::from_secs(20);
        while let Ok(line) = seen.recv_timeout(end.saturating_duration_since(Instant::now())) {
            if line.contains(words) {
                return;
            }
        }
        panic!("the watch never said {words}");
    };
    let ticket = ticket_of(&client.call("smart_load", json!({"model_name": "27b"})));
    wait_for(&format!("{ticket}  waits"));
    wait_for(&format!("heddle approvals show {ticket}"));
    answer(home.path(), &["approve", &ticket]);
    wait_for(&format!("{ticket}  approved"));
    client.call("smart_load", json!({"model_name": "27b"})).ok();
    wait_for(&format!("{ticket}  redeemed"));
    let end = Instant::now() + Duration::from_secs(20);
    while fs::read_to_string(&told).unwrap_or_default() != format!("{ticket} large-model-load\n") {
        assert!(Instant::now() < end, "told: {:?}", fs::read_to_string(&told));
        std::thread::sleep(Duration::from_millis(20));
    }
    // Nobody answers in time, the agent is gone, and it is on record all the same.
    let ticket = ticket_of(&client.call("flush", json!({})));
    drop(client);
    wait_for(&format!("{ticket}  expired"));
    watch.kill().unwrap();
    watch.wait().unwrap();
    assert!(open_tickets(home.path()).is_empty());
    let last = heddle_tests::approvals::history(home.path()).pop().unwrap();
    assert_eq!(last, ("@operator".to_owned(), "expired".to_owned()));
}

#[test]
fn a_watch_tells_of_every_call_and_of_a_command_that_fails() {
    let (rig, home) = (rig(), keepers_home());
    let told = home.path().join("told");
    let script = format!("sleep 0.2; printf '%s\\n' \"$HEDDLE_TICKET\" >> '{}'; exit 3", told.display());
    home.write("operator.yaml", &serde_json::to_string(&json!({"notify": ["sh", "-c", script]})).unwrap());
    let mut client = Client::connect(&rig.agent, home.path());
    // More than run at once.
    let mut tickets: Vec<String> =
        (1..=20).map(|id| ticket_of(&client.call("delete_dashboard", json!({"id": id})))).collect();
    let mut watch = home::heddle()
        .env("HEDDLE_HOME", home.path())
        .args(["approvals", "--watch"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    let lines = || {
        let text = fs::read_to_string(&told).unwrap_or_default();
        text.lines().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    while lines().len() < tickets.len() {
        assert!(Instant::now() < end, "told: {:?}", lines());
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(700));
    watch.kill().unwrap();
    let said = watch.wait_with_output().unwrap();
    let mut told = lines();
    tickets.sort();
    told.sort();
    assert_eq!(told, tickets);
    assert!(err(&said).contains("the notify command failed: exit status: 3"), "{}", err(&said));
}

#[test]
fn a_pipe_among_the_tickets_is_not_waited_for() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::connect(&rig.agent, home.path());
    let ticket = ticket_of(&client.call("delete_dashboard", json!({"id": 1})));
    let file = open_tickets(home.path()).remove(0);
    fs::remove_file(&file).unwrap();
    assert!(std::process::Command::new("mkfifo").args(["-m", "600"]).arg(&file).status().unwrap().success());
    assert!(answer(home.path(), &["list"]).contains("is not a file"));
    let output = approvals(home.path(), &["approve", &ticket]);
    ended(&output, 1);
    assert!(err(&output).contains("is not a file"), "{}", err(&output));
    assert!(rig.backend.take().is_empty());
}

#[test]
fn a_command_that_others_could_have_written_is_not_run() {
    let home = keepers_home();
    home.write("operator.yaml", "notify: [touch, told]\n");
    let path = home.path().join("operator.yaml");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    let output = approvals(home.path(), &["--watch"]);
    ended(&output, 1);
    assert!(err(&output).contains("chmod 600"), "{}", err(&output));
    for (text, words) in [
        ("notify: touch told\n", "write `notify: [program, argument]`"),
        ("notify: [sh, -c, \"notify-send {rule}\"]\n", "into the text of a shell"),
        ("notifi: [a]\n", "notifi"),
        ("notify: [\"\"]\n", "names no program"),
    ] {
        home.write("operator.yaml", text);
        let output = approvals(home.path(), &["--watch"]);
        ended(&output, 1);
        assert!(err(&output).contains(words), "{text}: {}", err(&output));
    }
}
