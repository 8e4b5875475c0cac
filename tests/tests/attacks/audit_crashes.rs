//! The audit log through kills, losses of power, and many writers at once, held by `heddle audit verify`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use heddle_tests::client::{CallResult, Client, PATIENCE};
use heddle_tests::home::{Home, run_at};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::audit::agent;

#[track_caller]
fn assert_whole(home: &Path) {
    let output = run_at(home, &["audit", "verify"], "");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn segments(home: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(home.join("audit")).expect("a log").map(|entry| entry.expect("a log").path());
    let mut found: Vec<_> = entries.filter(|path| path.extension().is_some_and(|e| e == "jsonl")).collect();
    found.sort();
    found
}

/// Every whole line of the log.
fn records(home: &Path) -> Vec<Value> {
    let mut found = Vec::new();
    for path in segments(home) {
        let text = fs::read_to_string(path).expect("a segment is text");
        let whole = text.rfind('\n').map_or("", |end| &text[..end]);
        found.extend(whole.lines().map(|line| serde_json::from_str::<Value>(line).expect("a record")));
    }
    found
}

/// The numbers that calls were made with and that have both an intent and a success on record.
fn on_record(home: &Path) -> BTreeSet<u64> {
    let records = records(home);
    let key = |record: &Value| (record["session"].to_string(), record["call"].as_u64());
    let done: BTreeSet<_> = records.iter().filter(|record| record["status"] == "success").map(key).collect();
    let intents =
        records.iter().filter(|record| record["event"] == "http_bridge" && done.contains(&key(record)));
    intents.filter_map(|record| record["parameters"]["n"].as_u64()).collect()
}

/// Asks `count` calls at once, takes `patience` answers, and kills it. Gives the numbers of all calls that were answered.
fn killed_under_load(client: &mut Client, first: u64, count: u64, patience: u64) -> BTreeSet<u64> {
    // Long enough that some segments give way to the next.
    let long = "x".repeat(1000);
    let asked: BTreeMap<u64, u64> = (first..first + count)
        .map(|n| {
            (
                client
                    .ask("tools/call", json!({"name": "note", "arguments": {"n": n, "a": long, "b": long, "c": long, "d": long}})),
                n,
            )
        })
        .collect();
    let mut answers = Vec::new();
    for _ in 0..patience {
        answers.extend(client.receive(PATIENCE));
    }
    client.kill();
    // What it wrote before it died counts as answered.
    answers.extend(std::iter::from_fn(|| client.receive(Duration::from_secs(2))));
    let answered = answers.iter().map(|answer| {
        CallResult::of(answer).ok();
        asked[&answer["id"].as_u64().expect("an id of ours")]
    });
    answered.collect()
}

/// Kills an agent a hundred times under load, in one home.
fn a_hundred_kills(sync: &str) {
    const LOAD: u64 = 16;
    let (agent, _) = agent(sync);
    let home = Home::new();
    let mut answered = BTreeSet::new();
    let mut torn = 0;
    for round in 0..100 {
        let mut client = Client::start(agent, home.path());
        answered.append(&mut killed_under_load(
            &mut client,
            round * LOAD,
            LOAD,
            if round == 0 { LOAD } else { round * 7 % LOAD },
        ));
        drop(client);
        assert_whole(home.path());
        if round % 10 == 5 {
            // A kill seldom tears a line. The newest segment has no end, so this is what one would leave.
            let path = segments(home.path()).pop().expect("a segment");
            let line = fs::read(&path)
                .expect("our file")
                .split(|byte| *byte == b'\n')
                .next()
                .unwrap_or_default()
                .to_vec();
            let mut file = OpenOptions::new().append(true).open(path).expect("our file");
            file.write_all(&line[..line.len() / 2]).expect("room on the disk");
            torn += 1;
            assert_whole(home.path());
        }
    }
    let mut client = Client::connect(agent, home.path());
    client.call("note", json!({"n": 1_000_000})).ok();
    assert!(client.close().success());
    assert_whole(home.path());

    let found = on_record(home.path());
    let lost: Vec<_> = answered.difference(&found).collect();
    assert!(
        lost.is_empty(),
        "{sync}: {} of {} answered calls are not on record: {lost:?}",
        lost.len(),
        answered.len()
    );
    assert!(answered.len() > 500, "{sync}: only {} calls were answered", answered.len());
    let recovered: Vec<Value> =
        records(home.path()).into_iter().filter(|record| record["action"] == "recover").collect();
    // Six rounds kill it while it starts, when there may be no segment yet that anything could be said of.
    assert!(recovered.len() >= 94, "{sync}: {} of 100 crashes are on record", recovered.len());
    let with_torn = recovered.iter().filter(|record| record["torn_bytes"].as_u64().is_some()).count();
    assert!(with_torn >= torn, "{sync}: {with_torn} of {torn} torn lines are on record");
    assert!(segments(home.path()).len() > 101, "segments gave way as well");
}

#[test]
fn a_hundred_kills_leave_a_log_that_verifies() {
    a_hundred_kills("os");
}

#[test]
fn a_hundred_kills_lose_no_answered_call_with_sync_always() {
    a_hundred_kills("always");
}

/// A library that stands before `fdatasync` and `fsync`.
pub fn power(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("power.c"), folder.join("power.so"));
    fs::write(&source, include_str!("power.c")).expect("our folder");
    let built =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).arg(&library).arg(&source).status();
    assert!(built.expect("rustc links with cc, so there is one").success());
    library
}

#[test]
fn a_loss_of_power_loses_no_answered_call_with_sync_always() {
    const CALLS: u64 = 256;
    const IN_FLIGHT: u64 = 32;
    let (agent, _) = agent("always");
    let home = Home::new();
    let work = tempfile::tempdir().expect("a temporary folder");
    let flushed = work.path().join("flushed");
    let mut command = Command::new(&agent.binary);
    command.env_clear().env("HEDDLE_HOME", home.path());
    command.env("LD_PRELOAD", power(work.path())).env("FLUSHED", &flushed);
    let mut client = Client::start_command(&mut command);
    let mut asked = BTreeMap::new();
    let mut answered = BTreeSet::new();
    for n in 0..CALLS {
        asked.insert(client.ask("tools/call", json!({"name": "note", "arguments": {"n": n}})), n);
        if n >= IN_FLIGHT {
            let answer = client.receive(PATIENCE).expect("an answer");
            CallResult::of(&answer).ok();
            answered.insert(asked[&answer["id"].as_u64().expect("an id of ours")]);
        }
    }
    client.kill();
    while let Some(answer) = client.receive(Duration::from_secs(2)) {
        answered.insert(asked[&answer["id"].as_u64().expect("an id of ours")]);
    }

    let said = fs::read_to_string(&flushed).expect("the library was loaded");
    let mut on_disk: BTreeMap<u64, u64> = BTreeMap::new();
    for line in said.lines() {
        let (inode, length) = line.split_once(' ').expect("two numbers");
        let length: u64 = length.parse().expect("a number");
        let longest = on_disk.entry(inode.parse().expect("a number")).or_default();
        *longest = length.max(*longest);
    }
    // Two records a call, and far fewer flushes: those in flight share them.
    let flushes = said.lines().count() as u64;
    assert!(answered.len() as u64 >= CALLS - IN_FLIGHT, "{}", answered.len());
    assert!(flushes < answered.len() as u64 / 2, "{flushes} flushes for {} calls", answered.len());

    let mut cut = 0;
    for path in segments(home.path()) {
        let metadata = fs::metadata(&path).expect("our file");
        let kept = on_disk.get(&metadata.ino()).copied().unwrap_or(0);
        cut += metadata.len() - kept;
        OpenOptions::new().write(true).open(path).and_then(|file| file.set_len(kept)).expect("our file");
    }
    assert_whole(home.path());
    let found = on_record(home.path());
    let lost: Vec<_> = answered.difference(&found).collect();
    assert!(lost.is_empty(), "{cut} bytes were cut, and with them answered calls: {lost:?}");
}

#[test]
fn many_processes_of_several_agents_write_at_once() {
    const CALLS: u64 = 60;
    let home = Home::new();
    std::thread::scope(|scope| {
        for (number, sync) in ["os", "os", "os", "always", "always"].into_iter().enumerate() {
            let home = home.path();
            let (agent, _) = agent(sync);
            scope.spawn(move || {
                let mut client = Client::connect(agent, home);
                let first = number as u64 * CALLS;
                for n in first..first + CALLS {
                    let arguments = json!({"n": n, "a": "x".repeat(2000), "b": "y".repeat(2000)});
                    client.ask("tools/call", json!({"name": "note", "arguments": arguments}));
                }
                for _ in 0..CALLS {
                    CallResult::of(&client.receive(PATIENCE).expect("an answer")).ok();
                }
                assert!(client.close().success());
            });
        }
        // A verifier who looks while they write finds nothing wrong.
        for _ in 0..5 {
            std::thread::sleep(Duration::from_millis(20));
            if home.path().join("audit/key").exists() {
                assert_whole(home.path());
            }
        }
    });
    assert_whole(home.path());
    assert_eq!(on_record(home.path()), (0..5 * CALLS).collect());
    assert!(segments(home.path()).len() > 5, "segments gave way while all of them wrote");
}

/// What may happen to the log next.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// A process of this number starts, if it does not run.
    Start(usize),
    /// It answers calls, with records this long.
    Calls(usize, usize, usize),
    /// Its client leaves.
    Stop(usize),
    /// It is killed with calls in flight.
    Kill(usize),
    /// Half a line is left behind by the last one that was killed.
    Tear,
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..3_usize;
    prop_oneof![
        2 => who.clone().prop_map(Step::Start),
        4 => (who.clone(), 1..6_usize, prop_oneof![Just(0), Just(9000)])
            .prop_map(|(who, calls, length)| Step::Calls(who, calls, length)),
        1 => who.clone().prop_map(Step::Stop),
        2 => who.prop_map(Step::Kill),
        1 => Just(Step::Tear),
    ]
}

fn live(steps: &[Step]) -> Result<(), TestCaseError> {
    let home = Home::new();
    let mut running: [Option<Client>; 3] = [None, None, None];
    let mut dead: Option<BTreeSet<PathBuf>> = None;
    let (mut n, mut answered) = (0, BTreeSet::new());
    for step in steps {
        match *step {
            Step::Start(who) => {
                let (agent, _) = agent(if who == 0 { "always" } else { "os" });
                if running[who].is_none() {
                    running[who] = Some(Client::connect(agent, home.path()));
                    // A start takes care of what was left.
                    dead = None;
                }
            }
            Step::Calls(who, calls, length) => {
                let Some(client) = &mut running[who] else { continue };
                let long = "x".repeat(length);
                for _ in 0..calls {
                    client.call("note", json!({"n": n, "a": long, "b": long, "c": long, "d": long})).ok();
                    answered.insert(n);
                    n += 1;
                }
            }
            Step::Stop(who) => {
                if let Some(client) = running[who].take() {
                    assert!(client.close().success());
                }
            }
            Step::Kill(who) => {
                if let Some(mut client) = running[who].take() {
                    answered.append(&mut killed_under_load(&mut client, n, 8, 3));
                    n += 8;
                    dead = Some(open_segments(home.path(), client.pid()));
                }
            }
            Step::Tear => {
                let Some(path) = dead.take().and_then(|paths| paths.into_iter().next()) else { continue };
                let mut file = OpenOptions::new().append(true).open(path).expect("our file");
                file.write_all(b"{\"event\":\"tool_call\",\"seq\":9").expect("room on the disk");
            }
        }
        if home.path().join("audit").exists() {
            assert_whole(home.path());
        }
    }
    drop(running);
    if home.path().join("audit").exists() {
        assert_whole(home.path());
    }
    let found = if answered.is_empty() { BTreeSet::new() } else { on_record(home.path()) };
    prop_assert!(answered.is_subset(&found), "{:?} are not on record", answered.difference(&found));
    Ok(())
}

/// The segments that a process of this id has left open.
fn open_segments(home: &Path, pid: u32) -> BTreeSet<PathBuf> {
    let of_process = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(&format!("-{pid}")) && home.join("audit/open").join(format!("{name}.head")).exists()
    };
    segments(home).into_iter().filter(of_process).collect()
}

#[test]
fn any_interleaving_of_writers_rotations_and_crashes_verifies() {
    let config = Config { cases: 12, max_shrink_iters: 40, failure_persistence: None, ..Config::default() };
    let steps = proptest::collection::vec(step(), 6..18);
    TestRunner::new(config).run(&steps, |steps| live(&steps)).unwrap_or_else(|fault| panic!("{fault}"));
}
