mod batches;

use super::*;
use crate::decl::{Agent, Sandbox, Sync};
use crate::proof::fixture::{AUDIT, block_on};
use crate::text::hex;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::time::Duration;

const AGENT: Agent = Agent {
    name: "tested",
    version: "1.0.0",
    about: "",
    plan: "ab",
    origins: &[],
    grants: &[],
    deadline_ms: 1000,
    max_response_bytes: 1000,
    audit: AUDIT,
    validation: crate::decl::Validation::Strict,
    sandbox: Sandbox::Auto,
    transports: &[crate::decl::Transport::Stdio],
    authorization: crate::decl::Authorization::Tokens,
};
const SYNCED: Agent = Agent { audit: decl::Audit { sync: Sync::Always, ..AUDIT }, ..AGENT };

fn map(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

fn anyones(number: u64) -> CallId<'static> {
    CallId { number, principal: None }
}

fn intent(audit: &Audit, call: u64, parameters: &Map<String, Value>) -> Intent {
    let url = "http://localhost/q";
    let call = anyones(call);
    block_on(audit.intent(IntentRecord { call, tool: "query", method: "GET", url, parameters })).unwrap()
}

fn outcome<'a>(call: u64, parameters: &'a Map<String, Value>) -> OutcomeRecord<'a> {
    OutcomeRecord {
        call: anyones(call),
        tool: "query",
        status: Status::Success,
        layer: None,
        error: None,
        status_code: Some(200),
        duration: Duration::from_nanos(12_345_678),
        parameters,
    }
}

fn lines(home: &Path) -> Vec<String> {
    fs::read_to_string(segment_of(home)).unwrap().lines().map(str::to_owned).collect()
}

/// The only segment.
fn segment_of(home: &Path) -> PathBuf {
    let entries = fs::read_dir(home.join("audit")).unwrap().map(|entry| entry.unwrap().path());
    let segments: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "jsonl")).collect();
    let [segment] = segments.as_slice() else { panic!("{segments:?}") };
    segment.clone()
}

fn assert_chain(lines: &[String]) {
    let mut previous = GENESIS.to_owned();
    for (seq, line) in lines.iter().enumerate() {
        let record: Value = serde_json::from_str(line).unwrap();
        assert_eq!(record["seq"], seq);
        assert_eq!(record["chain_hash"], previous);
        previous = hex(&Sha256::digest(line));
    }
}

const GENESIS: &str = "GENESIS";

#[test]
fn a_call_leaves_its_intent_and_its_outcome_in_the_published_order() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&AGENT, home.path()).unwrap();
    let parameters = map(&json!({ "query": "up", "n": 5, "nested": { "deep": [1, null] } }));
    let call = audit.next_call();
    audit.start(&[("version", "1.0.0")]).unwrap();
    let token = intent(&audit, call, &parameters);
    block_on(audit.outcome(Some(token), outcome(call, &parameters)).unwrap().counts()).unwrap();

    let lines = lines(home.path());
    assert_chain(&lines);
    let head = |line: &str| line.split("\"session\"").next().unwrap().to_owned();
    assert!(head(&lines[0]).starts_with("{\"event\":\"agent_lifecycle\",\"seq\":0,\"timestamp\":\"2"));
    assert!(head(&lines[1]).ends_with("Z\",\"agent\":\"tested\",\"build\":\"ab\","));
    let members =
        |line: &str| line.split_once("\"call\"").map(|(_, rest)| format!("\"call\"{rest}")).unwrap();
    assert_eq!(
        members(&lines[1]).split(",\"chain_hash\"").next().unwrap(),
        "\"call\":1,\"tool\":\"query\",\"method\":\"GET\",\"url\":\"http://localhost/q\",\
         \"parameters\":{\"n\":5,\"nested\":{\"deep\":[1,null]},\"query\":\"up\"}"
    );
    assert_eq!(
        members(&lines[2]).split(",\"chain_hash\"").next().unwrap(),
        "\"call\":1,\"tool\":\"query\",\"status\":\"success\",\"status_code\":200,\"duration_ms\":12.345"
    );
}

#[test]
fn parameters_stand_in_the_outcome_only_where_no_intent_was_written() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&SYNCED, home.path()).unwrap();
    let parameters = map(&json!({ "query": "up" }));
    let token = intent(&audit, 1, &parameters);
    block_on(audit.outcome(Some(token), outcome(1, &parameters)).unwrap().counts()).unwrap();
    let refused = OutcomeRecord {
        status: Status::Refused,
        layer: Some(Layer::InputValidation),
        error: Some("no"),
        status_code: None,
        ..outcome(2, &parameters)
    };
    block_on(audit.outcome(None, refused).unwrap().counts()).unwrap();

    let records: Vec<Value> =
        lines(home.path()).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(records[1].get("parameters"), None);
    assert_eq!(records[2]["parameters"], json!({ "query": "up" }));
    assert_eq!(records[2]["layer"], "input_validation");
    assert_eq!(records[2].get("status_code"), None);
}

#[test]
fn each_record_of_a_call_says_who_made_it_if_anybody_proved_to() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&AGENT, home.path()).unwrap();
    let parameters = Map::new();
    for (number, principal) in [(1, Some("oauth:a\"b")), (2, None)] {
        let call = CallId { number, principal };
        block_on(audit.credential_access(principal, "key", true)).unwrap();
        let record =
            IntentRecord { call, tool: "query", method: "GET", url: "http://x/", parameters: &parameters };
        let token = block_on(audit.intent(record)).unwrap();
        let found =
            FindingRecord { call, tool: "query", parameter: "q", class: "sql", sign: "x", action: "passed" };
        block_on(audit.finding(found).unwrap().counts()).unwrap();
        let done = OutcomeRecord { call, ..outcome(number, &parameters) };
        block_on(audit.outcome(Some(token), done).unwrap().counts()).unwrap();
    }
    let records: Vec<Value> =
        lines(home.path()).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (of_one, of_nobody) = records.split_at(4);
    assert!(of_one.iter().all(|record| record["principal"] == "oauth:a\"b"), "{of_one:#?}");
    assert!(of_nobody.len() == 4 && of_nobody.iter().all(|record| record.get("principal").is_none()));
}

#[test]
fn long_values_are_cut_and_their_length_and_hash_kept() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&AGENT, home.path()).unwrap();
    let long = "ä".repeat(600);
    let list = json!(vec![1; 1000]);
    let parameters = map(&json!({ "text": long, "list": list, "short": "ok" }));
    let error = "e".repeat(2000);
    let record = OutcomeRecord { error: Some(&error), ..outcome(1, &parameters) };
    block_on(audit.outcome(None, record).unwrap().counts()).unwrap();
    let many: Map<String, Value> = (0..5000).map(|n| (format!("key{n}"), json!("value"))).collect();
    block_on(audit.outcome(None, outcome(2, &many)).unwrap().counts()).unwrap();

    let lines = lines(home.path());
    assert_chain(&lines);
    let hash = |text: &str| hex(&Sha256::digest(text));
    let record: Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(record["error"], "e".repeat(1024));
    assert_eq!(record["error_bytes"], 2000);
    assert_eq!(record["error_sha256"], hash(&error));
    let cut = &record["parameters"]["text"];
    assert_eq!(*cut, json!({ "cut": "ä".repeat(512), "bytes": 1200, "sha256": hash(&long) }));
    let compact = list.to_string();
    assert_eq!(record["parameters"]["list"]["bytes"], compact.len());
    assert_eq!(record["parameters"]["list"]["sha256"], hash(&compact));
    assert_eq!(record["parameters"]["short"], "ok");
    let record: Value = serde_json::from_str(&lines[1]).unwrap();
    assert_eq!(record["parameters"]["sha256"], hash(&serde_json::to_string(&many).unwrap()));
    assert!(lines[1].len() < 4096);
}

#[test]
fn threads_share_one_chain() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&AGENT, home.path()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..100 {
                    block_on(audit.credential_access(None, "key\n\u{1}", true)).unwrap();
                }
            });
        }
    });
    let lines = lines(home.path());
    assert_eq!(lines.len(), 400);
    assert_chain(&lines);
}

#[test]
fn folder_and_file_are_the_owners_alone() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path().join("deep/home");
    let audit = Audit::open(&AGENT, &home).unwrap();
    audit.start(&[]).unwrap();
    let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777;
    let file = segment_of(&home);
    assert_eq!((mode(&home), mode(&home.join("audit")), mode(&file)), (0o700, 0o700, 0o600));
    for key in ["key", "verify.key", "lock"] {
        assert_eq!(mode(&home.join("audit").join(key)), 0o600, "{key}");
    }
    let name = file.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with("tested-2") && name.ends_with(&format!("Z-{}.jsonl", std::process::id())));
}

#[test]
fn a_folder_that_is_open_to_others_or_a_link_is_refused_with_the_mend() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("audit");
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, Permissions::from_mode(0o750)).unwrap();
    let error = Audit::open(&AGENT, home.path()).unwrap_err().to_string();
    assert!(error.contains("chmod go=") && error.contains("0750"), "{error}");

    let other = tempfile::tempdir().unwrap();
    symlink(&folder, other.path().join("audit")).unwrap();
    let error = Audit::open(&AGENT, other.path()).unwrap_err().to_string();
    assert!(error.contains("not a folder"), "{error}");
}

#[test]
fn a_record_that_cannot_be_written_is_an_error_and_gives_no_token() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&AGENT, home.path()).unwrap();
    audit.room(0);
    let parameters = Map::new();
    let record = IntentRecord {
        call: anyones(1),
        tool: "query",
        method: "GET",
        url: "http://x/",
        parameters: &parameters,
    };
    let error = block_on(audit.intent(record)).unwrap_err();
    assert!(error.to_string().contains("cannot write"), "{error}");
    assert!(block_on(audit.intent(record)).is_err());
}

#[test]
fn probing_leaves_nothing_behind() {
    let home = tempfile::tempdir().unwrap();
    Audit::probe(home.path()).unwrap();
    let left: Vec<_> =
        fs::read_dir(home.path().join("audit")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(
        !left.iter().any(|name| name == "probe" || name.to_str().unwrap().ends_with("jsonl")),
        "{left:?}"
    );
}

/// Each segment's lines, in the order of their numbers; chain, seals and heads are checked on the way, with keys that
/// are derived from the one for verifiers.
fn verified(home: &Path) -> Vec<Vec<Value>> {
    let folder = home.join("audit");
    let key = fs::read_to_string(folder.join("verify.key")).unwrap();
    let mut root = [0; 32];
    for (byte, at) in root.iter_mut().zip((0..64).step_by(2)) {
        *byte = u8::from_str_radix(&key.lines().nth(1).unwrap()[at..at + 2], 16).unwrap();
    }
    let mut root = keys::Root::new(zeroize::Zeroizing::new(root));
    let mut heads: Vec<PathBuf> = ["open", "sealed"]
        .iter()
        .flat_map(|name| fs::read_dir(folder.join(name)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    heads.sort_by_key(|head| fs::read_to_string(head).unwrap());
    let mut segments = Vec::new();
    let mut ends = vec![GENESIS.to_owned()];
    for (number, head) in heads.iter().enumerate() {
        let head_text = fs::read_to_string(head).unwrap();
        let words: Vec<&str> = head_text.split_whitespace().collect();
        assert_eq!(words[0].parse(), Ok(number as u64), "no number twice, none left out");
        let stem = head.file_stem().unwrap().to_str().unwrap();
        let text = fs::read_to_string(folder.join(format!("{stem}.jsonl"))).unwrap();
        let mut key = root.segment();
        let mut before: Option<String> = None;
        let mut records = Vec::new();
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let line = line.trim_end();
            let record: Value = serde_json::from_str(line).unwrap();
            let (body, _) = line.split_once(",\"mac\":").unwrap();
            assert_eq!(record["mac"], hex(&key.record(&Sha256::digest(body).into())));
            let chain = record["chain_hash"].as_str().unwrap().to_owned();
            assert!(before.map_or_else(|| ends.contains(&chain), |before| before == chain), "{line}");
            assert_eq!(record["seq"], records.len());
            let hash: keys::Tag = Sha256::digest(line).into();
            before = Some(hex(&hash));
            records.push(record);
            if words[1].parse() == Ok(records.len()) {
                assert_eq!(words[3], hex(&key.head(&hash)));
            }
            key.step();
        }
        assert!(records.len() as u64 >= words[1].parse().unwrap());
        ends.extend(before);
        segments.push(records);
        root = root.next();
    }
    segments
}

/// A log that gives way after about ten records.
fn small(home: &Path, agent: &'static Agent) -> Audit {
    let limits = Limits { bytes: 4000, age: Duration::from_secs(3600) };
    let log = Log::open(agent, &home.join("audit"), limits).unwrap();
    let watch = Mutex::new(Watch::new(AUDIT.anomalies));
    Audit {
        declared: None,
        calls: AtomicU64::new(0),
        in_flight: AtomicUsize::new(0),
        log: Arc::new(Mutex::new(log)),
        watch,
    }
}

#[test]
fn a_full_segment_gives_way_to_the_next_and_the_chain_goes_on() {
    static OS: Agent = AGENT;
    static ALWAYS: Agent = SYNCED;
    for agent in [&OS, &ALWAYS] {
        let home = tempfile::tempdir().unwrap();
        let audit = small(home.path(), agent);
        audit.start(&[]).unwrap();
        for _ in 0..50 {
            block_on(audit.credential_access(None, "key", true)).unwrap();
        }
        audit.stop().unwrap();
        let segments = verified(home.path());
        assert!(segments.len() > 3, "{}", segments.len());
        for pair in segments.windows(2) {
            let (last, first) = (pair[0].last().unwrap(), &pair[1][0]);
            assert_eq!((&last["action"], &first["action"]), (&json!("rotate"), &json!("continue")));
            assert_eq!(last["next"], first["segment"]);
        }
        let accesses = segments.iter().flatten().filter(|record| record["event"] == "credential_access");
        assert_eq!(accesses.count(), 50);
        assert_eq!(fs::read_dir(home.path().join("audit/open")).unwrap().count(), 0);
    }
}

#[test]
fn a_torn_line_is_taken_off_and_recorded_by_the_next_process() {
    let home = tempfile::tempdir().unwrap();
    let audit = Audit::open(&AGENT, home.path()).unwrap();
    audit.start(&[]).unwrap();
    let path = segment_of(home.path());
    // Another process, while this one lives: its segment is left alone.
    let other = Audit::open(&AGENT, home.path()).unwrap();
    other.start(&[]).unwrap();
    other.stop().unwrap();
    drop(audit);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [whole.as_slice(), b"{\"event\":\"tool"].concat()).unwrap();

    let next = Audit::open(&AGENT, home.path()).unwrap();
    next.start(&[]).unwrap();
    assert_eq!(fs::read(&path).unwrap(), whole);
    let segments = verified(home.path());
    assert_eq!((segments[0].len(), segments[1].len(), segments[2].len()), (1, 2, 2));
    let record = &segments[2][1];
    assert_eq!((&record["action"], &record["segment"]), (&json!("recover"), &json!(0)));
    assert_eq!((&record["records"], &record["torn_bytes"]), (&json!(1), &json!(14)));
    assert_eq!(record["hash"], hex(&Sha256::digest(whole.trim_ascii_end())));
}

#[test]
fn a_log_without_its_key_is_not_begun_anew() {
    let home = tempfile::tempdir().unwrap();
    Audit::open(&AGENT, home.path()).unwrap().start(&[]).unwrap();
    fs::remove_file(home.path().join("audit/key")).unwrap();
    let error = Audit::open(&AGENT, home.path()).unwrap_err().to_string();
    assert!(error.contains("is gone"), "{error}");
    fs::write(home.path().join("audit/key"), "junk").unwrap();
    fs::set_permissions(home.path().join("audit/key"), Permissions::from_mode(0o600)).unwrap();
    assert!(Audit::open(&AGENT, home.path()).unwrap_err().to_string().contains("not what heddle wrote"));
}

#[test]
fn a_root_that_a_power_cut_put_back_gives_no_number_twice() {
    let home = tempfile::tempdir().unwrap();
    Audit::open(&AGENT, home.path()).unwrap().start(&[]).unwrap();
    let key = home.path().join("audit/key");
    let old = fs::read(&key).unwrap();
    for _ in 0..3 {
        Audit::open(&SYNCED, home.path()).unwrap().start(&[]).unwrap();
    }
    assert_ne!(fs::read(&key).unwrap(), old);
    // The last of them is still open when the power goes.
    let last = Audit::open(&SYNCED, home.path()).unwrap();
    last.start(&[]).unwrap();
    drop(last);
    fs::write(&key, old).unwrap();

    let next = Audit::open(&AGENT, home.path()).unwrap();
    next.start(&[]).unwrap();
    next.stop().unwrap();
    assert_eq!(verified(home.path()).len(), 6);

    // A head of a number that nobody comes to is no reason to count up to it.
    let forged = home.path().join("audit/open/tested-1-1.head");
    fs::write(&forged, format!("{:020} {:020} ", u64::MAX, 1) + &"0".repeat(130)).unwrap();
    Audit::open(&AGENT, home.path()).unwrap().start(&[]).unwrap();
    fs::remove_file(forged).unwrap();
    assert_eq!(verified(home.path()).len(), 7);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_order_of_writers_rotations_and_crashes_leaves_a_log_that_verifies(
        steps in proptest::collection::vec((0usize..3, 0u8..12), 1..80)
    ) {
        static OS: Agent = AGENT;
        let home = tempfile::tempdir().unwrap();
        let mut writers: [Option<Audit>; 3] = [None, None, None];
        let mut held = Vec::new();
        let mut written = 0;
        for (who, what) in steps {
            match (&writers[who], what) {
                (None, _) => {
                    let audit = small(home.path(), &OS);
                    audit.start(&[]).unwrap();
                    writers[who] = Some(audit);
                }
                (Some(audit), 0) => {
                    audit.stop().unwrap();
                    writers[who] = None;
                }
                (Some(_), 1) => {
                    // Nobody dies with a call that still holds the log.
                    held.clear();
                    writers[who] = None;
                }
                (Some(audit), 2..=4) => {
                    held.push(audit.append("credential_access", |line| line.boolean("granted", true)).unwrap());
                    written += 1;
                }
                (Some(_), 5) => held.truncate(held.len() / 2),
                (Some(audit), _) => {
                    block_on(audit.credential_access(None, "key", true)).unwrap();
                    written += 1;
                }
            }
        }
        drop(held);
        let segments = verified(home.path());
        let accesses = segments.iter().flatten().filter(|record| record["event"] == "credential_access");
        proptest::prop_assert_eq!(accesses.count(), written);
    }
}
