//! One record as a line of JSON, built in a buffer that is used again and again.

use super::keys::DigestKey;
use super::sensitive::discreet;
use super::stamp::Stamp;
use crate::decl::Param;
use crate::text::{hex, put_hex};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::time::{Duration, SystemTime};

/// Longest text, and longest JSON of one parameter, that is kept whole.
const VALUE_MAX: usize = 1024;
/// Longest JSON of all parameters together that is kept.
const PARAMETERS_MAX: usize = 32 * 1024;

/// A record that is being written.
pub struct Line<'a> {
    out: &'a mut Vec<u8>,
    digests: &'a DigestKey,
}

impl<'a> Line<'a> {
    /// Starts a record at the end of a buffer.
    pub fn begin(out: &'a mut Vec<u8>, digests: &'a DigestKey) -> Self {
        out.push(b'{');
        Self { out, digests }
    }

    /// Ends what the seal of the record covers with the hash of the line before. [`seal`] adds the rest.
    pub fn end(mut self, previous: &str) {
        self.text("chain_hash", previous);
    }

    /// Members that are the same in every record of a process, from [`fixed`].
    pub fn fixed(&mut self, members: &[u8]) {
        self.out.extend_from_slice(members);
    }

    /// A member with a text; a long one is cut, see the format.
    pub fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        put_str(self.out, head(value));
        if value.len() > VALUE_MAX {
            self.number(&format!("{key}_bytes"), value.len() as u64);
            self.text(&format!("{key}_sha256"), &hex(&Sha256::digest(value)));
        }
    }

    /// A member with a whole number.
    pub fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        put(self.out, &value);
    }

    /// A member with `true` or `false`.
    pub fn boolean(&mut self, key: &str, value: bool) {
        self.key(key);
        put(self.out, &value);
    }

    /// A member with a span of time in milliseconds, to the microsecond.
    pub fn milliseconds(&mut self, key: &str, value: Duration) {
        let micros = u64::try_from(value.as_micros()).unwrap_or(u64::MAX);
        self.number(key, micros / 1000);
        self.out.push(b'.');
        for unit in [100, 10, 1] {
            self.out.push(b'0' + u8::try_from(micros / unit % 10).unwrap_or(0));
        }
    }

    /// A member with a point in time.
    pub fn time(&mut self, key: &str, value: SystemTime) {
        self.key(key);
        self.out.push(b'"');
        Stamp::of(value).write(self.out);
        self.out.push(b'"');
    }

    /// The member `parameters` with what is sensitive in it, or may be, as digests.
    pub fn discreet_parameters(&mut self, declared: &[Param], parameters: &Map<String, Value>) {
        let discreet = discreet(declared, parameters, self.digests);
        self.parameters(&discreet);
    }

    /// The member `parameters`; long values are cut, see the format.
    pub fn parameters(&mut self, parameters: &Map<String, Value>) {
        self.key("parameters");
        let start = self.out.len();
        self.out.push(b'{');
        for (name, value) in parameters {
            self.parameter_name(name);
            self.parameter(value);
        }
        self.out.push(b'}');
        if self.out.len() - start > PARAMETERS_MAX {
            self.out.truncate(start);
            let json = serde_json::to_string(parameters).unwrap_or_default();
            self.cut(&json);
        }
    }

    fn parameter(&mut self, value: &Value) {
        let start = self.out.len();
        if let Value::String(text) = value {
            if text.len() > VALUE_MAX {
                self.cut(text)
            } else {
                put_str(self.out, text)
            }
            return;
        }
        put(self.out, value);
        if self.out.len() - start > VALUE_MAX {
            let json = String::from_utf8_lossy(self.out.get(start..).unwrap_or_default()).into_owned();
            self.out.truncate(start);
            self.cut(&json);
        }
    }

    fn cut(&mut self, text: &str) {
        self.out.extend_from_slice(b"{\"cut\":");
        put_str(self.out, head(text));
        self.number("bytes", text.len() as u64);
        self.text("sha256", &hex(&Sha256::digest(text)));
        self.out.push(b'}');
    }

    /// The name of a member of the format, which has nothing in it to escape.
    fn key(&mut self, key: &str) {
        debug_assert!(!key.bytes().any(wants_escape), "{key}");
        self.separate();
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    /// The name of a parameter.
    fn parameter_name(&mut self, name: &str) {
        self.separate();
        put_str(self.out, name);
        self.out.push(b':');
    }

    fn separate(&mut self) {
        if self.out.last() != Some(&b'{') {
            self.out.push(b',');
        }
    }
}

/// Members with texts, to stand behind others.
pub fn fixed(members: &[(&str, &str)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (key, text) in members {
        out.push(b',');
        put_str(&mut out, key);
        out.push(b':');
        put_str(&mut out, text);
    }
    out
}

/// Ends a line with its seal and a newline.
pub fn seal(out: &mut Vec<u8>, tag: &[u8]) {
    out.extend_from_slice(b",\"mac\":\"");
    put_hex(out, tag);
    out.extend_from_slice(b"\"}\n");
}

fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(VALUE_MAX)).unwrap_or(text)
}

fn put_str(out: &mut Vec<u8>, text: &str) {
    // Looked at as a whole, many bytes at a time: most have none.
    if text.bytes().fold(false, |any, byte| any | wants_escape(byte)) {
        return put(out, text);
    }
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

const fn wants_escape(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

fn put(out: &mut Vec<u8>, value: &(impl serde::Serialize + ?Sized)) {
    // Neither writing to memory nor these types can fail.
    let written = serde_json::to_writer(out, value);
    debug_assert!(written.is_ok(), "{written:?}");
}
