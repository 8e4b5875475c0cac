//! A body template, as JSON with places for arguments.

use std::collections::BTreeMap;

use super::credential;
use super::fields::in_a_name;
use super::uses::{Place, Uses, absent};
use crate::ast::Value;
use crate::check::place::inside;
use crate::check::template::{self, What, has_placeholder};
use crate::check::value::json;
use crate::diag::Sink;
use crate::plan::{Json, Node, Part, Presence};
use crate::source::Spanned;

/// The whole body.
pub(super) fn node(template: &Spanned<Value>, uses: &mut Uses<'_>, sink: &mut Sink) -> Option<Node> {
    inner(template, false, uses, sink)
}

/// `inside_of`: whether a list or an object is around it, from which an absent argument can be left out.
fn inner(value: &Spanned<Value>, inside_of: bool, uses: &mut Uses<'_>, sink: &mut Sink) -> Option<Node> {
    match &value.value {
        Value::Text(words) => text(&Spanned::new(words.clone(), value.span), inside_of, uses, sink),
        Value::List(items) => {
            let nodes: Vec<Option<Node>> = items.iter().map(|item| inner(item, true, uses, sink)).collect();
            Some(list(nodes.into_iter().collect::<Option<_>>()?))
        }
        Value::Map(members) => {
            let mut nodes = BTreeMap::new();
            let mut whole = true;
            for (name, member) in members {
                if has_placeholder(&name.value) {
                    uses.mention(&name.value);
                    sink.push(in_a_name("the name of a member", name.span));
                    whole = false;
                }
                credential::in_body(name, member, sink);
                match inner(member, true, uses, sink) {
                    Some(node) => {
                        nodes.insert(name.value.clone(), node);
                    }
                    None => whole = false,
                }
            }
            whole.then(|| map(nodes))
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Num(_) => Some(Node::Fixed(json(&value.value))),
    }
}

fn text(words: &Spanned<String>, inside_of: bool, uses: &mut Uses<'_>, sink: &mut Sink) -> Option<Node> {
    uses.mention(&words.value);
    let pieces = template::parse(words, sink)?;
    if let [piece] = pieces.as_slice()
        && let What::Arg(name) = piece.what
    {
        let param = uses.argument(name, words, piece, sink)?;
        if param.presence == Presence::Optional && !inside_of {
            sink.push(absent(name, "a whole body", true, inside(words, &piece.at)));
            return None;
        }
        return Some(Node::Arg(name.to_owned()));
    }
    let parts = uses.parts(words, &pieces, &Place::Body, |text, _, _| Some(text.to_owned()), sink)?;
    Some(match parts.as_slice() {
        [] => Node::Fixed(Json::Text(String::new())),
        [Part::Text(text)] => Node::Fixed(Json::Text(text.clone())),
        _ => Node::Text(parts),
    })
}

/// A list whose items are all fixed is fixed itself.
fn list(nodes: Vec<Node>) -> Node {
    let fixed: Option<Vec<Json>> = nodes.iter().map(fixed).collect();
    fixed.map_or(Node::List(nodes), |items| Node::Fixed(Json::List(items)))
}

fn map(nodes: BTreeMap<String, Node>) -> Node {
    let fixed: Option<BTreeMap<String, Json>> =
        nodes.iter().map(|(name, node)| fixed(node).map(|json| (name.clone(), json))).collect();
    fixed.map_or(Node::Map(nodes), |members| Node::Fixed(Json::Map(members)))
}

fn fixed(node: &Node) -> Option<Json> {
    match node {
        Node::Fixed(json) => Some(json.clone()),
        Node::Arg(_) | Node::Text(_) | Node::List(_) | Node::Map(_) => None,
    }
}
