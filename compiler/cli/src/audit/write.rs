//! Records of the operator's own acts: a segment of its own for each, of three records, so that no agent's log is
//! touched. Its agent is `@operator`, a name that no config can give.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::Write as _;
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::process;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::keys::{Tag, hex, mac, next_root, step};
use super::verify::Head;
use super::when::rfc3339;
use crate::failure::Failure;
use crate::home::{refuse_foreign_folder, write_private};

/// Who the segments are of.
pub const OPERATOR: &str = "@operator";
/// More segments than this are not opened in the time that a power cut takes back.
const LOST_MAX: u64 = 10_000;
/// How long to wait for an agent that starts.
const PATIENCE: Duration = Duration::from_secs(5);

/// Writes one record, in a segment that begins and ends with it. What cannot be recorded must not be done.
pub fn append(folder: &Path, build: &str, event: &str, members: &[(&str, &str)]) -> Result<(), Failure> {
    refuse_foreign_folder(folder)?;
    let _lock = lock(folder)?;
    let key = folder.join("key");
    let Some(next) = next_root(&key)? else {
        return Err(Failure::refused(format_args!(
            "`{}` is not there, so nothing can be put on record: an agent makes it when it starts",
            key.display()
        )));
    };
    let (number, root) = beyond_open_heads(&folder.join("open"), next);
    let lines = Lines::of(build, number, mac(&root, &[b"segment"]), event, members);
    let (text, head) = lines.written();

    let compact: String =
        rfc3339(SystemTime::now()).chars().filter(|c| !matches!(c, '-' | ':' | '.')).collect();
    let stem = format!("{OPERATOR}-{compact}-{}", process::id());
    let (open, sealed) = (folder.join("open"), folder.join("sealed"));
    let head_name = format!("{stem}.head");
    let path = folder.join(format!("{stem}.jsonl"));
    // In the order of an agent's start: a kill in between leaves an empty segment, and no number without one.
    let head_file = create(&open.join(&head_name))?;
    let failed = |error: std::io::Error| Failure::io("write", &path, &error);
    let empty: Tag = [0; 32];
    let tag = mac(&mac(&root, &[b"segment"]), &[b"open", &empty]);
    head_file.write_all_at(&head_text(number, 0, &empty, &tag), 0).map_err(failed)?;
    let mut file = create(&path)?;
    let next = mac(&root, &[b"next"]);
    write_private(&key, &format!("heddle-audit-key-1 {}\n{}\n", number.saturating_add(1), hex(&next)))?;
    file.write_all(&text).and_then(|()| file.sync_data()).map_err(failed)?;
    head_file.write_all_at(&head, 0).map_err(failed)?;
    fs::rename(open.join(&head_name), sealed.join(&head_name)).map_err(failed)
}

/// The next segment, as an agent that starts finds it: a power cut can take the file with the root back by some seconds,
/// and a number must not be given twice. A head that nobody could have come to is left to `heddle audit verify`.
fn beyond_open_heads(heads: &Path, (mut number, mut root): (u64, Tag)) -> (u64, Tag) {
    let Ok(entries) = fs::read_dir(heads) else { return (number, root) };
    let heads = entries.filter_map(|entry| Head::read(&entry.ok()?.path()).ok()?);
    // Without a record a number is not used yet.
    let used = heads.filter(|head| head.records > 0).map(|head| head.segment);
    let next = used.max().map_or(0, |last| last.saturating_add(1));
    if next.saturating_sub(number) <= LOST_MAX {
        while number < next {
            root = mac(&root, &[b"next"]);
            number += 1;
        }
    }
    (number, root)
}

fn create(path: &Path) -> Result<File, Failure> {
    // `create_new` follows no link and takes over no file.
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    made.map_err(|error| Failure::io("make the file", path, &error))
}

fn lock(folder: &Path) -> Result<File, Failure> {
    let path = folder.join("lock");
    let opened = OpenOptions::new().write(true).open(&path);
    let lock = opened.map_err(|error| Failure::io("open the lock of the audit log", &path, &error))?;
    let began = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(lock),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(2));
            }
            Err(TryLockError::WouldBlock) => {
                return Err(Failure::fault(format_args!("another process holds `{}`", path.display())));
            }
            Err(TryLockError::Error(error)) => return Err(Failure::io("lock", &path, &error)),
        }
    }
}

/// A whole segment in memory.
struct Lines {
    build: String,
    session: String,
    number: u64,
    key: Tag,
    last: Tag,
    seq: u64,
    hash: Tag,
    chain: String,
    text: Vec<u8>,
}

impl Lines {
    fn of(build: &str, number: u64, key: Tag, event: &str, members: &[(&str, &str)]) -> Self {
        // Keyed at random by the standard library; it tells processes apart and protects nothing.
        let session = format!("{:016x}", RandomState::new().build_hasher().finish());
        let chain = "GENESIS".to_owned();
        let (build, text) = (build.to_owned(), Vec::new());
        let mut lines = Self { build, session, number, key, last: key, seq: 0, hash: [0; 32], chain, text };
        let text = |(key, value): &(&str, &str)| ((*key).to_owned(), json!(value));
        lines.add(
            "agent_lifecycle",
            vec![("action".to_owned(), json!("start")), ("segment".to_owned(), json!(number))],
        );
        lines.add(event, members.iter().map(text).collect());
        lines.add("agent_lifecycle", vec![("action".to_owned(), json!("stop"))]);
        lines
    }

    fn add(&mut self, event: &str, members: Vec<(String, Value)>) {
        let frame = [
            ("event", json!(event)),
            ("seq", json!(self.seq)),
            ("timestamp", json!(rfc3339(SystemTime::now()))),
            ("agent", json!(OPERATOR)),
            ("build", json!(self.build)),
            ("session", json!(self.session)),
        ];
        let frame = frame.into_iter().map(|(key, value)| (key.to_owned(), value));
        let last = ("chain_hash".to_owned(), json!(self.chain));
        // Member by member: the order is part of the format.
        let members: Vec<String> = frame
            .chain(members)
            .chain([last])
            .map(|(key, value)| {
                let one: Map<String, Value> = [(key, value)].into_iter().collect();
                let json = Value::Object(one).to_string();
                json.get(1..json.len().saturating_sub(1)).unwrap_or_default().to_owned()
            })
            .collect();
        let body = format!("{{{}", members.join(","));
        let seal = format!(",\"mac\":\"{}\"}}", hex(&mac(&self.key, &[b"record", &Sha256::digest(&body)])));
        let line = body + &seal;
        self.hash = Sha256::digest(&line).into();
        self.chain = hex(&self.hash);
        self.last = self.key;
        self.key = step(&self.key);
        self.seq = self.seq.saturating_add(1);
        self.text.extend_from_slice(line.as_bytes());
        self.text.push(b'\n');
    }

    /// The lines, and the head that speaks of them.
    fn written(self) -> (Vec<u8>, Vec<u8>) {
        let head = head_text(self.number, self.seq, &self.hash, &mac(&self.last, &[b"head", &self.hash]));
        (self.text, head)
    }
}

fn head_text(segment: u64, records: u64, hash: &Tag, tag: &Tag) -> Vec<u8> {
    format!("{segment:020} {records:020} {} {}\n", hex(hash), hex(tag)).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::super::keys::VerifyKey;
    use super::super::verify;
    use super::*;
    use crate::home::make_private_folder;

    /// A log that an agent would have begun, with its key as it was after `next` segments.
    fn put_key(folder: &Path, next: usize) {
        let (_, root) = VerifyKey::of([7; 32]).segments(next as u64);
        write_private(&folder.join("key"), &format!("heddle-audit-key-1 {next}\n{}\n", hex(&root))).unwrap();
    }

    fn log() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for inner in ["", "open", "sealed"] {
            make_private_folder(&folder.path().join(inner)).unwrap();
        }
        write_private(&folder.path().join("lock"), "").unwrap();
        put_key(folder.path(), 0);
        folder
    }

    fn faults(folder: &Path) -> Vec<String> {
        verify::log(folder, &VerifyKey::of([7; 32]), None).unwrap().faults
    }

    #[test]
    fn a_number_that_a_power_cut_took_back_is_not_given_again() {
        let folder = log();
        let append = || append(folder.path(), "b", "approval", &[("action", "approved")]).unwrap();
        append();
        append();
        // The second was still open, as that of an agent that runs, and the disk did not have the key yet.
        let sealed = fs::read_dir(folder.path().join("sealed")).unwrap();
        for entry in sealed.map(Result::unwrap) {
            if Head::read(&entry.path()).unwrap().unwrap().segment == 1 {
                fs::rename(entry.path(), folder.path().join("open").join(entry.file_name())).unwrap();
            }
        }
        put_key(folder.path(), 1);
        append();
        let (next, _) = next_root(&folder.path().join("key")).unwrap().unwrap();
        assert_eq!((next, faults(folder.path())), (3, Vec::new()));
    }

    #[test]
    fn numbers_that_a_made_up_head_has_skipped_are_missed() {
        let folder = log();
        append(folder.path(), "b", "approval", &[]).unwrap();
        let made_up = head_text(3, 5, &[1; 32], &[2; 32]);
        create(&folder.path().join("open/x.head")).unwrap().write_all(&made_up).unwrap();
        append(folder.path(), "b", "approval", &[]).unwrap();
        let faults = faults(folder.path());
        assert!(
            faults.iter().any(|fault| fault.contains("3 of 5 segments are missing: 1, 2, 3")),
            "{faults:?}"
        );
    }

    #[test]
    fn a_head_that_nobody_could_have_come_to_moves_no_number() {
        let folder = log();
        let far = head_text(1_000_000, 5, &[1; 32], &[2; 32]);
        create(&folder.path().join("open/x.head")).unwrap().write_all(&far).unwrap();
        append(folder.path(), "b", "approval", &[]).unwrap();
        let (next, _) = next_root(&folder.path().join("key")).unwrap().unwrap();
        assert_eq!(next, 1);
    }
}
