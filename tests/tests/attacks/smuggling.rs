//! Whatever an argument holds, the request keeps its origin, its segments, its query keys, its headers and the shape of
//! its body: the argument stays inside its place, or the call is refused and nothing is sent.

use std::sync::{Mutex, MutexGuard, OnceLock};

use heddle_tests::agent::{self, Agent};
use heddle_tests::backend::{Backend, Request};
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use serde_json::{Value, json};

use crate::accept;

/// The agent and its backend. One test at a time: each looks at all that the backend was asked.
fn rig() -> MutexGuard<'static, (Agent, Backend)> {
    static RIG: OnceLock<Mutex<(Agent, Backend)>> = OnceLock::new();
    RIG.get_or_init(|| {
        let agent = agent::build("smuggling", include_str!("smuggling.yaml"));
        let backend = Backend::scripted(agent.backend, accept);
        Mutex::new((agent, backend))
    })
    .lock()
    .unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn strings() -> Vec<String> {
    include_str!("../../fixtures/attack-strings.txt")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|fault| panic!("{line}: {fault}")))
        .collect()
}

/// Calls `tool` with each string as `owner` and gives each request that came of it to `check`. Returns how many
/// strings were sent; the others were refused.
fn smuggle(tool: &str, more: Value, check: impl Fn(&str, &Request)) -> usize {
    let rig = rig();
    let (agent, backend) = &*rig;
    backend.take();
    let home = Home::new();
    let mut client = Client::connect(agent, home.path());
    let mut sent = 0;
    for text in strings() {
        let mut arguments = more.clone();
        arguments["owner"] = json!(text);
        let result = client.call(tool, arguments);
        let requests = backend.take();
        match (result.is_error, &requests[..]) {
            (true, []) => {}
            (false, [request]) => {
                let host = agent.backend.to_string();
                assert_eq!(request.header("host"), Some(host.as_str()), "{text:?}");
                check(&text, request);
                sent += 1;
            }
            _ => panic!("{text:?}: {} and {requests:#?}", result.text),
        }
    }
    client.call(tool, {
        let mut arguments = more;
        arguments["owner"] = json!("harmless");
        arguments
    });
    assert_eq!(backend.take().len(), 1, "the tool still works");
    sent
}

fn pairs(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_path_argument_stays_in_its_segment() {
    let sent = smuggle("in_path", json!({"repo": "weft"}), |text, request| {
        assert_eq!(request.method, "GET");
        assert_eq!(request.segments(), ["repos", text, "weft", "issues"], "{}", request.target);
        assert_eq!(request.query(), pairs(&[("state", "open")]), "{}", request.target);
        assert!(request.body.is_empty());
    });
    assert!(sent > 40, "only {sent} of the strings were sent at all");
}

#[test]
fn an_argument_right_behind_the_host_stays_in_its_segment() {
    smuggle("in_first_segment", json!({}), |text, request| {
        assert_eq!(request.segments(), [text], "{}", request.target);
        assert_eq!(request.query(), [], "{}", request.target);
    });
}

#[test]
fn dots_are_no_segment() {
    let rig = rig();
    let (agent, backend) = &*rig;
    backend.take();
    let home = Home::new();
    let mut client = Client::connect(agent, home.path());
    for text in ["", ".", "..", "%2e", "%2e%2e", "%2E.", ".%2e"] {
        let result = client.call("in_path", json!({"owner": text, "repo": "weft"}));
        let requests = backend.take();
        // Escaped again, `%2e` is a name like any other; as it stands it would be a dot to many servers.
        match (result.is_error, &requests[..]) {
            (true, []) => {}
            (false, [request]) => {
                assert!(text.contains('%'), "{text:?} was sent: {}", request.target);
                assert!(request.target.contains("%25"), "{text:?}: {}", request.target);
                assert_eq!(request.segments(), ["repos", text, "weft", "issues"], "{}", request.target);
            }
            _ => panic!("{text:?}: {} and {requests:#?}", result.text),
        }
    }
}

#[test]
fn a_query_argument_stays_in_its_value() {
    let sent = smuggle("in_query", json!({"repo": "weft"}), |text, request| {
        assert_eq!(request.path(), "/search");
        assert_eq!(
            request.query(),
            pairs(&[("state", "open"), ("q", "repo:weft is:issue"), ("owner", text)]),
            "{}",
            request.target
        );
    });
    assert!(sent > 60, "only {sent} of the strings were sent at all");
}

#[test]
fn a_query_argument_inside_text_stays_in_its_value() {
    let rig = rig();
    let (agent, backend) = &*rig;
    backend.take();
    let home = Home::new();
    let mut client = Client::connect(agent, home.path());
    for text in strings() {
        let result = client.call("in_query", json!({"owner": "weft", "repo": text}));
        for request in backend.take() {
            let expected = format!("repo:{text} is:issue");
            assert_eq!(
                request.query(),
                pairs(&[("state", "open"), ("q", &expected), ("owner", "weft")]),
                "{}",
                result.text
            );
        }
    }
}

#[test]
fn a_header_argument_stays_in_its_line() {
    let names = |request: &Request| -> Vec<String> {
        let mut names: Vec<_> = request.headers.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    };
    let sent = smuggle("in_header", json!({}), |text, request| {
        assert_eq!(request.target, "/fixed");
        // Blanks at the ends are no part of a header's value.
        assert_eq!(request.header("x-owner"), Some(text.trim()), "{text:?}");
        assert_eq!(request.header("x-fixed"), Some("fixed"));
        assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{text:?} is not visible ASCII");
        let known = ["accept", "host", "user-agent", "x-fixed", "x-owner"];
        assert!(names(request).iter().all(|name| known.contains(&name.as_str())), "{:?}", request.headers);
    });
    assert!(sent > 40, "only {sent} of the strings were sent at all");
}

#[test]
fn a_body_argument_stays_in_its_string() {
    let sent = smuggle("in_body", json!({"repo": "weft"}), |text, request| {
        assert_eq!((request.method.as_str(), request.target.as_str()), ("POST", "/fixed"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        let expected = json!({
            "owner": text,
            "title": format!("about weft and {text}"),
            "list": ["fixed", "weft"],
            "deep": {"state": "open", "owner": text},
        });
        assert_eq!(request.json(), expected);
    });
    assert!(sent > 60, "only {sent} of the strings were sent at all");
}
