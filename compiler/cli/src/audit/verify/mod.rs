//! Whether the log is whole: every segment by itself, and all of them together.

mod segment;
#[cfg(test)]
mod tests;

pub use segment::{Against, Broken, End, Head, Sound, segment};

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::head::Expected;
use super::keys::{Tag, VerifyKey, hex, next_root};
use super::{Segment, segments};
use crate::failure::{Failure, plain};

/// What a log turned out to be.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What is wrong: where, and what it is.
    pub faults: Vec<String>,
    /// What a crash explains and a reader should know.
    pub notes: Vec<String>,
    /// How many records are in segments that are sound.
    pub records: u64,
    /// How many segments.
    pub segments: u64,
    /// Each segment's records and last hash, and whether more can come.
    pub ends: BTreeMap<u64, SegmentEnd>,
    /// Hashes of the records that the expected head asks for, by segment.
    pub at: BTreeMap<u64, Tag>,
}

/// Where a segment ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentEnd {
    /// How many records it has.
    pub records: u64,
    /// Hash of the last.
    pub hash: Tag,
    /// Whether a record says that this is the end.
    pub is_final: bool,
}

/// Holds a whole log against its key, and against a head that was kept elsewhere.
pub fn log(folder: &Path, key: &VerifyKey, expected: Option<&Expected>) -> Result<Verdict, Failure> {
    let (found, root) = {
        // While nobody starts, the files and the root belong together.
        let _lock = quiet(folder);
        (segments(folder)?, next_root(&folder.join("key"))?)
    };
    let mut verdict = Verdict { segments: found.len() as u64, ..Verdict::default() };
    let Some((count, root)) = root else {
        verdict.faults.push(format!(
            "{}: is gone: nobody can say how many segments there were",
            folder.join("key").display()
        ));
        return Ok(verdict);
    };
    // Every claim makes a file, so a number far beyond their count is no number of ours.
    if count > (found.len() as u64).saturating_add(1_000_000) {
        verdict.faults.push(format!("{}: speaks of {count} segments", folder.join("key").display()));
        return Ok(verdict);
    }
    let (keys, should_be) = key.segments(count);
    if root != should_be {
        verdict.faults.push(format!(
            "{}: does not follow from the key of the verifier: one of them belongs to another log, or was changed",
            folder.join("key").display()
        ));
        return Ok(verdict);
    }
    let checked = check_all(&found, &keys, expected);
    assemble(&mut verdict, count, &found, checked);
    if let Some(expected) = expected {
        verdict.faults.extend(expected.faults(&verdict));
    }
    Ok(verdict)
}

type Checked = Result<(u64, Sound), Broken>;

/// Every segment by itself, on all cores.
fn check_all(found: &[Segment], keys: &[Tag], expected: Option<&Expected>) -> Vec<Option<Checked>> {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(found.len().max(1));
    let mut checked: Vec<Option<Checked>> = found.iter().map(|_| None).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers)
            .map(|_| {
                scope.spawn(|| {
                    let mut done = Vec::new();
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        let Some(segment) = found.get(at) else { return done };
                        done.push((at, check(segment, keys, expected)));
                    }
                })
            })
            .collect();
        for (at, result) in workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()) {
            if let Some(place) = checked.get_mut(at) {
                *place = Some(result);
            }
        }
    });
    checked
}

fn check(found: &Segment, keys: &[Tag], expected: Option<&Expected>) -> Checked {
    let broken = |why: String| Broken { line: 1, why };
    let look = || {
        let path = found.head().ok_or(io::ErrorKind::NotFound)?;
        Ok((path.parent().is_some_and(|folder| folder.ends_with("sealed")), Head::read(&path)?))
    };
    // Between the look and the reading, its process may have put it away.
    let (is_sealed, head) = look().or_else(|_: io::Error| look()).map_err(|error| {
        broken(if error.kind() == io::ErrorKind::NotFound {
            "its head is gone".into()
        } else {
            format!("its head cannot be read: {}", plain(&error))
        })
    })?;
    let head = head.ok_or_else(|| broken("its head is none".into()))?;
    // Its files are made before its number is taken: a process that is killed in between leaves them empty.
    if head.segment == keys.len() as u64
        && !is_sealed
        && fs::metadata(&found.path).is_ok_and(|file| file.len() == 0)
    {
        return Ok((head.segment, Sound::default()));
    }
    let Some(key) = usize::try_from(head.segment).ok().and_then(|number| keys.get(number)) else {
        return Err(broken(format!("segment {} was never opened", head.segment)));
    };
    let at = expected.and_then(|expected| expected.open.get(&head.segment)).copied();
    let against = Against { key, head: Some(&head), agent: Some(&found.agent), at };
    match segment(&found.path, against) {
        // As long as its process lives, and when it was killed then, the head is still among the open ones.
        Ok(Ok(sound)) => {
            let is_ahead_of_head = sound.is_ahead_of_head && is_sealed;
            Ok((head.segment, Sound { is_ahead_of_head, ..sound }))
        }
        Ok(Err(broken)) => Err(broken),
        Err(error) => Err(broken(format!("cannot be read: {}", plain(&error)))),
    }
}

/// The segments together: none missing, none twice, and each says of the others what they say themselves.
fn assemble(verdict: &mut Verdict, count: u64, found: &[Segment], checked: Vec<Option<Checked>>) {
    let mut sound: BTreeMap<u64, (&Path, Sound)> = BTreeMap::new();
    let mut broken = 0_u64;
    for (Segment { path, .. }, checked) in found.iter().zip(checked) {
        let shown = path.display();
        match checked {
            Some(Ok((number, checked))) => match sound.get(&number) {
                // A start that died before its first record leaves its number to the next.
                Some((_, other)) if checked.records > 0 && other.records > 0 => {
                    verdict
                        .faults
                        .push(format!("{shown}:1: there is another segment {number}: one is a copy"));
                }
                Some((_, other)) if other.records > 0 => {}
                _ => {
                    sound.insert(number, (path, checked));
                }
            },
            Some(Err(Broken { line, why })) => {
                broken += 1;
                verdict.faults.push(format!("{shown}:{line}: {why}"));
            }
            None => verdict.faults.push(format!("{shown}:1: was not looked at")),
        }
    }
    let missing = (0..count).filter(|number| !sound.contains_key(number)).count() as u64;
    // A broken segment does not say which number it is; only what goes beyond those is surely gone.
    if missing > broken {
        let gone: Vec<String> = (0..count)
            .filter(|number| !sound.contains_key(number))
            .map(|number| number.to_string())
            .take(20)
            .collect();
        verdict.faults.push(format!(
            "{} of {count} segments are missing: {}{}",
            missing - broken,
            if broken == 0 { "" } else { "among " },
            gone.join(", ")
        ));
    }
    // That a segment was left empty says nothing of the one that took its number afterwards.
    let recovered: BTreeSet<u64> = sound
        .values()
        .flat_map(|(_, sound)| &sound.recovered)
        .filter(|(segment, records, _)| {
            *records > 0 || sound.get(segment).is_some_and(|(_, segment)| segment.records == 0)
        })
        .map(|(segment, ..)| *segment)
        .collect();
    for (number, (path, segment)) in &sound {
        let shown = path.display();
        for (other, records, hash) in &segment.recovered {
            if *records > 0
                && let Some((_, of)) = sound.get(other)
                && !of.ends_at(*records, hash)
            {
                verdict.faults.push(format!(
                    "segment {other} does not end where segment {number} says: after {records} records"
                ));
            }
        }
        let before = segment.previous.and_then(|previous| sound.get(&previous));
        let follows = match (segment.records, segment.previous) {
            (0, _) => true,
            (_, None) => segment.follows == "GENESIS",
            (_, Some(_)) => before.is_none_or(|(_, before)| {
                before.end == Some(End::Next(*number)) && segment.follows == hex(&before.hash)
            }),
        };
        if !follows {
            verdict.faults.push(format!("{shown}:1: does not follow from the segment before it"));
        }
        let is_final = segment.end.is_some() || recovered.contains(number);
        // Whoever takes care of a process that died puts its head away as it is, and says where the segment ended.
        if segment.is_ahead_of_head && !recovered.contains(number) {
            verdict.faults.push(format!(
                "{shown}:{}: the head of the segment is older than its last record",
                segment.records
            ));
        }
        if segment.torn > 0 {
            verdict.notes.push(format!(
                "{shown}: ends in {} bytes of a torn record: the process writes it now, or died while it did",
                segment.torn
            ));
        }
        verdict.records = verdict.records.saturating_add(segment.records);
        let end = SegmentEnd { records: segment.records, hash: segment.hash, is_final };
        verdict.ends.insert(*number, end);
        if let Some(hash) = segment.hash_at {
            verdict.at.insert(*number, hash);
        }
    }
}

/// The lock that an agent holds while it starts; nothing where it cannot be had soon, or there is none.
fn quiet(folder: &Path) -> Option<File> {
    let lock = File::open(folder.join("lock")).ok()?;
    let began = Instant::now();
    loop {
        match lock.try_lock() {
            Ok(()) => return Some(lock),
            Err(TryLockError::WouldBlock) if began.elapsed() < Duration::from_secs(1) => {
                std::thread::sleep(Duration::from_millis(1));
            }
            Err(_) => return None,
        }
    }
}

/// Copies of segments by themselves: what only the rest of the log could tell stays unsaid.
pub fn copies(paths: &[PathBuf], key: &VerifyKey) -> Verdict {
    let mut verdict = Verdict { segments: paths.len() as u64, ..Verdict::default() };
    for path in paths {
        let shown = path.display();
        let number = super::first_segment(path);
        let Some(number) = number.filter(|number| *number < 1_000_000) else {
            verdict.faults.push(format!("{shown}:1: the first record tells of no start"));
            continue;
        };
        let (keys, _) = key.segments(number.saturating_add(1));
        let Some(key) = keys.last() else { continue };
        let head = Segment { path: path.clone(), agent: String::new() }.head();
        let head = head.and_then(|head| Head::read(&head).ok().flatten());
        match segment(path, Against { key, head: head.as_ref(), agent: None, at: None }) {
            Ok(Ok(sound)) => {
                verdict.records = verdict.records.saturating_add(sound.records);
                if head.is_none() && sound.end.is_none() {
                    verdict.notes.push(format!(
                        "{shown}: has neither a head beside it nor an end: whether lines are missing there is not known"
                    ));
                }
            }
            Ok(Err(Broken { line, why })) => verdict.faults.push(format!("{shown}:{line}: {why}")),
            Err(error) => verdict.faults.push(format!("{shown}:1: cannot be read: {}", plain(&error))),
        }
    }
    verdict
}
