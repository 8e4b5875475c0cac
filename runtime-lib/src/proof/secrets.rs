//! The proof that each secret of a tool is granted: for its origin, in its place.

#![expect(clippy::panic, reason = "a panic in const evaluation is how a crate is refused")]

use super::Row;
use super::names::{same, same_origin};
use crate::decl::{Agent, Body, Grant, Node, Origin, Part, Slot};

pub(super) const fn prove(row: &Row, agent: &Agent) {
    let mut query = row.query;
    while let [first, rest @ ..] = query {
        prove_grants(first.value, Slot::Query(first.name), row.origin, agent);
        query = rest;
    }
    let mut headers = row.headers;
    while let [first, rest @ ..] = headers {
        prove_grants(first.value, Slot::Header(first.name), row.origin, agent);
        headers = rest;
    }
    if let Body::Json(node) = &row.body {
        prove_grants_in(node, row.origin, agent);
    }
}

const fn prove_grants_in(node: &Node, origin: Origin, agent: &Agent) {
    match node {
        Node::Fixed(_) | Node::Arg(_) => {}
        Node::Text(parts) => prove_grants(parts, Slot::Body, origin, agent),
        Node::List(items) => {
            let mut items = *items;
            while let [first, rest @ ..] = items {
                prove_grants_in(first, origin, agent);
                items = rest;
            }
        }
        Node::Map(members) => {
            let mut members = *members;
            while let [(_, first), rest @ ..] = members {
                prove_grants_in(first, origin, agent);
                members = rest;
            }
        }
    }
}

const fn prove_grants(parts: &[Part], slot: Slot, origin: Origin, agent: &Agent) {
    let mut parts = parts;
    while let [first, rest @ ..] = parts {
        if let Part::Secret(grant) = first {
            if !is_granted(grant, agent) {
                panic!("HD0301: this tool uses a secret that the agent's policy does not grant");
            }
            if !same_origin(&grant.origin, &origin) {
                panic!("HD0301: this tool sends a secret to an origin that it is not granted for");
            }
            if !has_slot(grant.slots, slot) {
                panic!("HD0302: a secret of this tool stands in a place that it is not granted for");
            }
        }
        parts = rest;
    }
}

/// The grant is one of the policy's in full: a copy of it with one more slot is another grant.
const fn is_granted(grant: &Grant, agent: &Agent) -> bool {
    let mut listed = agent.grants;
    while let [first, rest @ ..] = listed {
        if same(first.key, grant.key)
            && same_origin(&first.origin, &grant.origin)
            && are_within(grant.slots, first.slots)
        {
            return true;
        }
        listed = rest;
    }
    false
}

const fn are_within(slots: &[Slot], of: &[Slot]) -> bool {
    let mut slots = slots;
    while let [first, rest @ ..] = slots {
        if !has_slot(of, *first) {
            return false;
        }
        slots = rest;
    }
    true
}

const fn has_slot(slots: &[Slot], wanted: Slot) -> bool {
    let mut slots = slots;
    while let [first, rest @ ..] = slots {
        match (first, &wanted) {
            (Slot::Header(a), Slot::Header(b)) | (Slot::Query(a), Slot::Query(b)) if same(a, b) => {
                return true;
            }
            (Slot::Body, Slot::Body) => return true,
            _ => {}
        }
        slots = rest;
    }
    false
}
