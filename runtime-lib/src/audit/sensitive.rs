//! The arguments of a call as the log may hold them: what is sensitive stands as a digest, and so does what nobody
//! declared, for it may be a sensitive argument that got to the wrong place.

use super::keys::DigestKey;
use crate::call::holds_sensitive;
use crate::decl::{Kind, Param};
use crate::text::hex;
use serde_json::{Map, Value};

/// Under this name stand all arguments that nobody declared. No parameter can be called so.
const UNDECLARED: &str = "*";

/// The arguments, of which `declared` says what is sensitive.
pub fn discreet(declared: &[Param], given: &Map<String, Value>, key: &DigestKey) -> Map<String, Value> {
    let mut kept = Map::new();
    let mut undeclared = Map::new();
    for (name, value) in given {
        match declared.iter().find(|param| param.name == name) {
            Some(param) if param.sensitive => kept.insert(name.clone(), digest(value, key)),
            Some(param) => kept.insert(name.clone(), within(&param.kind, value, key)),
            None => undeclared.insert(name.clone(), value.clone()),
        };
    }
    if !undeclared.is_empty() {
        kept.insert(UNDECLARED.to_owned(), digest(&Value::Object(undeclared), key));
    }
    kept
}

fn within(kind: &Kind, value: &Value, key: &DigestKey) -> Value {
    if !holds_sensitive(kind) {
        return value.clone();
    }
    match (kind, value) {
        (Kind::Object { fields }, Value::Object(members)) => Value::Object(discreet(fields, members, key)),
        (Kind::List { items, .. }, Value::Array(values)) => {
            values.iter().map(|value| within(items, value, key)).collect()
        }
        // Where the value is not of its shape, nobody knows what of it is sensitive.
        _ => digest(value, key),
    }
}

/// A text is digested as it is, anything else as compact JSON.
fn digest(value: &Value, key: &DigestKey) -> Value {
    let tag = match value {
        Value::String(text) => key.digest(text.as_bytes()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            key.digest(value.to_string().as_bytes())
        }
    };
    Value::Object([("hmac".to_owned(), hex(&tag).into())].into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::keys::Root;
    use crate::proof::fixture::{INTEGER, TEXT, members, required};
    use serde_json::json;
    use zeroize::Zeroizing;

    const SECRET: Param = Param { sensitive: true, ..required("secret", TEXT) };
    const OBJECT: Kind = Kind::Object { fields: &[required("open", INTEGER), SECRET] };
    const DECLARED: &[Param] = &[
        required("list", Kind::List { items: &OBJECT, min: 0, max: 9 }),
        required("object", OBJECT),
        SECRET,
    ];

    fn key() -> DigestKey {
        Root::new(Zeroizing::new([7; 32])).digests()
    }

    fn hmac(text: &str) -> Value {
        json!({ "hmac": hex(&key().digest(text.as_bytes())) })
    }

    #[test]
    fn what_is_sensitive_is_a_digest_wherever_it_stands() {
        let given = json!({
            "list": [{ "open": 1, "secret": "a" }, 5],
            "object": { "open": 2, "secret": { "b": 1 } },
            "secret": true,
        });
        let kept = discreet(DECLARED, &members(given), &key());
        assert_eq!(
            Value::Object(kept),
            json!({
                "list": [{ "open": 1, "secret": hmac("a") }, hmac("5")],
                "object": { "open": 2, "secret": hmac("{\"b\":1}") },
                "secret": hmac("true"),
            })
        );
    }

    #[test]
    fn what_nobody_declared_or_what_is_not_of_its_shape_is_taken_for_sensitive() {
        let given = json!({ "object": "{\"secret\":\"a\"}", "sceret": "a", "list": [{ "sceret": "a" }] });
        let kept = discreet(DECLARED, &members(given), &key());
        assert_eq!(
            Value::Object(kept),
            json!({
                "*": hmac("{\"sceret\":\"a\"}"),
                "list": [{ "*": hmac("{\"sceret\":\"a\"}") }],
                "object": hmac("{\"secret\":\"a\"}"),
            })
        );
    }
}
