//! The plan as canonical JSON: members sorted by name, no spaces, numbers in their shortest form that reads back the
//! same. The digest is taken over these bytes, so two configs that mean the same have the same digest.
//!
//! A plan that was written so can be read again: [`Plan::read`] takes it only with its digest.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{GrantId, Plan, Slot};

impl Plan {
    /// The plan as canonical JSON.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        // Every map of a plan has text keys and every number is finite, so this cannot fail; a plan that could not be
        // written would have the digest of `null`, which no crate carries.
        canonical(&serde_json::to_value(self).unwrap_or(Value::Null))
    }

    /// SHA-256 of the canonical JSON.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.canonical_json()).into()
    }

    /// The digest in lower-case hex.
    #[must_use]
    pub fn digest_hex(&self) -> String {
        crate::hex::of(&self.digest())
    }
}

/// Why a plan that was written could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// It is no plan, or one of another version of heddle.
    NoPlan(String),
    /// It is not the plan that the digest was taken over.
    Digest {
        /// What it should have.
        named: String,
        /// What it has.
        found: String,
    },
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoPlan(why) => write!(f, "it is no plan that this version of heddle can read ({why})"),
            Self::Digest { named, found } => {
                write!(f, "the digest beside it is {named}, and its own is {found}")
            }
        }
    }
}

impl std::error::Error for ReadError {}

impl Plan {
    /// Reads a plan from JSON. What this version of heddle would not write the same is no plan: a member that it does not
    /// know could be a power that it does not see.
    ///
    /// # Errors
    ///
    /// When the text is no plan, or its digest is not the one named.
    pub fn read(json: &Value, digest: &str) -> Result<Self, ReadError> {
        let plan = Self::deserialize(json).map_err(|fault| ReadError::NoPlan(fault.to_string()))?;
        let found = plan.canonical_json();
        if canonical(json) != found {
            return Err(ReadError::NoPlan("it has members that are not known here".to_owned()));
        }
        let found = crate::hex::sha256(found);
        if found != digest {
            return Err(ReadError::Digest { named: digest.to_owned(), found });
        }
        Ok(plan)
    }
}

/// JSON has text keys only: a list of grants instead of a map by [`GrantId`].
pub(super) mod grants {
    use super::{BTreeMap, BTreeSet, Deserialize, GrantId, Serialize, Slot};

    #[derive(Serialize, Deserialize)]
    struct Grant {
        #[serde(flatten)]
        id: GrantId,
        slots: BTreeSet<Slot>,
    }

    pub fn serialize<S: serde::Serializer>(
        grants: &BTreeMap<GrantId, BTreeSet<Slot>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq(grants.iter().map(|(id, slots)| Grant { id: id.clone(), slots: slots.clone() }))
    }

    pub fn deserialize<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<GrantId, BTreeSet<Slot>>, D::Error> {
        let listed = Vec::<Grant>::deserialize(deserializer)?;
        Ok(listed.into_iter().map(|Grant { id, slots }| (id, slots)).collect())
    }
}

impl Plan {
    /// Reads a plan that nothing vouches for: good for saying what is wrong with it and for nothing else.
    #[must_use]
    pub fn read_unsealed(json: &Value) -> Option<Self> {
        Self::deserialize(json).ok()
    }
}

/// A value as canonical JSON.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut out = Vec::new();
    write(value, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

// Sorted here and not left to `serde_json::Map`, whose order hangs on a feature that any crate of the build can switch.
fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => scalar(value, out),
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write(item, out);
            }
            out.push(b']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<(&String, &Value)> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            out.push(b'{');
            for (index, (name, member)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                scalar(name, out);
                out.push(b':');
                write(member, out);
            }
            out.push(b'}');
        }
    }
}

fn scalar(value: &impl Serialize, out: &mut Vec<u8>) {
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(out, value);
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn members_are_sorted_and_numbers_short() {
        let value = serde_json::json!({ "b": [1, 2.0, 0.1, 1e300], "a": { "z": null, "y": "\u{7f}\n\"" } });
        let mut out = Vec::new();
        write(&value, &mut out);
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out, "{\"a\":{\"y\":\"\u{7f}\\n\\\"\",\"z\":null},\"b\":[1,2.0,0.1,1e+300]}");
    }
}
