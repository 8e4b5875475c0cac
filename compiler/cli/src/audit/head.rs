//! The head of a log: a line to keep where whoever could change the log cannot change it. A log that was put back to an
//! older state does not lead to it.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::keys::{Tag, hex, unhex};
use super::verify::{SegmentEnd, Verdict};

/// What a log once was: `<segments>:<open segment>=<records>,..:<hash over the ends of all>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// How many segments there were.
    pub segments: u64,
    /// Those that could grow, and how long they were.
    pub open: BTreeMap<u64, u64>,
    hash: Tag,
}

impl Expected {
    /// The head of a log that is whole.
    pub fn of(verdict: &Verdict) -> Self {
        let ends = &verdict.ends;
        let open = ends
            .iter()
            .filter(|(_, end)| !end.is_final)
            .map(|(number, end)| (*number, end.records))
            .collect();
        let hash = digest(ends.iter().map(|(number, end)| (*number, *end)));
        Self { segments: ends.len() as u64, open, hash }
    }

    /// What speaks against it that the log was once as this head says.
    pub fn faults(&self, verdict: &Verdict) -> Vec<String> {
        let now = verdict.ends.len() as u64;
        if now < self.segments {
            return vec![format!(
                "the log was put back: it has {now} segments, and had {} when the expected head was taken",
                self.segments
            )];
        }
        let mut ends = Vec::new();
        for number in 0..self.segments {
            let end = verdict.ends.get(&number).copied();
            let then = match self.open.get(&number) {
                None => end.filter(|end| end.is_final),
                Some(0) => end.map(|end| SegmentEnd { records: 0, hash: Tag::default(), ..end }),
                Some(records) => end.zip(verdict.at.get(&number)).map(|(end, hash)| SegmentEnd {
                    records: *records,
                    hash: *hash,
                    ..end
                }),
            };
            let Some(then) = then else {
                return vec![format!(
                    "segment {number} was put back: it is shorter than when the expected head was taken"
                )];
            };
            ends.push((number, then));
        }
        if digest(ends) == self.hash {
            return Vec::new();
        }
        vec!["the log was exchanged: it does not lead to the expected head".into()]
    }
}

fn digest(ends: impl IntoIterator<Item = (u64, SegmentEnd)>) -> Tag {
    let mut hash = Sha256::new();
    for (number, end) in ends {
        hash.update(format!("{number} {} {}\n", end.records, hex(&end.hash)));
    }
    hash.finalize().into()
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let open: Vec<String> =
            self.open.iter().map(|(number, records)| format!("{number}={records}")).collect();
        write!(f, "{}:{}:{}", self.segments, open.join(","), hex(&self.hash))
    }
}

impl FromStr for Expected {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parse = || {
            let (segments, rest) = text.trim().split_once(':')?;
            let (open, hash) = rest.split_once(':')?;
            let open = open.split(',').filter(|pair| !pair.is_empty()).map(|pair| {
                let (number, records) = pair.split_once('=')?;
                Some((number.parse().ok()?, records.parse().ok()?))
            });
            Some(Self {
                segments: segments.parse().ok()?,
                open: open.collect::<Option<_>>()?,
                hash: unhex(hash)?,
            })
        };
        parse().ok_or_else(|| "this is no head: `heddle audit head` prints one".into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_as_it_is_written() {
        let end = |records, is_final| SegmentEnd { records, hash: [7; 32], is_final };
        let mut verdict = Verdict::default();
        assert_eq!(Expected::of(&verdict).to_string().parse(), Ok(Expected::of(&verdict)));
        verdict.ends.extend([(0, end(3, true)), (1, end(9, false)), (2, end(0, false))]);
        let head = Expected::of(&verdict);
        assert!(head.to_string().starts_with("3:1=9,2=0:"), "{head}");
        assert_eq!(head.to_string().parse(), Ok(head));
        for wrong in ["", "3", "3:x:00", "3::zz"] {
            assert!(wrong.parse::<Expected>().is_err(), "{wrong}");
        }
    }
}
