use std::fs;

use heddle_tests::agent::{self, hex};
use heddle_tests::backend::{Backend, Then, reply};
use heddle_tests::home::Home;
use serde_json::{Value, json};

use super::{ended, err, out, run_at_home};

/// A segment whose records are a second apart, chained as the runtime chains them.
fn segment(agent: &str, first_second: usize, records: &[Value]) -> String {
    let (mut text, mut hash) = (String::new(), String::from("GENESIS"));
    for (seq, record) in records.iter().enumerate() {
        let fields = record.to_string();
        let fields = fields.strip_prefix('{').and_then(|f| f.strip_suffix('}')).unwrap();
        let second = first_second + seq;
        let line = format!(
            r#"{{"seq":{seq},"timestamp":"2026-11-23T10:{:02}:{:02}.000000Z","agent":"{agent}",{fields},"chain_hash":"{hash}"}}"#,
            second / 60,
            second % 60
        );
        hash = hex(&[line.as_bytes()]);
        text += &line;
        text.push('\n');
    }
    text
}

fn calls(count: usize, tool: &str) -> Vec<Value> {
    (0..count)
        .map(|call| {
            let layer = if call % 2 == 0 { "escalation" } else { "rate_limit" };
            json!({"event": "tool_call", "call": call, "tool": tool, "status": "refused", "layer": layer})
        })
        .collect()
}

/// Two agents whose segments lie across each other.
fn log() -> Home {
    let home = Home::new();
    let folder = home.path().join("audit");
    fs::create_dir(&folder).unwrap();
    let write = |agent: &str, number: u32, text: String| {
        fs::write(folder.join(format!("{agent}-20261123T10000{number}000000Z-{number}.jsonl")), text)
            .unwrap();
    };
    write("git-forge", 1, segment("git-forge", 0, &calls(40, "repos")));
    write("shop", 2, segment("shop", 20, &calls(40, "part")));
    home
}

fn shown(home: &Home, arguments: &[&str]) -> Vec<Value> {
    let all: Vec<&str> = ["audit", "show", "--format", "json"].iter().chain(arguments).copied().collect();
    let output = run_at_home(home.path(), &all, "");
    ended(&output, 0);
    out(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_last_records_of_all_segments_come_in_the_order_of_time() {
    let home = log();
    let records = shown(&home, &["-n", "30"]);
    let times: Vec<&str> = records.iter().map(|record| record["timestamp"].as_str().unwrap()).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!((times.len(), times[29]), (30, "2026-11-23T10:00:59.000000Z"));
    assert!(records[..10].iter().any(|record| record["agent"] == "git-forge"));
    assert!(records[20..].iter().all(|record| record["agent"] == "shop"));
}

#[test]
fn filters_narrow_what_is_shown() {
    let home = log();
    let count = |arguments: &[&str]| shown(&home, &[&["-n", "1000"], arguments].concat()).len();
    assert_eq!(count(&[]), 80);
    assert_eq!(count(&["--agent", "git-forge"]), 40);
    assert_eq!(count(&["--tool", "part", "--layer", "escalation"]), 20);
    assert_eq!(count(&["--call", "7"]), 2);
    assert_eq!(count(&["--event", "credential_access"]), 0);
    assert_eq!(count(&["--since", "2026-11-23T10:00:50Z"]), 10);
    assert_eq!(count(&["--since", "2026-11-23T10:00:50Z", "--until", "2026-11-23T10:00:55Z"]), 5);
    let output = run_at_home(home.path(), &["audit", "show", "--since", "yesterday"], "");
    ended(&output, 2);
}

#[test]
fn a_person_reads_who_refused_what() {
    let home = log();
    let output = run_at_home(home.path(), &["audit", "show", "-n", "1"], "");
    assert_eq!(
        out(&output),
        "2026-11-23 10:00:59.000  shop           tool_call       part                 refused by rate_limit  call=39\n"
    );
}

#[test]
fn an_empty_log_shows_nothing_and_proves_nothing() {
    let home = Home::new();
    let output = run_at_home(home.path(), &["audit", "show"], "");
    ended(&output, 0);
    assert!(err(&output).contains("no audit log"));
    ended(&run_at_home(home.path(), &["audit", "verify"], ""), 1);
}

/// What OTLP/HTTP takes as JSON, as far as logs of ours go: names, and numbers of 64 bits as texts.
fn assert_is_a_request(request: &Value) -> usize {
    let attribute = |attribute: &Value| {
        assert!(attribute["key"].is_string(), "{attribute}");
        let value = attribute["value"].as_object().unwrap();
        assert_eq!(value.len(), 1, "{attribute}");
        match value.iter().next().unwrap() {
            (kind, Value::String(number)) if kind == "intValue" => drop(number.parse::<i64>().unwrap()),
            (kind, value) => assert!(
                kind == "stringValue" && value.is_string()
                    || kind == "boolValue" && value.is_boolean()
                    || kind == "doubleValue" && value.is_number(),
                "{attribute}"
            ),
        }
    };
    let [of_process] = request["resourceLogs"].as_array().unwrap().as_slice() else { panic!("{request}") };
    of_process["resource"]["attributes"].as_array().unwrap().iter().for_each(attribute);
    let [of_scope] = of_process["scopeLogs"].as_array().unwrap().as_slice() else { panic!("{request}") };
    let records = of_scope["logRecords"].as_array().unwrap();
    for record in records {
        assert!(record["timeUnixNano"].as_str().unwrap().parse::<u64>().unwrap() > 1_700_000_000_000_000_000);
        assert!((1..=24).contains(&record["severityNumber"].as_u64().unwrap()));
        let line = record["body"]["stringValue"].as_str().unwrap();
        assert!(serde_json::from_str::<Value>(line).unwrap()["timestamp"].is_string());
        record["attributes"].as_array().unwrap().iter().for_each(attribute);
    }
    records.len()
}

#[test]
fn records_are_sent_as_opentelemetry_logs() {
    let home = log();
    let output = run_at_home(home.path(), &["audit", "export", "--format", "otlp"], "");
    ended(&output, 0);
    let written: usize =
        out(&output).lines().map(|line| assert_is_a_request(&serde_json::from_str(line).unwrap())).sum();
    assert_eq!(written, 80);

    let collector = |label: &str, status: u16, answer: &'static str| {
        let backend = Backend::scripted(agent::address(label), move |_, stream| {
            reply(stream, status, "application/json", answer.as_bytes());
            Then::Close
        });
        (backend, format!("http://{}/v1/logs", agent::address(label)))
    };
    let export =
        |to: &str| run_at_home(home.path(), &["audit", "export", "--format", "otlp", "--to", to], "");
    let (taker, to) = collector("otlp", 200, "{\"partialSuccess\":{}}");
    let output = export(&to);
    ended(&output, 0);
    assert!(err(&output).contains("sent 80 records") && out(&output).is_empty(), "{}", err(&output));
    let requests = taker.take();
    assert!(requests.iter().all(|request| request.method == "POST" && request.target == "/v1/logs"));
    assert!(requests.iter().all(|request| request.header("content-type") == Some("application/json")));
    assert_eq!(requests.iter().map(|request| assert_is_a_request(&request.json())).sum::<usize>(), 80);

    // What was not taken is not passed over.
    let nobody = format!("http://{}/v1/logs", agent::address("otlp-nobody"));
    ended(&export(&nobody), 3);
    let (_rejecting, to) =
        collector("otlp-rejects", 200, "{\"partialSuccess\":{\"rejectedLogRecords\":\"7\"}}");
    let output = export(&to);
    ended(&output, 3);
    assert!(err(&output).contains("rejected 7 records"), "{}", err(&output));
    let (_refusing, to) = collector("otlp-refuses", 400, "no \u{1b}[2J such field");
    let output = export(&to);
    ended(&output, 3);
    assert!(err(&output).contains("400") && !err(&output).contains('\u{1b}'), "{:?}", err(&output));
    ended(&export("https://127.0.0.1:4318"), 2);
    ended(&run_at_home(home.path(), &["audit", "export", "--to", &to], ""), 2);
}
