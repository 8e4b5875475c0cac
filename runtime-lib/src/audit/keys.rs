//! The keys of the log. Each is made of the one before by a step that cannot be taken back, and the one before is wiped:
//! who captures a key can write what comes after it and nothing of what stands there already.
//!
//! ```text
//! root(0) --next--> root(1) --next--> root(2) ...          one for each segment; the home keeps the newest only
//!    |                 |
//! segment           segment
//!    v                 v
//! key(0) -> key(1) -> key(2) ...                           one for each record; the process keeps the newest only
//! ```
//!
//! Beside `segment` each root also gives a key for the digests of sensitive arguments, which lives as long as its segment.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

/// Length of every key and hash, in bytes.
pub const LENGTH: usize = 32;

/// What a record or a head is sealed with, and a hash.
pub type Tag = [u8; LENGTH];

/// The key that the keys of a segment and of all later ones are made of.
#[derive(Clone)]
pub struct Root(Zeroizing<[u8; LENGTH]>);

impl Root {
    /// From the bytes of a key file.
    pub const fn new(bytes: Zeroizing<[u8; LENGTH]>) -> Self {
        Self(bytes)
    }

    /// For the key file.
    pub fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    /// The root of the next segment.
    pub fn next(&self) -> Self {
        Self(Zeroizing::new(hmac(&self.0, &[b"next"])))
    }

    /// The key of the first record of this segment.
    pub fn segment(&self) -> RecordKey {
        RecordKey(Box::new(Zeroizing::new(hmac(&self.0, &[b"segment"]))))
    }

    /// What the sensitive arguments of this segment are digested with.
    pub fn digests(&self) -> DigestKey {
        DigestKey(Box::new(Zeroizing::new(hmac(&self.0, &[b"digest"]))))
    }
}

impl std::fmt::Debug for Root {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Root(..)")
    }
}

/// The key of one record. It stays where it is until it is wiped: whoever moves it moves a pointer.
#[derive(Clone)]
pub struct RecordKey(Box<Zeroizing<[u8; LENGTH]>>);

impl RecordKey {
    /// Seals a record, of which `digest` is the SHA-256 of all that stands before its `mac`.
    pub fn record(&self, digest: &Tag) -> Tag {
        hmac(&self.0, &[b"record", digest])
    }

    /// Seals the head of a segment whose last line has this `hash`.
    pub fn head(&self, hash: &Tag) -> Tag {
        hmac(&self.0, &[b"head", hash])
    }

    /// Seals the head of a segment without records that goes on where a line of this `hash` ended.
    pub fn open(&self, hash: &Tag) -> Tag {
        hmac(&self.0, &[b"open", hash])
    }

    /// Goes on to the key of the next record; this one is gone.
    pub fn step(&mut self) {
        let mut step = Sha256::new();
        step.update(self.0.as_slice());
        step.update(b"next");
        // The old key is overwritten, not dropped.
        self.0.copy_from_slice(&step.finalize());
    }

    /// Becomes the same key as another; what it was before is gone.
    pub fn become_copy_of(&mut self, other: &Self) {
        self.0.copy_from_slice(other.0.as_slice());
    }

    /// Is no key any more.
    pub fn wipe(&mut self) {
        self.0.zeroize();
    }
}

impl std::fmt::Debug for RecordKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecordKey(..)")
    }
}

/// The key of the digests of one segment: the same value has the same digest there, and nobody without the key can tell
/// of which value it is by trying some.
pub struct DigestKey(Box<Zeroizing<[u8; LENGTH]>>);

impl DigestKey {
    /// The digest of a value.
    pub fn digest(&self, value: &[u8]) -> Tag {
        hmac(&self.0, &[value])
    }
}

impl std::fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestKey(..)")
    }
}

fn hmac(key: &[u8; LENGTH], parts: &[&[u8]]) -> Tag {
    // HMAC pads a short key with zeros itself; padding it here makes a length that cannot be wrong.
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = <Hmac<Sha256> as KeyInit>::new((&block).into());
    // Zeros behind the key need no wiping.
    if let Some(key) = block.first_chunk_mut::<LENGTH>() {
        key.zeroize();
    }
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mac_is_hmac_sha256() {
        // RFC 4231, test case 2 has a key of four bytes; zeros behind it change nothing.
        let mut key = [0; LENGTH];
        key[..4].copy_from_slice(b"Jefe");
        let tag = hmac(&key, &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(
            crate::text::hex(&tag),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn no_two_uses_of_a_key_give_the_same() {
        let root = Root::new(Zeroizing::new([7; LENGTH]));
        let mut key = root.segment();
        let hash = [1; LENGTH];
        let mut seen = vec![key.record(&hash), key.head(&hash), key.open(&hash), *root.next().bytes()];
        key.step();
        seen.extend([key.record(&hash), root.next().segment().record(&hash)]);
        seen.extend([root.digests().digest(&hash), root.next().digests().digest(&hash)]);
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
