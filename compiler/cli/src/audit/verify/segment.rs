//! One segment, line by line: chain, numbers, seals and head. Lines are cut where the format says and not parsed, but
//! for the few that tell of segments.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::super::keys::{Tag, digits, hex, mac, step, unhex_bytes};

/// What a head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of the segment.
    pub segment: u64,
    /// How many records it had when the head was written.
    pub records: u64,
    hash: Tag,
    tag: Tag,
}

impl Head {
    /// Reads a head; `None`: it is not one.
    pub fn read(path: &Path) -> io::Result<Option<Self>> {
        let mut text = Vec::new();
        File::open(path)?.take(173).read_to_end(&mut text)?;
        Ok(Self::parse(&text))
    }

    fn parse(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text.strip_suffix(b"\n")?).ok()?;
        let mut words = text.split(' ');
        let mut number = || {
            let word =
                words.next().filter(|word| word.len() == 20 && word.bytes().all(|b| b.is_ascii_digit()))?;
            word.parse().ok()
        };
        let (segment, records) = (number()?, number()?);
        let (hash, tag) = (unhex_bytes(words.next()?.as_bytes())?, unhex_bytes(words.next()?.as_bytes())?);
        words.next().is_none().then_some(Self { segment, records, hash, tag })
    }
}

/// A segment in which nothing is wrong by itself.
#[derive(Debug, Default)]
pub struct Sound {
    /// How many records.
    pub records: u64,
    /// Hash of the last line; zeros where there is none.
    pub hash: Tag,
    /// Hash of the line with the number that was asked for.
    pub hash_at: Option<Tag>,
    /// What stands for the line before the first; empty where there is no record.
    pub follows: String,
    /// The segment that it says it goes on from.
    pub previous: Option<u64>,
    /// The number that it says it has.
    pub number: Option<u64>,
    /// Its last record: the process stopped, or went on in another segment.
    pub end: Option<End>,
    /// Where it says that others ended: segment, records and hash.
    pub recovered: Vec<(u64, u64, String)>,
    /// Whether it is complete, and its head speaks of fewer records: its process was about to write that one.
    pub is_ahead_of_head: bool,
    /// Bytes after the last line, which a crash leaves.
    pub torn: u64,
}

/// What the last record of a complete segment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The process stopped.
    Stop,
    /// It went on in this segment.
    Next(u64),
}

/// The first thing that is wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct Broken {
    /// In which line, from 1.
    pub line: u64,
    /// What it is.
    pub why: String,
}

/// What a segment is held against.
#[derive(Debug, Clone, Copy)]
pub struct Against<'a> {
    /// The key of its first record.
    pub key: &'a Tag,
    /// Its head; `None`: a copy without one, whose end nobody can vouch for.
    pub head: Option<&'a Head>,
    /// The agent that its name says it is of.
    pub agent: Option<&'a str>,
    /// The record whose hash is wanted.
    pub at: Option<u64>,
}

#[derive(Deserialize)]
struct Lifecycle {
    agent: String,
    action: String,
    segment: Option<u64>,
    previous: Option<u64>,
    next: Option<u64>,
    records: Option<u64>,
    hash: Option<String>,
}

/// Length of `,"mac":"` and 64 digits and `"}`.
const SEAL: usize = 74;
/// No record is as long: agents cut what they record.
const LINE_MAX: u64 = 1024 * 1024;
const LIFECYCLE: &[u8] = b"{\"event\":\"agent_lifecycle\",";

/// Reads a segment from its first line to the first break.
pub fn segment(path: &Path, against: Against<'_>) -> io::Result<Result<Sound, Broken>> {
    // What is read is hashed at once: it should still be in the cache of the core that read it.
    let mut reader = BufReader::with_capacity(64 * 1024, File::open(path)?);
    let mut line = Vec::new();
    let mut checker = Checker { against, key: *against.key, sound: Sound::default(), head_fits: false };
    loop {
        line.clear();
        let read = reader.by_ref().take(LINE_MAX).read_until(b'\n', &mut line)? as u64;
        let checked = match line.strip_suffix(b"\n") {
            Some(bytes) => checker.line(bytes),
            None if read < LINE_MAX => return Ok(checker.end(read)),
            None => Err("not a record: too long".to_owned()),
        };
        if let Err(why) = checked {
            return Ok(Err(Broken { line: checker.sound.records.saturating_add(1), why }));
        }
    }
}

struct Checker<'a> {
    against: Against<'a>,
    key: Tag,
    sound: Sound,
    head_fits: bool,
}

impl Checker<'_> {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        if self.sound.end.is_some() {
            return Err("a record after the last one".into());
        }
        let (body, seal) = line
            .len()
            .checked_sub(SEAL)
            .and_then(|at| line.split_at_checked(at))
            .ok_or("not a record: too short")?;
        let said = seal
            .strip_prefix(b",\"mac\":\"")
            .and_then(|rest| rest.strip_suffix(b"\"}"))
            .ok_or("not a record: it does not end in a seal")?;
        self.number(body)?;
        self.follows(body)?;

        // The digest of the body is on the way to the hash of the line.
        let mut hash = Sha256::new();
        hash.update(body);
        let digest: Tag = hash.clone().finalize().into();
        hash.update(seal);
        let hash: Tag = hash.finalize().into();
        if digits(&mac(&self.key, &[b"record", &digest])).as_flattened() != said {
            return Err("the seal does not fit: the record was changed, or was not written by heddle".into());
        }
        if line.starts_with(LIFECYCLE) {
            self.lifecycle(line)?;
        } else if self.sound.records == 0 {
            return Err("the first record tells of no start".into());
        }
        self.sound.hash = hash;
        self.sound.records = self.sound.records.saturating_add(1);
        if let Some(head) = self.against.head
            && head.records == self.sound.records
        {
            if head.hash != hash || mac(&self.key, &[b"head", &hash]) != head.tag {
                return Err("the head of the segment does not fit: it was changed".into());
            }
            self.head_fits = true;
        }
        if self.against.at == Some(self.sound.records) {
            self.sound.hash_at = Some(hash);
        }
        self.key = step(&self.key);
        Ok(())
    }

    /// The record has the number of its place.
    fn number(&self, body: &[u8]) -> Result<(), String> {
        let behind = body.strip_prefix(b"{\"event\":\"").and_then(|rest| {
            let quote = rest.iter().take(64).position(|byte| *byte == b'"')?;
            rest.get(quote..)?.strip_prefix(b"\",\"seq\":")
        });
        let digits = behind.and_then(|rest| rest.split(|byte| *byte == b',').next()).unwrap_or_default();
        let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok());
        match number {
            Some(number) if number == self.sound.records => Ok(()),
            Some(number) => Err(format!("record {number} stands where {} belongs", self.sound.records)),
            None => Err("not a record: it has no number".into()),
        }
    }

    /// The record holds the hash of the line before it.
    fn follows(&mut self, body: &[u8]) -> Result<(), String> {
        const MEMBER: &[u8] = b",\"chain_hash\":\"";
        let expected = digits(&self.sound.hash);
        let before = body.strip_suffix(b"\"").and_then(|body| body.strip_suffix(expected.as_flattened()));
        if self.sound.records > 0 && before.is_some_and(|before| before.ends_with(MEMBER)) {
            return Ok(());
        }
        let said = body.strip_suffix(b"\"").and_then(|body| {
            let quote = body.iter().rposition(|byte| *byte == b'"')?;
            let (before, hash) = body.split_at_checked(quote + 1)?;
            before.ends_with(MEMBER).then_some(hash)
        });
        let said = said.ok_or("not a record: it holds no hash of the line before")?;
        if self.sound.records == 0 {
            // Whether that is right only the other segments know.
            self.sound.follows = String::from_utf8_lossy(said).into_owned();
            return Ok(());
        }
        Err("the record does not follow from the line before it: one of the two was changed".into())
    }

    fn lifecycle(&mut self, line: &[u8]) -> Result<(), String> {
        let said: Lifecycle =
            serde_json::from_slice(line).map_err(|error| format!("not a record: {error}"))?;
        if self.against.agent.is_some_and(|agent| agent != said.agent) {
            return Err(format!("a record of `{}` in a file of another agent", said.agent));
        }
        let is_first = self.sound.records == 0;
        match said.action.as_str() {
            "start" | "continue" if is_first => {
                self.sound.number = said.segment;
                self.sound.previous = said.previous;
            }
            "stop" => self.sound.end = Some(End::Stop),
            "rotate" => self.sound.end = said.next.map(End::Next),
            "recover" => {
                if let (Some(segment), Some(records), Some(hash)) = (said.segment, said.records, said.hash) {
                    self.sound.recovered.push((segment, records, hash));
                }
            }
            _ => {}
        }
        if is_first && self.sound.number.is_none() {
            return Err("the first record tells of no start".into());
        }
        Ok(())
    }

    /// The lines are over; `torn` bytes follow that are none.
    fn end(mut self, torn: u64) -> Result<Sound, Broken> {
        let records = self.sound.records;
        let broken = |why: String| Err(Broken { line: records.saturating_add(1), why });
        if let Some(head) = self.against.head {
            if records < head.records {
                return broken(format!(
                    "the end was cut off: there were {} records, and {records} are left",
                    head.records
                ));
            }
            let empty = head.records == 0
                && head.hash == Tag::default()
                && mac(self.against.key, &[b"open", &head.hash]) == head.tag;
            if !self.head_fits && !empty {
                return broken("the head of the segment does not fit: it was changed".into());
            }
            self.sound.is_ahead_of_head = self.sound.end.is_some() && head.records < records;
            if self.sound.number.is_some_and(|number| number != head.segment) {
                return broken("the head is that of another segment".into());
            }
        }
        if torn > 0 && self.sound.end.is_some() {
            return broken("bytes after the last record".into());
        }
        self.sound.torn = torn;
        Ok(self.sound)
    }
}

impl Sound {
    /// Where it ended, as a record of recovery says it.
    pub fn ends_at(&self, records: u64, hash: &str) -> bool {
        self.records == records && hash == hex(&self.hash)
    }
}
