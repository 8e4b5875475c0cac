//! The request that a tool sends. Any other request is one that nobody has reviewed, with one exception: a field that
//! holds one optional parameter alone comes and goes with that parameter, since it is left out with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Field, Json, Node, Part, Presence, Tool};

/// The optional parameters of a tool that the other one does not have.
pub(super) fn own_options<'a>(tool: &'a Tool, other: &Tool) -> BTreeSet<&'a str> {
    let own = tool
        .params
        .iter()
        .filter(|(name, param)| param.presence == Presence::Optional && !other.params.contains_key(*name));
    own.map(|(name, _)| name.as_str()).collect()
}

/// The fields without those that hold one of these parameters alone.
pub(super) fn fields<'a>(fields: &'a [Field], without: &BTreeSet<&str>) -> Vec<&'a Field> {
    let is_kept = |field: &&Field| !matches!(field.value.as_slice(), [Part::Arg(name)] if without.contains(name.as_str()));
    fields.iter().filter(is_kept).collect()
}

/// The body without the members and items that hold one of these parameters alone, and with all its members apart.
pub(super) fn body(body: Option<&Node>, without: &BTreeSet<&str>) -> Option<Node> {
    body.filter(|node| !is_option(node, without)).map(|body| node(body, without))
}

fn is_option(node: &Node, without: &BTreeSet<&str>) -> bool {
    matches!(node, Node::Arg(name) if without.contains(name.as_str()))
}

fn node(of: &Node, without: &BTreeSet<&str>) -> Node {
    match of {
        Node::Fixed(value) => fixed(value),
        Node::Arg(_) | Node::Text(_) => of.clone(),
        Node::List(items) => Node::List(
            items.iter().filter(|item| !is_option(item, without)).map(|item| node(item, without)).collect(),
        ),
        Node::Map(members) => Node::Map(
            members
                .iter()
                .filter(|(_, member)| !is_option(member, without))
                .map(|(key, member)| (key.clone(), node(member, without)))
                .collect(),
        ),
    }
}

/// Fixed lists and mappings as those with a placeholder in them, so that the two compare.
fn fixed(value: &Json) -> Node {
    match value {
        Json::List(items) => Node::List(items.iter().map(fixed).collect()),
        Json::Map(members) => {
            Node::Map(members.iter().map(|(key, member)| (key.clone(), fixed(member))).collect())
        }
        Json::Null | Json::Bool(_) | Json::Int(_) | Json::Num(_) | Json::Text(_) => {
            Node::Fixed(value.clone())
        }
    }
}

/// Where a parameter goes: for the sentence about one that is new.
pub(super) fn uses(tool: &Tool, param: &str) -> String {
    let has = |parts: &[Part]| parts.iter().any(|part| matches!(part, Part::Arg(name) if name == param));
    let mut places = Vec::new();
    if has(&tool.path) {
        places.push("the path".to_owned());
    }
    places.extend(
        tool.query
            .iter()
            .filter(|field| has(&field.value))
            .map(|field| format!("the query field `{}`", field.name)),
    );
    places.extend(
        tool.headers
            .iter()
            .filter(|field| has(&field.value))
            .map(|field| format!("the header `{}`", field.name)),
    );
    if tool.body.as_ref().is_some_and(|body| in_node(body, param)) {
        places.push("the body".to_owned());
    }
    places.join(" and ")
}

fn in_node(node: &Node, param: &str) -> bool {
    match node {
        Node::Fixed(_) => false,
        Node::Arg(name) => name == param,
        Node::Text(parts) => parts.iter().any(|part| matches!(part, Part::Arg(name) if name == param)),
        Node::List(items) => items.iter().any(|item| in_node(item, param)),
        Node::Map(members) => members.values().any(|member| in_node(member, param)),
    }
}

/// The fields of two requests side by side, by name: those that differ.
pub(super) fn unlike<'a>(
    old: &[&'a Field],
    new: &[&'a Field],
) -> BTreeMap<&'a str, (Option<&'a Field>, Option<&'a Field>)> {
    let mut pairs: BTreeMap<&str, (Option<&Field>, Option<&Field>)> = BTreeMap::new();
    for field in old {
        pairs.entry(&field.name).or_default().0 = Some(field);
    }
    for field in new {
        pairs.entry(&field.name).or_default().1 = Some(field);
    }
    pairs.retain(|_, (old, new)| old != new);
    pairs
}
