//! Who may call over HTTP: the access tokens that the operator gave out, of which only digests are kept.
//!
//! `$HEDDLE_HOME/access_tokens.json` is `{"agent": {"name": {"sha256": "<hex>", "access": "read"|"write"}}}`. It is read
//! again when it changes, so that a token that is taken back is worth nothing from the next request on. An agent that has
//! an entry, an empty one included, is open to nobody without a token.

use super::store::Watched;
use crate::call::Principal;
use serde::{Deserialize, Deserializer};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use subtle::{Choice, ConstantTimeEq as _};

/// The tokens of one agent.
pub struct Tokens {
    agent: &'static str,
    file: Watched<BTreeMap<String, BTreeMap<String, Token>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    #[serde(deserialize_with = "digest")]
    sha256: [u8; 32],
    access: Access,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Access {
    Read,
    Write,
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tokens").field("agent", &self.agent).finish_non_exhaustive()
    }
}

impl Tokens {
    /// The tokens in the heddle home.
    pub fn new(agent: &'static str, home: &Path) -> Self {
        let file = Watched::new(home.join("access_tokens.json"), super::parse);
        Self { agent, file }
    }

    /// Whether this agent is for holders of a token only.
    pub fn are_wanted(&self) -> Result<bool, String> {
        Ok(self.file.read()?.is_some_and(|agents| agents.contains_key(self.agent)))
    }

    /// Who holds this token.
    pub fn holder(&self, token: &[u8]) -> Result<Option<Principal>, String> {
        let Some(agents) = self.file.read()? else { return Ok(None) };
        let shown: [u8; 32] = Sha256::digest(token).into();
        let mut holder = None;
        // Each one is looked at, so that the time says nothing of which it was.
        for (name, Token { sha256, access }) in agents.get(self.agent).into_iter().flatten() {
            let is_it: Choice = sha256.ct_eq(&shown);
            if bool::from(is_it) {
                holder = Some(Principal::named(&format!("token:{name}"), matches!(access, Access::Write)));
            }
        }
        Ok(holder)
    }
}

fn digest<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    let text = String::deserialize(deserializer)?;
    let mut bytes = [0; 32];
    let whole = text.len() == 64 && text.is_ascii();
    let read = bytes.iter_mut().enumerate().try_for_each(|(at, byte)| {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
        Some(())
    });
    match read {
        Some(()) if whole => Ok(bytes),
        _ => Err(serde::de::Error::custom("`sha256` is not 64 hexadecimal digits")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::OpenOptionsExt as _;

    fn write(home: &Path, text: &str) {
        let path = home.join("access_tokens.json");
        let fresh = home.join("fresh");
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.create(true).truncate(true).write(true).mode(0o600).open(&fresh).unwrap();
        std::io::Write::write_all(&mut file, text.as_bytes()).unwrap();
        std::fs::rename(fresh, path).unwrap();
    }

    fn entry(token: &str, access: &str) -> String {
        let digest = crate::text::hex(&Sha256::digest(token));
        format!(r#"{{"sha256": "{digest}", "access": "{access}"}}"#)
    }

    #[test]
    fn a_token_is_its_holders_until_it_is_taken_back() {
        let home = tempfile::tempdir().unwrap();
        let tokens = Tokens::new("agent", home.path());
        assert_eq!(tokens.are_wanted(), Ok(false));
        assert_eq!(tokens.holder(b"one"), Ok(None));
        let (one, two) = (entry("one", "read"), entry("two", "write"));
        write(home.path(), &format!(r#"{{"agent": {{"ada": {one}, "bob": {two}}}, "other": {{}}}}"#));
        assert_eq!(tokens.are_wanted(), Ok(true));
        assert_eq!(tokens.holder(b"one"), Ok(Some(Principal::named("token:ada", false))));
        assert_eq!(tokens.holder(b"two"), Ok(Some(Principal::named("token:bob", true))));
        assert_eq!(tokens.holder(b"three"), Ok(None));
        assert_eq!(tokens.holder(b""), Ok(None));
        assert_eq!(Tokens::new("other", home.path()).holder(b"one"), Ok(None));
        write(home.path(), &format!(r#"{{"agent": {{"bob": {two}}}}}"#));
        assert_eq!(tokens.holder(b"one"), Ok(None));
        write(home.path(), r#"{"agent": {}}"#);
        assert_eq!((tokens.are_wanted(), tokens.holder(b"two")), (Ok(true), Ok(None)));
    }

    #[test]
    fn what_does_not_parse_lets_nobody_in() {
        let home = tempfile::tempdir().unwrap();
        let tokens = Tokens::new("agent", home.path());
        for text in [
            "",
            "{",
            r#"{"agent": {"ada": {"sha256": "00", "access": "read"}}}"#,
            r#"{"agent": {"ada": {"access": "read"}}}"#,
            &format!(r#"{{"agent": {{"ada": {}}}}}"#, entry("one", "admin")),
        ] {
            write(home.path(), text);
            assert!(tokens.holder(b"one").unwrap_err().contains("access_tokens.json"), "{text}");
            assert!(tokens.are_wanted().is_err());
        }
    }
}
