//! What an agent does not need is not in its binary. Each thing is looked for in an agent that has it, too, so that the look
//! can fail.

use std::fs;

use heddle_tests::agent::{self, Agent};
use object::{Object as _, ObjectSymbol as _};
use serde_json::Value;

use super::{CONFIG, ends, heddle, said, text, writer};

/// Tier 1, http only, for a client that starts it.
fn least() -> Agent {
    let config = format!("{}    transports: [stdio]\n", CONFIG.trim_end().to_owned() + "\n");
    agent::build_config(&config, agent::address("release::least"))
}

/// Symbols of each part, as far as a name goes in them: all code of its crates, and the runtime's own.
const SYMBOLS: [(&str, &[&str]); 3] = [
    ("TLS", &["6rustls", "6webpki", "ring_core_"]),
    (
        "the HTTP server",
        &[
            "5hyper6server",
            "heddle_runtime9transport4http",
            "heddle_runtime3mcp5posts",
            "heddle_runtime3mcp8sessions",
        ],
    ),
    ("POST", &["heddle_runtime4http5route5write4post", "heddle_runtime4http4body10write_node"]),
];
/// Texts of each part, which a binary without symbols has, too.
const TEXTS: [(&str, &[&str]); 3] = [
    ("TLS", &["ISRG Root X1", "tls13 ", "heddle-runtime/tls"]),
    ("the HTTP server", &["mcp-session-id", "/healthz", "heddle-runtime/http-server"]),
    ("POST", &["heddle-runtime/post"]),
];
/// Functions that turn a word into the method of a request, one for each that writes.
const WRITES: &str = "heddle_runtime4http5route5write";

fn has(binary: &[u8], mark: &str) -> bool {
    binary.windows(mark.len()).any(|window| window == mark.as_bytes())
}

/// The names of all functions and constants in a binary.
fn symbols(binary: &[u8]) -> Vec<String> {
    let file = object::File::parse(binary).expect("an executable");
    let names: Vec<String> =
        file.symbols().filter_map(|symbol| Some(symbol.name().ok()?.to_owned())).collect();
    assert!(names.len() > 5000, "{} symbols: they were stripped", names.len());
    names
}

#[test]
fn what_an_agent_does_not_need_is_not_in_its_binary() {
    let (least, writer) = (least(), writer());
    let [least, writer] = [&least, &writer].map(|agent| fs::read(&agent.binary).expect("it was built"));
    let [in_least, in_writer] = [&least, &writer].map(|binary| symbols(binary));
    for (part, names) in SYMBOLS {
        for name in names {
            let of = |symbols: &[String]| symbols.iter().filter(|symbol| symbol.contains(name)).count();
            assert!(of(&in_writer) > 0, "no symbol `{name}` shows {part} in an agent that has it");
            assert_eq!(of(&in_least), 0, "symbols `{name}` of {part} are in an agent without it");
        }
    }
    for (part, texts) in TEXTS {
        for text in texts {
            assert!(has(&writer, text), "`{text}` does not show {part} in an agent that has it");
            assert!(!has(&least, text), "`{text}` of {part} is in an agent without it");
        }
    }
    // Of the methods that write it has one.
    let writes = |symbols: &[String]| {
        let found = symbols.iter().filter_map(|symbol| symbol.split_once(WRITES)).map(|(_, rest)| rest);
        found
            .map(|rest| rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).to_owned())
            .collect::<Vec<_>>()
    };
    assert!(writes(&in_writer).iter().all(|name| name.starts_with("post")), "{:?}", writes(&in_writer));
    assert_eq!(writes(&in_least), Vec::<String>::new());
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
