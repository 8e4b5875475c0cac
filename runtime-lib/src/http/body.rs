//! The JSON body of a request, written straight from the template: types are kept, and what is absent is left out.

use serde_json::Value;

use super::compose::{Filling, argument, secret};
use crate::decl::{Json, Node, Part};

/// The body; `None`: it is one argument, and that is absent.
pub(super) fn render(node: &Node, filling: Filling<'_>) -> Result<Option<Vec<u8>>, String> {
    if is_absent(node, filling) {
        return Ok(None);
    }
    let mut out = Vec::with_capacity(256);
    write_node(&mut out, node, filling)?;
    Ok(Some(out))
}

fn is_absent(node: &Node, filling: Filling<'_>) -> bool {
    matches!(node, Node::Arg(name) if filling.values.value(name).is_none())
}

fn write_node(out: &mut Vec<u8>, node: &Node, filling: Filling<'_>) -> Result<(), String> {
    match node {
        Node::Fixed(json) => write_json(out, json)?,
        Node::Arg(name) => write(out, filling.values.value(name).unwrap_or(&Value::Null))?,
        Node::Text(parts) => {
            let mut text = zeroize::Zeroizing::new(String::new());
            for part in *parts {
                match part {
                    Part::Text(words) => text.push_str(words),
                    Part::Arg(name) => text.push_str(&argument(filling, name)?),
                    Part::Secret(grant) => text.push_str(secret(filling, grant.key)?),
                }
            }
            write(out, text.as_str())?;
        }
        Node::List(items) => {
            out.push(b'[');
            let mut first = true;
            for item in items.iter().filter(|item| !is_absent(item, filling)) {
                separate(out, &mut first);
                write_node(out, item, filling)?;
            }
            out.push(b']');
        }
        Node::Map(members) => {
            out.push(b'{');
            let mut first = true;
            for (key, member) in members.iter().filter(|(_, member)| !is_absent(member, filling)) {
                separate(out, &mut first);
                write(out, *key)?;
                out.push(b':');
                write_node(out, member, filling)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}

fn write_json(out: &mut Vec<u8>, json: &Json) -> Result<(), String> {
    match json {
        Json::Null => write(out, &()),
        Json::Bool(value) => write(out, value),
        Json::Int(value) => write(out, value),
        Json::Num(value) => write(out, value),
        Json::Text(value) => write(out, value),
        Json::List(items) => {
            out.push(b'[');
            let mut first = true;
            for item in *items {
                separate(out, &mut first);
                write_json(out, item)?;
            }
            out.push(b']');
            Ok(())
        }
        Json::Map(members) => {
            out.push(b'{');
            let mut first = true;
            for (key, member) in *members {
                separate(out, &mut first);
                write(out, *key)?;
                out.push(b':');
                write_json(out, member)?;
            }
            out.push(b'}');
            Ok(())
        }
    }
}

fn separate(out: &mut Vec<u8>, first: &mut bool) {
    if !std::mem::replace(first, false) {
        out.push(b',');
    }
}

fn write(out: &mut Vec<u8>, value: &(impl serde::Serialize + ?Sized)) -> Result<(), String> {
    serde_json::to_writer(out, value).map_err(|error| format!("the body cannot be written: {error}"))
}
