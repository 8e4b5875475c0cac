//! The keys of the log, derived a second time and by other code than the agents': from the root of the first segment,
//! which only a verifier needs, follows every key that any record was sealed with.

use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::failure::Failure;
use crate::home::read_private;

/// A key, a hash or a seal.
pub type Tag = [u8; 32];

/// The file in the log's folder that verifies it, unless it was moved away.
pub const VERIFY_KEY: &str = "verify.key";

/// The root of the first segment.
#[derive(Clone)]
pub struct VerifyKey(Tag);

impl std::fmt::Debug for VerifyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VerifyKey(..)")
    }
}

impl VerifyKey {
    /// Reads a key file; `None`: there is none.
    pub fn read(path: &Path) -> Result<Option<Self>, Failure> {
        let Some(text) = read_private(path)? else { return Ok(None) };
        let key =
            text.strip_prefix("heddle-audit-verify-key-1\n").and_then(|rest| unhex(rest.strip_suffix('\n')?));
        match key {
            Some(key) => Ok(Some(Self(key))),
            None => Err(Failure::refused(format_args!(
                "`{}` is no key that verifies an audit log: `heddle audit key export` writes one",
                path.display()
            ))),
        }
    }

    #[cfg(test)]
    pub const fn of(root: Tag) -> Self {
        Self(root)
    }

    /// The first key of each of the first `count` segments, and the root that must be in the home after them.
    pub fn segments(&self, count: u64) -> (Vec<Tag>, Tag) {
        let mut root = self.0;
        let mut keys = Vec::new();
        for _ in 0..count {
            keys.push(mac(&root, &[b"segment"]));
            root = mac(&root, &[b"next"]);
        }
        (keys, root)
    }
}

impl VerifyKey {
    /// What sensitive arguments are digested with in this segment.
    pub fn digests_of(&self, segment: u64) -> Tag {
        let mut root = self.0;
        for _ in 0..segment {
            root = mac(&root, &[b"next"]);
        }
        mac(&root, &[b"digest"])
    }
}

/// The root in the home: number of the next segment, and the key that it will be made of.
pub fn next_root(path: &Path) -> Result<Option<(u64, Tag)>, Failure> {
    let Some(text) = read_private(path)? else { return Ok(None) };
    let parsed = text.strip_prefix("heddle-audit-key-1 ").and_then(|rest| {
        let (number, key) = rest.split_once('\n')?;
        Some((number.parse().ok()?, unhex(key.strip_suffix('\n')?)?))
    });
    match parsed {
        Some(parsed) => Ok(Some(parsed)),
        None => Err(Failure::refused(format_args!("`{}` is not what heddle wrote there", path.display()))),
    }
}

/// The key of the record after the one with this key.
pub fn step(key: &Tag) -> Tag {
    let mut step = Sha256::new();
    step.update(key);
    step.update(b"next");
    step.finalize().into()
}

/// HMAC-SHA256 of the parts.
pub fn mac(key: &Tag, parts: &[&[u8]]) -> Tag {
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 });
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// The digits of a tag, without a place on the heap: millions are compared.
pub fn digits(tag: &Tag) -> [[u8; 2]; 32] {
    let digit = |nibble: u8| b'0' + nibble + (b'a' - b'9' - 1) * u8::from(nibble > 9);
    tag.map(|byte| [digit(byte >> 4), digit(byte & 15)])
}

/// 32 bytes out of 64 digits in lower case; the log knows no other spelling.
pub fn unhex(text: &str) -> Option<Tag> {
    unhex_bytes(text.as_bytes())
}

/// The same out of bytes.
pub fn unhex_bytes(text: &[u8]) -> Option<Tag> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    if text.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, digits) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let [high, low] = digits else { return None };
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    Some(bytes)
}
