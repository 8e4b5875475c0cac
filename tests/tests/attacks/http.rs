//! Serving over HTTP: who gets in, from where, and as whom.

use std::process::Command;
use std::sync::OnceLock;

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::backend::{Backend, Then, reply};
use heddle_tests::client::CallResult;
use heddle_tests::home::Home;
use heddle_tests::http::{Server, bearer, hello, tokens};
use serde_json::{Value, json};

const CONFIG: &str = r#"
agent:
  name: guarded
  version: "1.0.0"
  exposes:
    - { name: look, description: "Looks.", rate_limit: { per_minute: 1, burst: 3 } }
    - { name: change, description: "Changes something.", access: write }
  http_bridge:
    - { tool_name: look, method: GET, url: "{origin}/look" }
    - { tool_name: change, method: POST, url: "{origin}/change" }
  runtime:
    trust_tier: 2
"#;

pub fn guarded() -> &'static (Agent, Backend) {
    static AGENT: OnceLock<(Agent, Backend)> = OnceLock::new();
    AGENT.get_or_init(|| {
        let agent = agent::build("guarded", CONFIG);
        let backend = Backend::scripted(agent.backend, |_, stream| {
            reply(stream, 200, "application/json", b"{}");
            Then::Keep
        });
        (agent, backend)
    })
}

pub fn call(tool: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}}})
}

#[test]
fn a_page_in_a_browser_reaches_nothing() {
    let home = Home::new();
    let server = Server::start(&guarded().0, home.path());
    let port = server.address().port();
    let other = format!("evil.example:{port}");
    for host in [other.as_str(), "evil.example", "localhost", "169.254.169.254"] {
        assert_eq!(server.post(&[("host", host)], &hello()).status, 403, "Host: {host}");
    }
    let own = format!("http://127.0.0.1:{port}");
    for origin in ["null", "http://evil.example", "http://localhost:3000", "https://127.0.0.1"] {
        assert_eq!(server.post(&[("origin", origin)], &hello()).status, 403, "Origin: {origin}");
        let answer = server.request("OPTIONS", "/mcp", &[("origin", origin)], b"");
        assert!(answer.headers.iter().all(|(name, _)| !name.starts_with("access-control-")), "{answer:?}");
    }
    assert_eq!(server.post(&[("origin", &own)], &hello()).status, 200);
    // What a form can send without asking is no JSON.
    assert_eq!(server.post(&[("content-type", "text/plain")], &hello()).status, 415);
}

#[test]
fn off_the_loopback_it_does_not_start_without_tokens() {
    let home = Home::new();
    let agent = &guarded().0;
    for address in ["0.0.0.0:0", "[::]:0"] {
        let mut command = Command::new(&agent.binary);
        let output = command.args(["--http", address]).env_clear().env("HEDDLE_HOME", home.path()).output();
        let output = output.expect("the agent runs");
        assert_eq!(output.status.code(), Some(1), "{address}");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("heddle tokens add"), "{said}");
    }
    let token = tokens(home.path(), &["add", "guarded", "laptop"]);
    let server = Server::start_with(agent, home.path(), &["--http", "0.0.0.0:0"]);
    assert_eq!(server.post(&[], &hello()).status, 401);
    assert_eq!(server.post(&[("authorization", &bearer(&token))], &hello()).status, 200);
}

#[test]
fn a_token_lets_its_holder_in_until_it_is_taken_back() {
    let home = Home::new();
    let server = Server::start(&guarded().0, home.path());
    assert_eq!(server.post(&[], &hello()).status, 200, "nobody asked for a token");
    let token = tokens(home.path(), &["add", "guarded", "laptop"]);
    let spare = tokens(home.path(), &["add", "guarded", "spare"]);
    let strange = tokens(home.path(), &["add", "other", "laptop"]);
    let refused = server.post(&[], &hello());
    assert_eq!((refused.status, refused.header("www-authenticate")), (401, Some("Bearer")));
    for wrong in [strange.as_str(), "", "laptop", &token[1..], &format!("{token}0"), &token.to_uppercase()] {
        let refused = server.post(&[("authorization", &bearer(wrong))], &hello());
        assert_eq!(refused.status, 401, "{wrong}");
    }
    assert_eq!(server.post(&[("authorization", &bearer(&token))], &hello()).status, 200);
    tokens(home.path(), &["revoke", "guarded", "laptop"]);
    let refused = server.post(&[("authorization", &bearer(&token))], &hello());
    assert_eq!(refused.header("www-authenticate"), Some("Bearer error=\"invalid_token\""));
    assert_eq!(server.post(&[("authorization", &bearer(&spare))], &hello()).status, 200);
    // Neither the last token nor the file itself opens the door by going away.
    tokens(home.path(), &["revoke", "guarded", "spare"]);
    assert_eq!(server.post(&[], &hello()).status, 401);
    std::fs::remove_file(home.path().join("access_tokens.json")).expect("it is there");
    assert_eq!(server.post(&[], &hello()).status, 401);
    home.write("access_tokens.json", "{");
    assert_eq!(server.post(&[("authorization", &bearer(&spare))], &hello()).status, 503);
    // What watches over the process needs no token, and learns nothing.
    let health = server.request("GET", "/healthz", &[("host", "probe.example")], b"");
    assert_eq!((health.status, health.body.len()), (200, 0));
}

#[test]
fn tokens_are_kept_as_digests() {
    let home = Home::new();
    let token = tokens(home.path(), &["add", "guarded", "laptop"]);
    let kept = std::fs::read_to_string(home.path().join("access_tokens.json")).expect("it is there");
    assert!(!kept.contains(&token) && !kept.contains(token.trim_start_matches("heddle_")), "{kept}");
    assert!(!tokens(home.path(), &["list"]).contains(&token));
    assert!(tokens(home.path(), &["list"]).contains("laptop"));
}

#[test]
fn who_may_read_calls_no_tool_that_writes() {
    let (agent, backend) = guarded();
    let home = Home::new();
    let token = bearer(&tokens(home.path(), &["add", "guarded", "reader", "--read-only"]));
    let server = Server::start(agent, home.path());
    let session = server.initialize(&[("authorization", &token)]);
    let fields = [("authorization", token.as_str()), ("mcp-session-id", session.as_str())];
    let before = backend.requests().iter().filter(|request| request.path() == "/change").count();
    let refused = server.post(&fields, &call("change"));
    assert_eq!(refused.status, 403);
    assert_eq!(refused.header("www-authenticate"), Some("Bearer error=\"insufficient_scope\""));
    assert_eq!(CallResult::of(&server.post(&fields, &call("look")).json()).ok(), "{}");
    let after = backend.requests().iter().filter(|request| request.path() == "/change").count();
    assert_eq!(before, after, "nothing was sent");
    let records = audit::of_tool(home.path(), "change");
    assert_eq!(
        (&records[0]["status"], &records[0]["layer"]),
        (&json!("refused"), &json!("access_mode")),
        "{records:#?}"
    );
}

#[test]
fn a_session_and_an_allowance_are_their_principals_alone() {
    let home = Home::new();
    let [ada, bob] = ["ada", "bob"].map(|name| bearer(&tokens(home.path(), &["add", "guarded", name])));
    let server = Server::start(&guarded().0, home.path());
    let session = server.initialize(&[("authorization", &ada)]);
    let stolen = [("authorization", bob.as_str()), ("mcp-session-id", session.as_str())];
    assert_eq!(server.post(&stolen, &call("look")).status, 404);
    assert_eq!(server.request("DELETE", "/mcp", &stolen, b"").status, 404);
    let own = [("authorization", ada.as_str()), ("mcp-session-id", session.as_str())];
    for _ in 0..3 {
        CallResult::of(&server.post(&own, &call("look")).json()).ok();
    }
    CallResult::of(&server.post(&own, &call("look")).json()).refused();
    let session = server.initialize(&[("authorization", &bob)]);
    let others = [("authorization", bob.as_str()), ("mcp-session-id", session.as_str())];
    CallResult::of(&server.post(&others, &call("look")).json()).ok();
}

#[test]
fn the_token_of_a_client_goes_nowhere() {
    let (agent, backend) = guarded();
    let home = Home::new();
    let token = tokens(home.path(), &["add", "guarded", "laptop"]);
    let server = Server::start(agent, home.path());
    let authorization = bearer(&token);
    let session = server.initialize(&[("authorization", &authorization)]);
    let fields =
        [("authorization", authorization.as_str()), ("mcp-session-id", session.as_str()), ("cookie", "a=b")];
    CallResult::of(&server.post(&fields, &call("look")).json()).ok();
    for request in backend.requests() {
        let shown = format!("{request:?}");
        assert!(
            !shown.contains(&token) && !shown.contains("cookie") && !shown.contains("authorization"),
            "{shown}"
        );
    }
    for record in audit::records(home.path()) {
        assert!(!record.to_string().contains(&token), "{record}");
    }
    assert!(!server.stderr().contains(&token));
}

#[test]
fn without_the_transport_there_is_no_server() {
    let config = CONFIG
        .replace("name: guarded", "name: indoors")
        .replace("trust_tier: 2", "trust_tier: 2\n    transports: [stdio]");
    let agent = agent::build("indoors", &config);
    let home = Home::new();
    let mut command = Command::new(&agent.binary);
    let output =
        command.args(["--http", "0"]).env_clear().env("HEDDLE_HOME", home.path()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no HTTP server"));
    let binary = std::fs::read(&agent.binary).expect("it was built");
    let server = b"the body is longer than 4 MiB";
    assert!(!binary.windows(server.len()).any(|part| part == server), "the server is in the binary");
}
