//! What a client sees of a held call, in both eras of the protocol. What it may not do is among the attacks.

use std::time::Duration;

use heddle_tests::approvals::{answer, approvals, history, keepers_home, rig, ticket_in, ticket_of};
use heddle_tests::client::{CallResult, Client, PATIENCE};
use serde_json::{Value, json};

const DELETE: &str = "delete_dashboard";

fn call(id: u64) -> Value {
    json!({"name": DELETE, "arguments": {"id": id}})
}

#[test]
fn a_client_that_shows_nothing_gets_a_result_that_says_what_to_do() {
    let (rig, home) = (rig(), keepers_home());
    for shakes_hands in [true, false] {
        let mut client = Client::start(&rig.agent, home.path());
        if shakes_hands {
            client.initialize();
        }
        let result = client.call(DELETE, json!({"id": 1}));
        let ticket = ticket_of(&result);
        for words in [
            "rule `tier 4` holds this call",
            "Nothing was sent",
            &format!("`heddle approvals show {ticket}`"),
            "calling again with the same arguments runs the call, once",
        ] {
            assert!(result.refused().contains(words), "{words}: {}", result.text);
        }
    }
}

#[test]
fn a_user_of_2025_is_shown_the_hold_and_the_call_runs_when_the_operator_says_yes() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::start(&rig.agent, home.path());
    client.capabilities = json!({"elicitation": {}});
    client.initialize();
    let id = client.ask("tools/call", call(2));
    let question = client.receive(PATIENCE).expect("the hold is shown");
    assert_eq!(question["method"], "elicitation/create", "{question}");
    let message = question["params"]["message"].as_str().expect("a message");
    assert!(
        message.contains("holds this call") && message.contains("Nothing that you choose here approves it")
    );
    let choices = &question["params"]["requestedSchema"]["properties"]["answer"]["enum"];
    assert_eq!(choices, &json!(["I have asked my operator", "cancel the call"]), "{question}");
    // The user does not answer, the operator does.
    answer(home.path(), &["approve", &ticket_in(message)]);
    let withdrawn = client.receive(PATIENCE).expect("the question is taken back");
    assert_eq!(withdrawn["method"], "notifications/cancelled", "{withdrawn}");
    assert_eq!(withdrawn["params"]["requestId"], question["id"]);
    CallResult::of(&client.answer(&json!(id))).ok();
    assert_eq!(rig.backend.take_one().target, "/dashboards/2");
}

#[test]
fn a_user_who_cancels_gives_the_call_up() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::start(&rig.agent, home.path());
    client.capabilities = json!({"elicitation": {"form": {}}});
    client.initialize();
    for (number, said) in [
        json!({"action": "cancel"}),
        json!({"action": "decline"}),
        json!({"action": "accept", "content": {"answer": "cancel the call"}}),
    ]
    .into_iter()
    .enumerate()
    {
        let id = client.ask("tools/call", call(10 + number as u64));
        let question = client.receive(PATIENCE).expect("the hold is shown");
        let ticket = ticket_in(question["params"]["message"].as_str().expect("a message"));
        client.send(&json!({"jsonrpc": "2.0", "id": question["id"], "result": said}));
        let result = CallResult::of(&client.answer(&json!(id)));
        assert!(result.refused().contains("was withdrawn"), "{}", result.text);
        let late = approvals(home.path(), &["approve", &ticket]);
        assert_eq!(late.status.code(), Some(1), "{late:?}");
    }
    assert!(rig.backend.take().is_empty());
    let actions: Vec<String> = history(home.path()).into_iter().map(|(_, action)| action).collect();
    assert_eq!(actions, ["requested", "withdrawn"].repeat(3));
}

#[test]
fn a_client_that_cannot_show_after_all_gets_the_result() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::start(&rig.agent, home.path());
    client.capabilities = json!({"elicitation": {}});
    client.initialize();
    let id = client.ask("tools/call", call(20));
    let question = client.receive(PATIENCE).expect("the hold is shown");
    let error = json!({"code": -32601, "message": "no"});
    client.send(&json!({"jsonrpc": "2.0", "id": question["id"], "error": error}));
    ticket_of(&CallResult::of(&client.answer(&json!(id))));
    assert!(rig.backend.take().is_empty());
}

#[test]
fn a_user_of_2026_is_shown_the_hold_between_the_halves_of_the_call() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::start(&rig.agent, home.path());
    client.capabilities = json!({"elicitation": {"form": {}}});
    let shown = client.request("tools/call", call(30))["result"].clone();
    assert_eq!(shown["resultType"], "input_required", "{shown}");
    let question = &shown["inputRequests"]["hold"];
    assert_eq!(question["method"], "elicitation/create", "{shown}");
    let ticket = ticket_in(question["params"]["message"].as_str().expect("a message"));
    answer(home.path(), &["approve", &ticket]);
    let mut again = call(30);
    again["requestState"] = shown["requestState"].clone();
    again["inputResponses"] =
        json!({"hold": {"action": "accept", "content": {"answer": "I have asked my operator"}}});
    CallResult::of(&client.request("tools/call", again.clone())).ok();
    assert_eq!(rig.backend.take_one().target, "/dashboards/30");
    // Once: neither the state nor the approval is good for more.
    CallResult::of(&client.request("tools/call", again)).refused();
    // The state of one call is none of another.
    let shown = client.request("tools/call", call(31))["result"].clone();
    let mut other = call(32);
    other["requestState"] = shown["requestState"].clone();
    let result = CallResult::of(&client.request("tools/call", other));
    assert!(result.refused().contains("it is for another call"), "{}", result.text);
    // The user of this one gives it up, although the operator agreed.
    answer(home.path(), &["approve", &ticket_in(&shown.to_string())]);
    let mut given_up = call(31);
    given_up["requestState"] = shown["requestState"].clone();
    given_up["inputResponses"] = json!({"hold": {"action": "cancel"}});
    let result = CallResult::of(&client.request("tools/call", given_up));
    assert!(result.refused().contains("was withdrawn"), "{}", result.text);
    assert!(rig.backend.take().is_empty());
}

#[test]
fn a_call_that_waits_tells_its_progress_and_runs_when_the_answer_comes() {
    let (rig, home) = (rig(), keepers_home());
    for shakes_hands in [true, false] {
        let mut client = Client::start(&rig.agent, home.path());
        if shakes_hands {
            client.initialize();
        }
        let service = if shakes_hands { "web" } else { "mail" };
        let params = json!({
            "name": "restart", "arguments": {"service": service}, "_meta": {"progressToken": "tick"},
        });
        let id = client.ask("tools/call", params);
        let first = client.receive(PATIENCE).expect("progress");
        assert_eq!(first["method"], "notifications/progress", "{first}");
        assert_eq!(first["params"]["progressToken"], "tick");
        let ticket = ticket_in(first["params"]["message"].as_str().expect("a message"));
        let second = client.receive(PATIENCE).expect("more progress");
        assert!(second["params"]["progress"].as_f64() > first["params"]["progress"].as_f64(), "{second}");
        assert!(rig.backend.take().is_empty());
        answer(home.path(), &["approve", &ticket]);
        CallResult::of(&client.answer(&json!(id))).ok();
        assert_eq!(rig.backend.take_one().json(), json!({"service": service}));
    }
}

#[test]
fn a_call_that_waits_can_be_cancelled_and_a_no_ends_it() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::connect(&rig.agent, home.path());
    let params = |service: &str| json!({"name": "restart", "arguments": {"service": service}, "_meta": {"progressToken": 1}});
    let id = client.ask("tools/call", params("web"));
    client.receive(PATIENCE).expect("progress");
    client.send(&json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}}));
    client.call("status", json!({})).ok();
    rig.backend.take();

    let id = client.ask("tools/call", params("mail"));
    let progress = client.receive(PATIENCE).expect("progress");
    answer(home.path(), &["deny", &ticket_in(progress["params"]["message"].as_str().expect("a message"))]);
    let result = CallResult::of(&client.answer(&json!(id)));
    assert!(result.refused().contains("denied ticket"), "{}", result.text);
    std::thread::sleep(Duration::from_millis(300));
    assert!(rig.backend.take().is_empty());
    client.close();
    let cancelled = heddle_tests::audit::of_tool(home.path(), "restart");
    assert!(cancelled.iter().any(|record| record["status"] == "cancelled"), "{cancelled:#?}");
}

#[test]
fn calls_that_wait_leave_room_for_others() {
    const PLACES: usize = 64;
    let (rig, home) = (rig(), keepers_home());
    let mut client = Client::connect(&rig.agent, home.path());
    let restart = json!({"name": "restart", "arguments": {"service": "web"}});
    let mut held = Vec::new();
    // More than a server works on at once; those that find no place to wait in are told at once that they are held.
    for round in 0..2 {
        for _ in 0..200 {
            client.ask("tools/call", restart.clone());
        }
        for _ in 0..if round == 0 { 200 - PLACES } else { 200 } {
            held.push(client.receive(PATIENCE).expect("no place to wait in"));
        }
    }
    let ticket = ticket_of(&CallResult::of(&held[0]));
    assert!(held.iter().all(|answer| ticket_of(&CallResult::of(answer)) == ticket));
    client.call("status", json!({})).ok();
    assert_eq!(rig.backend.take().len(), 1);
    answer(home.path(), &["approve", &ticket]);
    let waited: Vec<Value> =
        (0..PLACES).map(|_| client.receive(PATIENCE).expect("an answer to one that waited")).collect();
    let ran = waited.iter().filter(|answer| !CallResult::of(answer).is_error).count();
    assert_eq!((ran, rig.backend.take().len()), (1, 1));
}
