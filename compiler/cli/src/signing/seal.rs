//! Seals: HMAC-SHA256 over the exact bytes of a config and the place of its file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{Algorithm, Signer, Standing, digest};
use crate::audit::keys::{Tag, hex, unhex};
use crate::failure::Failure;
use crate::home::{Home, lock, make_private_folder, read_private, write_private};

const HEAD: &str = "heddle-signing-key-1\n";

/// The key of the heddle home.
pub struct SealKey(Tag);

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealKey({})", self.fingerprint())
    }
}

impl SealKey {
    /// Reads it; `None`: there is none.
    pub fn read(home: &Home) -> Result<Option<Self>, Failure> {
        let path = home.signing_key();
        let Some(text) = read_private(&path)? else { return Ok(None) };
        match text.strip_prefix(HEAD).and_then(|rest| unhex(rest.strip_suffix('\n')?)) {
            Some(key) => Ok(Some(Self(key))),
            None => Err(Failure::refused(format_args!(
                "`{}` is no signing key: restore it, or remove it and `heddle sign key`; what it signed is then \
                 unsigned",
                path.display()
            ))),
        }
    }

    /// Makes it, and refuses to replace one.
    pub fn make(home: &Home) -> Result<Self, Failure> {
        make_private_folder(home.root())?;
        let _lock = lock(&home.root().join("signing.lock"), "waiting for another heddle to sign")?;
        let path = home.signing_key();
        if let Some(there) = Self::read(home)? {
            return Err(Failure::refused(format_args!(
                "there is a signing key ({}) in `{}`: with another, what it signed would count as foreign; move it \
                 away first if that is meant",
                there.fingerprint(),
                path.display()
            )));
        }
        let source = Path::new("/dev/urandom");
        let mut key: Tag = [0; 32];
        File::open(source)
            .and_then(|mut file| file.read_exact(&mut key))
            .map_err(|error| Failure::io("read", source, &error))?;
        write_private(&path, &format!("{HEAD}{}\n", hex(&key)))?;
        Ok(Self(key))
    }

    /// Tells keys apart without telling what they are.
    pub fn fingerprint(&self) -> String {
        let tag = self.tag(&[b"heddle-signing-key-fingerprint"]).finalize().into_bytes();
        hex(&tag).chars().take(16).collect()
    }

    fn tag(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut block = [0; 64];
        for (to, from) in block.iter_mut().zip(self.0) {
            *to = from;
        }
        let mut mac = Hmac::<Sha256>::new(&block.into());
        for part in parts {
            // Lengths, so that no two places and texts run together to the same bytes.
            mac.update(&(part.len() as u64).to_le_bytes());
            mac.update(part);
        }
        mac
    }

    fn seal(&self, place: &str, bytes: &[u8]) -> Hmac<Sha256> {
        self.tag(&[b"heddle-config-1", place.as_bytes(), bytes])
    }
}

/// `signatures.json`: the seals by place.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seals {
    seals: BTreeMap<String, Seal>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Seal {
    sha256: String,
    key: String,
    hmac: String,
}

impl Seals {
    /// Reads them; a file that does not parse is an error, never no seals.
    pub fn read(home: &Home) -> Result<Self, Failure> {
        let path = home.signatures();
        let Some(text) = read_private(&path)? else { return Ok(Self::default()) };
        serde_json::from_str(&text).map_err(|error| {
            Failure::refused(format_args!(
                "`{}` is damaged ({error}): restore a copy, or remove it and sign the configs again",
                path.display()
            ))
        })
    }

    /// Seals a file, in place of any seal that its place had.
    pub fn add(home: &Home, key: &SealKey, place: &str, bytes: &[u8]) -> Result<(), Failure> {
        let _lock = lock(&home.root().join("signing.lock"), "waiting for another heddle to sign")?;
        let mut seals = Self::read(home)?;
        let hmac = hex(&key.seal(place, bytes).finalize().into_bytes());
        seals.seals.insert(place.to_owned(), Seal { sha256: digest(bytes), key: key.fingerprint(), hmac });
        let mut text = serde_json::to_string_pretty(&seals).map_err(Failure::fault)?;
        text.push('\n');
        write_private(&home.signatures(), &text)
    }

    /// What the seals say of these bytes at this place.
    pub fn standing(&self, key: &SealKey, place: &str, bytes: &[u8]) -> Standing {
        let found = digest(bytes);
        let Some(seal) = self.seals.get(place) else {
            let elsewhere = self.seals.iter().find(|(_, seal)| seal.sha256 == found);
            return elsewhere.map_or(Standing::Unsigned, |(other, _)| Standing::Renamed(other.clone()));
        };
        if seal.sha256 != found {
            return Standing::Changed;
        }
        // The digest in the file only sorts refusals; the seal itself decides, compared in constant time.
        let genuine = unhex(&seal.hmac).is_some_and(|tag| key.seal(place, bytes).verify_slice(&tag).is_ok());
        if genuine {
            Standing::Signed(Signer { algorithm: Algorithm::HmacSha256, key: key.fingerprint() })
        } else {
            Standing::Foreign(format!("hmac-sha256 key {}", crate::console::harmless(&seal.key)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(key: &SealKey, place: &str, bytes: &[u8]) -> Seals {
        let hmac = hex(&key.seal(place, bytes).finalize().into_bytes());
        let seal = Seal { sha256: digest(bytes), key: key.fingerprint(), hmac };
        Seals { seals: [(place.to_owned(), seal)].into() }
    }

    #[test]
    fn a_seal_is_for_one_key_one_place_and_these_bytes() {
        let (mine, other) = (SealKey([1; 32]), SealKey([2; 32]));
        let seals = sealed(&mine, "/a.yaml", b"agent");
        assert!(matches!(seals.standing(&mine, "/a.yaml", b"agent"), Standing::Signed(_)));
        assert_eq!(seals.standing(&mine, "/a.yaml", b"agent "), Standing::Changed);
        assert_eq!(seals.standing(&mine, "/b.yml", b"agent"), Standing::Renamed("/a.yaml".into()));
        assert_eq!(seals.standing(&mine, "/b.yml", b"other"), Standing::Unsigned);
        assert!(matches!(seals.standing(&other, "/a.yaml", b"agent"), Standing::Foreign(_)));
    }

    #[test]
    fn a_seal_that_was_moved_to_another_place_by_hand_is_foreign() {
        let key = SealKey([1; 32]);
        let mut seals = sealed(&key, "/a.yaml", b"agent");
        let seal = seals.seals.get("/a.yaml").unwrap().clone();
        seals.seals.insert("/b.yaml".into(), seal);
        assert!(matches!(seals.standing(&key, "/b.yaml", b"agent"), Standing::Foreign(_)));
    }

    #[test]
    fn the_fingerprint_is_no_part_of_the_key() {
        let key = SealKey([7; 32]);
        assert_eq!(key.fingerprint().len(), 16);
        assert!(!hex(&[7; 32]).contains(&key.fingerprint()));
        assert!(!format!("{key:?}").contains("0707"));
    }
}
