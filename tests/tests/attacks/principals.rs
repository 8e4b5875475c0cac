//! Several principals on one server: none of them answers, uses or hides behind what belongs to another.

use heddle_tests::approvals::{answer, keepers_home, rig, ticket_of};
use heddle_tests::audit;
use heddle_tests::client::CallResult;
use heddle_tests::home;
use heddle_tests::http::{Server, bearer, tokens};
use serde_json::{Value, json};

const DELETE: &str = "delete_dashboard";

fn request(id: u64, number: u64) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call",
        "params": {"name": DELETE, "arguments": {"id": number}}})
}

#[test]
fn an_approval_is_its_principals_alone() {
    let (rig, home) = (rig(), keepers_home());
    let [ada, bob] = ["ada", "bob"].map(|name| bearer(&tokens(home.path(), &["add", "keeper", name])));
    let server = Server::start(&rig.agent, home.path());
    let ask = |token: &str| {
        let params = json!({"name": DELETE, "arguments": {"id": 7}});
        let answer = server.stateless(&[("authorization", token)], &json!(1), "tools/call", params);
        CallResult::of(&answer.json())
    };
    let (of_ada, of_bob) = (ticket_of(&ask(&ada)), ticket_of(&ask(&bob)));
    assert_ne!(of_ada, of_bob);
    let shown = answer(home.path(), &["show", &of_ada]);
    assert!(shown.contains("token:ada") && !shown.contains("token:bob"), "{shown}");
    answer(home.path(), &["approve", &of_ada]);
    assert_eq!(ticket_of(&ask(&bob)), of_bob, "the yes was for somebody else");
    assert!(rig.backend.take().is_empty());
    ask(&ada).ok();
    assert_eq!(rig.backend.take_one().target, "/dashboards/7");
    ask(&bob).refused();
    assert!(rig.backend.take().is_empty());
}

#[test]
fn nobody_asks_so_often_that_others_cannot() {
    let (rig, home) = (rig(), keepers_home());
    let [ada, bob] = ["ada", "bob"].map(|name| bearer(&tokens(home.path(), &["add", "keeper", name])));
    let server = Server::start(&rig.agent, home.path());
    let ask = |token: &str, id: u64| {
        let params = json!({"name": DELETE, "arguments": {"id": id}});
        let answer = server.stateless(&[("authorization", token)], &json!(1), "tools/call", params);
        CallResult::of(&answer.json())
    };
    for id in 1..=50 {
        ticket_of(&ask(&ada, id));
    }
    let refused = ask(&ada, 51);
    assert!(
        refused.refused().contains("50 calls of this caller wait for a human already"),
        "{}",
        refused.text
    );
    ticket_of(&ask(&bob, 51));
    // What waits already goes on.
    ticket_of(&ask(&ada, 7));
    assert!(rig.backend.take().is_empty());
}

#[test]
fn a_question_is_answered_in_its_own_session_alone() {
    let (rig, home) = (rig(), keepers_home());
    let [ada, bob] = ["ada", "bob"].map(|name| bearer(&tokens(home.path(), &["add", "keeper", name])));
    let server = Server::start(&rig.agent, home.path());
    let forms = json!({"elicitation": {}});
    let of_ada = server.initialize_with(&[("authorization", &ada)], forms.clone());
    let of_bob = server.initialize_with(&[("authorization", &bob)], forms);
    let mut stream = server.stream(&[("authorization", &ada), ("mcp-session-id", &of_ada)], &request(1, 8));
    let question = stream.event().expect("the hold is shown");
    let cancel = json!({"jsonrpc": "2.0", "id": question["id"], "result": {"action": "cancel"}});
    let others = [("authorization", bob.as_str()), ("mcp-session-id", of_bob.as_str())];
    assert_eq!(server.post(&others, &cancel).status, 202);
    let stolen = [("authorization", bob.as_str()), ("mcp-session-id", of_ada.as_str())];
    assert_eq!(server.post(&stolen, &cancel).status, 404);
    // It is still open: its own session's answer is the one that counts.
    let own = [("authorization", ada.as_str()), ("mcp-session-id", of_ada.as_str())];
    let goes_on = json!({"action": "accept", "content": {"answer": "I have asked my operator"}});
    let reply = json!({"jsonrpc": "2.0", "id": question["id"], "result": goes_on});
    assert_eq!(server.post(&own, &reply).status, 202);
    let result = CallResult::of(&stream.event().expect("an answer"));
    assert!(result.refused().contains("holds this call"), "{}", result.text);
    assert!(rig.backend.take().is_empty());
}

#[test]
fn a_state_of_one_principal_is_none_of_another() {
    let (rig, home) = (rig(), keepers_home());
    let [ada, bob] = ["ada", "bob"].map(|name| bearer(&tokens(home.path(), &["add", "keeper", name])));
    let server = Server::start(&rig.agent, home.path());
    let ask = |token: &str, state: Option<&Value>| {
        let mut params = json!({"name": DELETE, "arguments": {"id": 9},
            "_meta": {"io.modelcontextprotocol/clientCapabilities": {"elicitation": {}}}});
        if let Some(state) = state {
            params["requestState"] = state.clone();
        }
        server.stateless(&[("authorization", token)], &json!(1), "tools/call", params).json()
    };
    let state = ask(&ada, None)["result"]["requestState"].clone();
    assert!(state.is_string(), "{state}");
    let refused = CallResult::of(&ask(&bob, Some(&state)));
    assert!(refused.refused().contains("it is for another call"), "{}", refused.text);
    // It was not used up by that.
    let held = CallResult::of(&ask(&ada, Some(&state)));
    assert!(held.refused().contains("holds this call"), "{}", held.text);
    assert!(rig.backend.take().is_empty());
}

#[test]
fn the_log_says_who_asked() {
    let (rig, home) = (rig(), keepers_home());
    let ada = bearer(&tokens(home.path(), &["add", "keeper", "ada"]));
    let reader = bearer(&tokens(home.path(), &["add", "keeper", "eve", "--read-only"]));
    let server = Server::start(&rig.agent, home.path());
    let ask = |token: &str, tool: &str, arguments: Value| {
        let params = json!({"name": tool, "arguments": arguments});
        server.stateless(&[("authorization", token)], &json!(1), "tools/call", params)
    };
    let ticket = ticket_of(&CallResult::of(&ask(&ada, DELETE, json!({"id": 1})).json()));
    answer(home.path(), &["approve", &ticket]);
    CallResult::of(&ask(&ada, DELETE, json!({"id": 1})).json()).ok();
    CallResult::of(&ask(&reader, "status", json!({})).json()).ok();
    assert_eq!(ask(&reader, DELETE, json!({"id": 2})).status, 403);
    ask(&reader, "no_such_tool", json!({}));
    rig.backend.take();
    let records = audit::records(home.path());
    let agents: Vec<&Value> = records.iter().filter(|record| record["agent"] == "keeper").collect();
    for record in &agents {
        let by = match (record["event"].as_str(), record["tool"].as_str()) {
            (Some("agent_lifecycle" | "anomaly"), _) => json!(null),
            (Some("credential_access"), _) => json!("token:ada"),
            (_, Some("status" | "no_such_tool")) => json!("token:eve"),
            (Some("tool_call"), Some(DELETE)) if record["layer"] == "access_mode" => json!("token:eve"),
            (_, Some(DELETE)) => json!("token:ada"),
            _ => panic!("{record}"),
        };
        assert_eq!(record["principal"], by, "{record}");
    }
    for event in ["http_bridge", "tool_call", "credential_access", "approval"] {
        assert!(agents.iter().any(|record| record["event"] == event), "no {event}");
    }
    let mut show = home::heddle();
    show.env("HEDDLE_HOME", home.path()).args([
        "audit",
        "show",
        "--principal",
        "token:eve",
        "--format",
        "json",
    ]);
    let shown = String::from_utf8(show.output().expect("heddle runs").stdout).expect("text");
    let of_eve = agents.iter().filter(|record| record["principal"] == "token:eve").count();
    assert_eq!((shown.lines().count(), shown.contains("token:ada")), (of_eve, false), "{shown}");
    let verified = home::heddle().env("HEDDLE_HOME", home.path()).args(["audit", "verify"]).output();
    assert!(verified.expect("heddle runs").status.success());
}

#[test]
fn a_client_on_standard_input_is_nobody_in_particular() {
    let (rig, home) = (rig(), keepers_home());
    let mut client = heddle_tests::client::Client::connect(&rig.agent, home.path());
    client.call("status", json!({})).ok();
    client.call(DELETE, json!({"id": 3})).refused();
    assert!(client.close().success());
    let records = audit::records(home.path());
    assert!(
        records.len() > 4 && records.iter().all(|record| record.get("principal").is_none()),
        "{records:#?}"
    );
    rig.backend.take();
}
