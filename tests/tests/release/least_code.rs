//! What an agent does not need is not in its binary. Each thing is looked for in an agent that has it, too, so that the look
//! can fail.

use std::fs;

use heddle_tests::agent::{self, Agent};
use serde_json::Value;

use super::{CONFIG, ends, heddle, said, text, writer};

/// Tier 1, http only, for a client that starts it.
fn least() -> Agent {
    let config = format!("{}    transports: [stdio]\n", CONFIG.trim_end().to_owned() + "\n");
    agent::build_config(&config, agent::address("release::least"))
}

/// What stands in the names of symbols, or in texts, of each part.
const PARTS: [(&str, &[&str]); 3] = [
    ("TLS", &["6rustls", "ISRG Root X1", "ring_core", "tls13 "]),
    ("the HTTP server", &["5hyper6server", "9transport4http", "mcp-session-id", "/healthz"]),
    ("POST", &["heddle-runtime/post"]),
];

fn has(binary: &[u8], mark: &str) -> bool {
    binary.windows(mark.len()).any(|window| window == mark.as_bytes())
}

#[test]
fn what_an_agent_does_not_need_is_not_in_its_binary() {
    let (least, writer) = (least(), writer());
    let [least, writer] = [&least, &writer].map(|agent| fs::read(&agent.binary).expect("it was built"));
    assert!(has(&least, "14heddle_runtime"), "no symbols are left to look at");
    for (part, marks) in PARTS {
        for mark in marks {
            assert!(has(&writer, mark), "`{mark}` does not show {part} in an agent that has it");
            assert!(!has(&least, mark), "`{mark}` of {part} is in an agent without it");
        }
    }
    for method in ["post", "put", "patch", "delete"] {
        assert!(!has(&least, &format!("heddle-runtime/{method}")));
    }
    assert!(least.len() + (1 << 20) < writer.len(), "{} and {} bytes", least.len(), writer.len());
}

#[test]
fn inspect_says_what_code_is_there_from_the_code() {
    let (least, writer) = (least(), writer());
    let inspect = |agent: &Agent, options: &[&str]| {
        let output = heddle(&[&["inspect", text(&agent.binary)], options].concat());
        ends(&output, 0, &[]);
        said(&output)
    };
    let page = inspect(&least, &[]);
    assert!(
        page.contains("code      no method that writes, no TLS, no HTTP server, no approvals\n"),
        "{page}"
    );
    let page = inspect(&writer, &[]);
    assert!(page.contains("code      sends POST, has TLS, has HTTP server, no approvals\n"), "{page}");
    let found: Value =
        serde_json::from_str(&inspect(&writer, &["--format", "json"])).expect("a line of JSON");
    assert_eq!(found["code"], found["label"]["features"], "the label names what the code has");

    // The label is not what is asked: here the code says something else.
    let folder = tempfile::tempdir().expect("a temporary folder");
    let copy = folder.path().join("copy");
    let mut bytes = fs::read(&writer.binary).expect("it was built");
    let at = bytes.windows(19).position(|window| window == b"heddle-runtime/post").expect("it is there");
    bytes[at] = b'H';
    fs::write(&copy, bytes).expect("our folder");
    let output = heddle(&["inspect", text(&copy)]);
    ends(&output, 0, &["no method that writes", "CHANGED since it was built"]);
}
