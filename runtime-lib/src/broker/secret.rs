//! A secret in memory, and the forms in which it could come back.

use std::ops::Range;
use std::sync::Arc;

use serde_json::Value;
use zeroize::Zeroizing;

use super::pages::Pages;
use crate::text;

/// A secret. It cannot be printed, compared, copied or serialised, and it is wiped when the last call that uses it is
/// done and the store has let go of it. Between calls it is in locked memory only.
pub(crate) struct Secret {
    pages: Pages,
    text: Range<usize>,
    /// What the scrubber looks for, the text itself among it.
    forms: Vec<Range<usize>>,
}

/// Texts shorter than this are looked for as they are only: their other forms would be found everywhere.
const SHORTEST_ENCODED: usize = 5;

impl Secret {
    pub(super) fn new(text: Zeroizing<String>) -> Self {
        let mut forms = Vec::new();
        add(&mut forms, text.to_string());
        if text.len() >= SHORTEST_ENCODED {
            let mut percent = room_for(&text);
            text::percent_encode(&mut percent, &text);
            add(&mut forms, escape(&percent, &[("%20", "+")]));
            add(&mut forms, lowercase_escapes(&percent));
            add(&mut forms, percent);
            for alphabet in [STANDARD, URL_SAFE] {
                for offset in 0..3 {
                    add(&mut forms, base64_at(text.as_bytes(), offset, alphabet));
                }
            }
            let quoted = quoted(&text);
            let inner = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
            add(&mut forms, inner.to_owned());
            add(&mut forms, escape(inner, &[("/", "\\/")]));
            add(&mut forms, escape(inner, &[("&", "\\u0026"), ("<", "\\u003c"), (">", "\\u003e")]));
            for [double, single] in [["&quot;", "&#39;"], ["&#34;", "&#x27;"]] {
                let html = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", double), ("'", single)];
                add(&mut forms, escape(&text, &html));
            }
        }
        Self::kept(&text, &forms)
    }

    fn kept(text: &str, forms: &[Zeroizing<String>]) -> Self {
        let room = forms.iter().fold(text.len(), |sum, form| sum.saturating_add(form.len()));
        let mut pages = Pages::with_room_for(room);
        let text = pages.add(text);
        let forms = forms.iter().map(|form| pages.add(form)).collect();
        Self { pages, text, forms }
    }

    /// The secret itself, for the one place of a request that it is granted for.
    pub(crate) fn expose(&self) -> &str {
        self.pages.text(&self.text)
    }

    fn forms(&self) -> impl Iterator<Item = &str> {
        self.forms.iter().map(|form| self.pages.text(form))
    }
}

fn add(forms: &mut Vec<Zeroizing<String>>, form: String) {
    let form = Zeroizing::new(form);
    if !form.is_empty() && !forms.iter().any(|known| **known == *form) {
        forms.push(form);
    }
}

/// An empty text with room for every form of this one: what a growing text leaves behind would not be wiped.
fn room_for(text: &str) -> String {
    String::with_capacity(text.len().saturating_mul(6).saturating_add(2))
}

/// The text as JSON.
fn quoted(text: &str) -> Zeroizing<String> {
    let mut bytes = room_for(text).into_bytes();
    // Text can be written as JSON, and to memory.
    let _ = serde_json::to_writer(&mut bytes, text);
    Zeroizing::new(String::from_utf8(bytes).unwrap_or_default())
}

/// Replaces in one go, without copies in between that nobody would wipe.
fn escape(text: &str, table: &[(&str, &str)]) -> String {
    let mut out = room_for(text);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let found = table.iter().find_map(|(from, to)| Some((rest.strip_prefix(from)?, *to)));
        if let Some((after, to)) = found {
            out.push_str(to);
            rest = after;
        } else {
            out.push(c);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

/// `%2F` as `%2f`, and nothing else changed.
fn lowercase_escapes(percent_encoded: &str) -> String {
    let mut digits = 0usize;
    let lower = |c: char| {
        let in_escape = digits > 0;
        digits = if c == '%' { 2 } else { digits.saturating_sub(1) };
        if in_escape { c.to_ascii_lowercase() } else { c }
    };
    let mut out = room_for(percent_encoded);
    out.extend(percent_encoded.chars().map(lower));
    out
}

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The characters of base64 that depend on these bytes alone when `offset` bytes stand before them: so a secret is
/// found as well within `base64("user:secret")`, wherever it begins there.
fn base64_at(bytes: &[u8], offset: usize, alphabet: &[u8; 64]) -> String {
    let (mut bits, mut held) = (0u32, 0usize);
    let mut out = String::with_capacity(bytes.len().saturating_mul(2).saturating_add(4));
    for byte in std::iter::repeat_n(&0u8, offset).chain(bytes) {
        bits = (bits << 8) | u32::from(*byte);
        held += 8;
        while held >= 6 {
            held -= 6;
            let index = (bits >> held) as usize & 63;
            out.push(alphabet.get(index).copied().map_or('A', char::from));
        }
    }
    // Characters that hold bits of what stands before.
    let foreign = (offset * 8).div_ceil(6);
    out.drain(..foreign.min(out.len()));
    out
}

/// The secrets that one call uses.
#[derive(Default)]
pub(crate) struct Secrets {
    by_key: Vec<(&'static str, Arc<Secret>)>,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.by_key.iter().map(|(key, _)| key)).finish()
    }
}

/// What stands where a secret stood.
const SCRUBBED: &str = "***";

impl Secrets {
    /// Stand-ins for the secrets of these keys: their names, for a human to read.
    #[cfg(feature = "approvals")]
    pub(crate) fn names(keys: &[&'static str]) -> Self {
        let name = |key: &str| {
            let text = Zeroizing::new(format!("{{{{secret:{key}}}}}"));
            Arc::new(Secret::kept(&text, &[]))
        };
        Self { by_key: keys.iter().map(|key| (*key, name(key))).collect() }
    }

    pub(super) fn of(by_key: Vec<(&'static str, Arc<Secret>)>) -> Self {
        Self { by_key }
    }

    /// One secret without a store.
    #[cfg(test)]
    pub(crate) fn of_text(key: &'static str, text: &str) -> Self {
        Self::of(vec![(key, Arc::new(Secret::new(Zeroizing::new(text.to_owned()))))])
    }

    /// The secret of this key, if the call was given it.
    pub(crate) fn find(&self, key: &str) -> Option<&Secret> {
        self.by_key.iter().find(|(known, _)| *known == key).map(|(_, secret)| &**secret)
    }

    /// Takes every form of every secret out of a text. Where the text `is_cut`, the beginning of one at its very end goes
    /// as well.
    pub(crate) fn scrub(&self, text: String, is_cut: bool) -> String {
        if self.by_key.is_empty() {
            return text;
        }
        let mut forms: Vec<&str> = self.by_key.iter().flat_map(|(_, secret)| secret.forms()).collect();
        // The longest first, or a secret that begins another would leave that one's rest behind.
        forms.sort_unstable_by_key(|form| std::cmp::Reverse(form.len()));
        let mut text = text;
        for form in &forms {
            if text.contains(form) {
                text = text.replace(form, SCRUBBED);
            }
        }
        if is_cut && let Some(length) = forms.iter().filter_map(|form| begun_at_end(&text, form)).max() {
            text.truncate(text.len() - length);
            text.push_str(SCRUBBED);
        }
        text
    }

    /// Whether the call uses no secret.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// The same for every text in a value, and for every number that is a secret.
    pub(crate) fn scrub_value(&self, value: Value) -> Value {
        if self.by_key.is_empty() {
            return value;
        }
        match value {
            Value::String(text) => Value::String(self.scrub(text, false)),
            Value::Array(items) => items.into_iter().map(|item| self.scrub_value(item)).collect(),
            Value::Object(members) => Value::Object(
                members
                    .into_iter()
                    .map(|(key, value)| (self.scrub(key, false), self.scrub_value(value)))
                    .collect(),
            ),
            Value::Number(number) => {
                let text = number.to_string();
                let clean = self.scrub(text.clone(), false);
                if clean == text { Value::Number(number) } else { Value::String(clean) }
            }
            Value::Null | Value::Bool(_) => value,
        }
    }
}

/// Length of the longest beginning of `form` that `text` ends with.
fn begun_at_end(text: &str, form: &str) -> Option<usize> {
    (1..form.len()).rev().find(|at| form.get(..*at).is_some_and(|head| text.ends_with(head)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn secrets(texts: &[&str]) -> Secrets {
        Secrets::of(
            texts
                .iter()
                .map(|text| ("key", Arc::new(Secret::new(Zeroizing::new((*text).to_owned())))))
                .collect(),
        )
    }

    fn scrub(secret: &str, text: &str) -> String {
        secrets(&[secret]).scrub(text.to_owned(), false)
    }

    #[test]
    fn takes_out_every_form() {
        let secret = "p@ss/w&rd \"x\"";
        for (form, text) in [
            ("plain", "you sent p@ss/w&rd \"x\"!"),
            ("percent", "you sent p%40ss%2Fw%26rd%20%22x%22!"),
            ("percent, lower case", "you sent p%40ss%2fw%26rd%20%22x%22!"),
            ("form", "you sent p%40ss%2Fw%26rd+%22x%22!"),
            ("JSON", r#"you sent p@ss/w&rd \"x\"!"#),
            ("JSON with escaped slashes", r#"you sent p@ss\/w&rd \"x\"!"#),
            ("JSON of Go", r#"you sent p@ss/w\u0026rd \"x\"!"#),
            ("HTML", "you sent p@ss/w&amp;rd &quot;x&quot;!"),
        ] {
            assert_eq!(scrub(secret, text), "you sent ***!", "{form}");
        }
    }

    #[test]
    fn takes_out_base64_wherever_the_secret_begins() {
        // base64 of `hunter2!`, of `u:hunter2!` and of `me:hunter2!`
        for encoded in ["aHVudGVyMiE=", "dTpodW50ZXIyIQ==", "bWU6aHVudGVyMiE="] {
            let left = scrub("hunter2!", &format!("Basic {encoded}"));
            assert!(left.contains("***"), "{left}");
            assert!(!left.contains("dW50ZX") && !left.contains("aHVud") && !left.contains("odW50"), "{left}");
        }
    }

    #[test]
    fn a_cut_leaves_no_beginning_behind() {
        let secrets = secrets(&["topsecret"]);
        assert_eq!(secrets.scrub("the key is topsec".to_owned(), true), "the key is ***");
        assert_eq!(secrets.scrub("the key is topsec".to_owned(), false), "the key is topsec");
        assert_eq!(secrets.scrub("topsecret and tops".to_owned(), true), "*** and ***");
        assert_eq!(secrets.scrub("nothing here".to_owned(), true), "nothing here");
    }

    #[test]
    fn a_secret_that_begins_another_leaves_no_rest() {
        assert_eq!(secrets(&["abcde", "abcdefgh"]).scrub("abcdefgh".to_owned(), false), "***");
    }

    #[test]
    fn a_short_secret_goes_too() {
        assert_eq!(scrub("ab1", "x ab1 x"), "x *** x");
    }

    proptest! {
        #[test]
        fn no_form_survives(secret in "[ -~]{5,40}", before in "[ -~]{0,20}", after in "[ -~]{0,20}", cut in 0usize..80) {
            let mut percent = String::new();
            text::percent_encode(&mut percent, &secret);
            for form in [secret.clone(), percent] {
                let whole = format!("{before}{form}{after}");
                let clean = secrets(&[&secret]).scrub(whole.clone(), false);
                prop_assert!(!clean.contains(&form) || "***".contains(&form), "{clean}");
                let cut = text::head(&whole, cut);
                let clean = secrets(&[&secret]).scrub(cut.to_owned(), true);
                // What is left ends in no beginning of the secret.
                prop_assert!(clean.ends_with("***") || !clean.ends_with(form.get(..1).unwrap()), "{clean}");
            }
        }
    }
}
