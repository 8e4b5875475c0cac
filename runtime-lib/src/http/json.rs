//! JSON answers as text: found by path, made compact, their numbers and the order of their members left alone.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Names of members that a message shows.
const SHOWN: usize = 20;

/// Why there is nothing at a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// How many keys of the path there were.
    pub(super) depth: usize,
    /// What is there instead.
    pub(super) there: String,
}

/// The value at a path of keys; in a list a key is the number of an item, from 0.
pub(super) fn find<'j>(whole: &'j RawValue, path: &[&str]) -> Result<&'j RawValue, Missing> {
    let mut at = whole;
    for (depth, key) in path.iter().enumerate() {
        let mut deserializer = serde_json::Deserializer::from_str(at.get());
        let missing = |there: String| Missing { depth, there };
        at = match at.get().as_bytes().first() {
            Some(b'{') => match deserializer.deserialize_map(Member(key)) {
                Ok(Ok(value)) => value,
                Ok(Err(keys)) if keys.is_empty() => {
                    return Err(missing("an empty object is there".to_owned()));
                }
                Ok(Err(keys)) => return Err(missing(format!("there are {}", keys.join(", ")))),
                Err(error) => return Err(missing(format!("what is there cannot be read: {error}"))),
            },
            Some(b'[') => match deserializer.deserialize_seq(Item(key.parse().ok())) {
                Ok(Ok(value)) => value,
                Ok(Err(length)) => {
                    return Err(missing(format!(
                        "a list of {} is there",
                        crate::text::count(length, "item")
                    )));
                }
                Err(error) => return Err(missing(format!("what is there cannot be read: {error}"))),
            },
            Some(b'"') => return Err(missing("a text is there".to_owned())),
            _ => return Err(missing(format!("{} is there", crate::text::brief(at.get())))),
        };
    }
    Ok(at)
}

/// Looks for one member; without it, says which there are.
struct Member<'k>(&'k str);

impl<'j> Visitor<'j> for Member<'_> {
    type Value = Result<&'j RawValue, Vec<String>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'j>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        let mut others = Vec::new();
        let mut more = 0usize;
        while let Some(key) = map.next_key::<String>()? {
            if key == self.0 {
                // Of two, the last one: as JSON parsers do.
                found = Some(map.next_value()?);
                continue;
            }
            map.next_value::<IgnoredAny>()?;
            if others.len() < SHOWN {
                others.push(crate::text::brief(&key));
            } else {
                more += 1;
            }
        }
        if more > 0 {
            others.push(format!("and {more} more"));
        }
        Ok(found.ok_or(others))
    }
}

/// Looks for one item; without it, says how many there are.
struct Item(Option<usize>);

impl<'j> Visitor<'j> for Item {
    type Value = Result<&'j RawValue, usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'j>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        let mut length = 0;
        while let Some(item) = seq.next_element::<&'j RawValue>()? {
            if Some(length) == self.0 {
                found = Some(item);
            }
            length += 1;
        }
        Ok(found.ok_or(length))
    }
}

/// A JSON value as text for a model: without the white space between its tokens, and a string as its own text.
pub(super) fn compact(json: &str) -> Cow<'_, str> {
    if json.starts_with('"') {
        return match serde_json::from_str::<String>(json) {
            Ok(text) => Cow::Owned(text),
            Err(_) => Cow::Borrowed(json),
        };
    }
    if is_compact(json) {
        return Cow::Borrowed(json);
    }
    let mut state = Scan::default();
    Cow::Owned(json.chars().filter(|c| state.keeps(*c)).collect())
}

/// Whether [`compact`] would leave this as it is. Most answers are: one look spares them the parser.
pub(super) fn is_compact(json: &str) -> bool {
    // Many have no space at all, which is told many bytes at a time.
    let is_space = |byte: u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
    let mut state = Scan::default();
    !json.starts_with('"')
        && (!json.bytes().fold(false, |spaced, byte| spaced | is_space(byte))
            || json.bytes().all(|byte| state.keeps(char::from(byte))))
}

/// Whether a character of valid JSON is within a string.
#[derive(Default)]
struct Scan {
    in_string: bool,
    is_escaped: bool,
}

impl Scan {
    fn keeps(&mut self, c: char) -> bool {
        if !self.in_string {
            self.in_string = c == '"';
            return !matches!(c, ' ' | '\n' | '\r' | '\t');
        }
        if self.is_escaped {
            self.is_escaped = false;
        } else if c == '\\' {
            self.is_escaped = true;
        } else if c == '"' {
            self.in_string = false;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at<'j>(json: &'j str, path: &[&str]) -> Result<&'j str, Missing> {
        find(serde_json::from_str(json).unwrap(), path).map(RawValue::get)
    }

    #[test]
    fn finds_by_key_and_by_number() {
        let json = r#" {"data": {"result": [1, {"x": 12345678901234567890123}], "b": null}} "#;
        assert_eq!(at(json, &["data", "result", "1", "x"]), Ok("12345678901234567890123"));
        assert_eq!(at(json, &["data", "result", "0"]), Ok("1"));
        assert_eq!(at(json, &["data", "b"]), Ok("null"));
        assert_eq!(at("[1]", &[]), Ok("[1]"));
    }

    #[test]
    fn says_what_is_there_instead() {
        let json = r#"{"data": {"result": [1], "s": "secret text", "n": 1, "e": {}}}"#;
        let missing = |path: &[&str]| at(json, path).unwrap_err();
        assert_eq!(
            missing(&["data", "results"]),
            Missing { depth: 1, there: "there are `result`, `s`, `n`, `e`".to_owned() }
        );
        assert_eq!(missing(&["data", "result", "1"]).there, "a list of 1 item is there");
        assert_eq!(missing(&["data", "result", "x"]).there, "a list of 1 item is there");
        assert_eq!(missing(&["data", "s", "x"]).there, "a text is there");
        assert_eq!(missing(&["data", "n", "x"]).there, "`1` is there");
        assert_eq!(missing(&["data", "e", "x"]).there, "an empty object is there");
    }

    #[test]
    fn of_two_members_the_last_counts() {
        assert_eq!(at(r#"{"a":1,"a":2}"#, &["a"]), Ok("2"));
    }

    #[test]
    fn makes_compact_and_changes_nothing_else() {
        assert_eq!(
            compact("{ \"b\" : [ 1.0 , 1e400 ],\n\t\"a\": \" x \\\" y \" }"),
            "{\"b\":[1.0,1e400],\"a\":\" x \\\" y \"}"
        );
        assert!(matches!(compact("{\"a\":\" b \"}"), Cow::Borrowed(_)));
        assert_eq!(compact(r#""plain \u00e9 text""#), "plain é text");
    }

    proptest! {
        #[test]
        fn compact_means_the_same(values in proptest::collection::vec(any::<String>(), 0..6), number in any::<i64>()) {
            let json = serde_json::json!({"list": values, "number": number, "more": {"deep": values}});
            let pretty = serde_json::to_string_pretty(&json).unwrap();
            prop_assert_eq!(compact(&pretty), serde_json::to_string(&json).unwrap());
        }
    }
}
