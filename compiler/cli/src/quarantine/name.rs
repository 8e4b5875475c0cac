//! Names in quarantine: never paths.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `[a-z0-9][a-z0-9_-]{0,63}`, and nothing else gets to be a file name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fits = (1..=64).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err("a name is a-z, 0-9, `-` and `_`, 64 at most, and never a path".into())
        }
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Name;

    #[test]
    fn a_name_is_never_a_path() {
        for path in
            ["", ".", "..", "../x", "a/b", "/etc/passwd", "a\\b", "a.yaml", "a\0", "-a", "A", "ä", "a\n"]
        {
            assert!(path.parse::<Name>().is_err(), "{path:?}");
            assert!(serde_json::from_value::<Name>(path.into()).is_err(), "{path:?}");
        }
        assert!("a".repeat(65).parse::<Name>().is_err());
        assert_eq!("shop-2_x".parse::<Name>().unwrap().to_string(), "shop-2_x");
    }
}
