//! A log that is written by the rules, and everything that can be done to it.

use super::*;
use crate::audit::keys::{mac, step};
use sha2::{Digest as _, Sha256};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use tempfile::TempDir;

const ROOT: Tag = [42; 32];

fn sha(bytes: &[u8]) -> Tag {
    Sha256::digest(bytes).into()
}

/// A folder that looks as if agents had written there.
struct Log {
    folder: TempDir,
    segments: u64,
    root: Tag,
}

/// One segment that is being written.
struct Writer {
    number: u64,
    stem: String,
    key: Tag,
    lines: Vec<String>,
    hash: Tag,
    chain: String,
    head: String,
}

impl Log {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["open", "sealed"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        let log = Self { folder, segments: 0, root: ROOT };
        log.private("verify.key", &format!("heddle-audit-verify-key-1\n{}\n", hex(&ROOT)));
        log.put_root();
        log
    }

    fn private(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn put_root(&self) {
        self.private("key", &format!("heddle-audit-key-1 {}\n{}\n", self.segments, hex(&self.root)));
    }

    fn open(&mut self) -> Writer {
        let number = self.segments;
        let key = mac(&self.root, &[b"segment"]);
        self.root = mac(&self.root, &[b"next"]);
        self.segments += 1;
        self.put_root();
        let head =
            format!("{number:020} {:020} {} {}\n", 0, hex(&[0; 32]), hex(&mac(&key, &[b"open", &[0; 32]])));
        let stem = format!("shop-20261123T{number:018}Z-7");
        Writer { number, stem, key, lines: Vec::new(), hash: [0; 32], chain: "GENESIS".into(), head }
    }

    /// A segment with a start, `calls` calls and, if it `stops`, an end.
    fn segment(&mut self, calls: usize, stops: bool) -> Writer {
        let mut writer = self.open();
        writer.start();
        for call in 0..calls {
            writer.record("tool_call", &format!(r#""call":{call},"tool":"part","status":"success""#));
        }
        if stops {
            writer.record("agent_lifecycle", r#""action":"stop""#);
        }
        self.put(&writer);
        writer
    }

    fn put(&self, writer: &Writer) {
        fs::write(self.jsonl(writer), writer.text()).unwrap();
        let sealed =
            writer.lines.last().is_some_and(|line| line.contains("\"stop\"") || line.contains("\"rotate\""));
        let folder = if sealed { "sealed" } else { "open" };
        fs::write(self.folder.path().join(folder).join(format!("{}.head", writer.stem)), &writer.head)
            .unwrap();
    }

    fn jsonl(&self, writer: &Writer) -> PathBuf {
        self.folder.path().join(format!("{}.jsonl", writer.stem))
    }

    fn verify_against(&self, expected: Option<&Expected>) -> Verdict {
        let key = VerifyKey::read(&self.folder.path().join("verify.key")).unwrap().unwrap();
        log(self.folder.path(), &key, expected).unwrap()
    }

    fn verify(&self) -> Verdict {
        self.verify_against(None)
    }

    #[track_caller]
    fn is_whole(&self) -> Verdict {
        let verdict = self.verify();
        assert_eq!(verdict.faults, Vec::<String>::new());
        verdict
    }

    #[track_caller]
    fn is_broken(&self, why: &str) {
        let faults = self.verify().faults;
        assert!(faults.iter().any(|fault| fault.contains(why)), "{why}: {faults:?}");
    }

    /// Writes the lines of a segment anew and says whether that is found out.
    fn finds(&self, writer: &Writer, lines: &[String]) -> bool {
        let path = self.jsonl(writer);
        let before = fs::read(&path).unwrap();
        fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
        let found = !self.verify().faults.is_empty();
        fs::write(path, before).unwrap();
        found
    }
}

impl Writer {
    fn start(&mut self) {
        let number = self.number;
        self.record("agent_lifecycle", &format!(r#""action":"start","segment":{number}"#));
    }

    fn record(&mut self, event: &str, members: &str) {
        let seq = self.lines.len();
        let body = format!(
            r#"{{"event":"{event}","seq":{seq},"timestamp":"2026-11-23T00:00:00.{seq:06}Z","agent":"shop",{members},"chain_hash":"{}""#,
            self.chain
        );
        let line =
            format!(r#"{body},"mac":"{}"}}"#, hex(&mac(&self.key, &[b"record", &sha(body.as_bytes())])));
        self.hash = sha(line.as_bytes());
        self.chain = hex(&self.hash);
        let tag = mac(&self.key, &[b"head", &self.hash]);
        self.head = format!("{:020} {:020} {} {}\n", self.number, seq + 1, self.chain, hex(&tag));
        self.key = step(&self.key);
        self.lines.push(line);
    }

    fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

#[test]
fn a_line_without_an_end_is_not_read_to_its_end() {
    let mut log = Log::new();
    let writer = log.segment(3, true);
    let path = log.jsonl(&writer);
    let mut text = fs::read(&path).unwrap();
    text.extend(vec![b'x'; 3 * 1024 * 1024]);
    fs::write(path, text).unwrap();
    log.is_broken("too long");
}

#[test]
fn a_log_as_agents_write_it_is_whole() {
    let mut log = Log::new();
    log.segment(3, true);
    log.segment(0, true);
    log.segment(5, false);
    let empty = log.open();
    log.put(&empty);
    let verdict = log.is_whole();
    assert_eq!((verdict.records, verdict.segments), (5 + 2 + 6, 4));
}

#[test]
fn each_flipped_byte_of_twenty_records_is_found() {
    for stops in [true, false] {
        let mut log = Log::new();
        let writer = log.segment(if stops { 18 } else { 19 }, stops);
        assert_eq!(writer.lines.len(), 20);
        log.is_whole();
        let head = Segment { path: log.jsonl(&writer), agent: String::new() }.head().unwrap();
        let files = [log.jsonl(&writer), head, log.folder.path().join("key")];
        for path in files {
            let whole = fs::read(&path).unwrap();
            for at in 0..whole.len() {
                for flip in [0x01, 0x20, 0x80] {
                    let mut bytes = whole.clone();
                    bytes[at] ^= flip;
                    fs::write(&path, bytes).unwrap();
                    let key = VerifyKey::of(ROOT);
                    let found =
                        super::log(log.folder.path(), &key, None).map_or(true, |v| !v.faults.is_empty());
                    assert!(found, "byte {at} of {} with {flip:#x}", path.display());
                }
            }
            fs::write(&path, whole).unwrap();
        }
        log.is_whole();
    }
}

#[test]
fn lines_removed_doubled_exchanged_or_put_in_are_found() {
    let mut log = Log::new();
    let writer = log.segment(18, true);
    let other = log.segment(18, true);
    let lines = &writer.lines;
    for at in 0..lines.len() {
        let mut removed = lines.clone();
        removed.remove(at);
        assert!(log.finds(&writer, &removed), "line {at} removed");
        assert!(log.finds(&writer, &lines[..at]), "cut off at line {at}");
        assert!(log.finds(&writer, &lines[at + 1..]), "the first {at} gone");
        let mut doubled = lines.clone();
        doubled.insert(at, lines[at].clone());
        assert!(log.finds(&writer, &doubled), "line {at} doubled");
        for to in 0..at {
            let mut moved = lines.clone();
            moved.swap(at, to);
            assert!(log.finds(&writer, &moved), "lines {at} and {to} exchanged");
        }
        let mut foreign = lines.clone();
        foreign[at] = other.lines[at].clone();
        assert!(log.finds(&writer, &foreign), "line {at} of another segment");
    }
    let mut longer = lines.clone();
    longer.push(lines[19].clone());
    assert!(log.finds(&writer, &longer));
    log.is_whole();
}

#[test]
fn a_cut_tail_is_found_whether_or_not_the_process_ended() {
    for stops in [true, false] {
        let mut log = Log::new();
        let writer = log.segment(5, stops);
        for left in 0..writer.lines.len() {
            assert!(log.finds(&writer, &writer.lines[..left]), "{left} left");
        }
    }
}

#[test]
fn a_head_written_from_the_lines_alone_does_not_hide_a_cut() {
    let mut log = Log::new();
    let writer = log.segment(5, false);
    let cut = &writer.lines[..3];
    let last = cut.last().unwrap();
    let seal = &last[last.len() - 66..last.len() - 2];
    let head = format!("{:020} {:020} {} {seal}\n", 0, 3, hex(&sha(last.as_bytes())));
    fs::write(log.folder.path().join(format!("open/{}.head", writer.stem)), head).unwrap();
    assert!(log.finds(&writer, cut));
}

#[test]
fn hashing_everything_again_without_the_key_is_found() {
    let mut log = Log::new();
    let writer = log.segment(5, true);
    let mut forger = Log::new();
    forger.root = [1; 32];
    let forged = forger.segment(5, true);
    // The chain of the forgery holds, and its seals are those of a key: of another one.
    fs::write(log.jsonl(&writer), forged.text()).unwrap();
    fs::write(log.folder.path().join(format!("sealed/{}.head", writer.stem)), &forged.head).unwrap();
    log.is_broken("the seal does not fit");
}

#[test]
fn a_key_captured_later_forges_nothing_before_it() {
    let mut log = Log::new();
    let writer = log.segment(5, false);
    // What a thief finds in the process is the key of the record to come. Whatever it seals in an old place is found.
    let mut lines = writer.lines.clone();
    let body = lines[2].split_once(",\"mac\"").unwrap().0.replace("success", "refused");
    lines[2] = format!(r#"{body},"mac":"{}"}}"#, hex(&mac(&writer.key, &[b"record", &sha(body.as_bytes())])));
    assert!(log.finds(&writer, &lines));
}

#[test]
fn files_removed_copied_exchanged_or_of_nobody_are_found() {
    let mut log = Log::new();
    let (a, b, c) = (log.segment(2, true), log.segment(3, true), log.segment(4, false));
    log.is_whole();
    for writer in [&a, &b, &c] {
        let (path, text) = (log.jsonl(writer), writer.text());
        fs::remove_file(&path).unwrap();
        log.is_broken("missing");
        fs::write(&path, text).unwrap();
        let head = Segment { path, agent: String::new() }.head().unwrap();
        let text = fs::read(&head).unwrap();
        fs::remove_file(&head).unwrap();
        log.is_broken("its head is gone");
        fs::write(&head, text).unwrap();
    }
    let copy = log.folder.path().join("shop-20261123T000000000000000009Z-8.jsonl");
    fs::copy(log.jsonl(&a), &copy).unwrap();
    log.is_broken("its head is gone");
    fs::copy(
        log.folder.path().join(format!("sealed/{}.head", a.stem)),
        log.folder.path().join("sealed/shop-20261123T000000000000000009Z-8.head"),
    )
    .unwrap();
    log.is_broken("one is a copy");
    fs::remove_file(copy).unwrap();

    fs::write(log.jsonl(&a), b.text()).unwrap();
    log.is_broken("the seal does not fit");
    fs::write(log.jsonl(&a), a.text()).unwrap();
    let key = fs::read(log.folder.path().join("key")).unwrap();
    fs::remove_file(log.folder.path().join("key")).unwrap();
    log.is_broken("is gone");
    log.private("key", std::str::from_utf8(&key).unwrap());
    log.is_whole();
}

#[test]
fn a_torn_line_of_a_crash_is_told_from_a_cut_one() {
    let mut log = Log::new();
    let writer = log.segment(5, false);
    fs::write(log.jsonl(&writer), writer.text() + "{\"event\":\"tool_ca").unwrap();
    let verdict = log.is_whole();
    assert!(verdict.notes[0].contains("17 bytes of a torn record"), "{:?}", verdict.notes);
    fs::write(log.jsonl(&writer), writer.text().trim_end()).unwrap();
    log.is_broken("the end was cut off");

    let ended = log.segment(1, true);
    fs::write(log.jsonl(&writer), writer.text()).unwrap();
    fs::write(log.jsonl(&ended), ended.text() + "{").unwrap();
    log.is_broken("bytes after the last record");
}

#[test]
fn a_process_may_be_killed_between_its_last_record_and_its_head() {
    let mut log = Log::new();
    let mut ended = log.segment(5, false);
    let older = ended.head.clone();
    ended.record("agent_lifecycle", r#""action":"stop""#);
    fs::write(log.jsonl(&ended), ended.text()).unwrap();
    log.is_whole();

    // Only a process that puts on record where it ended takes its head away from there.
    let folder = log.folder.path().to_owned();
    fs::remove_file(folder.join(format!("open/{}.head", ended.stem))).unwrap();
    fs::write(folder.join(format!("sealed/{}.head", ended.stem)), older).unwrap();
    log.is_broken("jsonl:7: the head of the segment is older than its last record");
    let mut next = log.open();
    next.start();
    let recovered = format!(r#""action":"recover","segment":0,"records":7,"hash":"{}""#, ended.chain);
    next.record("agent_lifecycle", &recovered);
    log.put(&next);
    log.is_whole();
}

#[test]
fn a_process_may_be_killed_before_its_segment_counts() {
    let mut log = Log::new();
    log.segment(5, true);
    let (root, segments) = (log.root, log.segments);
    let mut claimed = log.open();
    claimed.stem += "1";
    // The number was not taken yet.
    (log.root, log.segments) = (root, segments);
    log.put_root();
    log.put(&claimed);
    assert_eq!(log.is_whole().records, 7);
    // Another process takes the number, and puts on record what it found.
    let mut next = log.open();
    next.start();
    next.record("agent_lifecycle", r#""action":"recover","segment":1,"records":0,"hash":"""#);
    log.put(&next);
    assert_eq!(log.is_whole().records, 9);

    fs::write(log.jsonl(&claimed), "{}\n").unwrap();
    log.is_broken("1: ");
}

#[test]
fn what_a_later_process_recorded_of_a_crash_binds() {
    let mut log = Log::new();
    let crashed = log.segment(5, false);
    let mut next = log.open();
    next.start();
    next.record(
        "agent_lifecycle",
        &format!(r#""action":"recover","segment":0,"records":6,"hash":"{}""#, crashed.chain),
    );
    log.put(&next);
    assert!(log.is_whole().ends[&0].is_final);

    let mut other = log.open();
    other.start();
    other.record("agent_lifecycle", r#""action":"recover","segment":0,"records":7,"hash":"00""#);
    log.put(&other);
    log.is_broken("segment 0 does not end where segment 2 says");
}

#[test]
fn a_segment_goes_on_in_the_next_and_nowhere_else() {
    let mut log = Log::new();
    let mut old = log.open();
    old.start();
    let mut new = log.open();
    old.record("agent_lifecycle", r#""action":"rotate","next":1"#);
    new.chain.clone_from(&old.chain);
    new.record("agent_lifecycle", r#""action":"continue","segment":1,"previous":0"#);
    log.put(&old);
    log.put(&new);
    log.is_whole();

    let mut stray = log.open();
    stray.chain.clone_from(&old.chain);
    stray.record("agent_lifecycle", r#""action":"continue","segment":2,"previous":0"#);
    log.put(&stray);
    log.is_broken("does not follow from the segment before it");
}

#[test]
fn an_older_copy_is_found_by_a_head_that_was_kept() {
    let mut log = Log::new();
    log.segment(2, true);
    let mut running = log.segment(3, false);
    let old = (running.text(), running.head.clone());
    let early = Expected::of(&log.is_whole());
    running.record("tool_call", r#""call":9"#);
    log.put(&running);
    let kept: Expected = Expected::of(&log.is_whole()).to_string().parse().unwrap();
    assert_eq!(log.verify_against(Some(&kept)).faults, Vec::<String>::new());
    assert_eq!(log.verify_against(Some(&early)).faults, Vec::<String>::new(), "a log may grow");

    fs::write(log.jsonl(&running), &old.0).unwrap();
    fs::write(log.folder.path().join(format!("open/{}.head", running.stem)), &old.1).unwrap();
    log.is_whole();
    assert!(log.verify_against(Some(&kept)).faults[0].contains("was put back"));

    let before = fs::read(log.folder.path().join("key")).unwrap();
    let late = log.segment(1, true);
    let kept = Expected::of(&log.is_whole());
    fs::remove_file(log.jsonl(&late)).unwrap();
    fs::write(log.folder.path().join("key"), before).unwrap();
    log.is_whole();
    assert!(log.verify_against(Some(&kept)).faults[0].contains("was put back"));
}

#[test]
fn copies_of_segments_are_checked_by_themselves() {
    let mut log = Log::new();
    let writer = log.segment(4, true);
    let elsewhere = tempfile::tempdir().unwrap();
    let path = elsewhere.path().join("copy.jsonl");
    fs::write(&path, writer.text()).unwrap();
    let key = VerifyKey::of(ROOT);
    assert_eq!(copies(std::slice::from_ref(&path), &key).faults, Vec::<String>::new());
    fs::write(&path, writer.text().replace("part", "cart")).unwrap();
    assert!(copies(&[path], &key).faults[0].contains(":2: the seal does not fit"));
}
