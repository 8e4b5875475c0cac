//! Signatures of configs: whether the exact bytes of a file, under its name, are what somebody signed.
//!
//! Two kinds. A **seal** is HMAC-SHA256 under a key in the heddle home and is kept there: nothing to hand around, good on
//! one machine. A **signature** is Ed25519 in minisign's format and stands beside the file: whoever has the public key
//! can check it, so a CI machine needs no secret.

pub mod pair;
pub mod seal;

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use self::pair::PublicKey;
use self::seal::{SealKey, Seals};
use crate::audit::keys::hex;
use crate::failure::Failure;
use crate::home::Home;

/// Who answers for a config. Goes into the binary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signer {
    /// How it was signed.
    pub algorithm: Algorithm,
    /// The key: a fingerprint of one that is secret, the text of one that is public.
    pub key: String,
}

/// How a config is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// A seal.
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    /// A signature that anybody can check.
    #[serde(rename = "ed25519")]
    Ed25519,
}

impl fmt::Display for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let algorithm = match self.algorithm {
            Algorithm::HmacSha256 => "hmac-sha256",
            Algorithm::Ed25519 => "ed25519",
        };
        write!(f, "{algorithm} key {}", self.key)
    }
}

/// What the signatures say of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// These bytes were signed under this name.
    Signed(Signer),
    /// Nobody signed this file.
    Unsigned,
    /// Other bytes were signed under this name.
    Changed,
    /// These bytes were signed, under another name.
    Renamed(String),
    /// Somebody else signed it, or nobody who has the key.
    Foreign(String),
}

/// Whose word counts.
#[derive(Debug)]
pub enum Trust {
    /// The keys of the heddle home.
    Home { seals: Option<(SealKey, Seals)>, own: Option<PublicKey> },
    /// The public keys that the user named, and nobody else.
    Named(Vec<PublicKey>),
}

impl Trust {
    /// The keys of the heddle home.
    pub fn home(home: &Home) -> Result<Self, Failure> {
        let key = SealKey::read(home)?;
        let seals = key.map(|key| Ok::<_, Failure>((key, Seals::read(home)?))).transpose()?;
        Ok(Self::Home { seals, own: PublicKey::of_home(home)? })
    }

    /// Public keys, each as text or as the file that holds it.
    pub fn named(keys: &[String]) -> Result<Self, Failure> {
        Ok(Self::Named(keys.iter().map(|key| PublicKey::named(key)).collect::<Result<_, _>>()?))
    }

    /// What the signatures say of these bytes, read from this file.
    pub fn standing(&self, path: &Path, bytes: &[u8]) -> Result<Standing, Failure> {
        let (seals, keys) = match self {
            Self::Home { seals, own } => (seals.as_ref(), own.as_slice()),
            Self::Named(keys) => (None, keys.as_slice()),
        };
        let sealed = match seals {
            Some((key, seals)) => seals.standing(key, &place(path)?, bytes),
            None => Standing::Unsigned,
        };
        if let Standing::Signed(_) = sealed {
            return Ok(sealed);
        }
        // A good signature beside a stale seal still is one; of two refusals the more telling is shown.
        let signed = pair::standing(keys, path, bytes)?;
        Ok(if signed == Standing::Unsigned { sealed } else { signed })
    }

    /// The signer of these bytes, or why there is none.
    pub fn signer(&self, path: &Path, bytes: &[u8]) -> Result<Signer, Failure> {
        let shown = crate::console::harmless(&path.to_string_lossy());
        let mend = match self {
            Self::Home { .. } => format!("review it, then `heddle sign config {shown}`"),
            Self::Named(_) => {
                format!(
                    "whoever holds a key that is trusted here reviews it and runs `heddle sign config --pair {shown}`"
                )
            }
        };
        let why = match self.standing(path, bytes)? {
            Standing::Signed(signer) => return Ok(signer),
            Standing::Unsigned => "is not signed".to_owned(),
            Standing::Changed => {
                format!("is not what was signed under this name (its sha256 is {})", digest(bytes))
            }
            Standing::Renamed(other) => format!("was signed as `{other}`, and under no other name"),
            Standing::Foreign(key) => format!("was signed with a key that is not trusted here ({key})"),
        };
        Err(Failure::refused(format_args!("`{shown}` {why}: {mend}")))
    }
}

/// SHA-256 of a file's bytes, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Where a file is on this machine, links resolved: the name that a seal is for.
pub fn place(path: &Path) -> Result<String, Failure> {
    let found: PathBuf = std::fs::canonicalize(path).map_err(|error| Failure::io("find", path, &error))?;
    match found.into_os_string().into_string() {
        Ok(place) => Ok(place),
        Err(place) => Err(Failure::refused(format_args!(
            "`{}` is not UTF-8, and a signature names its file: rename it",
            crate::console::harmless(&place.to_string_lossy())
        ))),
    }
}
