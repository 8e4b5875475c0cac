//! What processes that died left behind. The next process of the same agent takes a torn last line off, and puts on
//! record where the segment ended.

use super::fault::AuditError;
use super::head::Head;
use super::vault::Vault;
use crate::text::hex;
use sha2::{Digest, Sha256};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// No line is that long: see the bounds on what a record holds.
const LINE_MAX: u64 = 1024 * 1024;

/// A segment whose process died. As long as this lives, no other process sees to it.
#[derive(Debug)]
pub struct Crashed {
    /// Its number.
    pub segment: u64,
    /// How many whole records it has.
    pub records: u64,
    /// Hash of the last of them, in hex; empty if there is none.
    pub hash: String,
    /// Length and SHA-256 of what was taken off the end.
    pub torn: Option<(u64, String)>,
    heads: (PathBuf, PathBuf),
    file: File,
    /// Length of the whole records in bytes.
    whole: u64,
    _lock: File,
}

impl Crashed {
    /// It is on record: takes a torn line off, and nobody has to look at it again. Not before: who dies in between would
    /// leave no trace of the line.
    pub fn close(&self) -> Result<(), AuditError> {
        if self.torn.is_some() {
            self.file.set_len(self.whole).map_err(|error| {
                AuditError::io(&self.heads.0, "take a torn line off the segment of", error)
            })?;
        }
        std::fs::rename(&self.heads.0, &self.heads.1)
            .map_err(|error| AuditError::io(&self.heads.0, "put away", error))
    }
}

/// The segments of `agent` whose process died. What is not as a crash leaves it stays as it is, for `heddle audit
/// verify` to name.
pub fn crashed(vault: &Vault, agent: &str) -> Vec<Crashed> {
    let Ok(entries) = vault.open_heads().read_dir() else { return Vec::new() };
    let mut found: Vec<Crashed> = entries
        .filter_map(|entry| {
            let name = entry.ok()?.file_name().into_string().ok()?;
            let stem = name.strip_suffix(".head")?;
            (stem.rsplitn(3, '-').nth(2)? == agent).then(|| examine(vault, stem)).flatten()
        })
        .collect();
    found.sort_unstable_by_key(|crashed| crashed.segment);
    found
}

fn examine(vault: &Vault, stem: &str) -> Option<Crashed> {
    let name = format!("{stem}.head");
    let heads = (vault.open_heads().join(&name), vault.sealed_heads().join(&name));
    let lock = OpenOptions::new().read(true).write(true).open(&heads.0).ok()?;
    // A process that lives holds it.
    lock.try_lock().ok()?;
    let (segment, promised) = Head::read(&lock).ok()?;

    let path = vault.folder().join(format!("{stem}.jsonl"));
    if !path.symlink_metadata().ok()?.is_file() {
        return None;
    }
    let file = OpenOptions::new().read(true).write(true).open(path).ok()?;
    let length = file.metadata().ok()?.len();
    let from = length.saturating_sub(LINE_MAX);
    let mut end = vec![0; usize::try_from(length - from).ok()?];
    file.read_exact_at(&mut end, from).ok()?;
    let whole = end.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let torn = end.split_off(whole);
    if whole == 0 && from > 0 {
        return None;
    }
    let last =
        end.strip_suffix(b"\n").unwrap_or(&end).rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let records = if last.is_empty() { 0 } else { number_of(last)?.checked_add(1)? };
    // A record that its head knows was whole: something else than a crash took it away.
    if records < promised {
        return None;
    }
    Some(Crashed {
        segment,
        records,
        hash: if last.is_empty() { String::new() } else { hex(&Sha256::digest(last)) },
        torn: (!torn.is_empty()).then(|| (torn.len() as u64, hex(&Sha256::digest(&torn)))),
        heads,
        whole: length - torn.len() as u64,
        file,
        _lock: lock,
    })
}

/// The number of a record, which stands behind its event.
fn number_of(line: &[u8]) -> Option<u64> {
    let start = std::str::from_utf8(line.get(..line.len().min(120))?).ok()?;
    let rest = start.split_once(",\"seq\":")?.1;
    rest.split(',').next()?.parse().ok()
}
