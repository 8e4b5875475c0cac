//! Reading the audit log: a long one, written here by what is documented of it, verified and shown.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use heddle_tests::home::{self, Home};
use heddle_tests::process;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::report::{Report, Target, median};
use crate::run::{self, Ran};

type Tag = [u8; 32];

/// What the Python heddle verifies in a second, without a seal: 255 thousand records.
const PYTHON: f64 = 255e3;
/// Records of a segment: about 64 MiB, as agents write them.
const SEGMENT: usize = 130_000;

/// Measures the reading commands and adds the rows.
pub fn measure(report: &mut Report, quick: bool) {
    let records = if quick { 2 * SEGMENT } else { 1_000_000 };
    let home = Home::new();
    let bytes = write_log(&home.path().join("audit"), records);

    let runs = if quick { 3 } else { 7 };
    let verified: Vec<Ran> = (0..runs).map(|_| heddle(home.path(), &["audit", "verify"])).collect();
    let rate = records as f64 / median(verified.iter().map(|ran| ran.took.as_secs_f64()).collect());
    report.single("audit verify, all cores", "records/s", rate, Some(Target::Least(5.0 * PYTHON)));
    let each = |cpu: f64| bytes.len() as f64 / cpu / 1e6;
    let raw = each(median((0..runs).map(|_| hash(&bytes)).collect()));
    let cpu = each(median(verified.iter().map(|ran| ran.cpu.as_secs_f64()).collect()));
    report.versus("audit verify, one core, of hashing in memory", "MB/s", raw, cpu, Target::Least(0.6));
    let peak = verified.iter().map(|ran| ran.peak_kib).max().unwrap_or_default();
    report.single("peak memory of that", "MiB", peak as f64 / 1024.0, Some(Target::Most(16.0)));

    let shown: Vec<Ran> = (0..5 * runs).map(|_| heddle(home.path(), &["audit", "show"])).collect();
    let took = median(shown.iter().map(|ran| ran.took.as_secs_f64() * 1e3).collect());
    report.single(&format!("audit show, last 20 of {records}"), "ms", took, Some(Target::Most(50.0)));
    let peak = shown.iter().map(|ran| ran.peak_kib).max().unwrap_or_default();
    report.single("peak memory of that", "MiB", peak as f64 / 1024.0, Some(Target::Most(30.0)));
}

fn heddle(home: &Path, arguments: &[&str]) -> Ran {
    run::timed(home::heddle().env("HEDDLE_HOME", home).args(arguments))
}

/// Seconds of one core that it takes to hash the bytes and to seal them.
fn hash(bytes: &[u8]) -> f64 {
    let start = process::cpu(std::process::id());
    let mut seal = Hmac::<Sha256>::new_from_slice(&[7; 32]).expect("any length will do");
    seal.update(bytes);
    let both = (Sha256::digest(bytes), seal.finalize());
    std::hint::black_box(both);
    (process::cpu(std::process::id()) - start).as_secs_f64()
}

/// Writes whole segments of one agent that went on from each other, and gives the bytes of all.
fn write_log(folder: &Path, records: usize) -> Vec<u8> {
    for folder in [folder.to_owned(), folder.join("open"), folder.join("sealed")] {
        fs::create_dir(&folder).expect("our home");
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("our folder");
    }
    let mut root = [42; 32];
    let private = |name: &str, text: String| {
        fs::write(folder.join(name), text).expect("our folder");
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o600)).expect("our file");
    };
    private("verify.key", format!("heddle-audit-verify-key-1\n{}\n", hex(&root)));
    let segments = records.div_ceil(SEGMENT);
    let mut all = Vec::new();
    let mut chain = "GENESIS".to_owned();
    for number in 0..segments {
        let from = all.len();
        let wanted = SEGMENT.min(records - number * SEGMENT);
        let key = mac(&root, &[b"segment"]);
        let head;
        (chain, head) = write_segment(&mut all, key, number, wanted, number + 1 == segments, chain);
        let stem = format!("bench-20261123T{number:018}Z-7");
        private(&format!("{stem}.jsonl"), String::from_utf8_lossy(&all[from..]).into_owned());
        private(&format!("sealed/{stem}.head"), head);
        root = mac(&root, &[b"next"]);
    }
    private("key", format!("heddle-audit-key-1 {segments}\n{}\n", hex(&root)));
    all
}

/// Appends a segment; gives the hash of its last line and its head.
fn write_segment(
    out: &mut Vec<u8>,
    mut key: Tag,
    number: usize,
    records: usize,
    is_last: bool,
    mut chain: String,
) -> (String, String) {
    let mut head = String::new();
    for seq in 0..records {
        let first = if number == 0 { "start" } else { "continue" };
        let members = match seq {
            0 if number == 0 => format!(r#""action":"{first}","segment":{number}"#),
            0 => format!(r#""action":"{first}","segment":{number},"previous":{}"#, number - 1),
            _ if seq + 1 < records && seq % 2 == 1 => format!(
                r#""call":{seq},"tool":"query","method":"GET","url":"http://localhost:9090/api/v1/query?query=up","parameters":{{"query":"up"}}"#
            ),
            _ if seq + 1 < records => {
                format!(
                    r#""call":{seq},"tool":"query","status":"success","status_code":200,"duration_ms":1.250"#
                )
            }
            _ if is_last => r#""action":"stop""#.to_owned(),
            _ => format!(r#""action":"rotate","next":{}"#, number + 1),
        };
        let event = match seq {
            _ if seq == 0 || seq + 1 == records => "agent_lifecycle",
            _ if seq % 2 == 1 => "http_bridge",
            _ => "tool_call",
        };
        let body = format!(
            r#"{{"event":"{event}","seq":{seq},"timestamp":"2026-11-23T{number:02}:{:02}:{:02}.{:06}Z","agent":"bench","build":"{}","session":"0123456789abcdef",{members},"chain_hash":"{chain}""#,
            seq / 6000 % 60,
            seq / 100 % 60,
            seq % 100,
            "ab".repeat(32),
        );
        let tag = mac(&key, &[b"record", &Sha256::digest(&body)]);
        let line = format!(r#"{body},"mac":"{}"}}"#, hex(&tag));
        let hash: Tag = Sha256::digest(&line).into();
        chain = hex(&hash);
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
        if seq + 1 == records {
            head = format!("{number:020} {records:020} {chain} {}\n", hex(&mac(&key, &[b"head", &hash])));
        }
        key = Sha256::new().chain_update(key).chain_update(b"next").finalize().into();
    }
    (chain, head)
}

fn mac(key: &Tag, parts: &[&[u8]]) -> Tag {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length will do");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
