//! Backends that are down, slow, endless or broken: each fault ends in a result that says what happened, in time, in
//! bounded memory, with one intent and one outcome in the audit log, and the server lives on.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::backend::Backend;
use heddle_tests::client::Client;
use heddle_tests::faults;
use heddle_tests::home::Home;
use heddle_tests::process;
use serde_json::json;

/// The deadline in the config, and what a busy machine may add to it.
const DEADLINE: Duration = Duration::from_secs(2);
const GRACE: Duration = Duration::from_secs(3);

/// Most that one faulty call may add to the process's memory, in KiB: the cap of 1 MiB a few times over.
const MEMORY: u64 = 16 << 10;

/// Declares a test per fault: its name (path of the backend, tool of the agent) and what the result has to say, each
/// as a list of words of which one has to stand there.
macro_rules! faults {
    ($($test:ident => $path:literal says $($words:expr),+;)+) => {
        const PATHS: &[&str] = &[$($path),+];
        $(#[test]
        fn $test() {
            check($path, &[$(&$words),+]);
        })+
    };
}

faults! {
    nobody_listens => "refused" says ["refused", "connect"];
    no_answer_at_all => "silent" says ["deadline", "time", "2 s"];
    headers_drip => "slow-headers" says ["deadline", "time", "2 s"];
    body_drips => "drip" says ["deadline", "time", "2 s"];
    body_stalls => "stall" says ["deadline", "time", "2 s"];
    body_never_ends => "endless" says ["longer", "larger", "limit", "bytes"];
    body_of_300_mb => "huge" says ["longer", "larger", "limit", "bytes"];
    headers_never_end => "header-bomb" says ["header", "answer", "response", "HTTP"];
    answer_is_cut_off => "closed-early" says ["closed", "ended", "cut", "incomplete", "answer"];
    connection_closes_without_a_word => "closed-at-once" says ["closed", "ended", "answer", "connection"];
    connection_is_reset => "reset" says ["reset", "closed", "connection", "answer"];
    chunks_are_broken => "bad-chunks" says ["chunk", "answer", "response", "HTTP"];
    chunks_stop_short => "short-chunks" says ["closed", "ended", "cut", "incomplete", "answer"];
    two_lengths => "two-lengths" says ["length", "answer", "response", "HTTP"];
    another_protocol => "not-http" says ["HTTP", "answer", "response"];
    not_found_with_a_reason => "not-found" says ["404"], ["no such dashboard"];
    an_error_page => "error-page" says ["500"], ["the database is on fire"];
    unavailable => "unavailable" says ["503"], ["try later"];
    json_that_is_none => "not-json" says ["JSON"];
    json_nested_past_all_sense => "deep" says ["JSON"];
    no_json_at_all => "empty" says ["JSON", "empty"];
    redirect_to_another_host => "redirect-away" says ["302", "redirect"];
    redirect_to_itself => "redirect-here" says ["302", "redirect"];
    redirect_to_a_file => "redirect-file" says ["302", "redirect"];
}

fn fault_agent() -> &'static Agent {
    static AGENT: OnceLock<(Agent, Backend)> = OnceLock::new();
    let (agent, _) = AGENT.get_or_init(|| {
        let agent = agent::build("faults", &config());
        let backend = faults::start(agent.backend);
        (agent, backend)
    });
    agent
}

/// One tool per fault. Each picks a member out of the answer, so that an answer that is not JSON is one too.
fn config() -> String {
    let mut exposes = String::new();
    let mut bridge = String::new();
    for path in PATHS.iter().copied().chain(["ok", "gzip-bomb", "not-utf8"]) {
        let origin = if path == "refused" { "http://127.66.66.66:9" } else { "{origin}" };
        exposes += &format!("    - {{ name: {path}, description: \"Asks for {path}.\" }}\n");
        bridge += &format!("    - {{ tool_name: {path}, method: GET, url: \"{origin}/{path}\"");
        bridge += if matches!(path, "gzip-bomb" | "not-utf8") { " }\n" } else { ", response_path: ok }\n" };
    }
    format!(
        "agent:\n  name: faults\n  version: \"1.0.0\"\n  exposes:\n{exposes}  http_bridge:\n{bridge}  runtime:\n    trust_tier: 1\n    \
         max_execution_time: 2s\n    max_response_bytes: 1MiB\n"
    )
}

fn check(tool: &str, says: &[&[&str]]) {
    let home = Home::new();
    let mut client = Client::connect(fault_agent(), home.path());
    client.call("ok", json!({})).ok();
    let before = process::peak_kib(client.pid());

    let start = Instant::now();
    let result = client.call(tool, json!({}));
    let took = start.elapsed();

    let text = result.refused();
    for words in says {
        assert!(words.iter().any(|word| text.contains(word)), "{tool} says none of {words:?}: {text}");
    }
    assert!(text.len() < 8 << 10, "a message of {} bytes", text.len());
    assert!(took < DEADLINE + GRACE, "{tool} took {took:?}");
    let grown = process::peak_kib(client.pid()).saturating_sub(before);
    assert!(grown < MEMORY, "{tool} took {grown} KiB");
    client.call("ok", json!({})).ok();
    assert!(client.close().success());
    let records = audit::of_tool(home.path(), tool);
    assert_eq!(audit::count(&records, "http_bridge"), 1, "{records:#?}");
    assert_eq!(audit::count(&records, "tool_call"), 1, "{records:#?}");
    assert_eq!(records.len(), 2, "{records:#?}");
    assert_eq!(records[0]["event"], "http_bridge", "the intent comes first");
    assert_eq!(records[1]["status"], "error", "{records:#?}");
    assert_eq!(records[0]["call"], records[1]["call"]);
}

#[test]
fn a_gzip_bomb_is_not_inflated() {
    let home = Home::new();
    let mut client = Client::connect(fault_agent(), home.path());
    client.call("ok", json!({})).ok();
    let before = process::peak_kib(client.pid());
    // Whether bytes that nobody asked to be compressed are an error or unreadable text is not the point here.
    let result = client.call("gzip-bomb", json!({}));
    assert!(result.text.len() < 2 << 20, "{} bytes came back", result.text.len());
    let grown = process::peak_kib(client.pid()).saturating_sub(before);
    assert!(grown < MEMORY, "the bomb took {grown} KiB");
    client.call("ok", json!({})).ok();
}

#[test]
fn an_answer_that_is_not_utf_8_is_still_an_answer_in_utf_8() {
    let home = Home::new();
    let mut client = Client::connect(fault_agent(), home.path());
    let result = client.call("not-utf8", json!({}));
    assert!(!result.text.is_empty(), "{:?}", result.answer);
    client.call("ok", json!({})).ok();
}

#[test]
fn all_faults_at_once_leave_the_server_serving() {
    let home = Home::new();
    let mut client = Client::connect(fault_agent(), home.path());
    let asked: Vec<u64> =
        PATHS.iter().map(|tool| client.ask("tools/call", json!({"name": tool, "arguments": {}}))).collect();
    let start = Instant::now();
    let mut left = asked.len();
    while left > 0 {
        let answer = client.receive(DEADLINE + GRACE).expect("each call is answered in time");
        assert_eq!(answer["result"]["isError"], true, "{answer}");
        left -= 1;
    }
    assert!(start.elapsed() < DEADLINE + GRACE, "{:?}", start.elapsed());
    client.call("ok", json!({})).ok();
    let peak = process::peak_kib(client.pid());
    assert!(peak < 64 << 10, "{peak} KiB");
    assert!(client.close().success());
    let records = audit::records(home.path());
    assert_eq!(audit::count(&records, "http_bridge"), PATHS.len() + 1);
    assert_eq!(audit::count(&records, "tool_call"), PATHS.len() + 1);
}
