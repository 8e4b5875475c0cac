//! What a client sees of a held call over HTTP, in both eras of the protocol.

use std::time::{Duration, Instant};

use heddle_tests::approvals::{answer, approvals, history, keepers_home, rig, ticket_in, ticket_of};
use heddle_tests::audit;
use heddle_tests::client::CallResult;
use heddle_tests::http::{self, Server};
use heddle_tests::schema::check;
use serde_json::{Value, json};

const DELETE: &str = "delete_dashboard";

fn call(id: u64) -> Value {
    json!({"name": DELETE, "arguments": {"id": id}})
}

fn request(id: u64, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
}

/// The parameters of a request of 2026-07-28 by a client that can show forms.
fn with_forms(mut params: Value) -> Value {
    params["_meta"] = json!({"io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}});
    params
}

fn actions(home: &std::path::Path) -> Vec<String> {
    history(home).into_iter().map(|(_, action)| action).collect()
}

#[test]
fn a_held_call_runs_once_after_the_operator_said_yes() {
    let (rig, home) = (rig(), keepers_home());
    let server = Server::start(&rig.agent, home.path());
    let ask = || CallResult::of(&server.stateless(&[], &json!(1), "tools/call", call(1)).json());
    let ticket = ticket_of(&ask());
    assert_eq!(ticket_of(&ask()), ticket);
    assert!(rig.backend.take().is_empty());
    answer(home.path(), &["approve", &ticket]);
    ask().ok();
    assert_eq!(rig.backend.take_one().target, "/dashboards/1");
    assert_ne!(ticket_of(&ask()), ticket, "a yes is for one run");
    assert!(rig.backend.take().is_empty());
    // In a session it is the same call, of the same nobody.
    let second = ticket_of(&ask());
    let session = server.initialize(&[]);
    let in_session = || server.post(&[("mcp-session-id", &session)], &request(1, call(1))).json();
    assert_eq!(ticket_of(&CallResult::of(&in_session())), second);
    answer(home.path(), &["approve", &second]);
    CallResult::of(&in_session()).ok();
    assert_eq!(rig.backend.take().len(), 1);
}

#[test]
fn a_user_of_2025_is_shown_the_hold_on_the_stream_of_the_call() {
    let (rig, home) = (rig(), keepers_home());
    let server = Server::start(&rig.agent, home.path());
    let session = server.initialize_with(&[], json!({"elicitation": {}}));
    let fields = [("mcp-session-id", session.as_str()), ("mcp-protocol-version", "2025-11-25")];
    let mut stream = server.stream(&fields, &request(7, call(2)));
    let question = stream.event().expect("the hold is shown");
    assert_eq!(question["method"], "elicitation/create", "{question}");
    let message = question["params"]["message"].as_str().expect("a message");
    assert!(message.contains("Nothing that you choose here approves it"), "{message}");
    // The user does not answer, the operator does.
    answer(home.path(), &["approve", &ticket_in(message)]);
    let withdrawn = stream.event().expect("the question is taken back");
    check("2025-11-25", "ElicitRequest", &question);
    check("2025-11-25", "CancelledNotification", &withdrawn);
    assert_eq!(withdrawn["method"], "notifications/cancelled", "{withdrawn}");
    assert_eq!(withdrawn["params"]["requestId"], question["id"]);
    let last = stream.event().expect("an answer");
    assert_eq!(last["id"], 7);
    CallResult::of(&last).ok();
    assert!(stream.event().is_none(), "the answer is the last message");
    assert_eq!(rig.backend.take_one().target, "/dashboards/2");
    // Whoever began the session is in the ticket, as they said it.
    let mut stream = server.stream(&fields, &request(8, call(3)));
    let question = stream.event().expect("the hold is shown");
    let shown = answer(home.path(), &["show", &ticket_in(&question.to_string())]);
    assert!(shown.contains("tests 1"), "{shown}");
}

#[test]
fn the_user_of_a_session_gives_the_call_up_or_goes_on() {
    let (rig, home) = (rig(), keepers_home());
    let server = Server::start(&rig.agent, home.path());
    let session = server.initialize_with(&[], json!({"elicitation": {"form": {}}}));
    let fields = [("mcp-session-id", session.as_str()), ("mcp-protocol-version", "2025-11-25")];
    for (number, said, ends) in [
        (10, json!({"result": {"action": "cancel"}}), "was withdrawn"),
        (11, json!({"result": {"action": "decline"}}), "was withdrawn"),
        (
            12,
            json!({"result": {"action": "accept", "content": {"answer": "cancel the call"}}}),
            "was withdrawn",
        ),
        (13, json!({"result": {"action": "accept", "content": {"answer": "approve"}}}), "holds this call"),
        (14, json!({"error": {"code": -32601, "message": "no"}}), "holds this call"),
    ] {
        let mut stream = server.stream(&fields, &request(number, call(number)));
        let question = stream.event().expect("the hold is shown");
        let mut reply = said;
        reply["jsonrpc"] = json!("2.0");
        reply["id"] = question["id"].clone();
        let taken = server.post(&fields, &reply);
        assert_eq!((taken.status, taken.body.len()), (202, 0));
        let result = CallResult::of(&stream.event().expect("an answer"));
        assert!(result.refused().contains(ends), "{number}: {}", result.text);
    }
    assert!(rig.backend.take().is_empty());
    let withdrawn = actions(home.path()).into_iter().filter(|action| action == "withdrawn").count();
    assert_eq!(withdrawn, 3);
}

#[test]
fn who_cannot_be_asked_gets_the_result() {
    let (rig, home) = (rig(), keepers_home());
    let server = Server::start(&rig.agent, home.path());
    let plain = server.initialize(&[]);
    let forms = server.initialize_with(&[], json!({"elicitation": {}}));
    // One declares no forms, the other takes no stream.
    for fields in [
        vec![("mcp-session-id", plain.as_str())],
        vec![("mcp-session-id", forms.as_str()), ("accept", "application/json")],
    ] {
        let began = Instant::now();
        let answer = server.post(&fields, &request(1, call(20)));
        assert_eq!(answer.header("content-type"), Some("application/json"));
        ticket_of(&CallResult::of(&answer.json()));
        assert!(began.elapsed() < Duration::from_secs(10), "nobody waits for an answer that cannot come");
    }
    // Who hangs up is not waited for either; the ticket stays.
    let mut stream = server.stream(&[("mcp-session-id", &forms)], &request(2, call(21)));
    stream.event().expect("the hold is shown");
    drop(stream);
    let end = Instant::now() + Duration::from_secs(10);
    while !audit::of_tool(home.path(), DELETE).iter().any(|record| record["status"] == "cancelled") {
        assert!(Instant::now() < end, "the call goes on without its client");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(rig.backend.take().is_empty());
}

#[test]
fn a_user_of_2026_is_shown_the_hold_between_the_halves_of_the_call() {
    let (rig, home) = (rig(), keepers_home());
    let server = Server::start(&rig.agent, home.path());
    let ask = |params| server.stateless(&[], &json!(1), "tools/call", with_forms(params)).json();
    let shown = ask(call(30))["result"].clone();
    assert_eq!(shown["resultType"], "input_required", "{shown}");
    check("2026-07-28", "InputRequiredResult", &shown);
    let question = &shown["inputRequests"]["hold"];
    assert_eq!(question["method"], "elicitation/create", "{shown}");
    let ticket = ticket_in(question["params"]["message"].as_str().expect("a message"));
    answer(home.path(), &["approve", &ticket]);
    let mut again = call(30);
    again["requestState"] = shown["requestState"].clone();
    again["inputResponses"] =
        json!({"hold": {"action": "accept", "content": {"answer": "I have asked my operator"}}});
    CallResult::of(&ask(again.clone())).ok();
    assert_eq!(rig.backend.take_one().target, "/dashboards/30");
    CallResult::of(&ask(again)).refused();
    assert!(rig.backend.take().is_empty());
}

#[test]
fn a_call_that_waits_tells_its_progress_and_can_be_given_up() {
    let (rig, home) = (rig(), keepers_home());
    let server = Server::start(&rig.agent, home.path());
    let restart = |service: &str| json!({"name": "restart", "arguments": {"service": service}, "_meta": {"progressToken": "tick"}});
    let newest =
        [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/call"), ("mcp-name", "restart")];
    let mut stream = server.stream(&newest, &http::stateless(&json!(1), "tools/call", restart("mail")));
    let first = stream.event().expect("progress");
    assert_eq!(first["method"], "notifications/progress", "{first}");
    assert_eq!(first["params"]["progressToken"], "tick");
    let ticket = ticket_in(first["params"]["message"].as_str().expect("a message"));
    assert!(rig.backend.take().is_empty());
    answer(home.path(), &["approve", &ticket]);
    let last = std::iter::from_fn(|| stream.event()).last().expect("an answer");
    CallResult::of(&last).ok();
    assert_eq!(rig.backend.take_one().json(), json!({"service": "mail"}));

    // Given up in its session, and by hanging up: the ticket is open, and nothing waits for it.
    let session = server.initialize(&[]);
    let fields = [("mcp-session-id", session.as_str())];
    let mut stream = server.stream(&fields, &request(5, restart("web")));
    stream.event().expect("progress");
    let give_up = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 5}});
    assert_eq!(server.post(&fields, &give_up).status, 202);
    let rest: Vec<Value> = std::iter::from_fn(|| stream.event()).collect();
    assert!(rest.iter().all(|event| event["method"] == "notifications/progress"), "{rest:?}");
    let mut stream = server.stream(&newest, &http::stateless(&json!(2), "tools/call", restart("db")));
    stream.event().expect("progress");
    drop(stream);
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let records = audit::of_tool(home.path(), "restart");
        if records.iter().filter(|record| record["status"] == "cancelled").count() == 2 {
            break;
        }
        assert!(Instant::now() < end, "{records:#?}");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(rig.backend.take().is_empty());
    let listed = String::from_utf8(approvals(home.path(), &["list"]).stdout).expect("text");
    assert_eq!(listed.matches("keeper restart").count(), 2, "{listed}");
}
