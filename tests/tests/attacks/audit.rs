//! The audit log against whoever can write to it: each attack on a log of a real agent, and what `heddle audit verify`
//! says of it.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::backend::Backend;
use heddle_tests::client::Client;
use heddle_tests::home::{Home, run_at};
use serde_json::{Value, json};

pub fn agent(sync: &str) -> &'static (Agent, Backend) {
    static OS: OnceLock<(Agent, Backend)> = OnceLock::new();
    static ALWAYS: OnceLock<(Agent, Backend)> = OnceLock::new();
    let build = || {
        let config = include_str!("audit.yaml").replace("{sync}", sync);
        let agent = agent::build(&format!("audit-{sync}"), &config);
        let backend = Backend::json(agent.backend, &json!({}));
        (agent, backend)
    };
    if sync == "os" { OS.get_or_init(build) } else { ALWAYS.get_or_init(build) }
}

/// A home whose log has a segment that was closed and one whose process was killed.
fn logged() -> &'static Home {
    static HOME: OnceLock<Home> = OnceLock::new();
    HOME.get_or_init(|| {
        let (agent, _) = agent("os");
        let home = Home::new();
        for is_killed in [false, true] {
            let mut client = Client::connect(agent, home.path());
            for n in 0..4 {
                client.call("note", json!({ "n": n })).ok();
            }
            if is_killed {
                client.kill();
            } else {
                assert!(client.close().success());
            }
        }
        home
    })
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("our folder");
    fs::set_permissions(to, fs::metadata(from).expect("our folder").permissions()).expect("our folder");
    for entry in fs::read_dir(from).expect("our folder") {
        let path = entry.expect("our folder").path();
        let copied = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy(&path, &copied);
        } else {
            fs::copy(&path, copied).expect("our files");
        }
    }
}

/// A copy of a home to spoil.
struct Copy {
    home: Home,
}

impl Copy {
    fn of(home: &Home) -> Self {
        let copied = Home::new();
        copy(home.path(), copied.path());
        Self { home: copied }
    }

    fn audit(&self) -> PathBuf {
        self.home.path().join("audit")
    }

    /// The segments in the order of their numbers.
    fn segments(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.audit()).expect("a log").map(|entry| entry.expect("a log").path());
        let mut found: Vec<_> =
            entries.filter(|path| path.extension().is_some_and(|e| e == "jsonl")).collect();
        found.sort();
        found
    }

    fn lines(&self, segment: usize) -> Vec<String> {
        let text = fs::read_to_string(&self.segments()[segment]).expect("a segment");
        text.lines().map(str::to_owned).collect()
    }

    fn write(&self, segment: usize, lines: &[String]) {
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(&self.segments()[segment], text).expect("a segment");
    }

    fn verify(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = run_at(self.home.path(), &[&["audit", "verify"], arguments].concat(), "");
        (
            output.status.code(),
            String::from_utf8(output.stdout).expect("UTF-8") + &String::from_utf8_lossy(&output.stderr),
        )
    }

    #[track_caller]
    fn is_refused(&self, place: &str, why: &str) {
        let (status, said) = self.verify(&[]);
        assert_eq!(status, Some(1), "{said}");
        let found = said.lines().any(|line| line.contains(place) && line.contains(why));
        assert!(found, "`{place}`, `{why}`: {said}");
    }
}

/// Each line with the hash of the one before it, as anybody can make it.
fn rehashed(lines: &[String]) -> Vec<String> {
    let mut hash = "GENESIS".to_owned();
    let chained = lines.iter().enumerate().map(|(seq, line)| {
        let mut record: serde_json::Map<String, Value> = serde_json::from_str(line).expect("a record");
        let mark = format!("\"chain_hash\":{}", record["chain_hash"]);
        let seq_mark = format!("\"seq\":{}", record["seq"]);
        record.clear();
        let line = line
            .replace(&mark, &format!("\"chain_hash\":\"{hash}\""))
            .replace(&seq_mark, &format!("\"seq\":{seq}"));
        hash = agent::hex(&[line.as_bytes()]);
        line
    });
    chained.collect()
}

#[test]
fn the_log_of_an_agent_that_was_killed_is_whole() {
    let log = Copy::of(logged());
    let (status, said) = log.verify(&[]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.starts_with("whole: 19 records in 2 segments\n"), "{said}");
}

#[test]
fn an_edited_entry_is_found_the_last_one_too() {
    for segment in [0, 1] {
        let log = Copy::of(logged());
        let mut lines = log.lines(segment);
        for at in [lines.len() - 1, 2] {
            let whole = lines.clone();
            lines[at] = lines[at].replacen("\"audited-os\"", "\"audited-so\"", 1);
            log.write(segment, &lines);
            log.is_refused(&format!(".jsonl:{}: ", at + 1), "");
            lines[at] = whole[at].replacen("\"timestamp\":\"2", "\"timestamp\":\"1", 1);
            log.write(segment, &lines);
            log.is_refused(&format!(".jsonl:{}: ", at + 1), "the seal does not fit");
            lines = whole;
        }
    }
}

#[test]
fn a_cut_tail_is_found() {
    for segment in [0, 1] {
        let log = Copy::of(logged());
        let lines = log.lines(segment);
        let total = lines.len();
        for kept in [total - 1, total - 3, 1, 0] {
            log.write(segment, &lines[..kept]);
            let counts = format!("there were {total} records, and {kept} are left");
            log.is_refused(&format!(".jsonl:{}: ", kept + 1), &counts);
        }
        // In the middle of a line: a crash leaves one only where the head knows of no more.
        let whole: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(&log.segments()[segment], &whole[..whole.len() - 100]).expect("a segment");
        log.is_refused(&format!(".jsonl:{total}: "), "the end was cut off");
    }
}

#[test]
fn a_deleted_file_is_found() {
    for segment in [0, 1] {
        let log = Copy::of(logged());
        let path = log.segments()[segment].clone();
        let head = Path::new(path.file_name().expect("a name")).with_extension("head");
        let heads: Vec<_> = ["open", "sealed"].map(|folder| log.audit().join(folder).join(&head)).into();
        // The head alone, the segment as well.
        for head in heads.iter().filter(|head| head.exists()) {
            fs::remove_file(head).expect("our file");
        }
        log.is_refused(&format!("{}:1: ", path.display()), "its head is gone");
        fs::remove_file(&path).expect("our file");
        log.is_refused("", &format!("1 of 2 segments are missing: {segment}"));
    }
    let log = Copy::of(logged());
    for file in log.segments() {
        fs::remove_file(file).expect("our file");
    }
    log.is_refused("", "2 of 2 segments are missing: 0, 1");
    fs::remove_file(log.audit().join("key")).expect("our file");
    log.is_refused("", "nobody can say how many segments there were");
}

#[test]
fn lines_that_are_moved_doubled_or_put_in_are_found() {
    type Spoil = fn(&mut Vec<String>);
    let spoils: [(&str, Spoil, usize); 4] = [
        ("moved", |lines| lines.swap(2, 3), 3),
        ("doubled", |lines| lines.insert(3, lines[2].clone()), 4),
        ("removed", |lines| drop(lines.remove(2)), 3),
        ("put in", |lines| lines.insert(1, "{\"event\":\"tool_call\",\"seq\":1}".to_owned()), 2),
    ];
    for (what, spoil, line) in spoils {
        for hash_again in [false, true] {
            let log = Copy::of(logged());
            let mut lines = log.lines(0);
            spoil(&mut lines);
            if hash_again && what != "put in" {
                lines = rehashed(&lines);
            }
            log.write(0, &lines);
            log.is_refused(&format!(".jsonl:{line}: "), "");
        }
    }
}

#[test]
fn hashing_everything_again_without_the_key_is_found() {
    let log = Copy::of(logged());
    let mut lines = log.lines(0);
    lines[1] = lines[1].replacen("\"n\":0", "\"n\":9", 1);
    log.write(0, &rehashed(&lines));
    log.is_refused(".jsonl:2: ", "the seal does not fit");
    // The key in the home is that of the next segment: it seals nothing that stands there.
    let own = fs::read_to_string(log.audit().join("key")).expect("a key");
    assert!(own.starts_with(&format!("heddle-audit-key-1 {:020}\n", 2)), "{own}");
}

#[test]
fn an_older_copy_is_found_by_a_head_that_was_kept() {
    let (agent, _) = agent("os");
    let older = Copy::of(logged());
    let now = Copy::of(logged());
    let mut client = Client::connect(agent, now.home.path());
    client.call("note", json!({"n": 7})).ok();
    assert!(client.close().success());
    let head = run_at(now.home.path(), &["audit", "head"], "");
    let head = String::from_utf8(head.stdout).expect("UTF-8").trim().to_owned();
    assert_eq!(now.verify(&["--expect-head", &head]).0, Some(0));
    assert_eq!(older.verify(&[]).0, Some(0), "by itself an old copy is whole");
    let (status, said) = older.verify(&["--expect-head", &head]);
    assert!(
        status == Some(1) && said.contains("the log was put back: it has 2 segments, and had 3"),
        "{said}"
    );

    let other = Home::new();
    for n in 0..3 {
        let mut client = Client::connect(agent, other.path());
        client.call("note", json!({ "n": n })).ok();
        assert!(client.close().success());
    }
    let (status, said) = Copy { home: other }.verify(&["--expect-head", &head]);
    assert!(status == Some(1) && said.contains("the log was exchanged"), "{said}");
}

#[test]
fn the_key_of_the_verifier_can_be_elsewhere_and_has_to_be_somewhere() {
    let log = Copy::of(logged());
    let kept = log.home.path().join("kept.key");
    let exported = run_at(log.home.path(), &["audit", "key", "export", kept.to_str().expect("UTF-8")], "");
    assert!(exported.status.success());
    assert!(run_at(log.home.path(), &["audit", "key", "forget"], "").status.success());
    let (status, said) = log.verify(&[]);
    assert!(status == Some(1) && said.contains("--key FILE"), "{said}");
    assert_eq!(log.verify(&["--key", kept.to_str().expect("UTF-8")]).0, Some(0));
    // A key of another log.
    fs::write(&kept, format!("heddle-audit-verify-key-1\n{}\n", "ab".repeat(32))).expect("our file");
    let (status, said) = log.verify(&["--key", kept.to_str().expect("UTF-8")]);
    assert!(status == Some(1) && said.contains("does not follow from the key of the verifier"), "{said}");
}

#[test]
fn names_and_lines_of_others_do_not_steer_the_terminal() {
    let log = Copy::of(logged());
    fs::write(log.audit().join("evil\u{1b}[2J-1-1.jsonl"), "\u{1b}]0;owned\u{7}\n").expect("our folder");
    let (status, said) = log.verify(&[]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("evil\\u{1b}[2J") && !said.contains(['\u{1b}', '\u{7}']), "{said:?}");
    // What a caller says is on record as it came, and shown without its teeth.
    let (agent, _) = agent("os");
    let home = Home::new();
    let mut client = Client::connect(agent, home.path());
    client.call("note", json!({"n": "\u{1b}[2J\u{202e}\u{9b}31m"})).refused();
    assert!(client.close().success());
    for format in ["human", "json"] {
        let shown = run_at(home.path(), &["audit", "show", "--format", format], "");
        let shown = String::from_utf8(shown.stdout).expect("UTF-8");
        assert!(shown.contains("input_validation"), "{shown}");
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{9b}']), "{shown:?}");
    }
}

#[test]
fn a_line_of_any_length_keeps_the_chain() {
    let (agent, _) = agent("os");
    let home = Home::new();
    let mut client = Client::connect(agent, home.path());
    for length in [1, 1000, 4096, 5000, 9999] {
        let text = "x".repeat(length);
        client.call("note", json!({"n": length, "a": text, "b": text, "c": text, "d": text})).ok();
    }
    client.request("tools/call", json!({"name": "t".repeat(5000), "arguments": {}}));
    assert!(client.close().success());
    let longest = audit::records(home.path()).iter().map(|record| record.to_string().len()).max();
    assert!(longest.is_some_and(|longest| longest > 4096), "{longest:?}");
    assert!(run_at(home.path(), &["audit", "verify"], "").status.success());
}

#[test]
fn locks_that_others_hold_do_not_hold_up_a_call() {
    let (agent, _) = agent("os");
    let home = Home::new();
    let mut client = Client::connect(agent, home.path());
    client.call("note", json!({"n": 0})).ok();
    let folder = home.path().join("audit");
    let locked: Vec<File> = [&folder, &folder.join("open"), &folder.join("sealed")]
        .into_iter()
        .flat_map(|folder| fs::read_dir(folder).expect("a log"))
        .map(|entry| entry.expect("a log").path())
        .filter(|path| path.is_file())
        .map(|path| {
            let file = OpenOptions::new().read(true).write(true).open(path).expect("our file");
            // The head of a living segment is locked by its writer.
            let _ = file.try_lock();
            file
        })
        .collect();
    assert!(locked.len() >= 4);
    // Far enough for segments to be full: rotation wants a lock that it cannot have, and goes on without.
    let long = "x".repeat(9000);
    let began = Instant::now();
    for n in 0..40 {
        client.call("note", json!({"n": n, "a": long, "b": long, "c": long, "d": long})).ok();
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(locked);
    client.call("note", json!({"n": 41})).ok();
    assert!(client.close().success());
    assert!(run_at(home.path(), &["audit", "verify"], "").status.success());
}

#[test]
fn the_last_records_of_a_long_log_are_read_from_its_end() {
    let home = Home::new();
    let folder = home.path().join("audit");
    fs::create_dir(&folder).expect("our folder");
    let mut file = File::create(folder.join("long-20261123T100000000000Z-1.jsonl")).expect("our folder");
    let pad = "x".repeat(300);
    for chunk in 0..100 {
        let lines: String = (0..2_000)
            .map(|n| {
                let seq = chunk * 2_000 + n;
                format!("{{\"event\":\"tool_call\",\"seq\":{seq},\"timestamp\":\"2026-11-23T10:00:00.{seq:06}Z\",\"agent\":\"long\",\"call\":{seq},\"tool\":\"t\",\"status\":\"success\",\"pad\":\"{pad}\"}}\n")
            })
            .collect();
        file.write_all(lines.as_bytes()).expect("room on the disk");
    }
    let began = Instant::now();
    let shown = run_at(home.path(), &["audit", "show", "-n", "20", "--format", "json"], "");
    let took = began.elapsed();
    let shown = String::from_utf8(shown.stdout).expect("UTF-8");
    assert_eq!(shown.lines().count(), 20);
    assert!(shown.contains("\"seq\":199999,"), "the newest is there");
    // Reading all 80 MB takes this build seconds.
    assert!(took < Duration::from_secs(1), "{took:?}");
}
