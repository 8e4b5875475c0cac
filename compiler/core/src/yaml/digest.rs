//! The digest of what a file says, whatever its comments, its quoting and the order of its keys.

use sha2::{Digest as _, Sha256};

use super::{Kind, Node};

impl Node {
    /// SHA-256, in lower-case hex, over the values of the tree and nothing else: a comment changes no digest, a value
    /// always does.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        feed(self, &mut hash);
        crate::hex::of(&hash.finalize())
    }
}

/// Each value with its kind and its length before it, so that no two trees feed the same bytes.
fn feed(node: &Node, hash: &mut Sha256) {
    match &node.kind {
        Kind::Null => hash.update(b"n"),
        Kind::Bool(value) => hash.update([b'b', u8::from(*value)]),
        Kind::Int(value) => {
            hash.update(b"i");
            hash.update(value.to_le_bytes());
        }
        Kind::Float(value) => {
            hash.update(b"f");
            hash.update(value.to_bits().to_le_bytes());
        }
        Kind::Text(text) => feed_text(b"t", &text.value, hash),
        Kind::List(items) => {
            hash.update(b"l");
            hash.update((items.len() as u64).to_le_bytes());
            items.iter().for_each(|item| feed(item, hash));
        }
        Kind::Map(entries) => {
            hash.update(b"m");
            hash.update((entries.len() as u64).to_le_bytes());
            let mut sorted: Vec<_> = entries.iter().collect();
            sorted.sort_by(|one, other| one.key.value.cmp(&other.key.value));
            for entry in sorted {
                feed_text(b"k", &entry.key.value, hash);
                feed(&entry.value, hash);
            }
        }
        // Such a file has no plan, and so no lock that could carry the digest.
        Kind::BadNumber | Kind::Faulty => hash.update(b"?"),
    }
}

fn feed_text(kind: &[u8], text: &str, hash: &mut Sha256) {
    hash.update(kind);
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}

#[cfg(test)]
mod tests {
    use crate::diag::Sink;
    use crate::source::Sources;
    use crate::yaml::parse;

    fn digest(text: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", text);
        parse(&sources, file, &mut Sink::default()).unwrap().digest()
    }

    #[test]
    fn only_values_count() {
        let plain = digest("a: 1\nb: [x, 2.5, null, true]\n");
        assert_eq!(plain, digest("# why\nb:\n  - \"x\"\n  - 2.5\n  - ~\n  - true\na:   1 # so\n"));
        for other in [
            "a: 2\nb: [x, 2.5, null, true]\n",
            "a: \"1\"\nb: [x, 2.5, null, true]\n",
            "a: 1\nc: [x, 2.5, null, true]\n",
            "a: 1\nb: [x, 2.5, true, null]\n",
            "a: 1\nb: [x, 2.5, null]\n",
        ] {
            assert_ne!(plain, digest(other), "{other}");
        }
    }
}
