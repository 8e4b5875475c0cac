//! The plan as canonical JSON: members sorted by name, no spaces, numbers in their shortest form that reads back the
//! same. The digest is taken over these bytes, so two configs that mean the same have the same digest.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{GrantId, Plan, Slot};

impl Plan {
    /// The plan as canonical JSON.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        let mut out = String::new();
        // Every map of a plan has text keys and every number is finite, so this cannot fail; a plan that could not be
        // written would have the digest of `null`, which no crate carries.
        write(&serde_json::to_value(self).unwrap_or(Value::Null), &mut out);
        out
    }

    /// SHA-256 of the canonical JSON.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.canonical_json()).into()
    }

    /// The digest in lower-case hex.
    #[must_use]
    pub fn digest_hex(&self) -> String {
        use std::fmt::Write as _;
        self.digest().iter().fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

/// JSON has text keys only: a list of grants instead of a map by [`GrantId`].
pub(super) fn grants<S: serde::Serializer>(
    grants: &BTreeMap<GrantId, BTreeSet<Slot>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Grant<'a> {
        #[serde(flatten)]
        id: &'a GrantId,
        slots: &'a BTreeSet<Slot>,
    }
    serializer.collect_seq(grants.iter().map(|(id, slots)| Grant { id, slots }))
}

// Sorted here and not left to `serde_json::Map`, whose order hangs on a feature that any crate of the build can switch.
fn write(value: &Value, out: &mut String) {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.push_str(&value.to_string())
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let sorted: BTreeMap<&String, &Value> = members.iter().collect();
            out.push('{');
            for (index, (name, member)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(name.clone()).to_string());
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::write;

    #[test]
    fn members_are_sorted_and_numbers_short() {
        let value = serde_json::json!({ "b": [1, 2.0, 0.1, 1e300], "a": { "z": null, "y": "\u{7f}\n\"" } });
        let mut out = String::new();
        write(&value, &mut out);
        assert_eq!(out, "{\"a\":{\"y\":\"\u{7f}\\n\\\"\",\"z\":null},\"b\":[1,2.0,0.1,1e+300]}");
    }
}
