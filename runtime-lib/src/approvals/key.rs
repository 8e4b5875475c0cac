//! The key that tickets and answers are sealed with. It tells what heddle wrote from what anything else did; whoever can
//! read it can write both.

use crate::text::hex;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// First line of the key file.
const HEADING: &str = "heddle-approvals-key-1\n";

/// What a seal is for: that of one kind is none of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Ticket,
    Answer,
    State,
}

/// 32 bytes that only heddle's own processes read.
pub(crate) struct Key(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    pub(crate) const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// Out of the text of a key file.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let digits = std::str::from_utf8(text).ok()?.strip_prefix(HEADING)?.strip_suffix('\n')?;
        let mut bytes = Zeroizing::new([0; 32]);
        if digits.len() != 64 {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// The text of its file.
    pub(super) fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{HEADING}{}\n", hex(self.0.as_slice())))
    }

    /// `{...}` with its seal as the last member, as one line.
    pub(crate) fn seal(&self, kind: Kind, json: &str) -> String {
        let body = json.strip_suffix('}').unwrap_or(json);
        let tag = self.mac(kind, body.as_bytes()).finalize().into_bytes();
        format!("{body},\"mac\":\"{}\"}}\n", hex(&tag))
    }

    /// Whether a line has the seal that belongs to it.
    pub(crate) fn is_sealed(&self, kind: Kind, line: &[u8]) -> bool {
        /// Length of `,"mac":"` and 64 digits and `"}` and a newline.
        const END: usize = 75;
        let Some((body, end)) = line.len().checked_sub(END).and_then(|at| line.split_at_checked(at)) else {
            return false;
        };
        let digits = end.strip_prefix(b",\"mac\":\"").and_then(|rest| rest.strip_suffix(b"\"}\n"));
        let Some(tag) = digits.and_then(unhex) else { return false };
        self.mac(kind, body).verify_slice(&tag).is_ok()
    }

    fn mac(&self, kind: Kind, body: &[u8]) -> Hmac<Sha256> {
        // HMAC pads a short key with zeros itself; padding it here makes a length that cannot be wrong.
        let mut block = Zeroizing::new([0; 64]);
        for (to, from) in block.iter_mut().zip(self.0.iter()) {
            *to = *from;
        }
        let mut mac = <Hmac<Sha256> as KeyInit>::new((&*block).into());
        mac.update(match kind {
            Kind::Ticket => b"ticket\n",
            Kind::Answer => b"answer\n",
            Kind::State => b"client\n",
        });
        mac.update(body);
        mac
    }
}

fn unhex(digits: &[u8]) -> Option<[u8; 32]> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = pair else { return None };
        *byte = nibble(*high)? << 4 | nibble(*low)?;
    }
    (digits.len() == 64).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_for_one_text_one_kind_and_one_key() {
        let (key, other) = (Key::new(Zeroizing::new([1; 32])), Key::new(Zeroizing::new([2; 32])));
        let line = key.seal(Kind::Ticket, "{\"a\":1}");
        assert!(line.starts_with("{\"a\":1,\"mac\":\"") && line.ends_with("\"}\n"), "{line}");
        assert!(serde_json::from_str::<serde_json::Value>(&line).is_ok());
        assert!(key.is_sealed(Kind::Ticket, line.as_bytes()));
        assert!(!key.is_sealed(Kind::Answer, line.as_bytes()));
        assert!(!other.is_sealed(Kind::Ticket, line.as_bytes()));
        for at in 0..line.len() {
            let mut edited = line.clone().into_bytes();
            edited[at] ^= 1;
            assert!(!key.is_sealed(Kind::Ticket, &edited), "byte {at}");
        }
        assert!(!key.is_sealed(Kind::Ticket, &line.as_bytes()[1..]));
        assert!(!key.is_sealed(Kind::Ticket, b""));
    }

    #[test]
    fn a_key_file_reads_back_and_nothing_else_does() {
        let key = Key::new(Zeroizing::new([0xab; 32]));
        assert_eq!(*Key::parse(key.text().as_bytes()).unwrap().0, [0xab; 32]);
        for text in ["", HEADING, "heddle-approvals-key-1\nab\n"] {
            assert!(Key::parse(text.as_bytes()).is_none(), "{text}");
        }
    }
}
