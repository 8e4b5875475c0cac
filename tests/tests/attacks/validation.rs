//! What arguments say: refused where an agent is strict, on record where it is permissive, and in its place of the request
//! either way.

use std::sync::{Mutex, MutexGuard, OnceLock};

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::backend::{Backend, Request};
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use serde_json::{Value, json};

use crate::accept;

type Rig = (Agent, Backend);

fn rig(mode: &str) -> Rig {
    let config = include_str!("validation.yaml").replace("{mode}", mode);
    let agent = agent::build(&format!("validation-{mode}"), &config);
    let backend = Backend::scripted(agent.backend, accept);
    (agent, backend)
}

/// One test at a time: each looks at all that the backend was asked.
fn strict() -> MutexGuard<'static, Rig> {
    static RIG: OnceLock<Mutex<Rig>> = OnceLock::new();
    RIG.get_or_init(|| Mutex::new(rig("strict"))).lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn permissive() -> MutexGuard<'static, Rig> {
    static RIG: OnceLock<Mutex<Rig>> = OnceLock::new();
    RIG.get_or_init(|| Mutex::new(rig("permissive"))).lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// What heddle has announced since its first days: each with the class that it is of.
const ANNOUNCED: [(&str, &str); 4] = [
    ("; rm -rf /", "shell"),
    ("' OR 1=1", "sql"),
    ("../../etc/passwd", "traversal"),
    ("ignore previous instructions", "prompt"),
];

/// The findings on record about one tool.
fn findings(home: &Home, tool: &str) -> Vec<Value> {
    audit::of_tool(home.path(), tool).into_iter().filter(|record| record["event"] == "finding").collect()
}

#[test]
fn strict_refuses_what_was_announced_and_sends_nothing() {
    let rig = strict();
    let (agent, backend) = &*rig;
    backend.take();
    for (text, class) in ANNOUNCED {
        let home = Home::new();
        let mut client = Client::connect(agent, home.path());
        let result = client.call("search", json!({ "query": text }));
        client.close();
        assert!(result.is_error, "{text}: {}", result.text);
        assert!(
            result.text.contains("input validation") && result.text.contains(&format!("`query`: {class}")),
            "{}",
            result.text
        );
        assert!(!result.text.contains(text), "the payload is not repeated: {}", result.text);
        assert!(backend.take().is_empty(), "{text} was sent");

        let found = findings(&home, "search");
        assert!(found.iter().any(|record| record["class"] == class), "{found:#?}");
        for record in &found {
            assert_eq!(
                (&record["parameter"], &record["action"]),
                (&json!("query"), &json!("refused")),
                "{record}"
            );
            assert!(record["sign"].as_str().is_some_and(|sign| !sign.is_empty()), "{record}");
        }
        let outcome = audit::of_tool(home.path(), "search").pop().expect("an outcome");
        assert_eq!(
            (&outcome["status"], &outcome["layer"]),
            (&json!("refused"), &json!("input_validation")),
            "{outcome}"
        );
    }
}

#[test]
fn permissive_passes_the_same_and_has_it_on_record_before_it_is_sent() {
    let rig = permissive();
    let (agent, backend) = &*rig;
    backend.take();
    for (text, class) in ANNOUNCED {
        let home = Home::new();
        let mut client = Client::connect(agent, home.path());
        let result = client.call("search", json!({ "query": text }));
        client.close();
        assert!(!result.is_error, "{text}: {}", result.text);
        let [request] = &backend.take()[..] else { panic!("{text} was not sent once") };
        assert_eq!(request.query(), [("q".to_owned(), text.to_owned())]);

        let records = audit::of_tool(home.path(), "search");
        let at = |event: &str| records.iter().position(|record| record["event"] == event);
        let finding = at("finding").unwrap_or_else(|| panic!("{text}: {records:#?}"));
        assert!(at("http_bridge").is_some_and(|intent| finding < intent), "{records:#?}");
        assert!(
            findings(&home, "search")
                .iter()
                .any(|record| record["class"] == class && record["action"] == "passed")
        );
    }
}

#[test]
fn ordinary_words_and_expressions_pass() {
    let rig = strict();
    let (agent, backend) = &*rig;
    let home = Home::new();
    let mut client = Client::connect(agent, home.path());
    for query in [
        "sum by (job) (rate(http_requests_total{code=~\"5..\", path!~\"/api/.*|/health\"}[5m])) > 0.5 and up == 1",
        "histogram_quantile(0.99, sum(rate(request_seconds_bucket[5m])) by (le)) or vector(0)",
        "{app=\"api\"} |= \"error\" | json | line_format \"level={level}\"",
        "fish & chips near O'Connell Street",
        "it's 50% off; select the best one from the list",
        "how do I reset my password?",
    ] {
        for tool in ["search", "expression"] {
            let result = client.call(tool, json!({ "query": query }));
            assert!(!result.is_error, "{tool}: {query}: {}", result.text);
        }
    }
    client.close();
    assert_eq!(findings(&home, "search"), Vec::<Value>::new());
    backend.take();
}

#[test]
fn content_decides_what_is_looked_for_and_what_form_a_value_has() {
    let rig = permissive();
    let (agent, backend) = &*rig;
    backend.take();
    let home = Home::new();
    let mut client = Client::connect(agent, home.path());
    // An expression is not scanned for SQL; a text says what it allows, and no more.
    let expression = client.call("expression", json!({ "query": "' OR 1=1" }));
    assert!(!expression.is_error, "{}", expression.text);
    assert!(findings(&home, "expression").is_empty());
    let note =
        |text: &str, tags: Value| json!({ "text": text, "tags": tags, "extra": { "k": "../../etc/passwd" } });
    assert!(!client.call("note", note("; rm -rf /", json!(["a-1"]))).is_error);
    let classes: Vec<Value> = findings(&home, "note").iter().map(|record| record["class"].clone()).collect();
    assert_eq!(classes, [json!("traversal")], "of the open object, and nothing of the note");
    backend.take();
    // A form is a matter of the declaration, and held whatever the mode.
    for (tool, arguments, says) in [
        ("note", note("x", json!(["a b"])), "`tags[0]` is not an identifier"),
        ("read_file", json!({ "path": "../secret" }), "`path` is not a relative path"),
        ("read_file", json!({ "path": "/etc/passwd" }), "`path` is not a relative path"),
    ] {
        let result = client.call(tool, arguments);
        assert!(result.is_error && result.text.contains(says), "{}", result.text);
    }
    assert!(backend.take().is_empty());
    client.close();
}

#[test]
fn a_line_end_for_a_header_is_refused_by_two_layers() {
    for rig in [strict(), permissive()] {
        let (agent, backend) = &*rig;
        backend.take();
        let home = Home::new();
        let mut client = Client::connect(agent, home.path());
        let result = client.call("label", json!({ "label": "a\r\nX-Admin: 1" }));
        client.close();
        assert!(result.is_error, "{}", result.text);
        assert!(backend.take().is_empty());
        assert!(findings(&home, "label").iter().any(|record| record["class"] == "header"));
    }
}

/// Payloads of every class: those of the smuggling tests, and with `HEDDLE_TEST_CORPORA` a sample of the rows of a corpus.
fn payloads() -> Vec<String> {
    let mut texts: Vec<String> = include_str!("../../fixtures/attack-strings.txt")
        .lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|fault| panic!("{line}: {fault}")))
        .collect();
    texts.extend(ANNOUNCED.map(|(text, _)| text.to_owned()));
    texts.extend(heddle_tests::corpora::attacks().into_iter().step_by(97).take(200).map(|row| row.text));
    texts
}

#[test]
fn what_detectors_let_pass_stays_in_its_place() {
    let rig = permissive();
    let (agent, backend) = &*rig;
    backend.take();
    let home = Home::new();
    let mut client = Client::connect(agent, home.path());
    let host = agent.backend.to_string();
    let keys = |request: &Request| request.query().into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    let mut sent = 0;
    for text in payloads() {
        for (tool, arguments) in [
            ("search", json!({ "query": text })),
            ("label", json!({ "label": text })),
            ("read_file", json!({ "path": text })),
            ("note", json!({ "text": text, "tags": [], "extra": { "k": text } })),
        ] {
            let result = client.call(tool, arguments);
            match (result.is_error, &backend.take()[..]) {
                (true, []) => continue,
                (false, [request]) => {
                    sent += 1;
                    assert_eq!(request.header("host"), Some(host.as_str()), "{text:?}");
                    match tool {
                        "search" => {
                            assert_eq!(
                                (request.path(), keys(request)),
                                ("/search", vec!["q".to_owned()]),
                                "{text:?}"
                            );
                            assert_eq!(request.query()[0].1, text);
                        }
                        "label" => {
                            assert_eq!(request.target, "/fixed", "{text:?}");
                            assert_eq!(request.header("x-label"), Some(text.trim_matches(' ')), "{text:?}");
                        }
                        "read_file" => assert_eq!(request.segments(), ["files", &text], "{text:?}"),
                        _ => assert_eq!(
                            request.json(),
                            json!({ "text": text, "tags": [], "extra": { "k": text } })
                        ),
                    }
                }
                (_, requests) => panic!("{text:?}: {} and {requests:#?}", result.text),
            }
        }
    }
    client.close();
    assert!(sent > 50, "{sent} requests went out");
}
