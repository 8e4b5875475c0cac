//! Where the values of a parameter go.

use super::Row;
use super::names::same;
use crate::decl::{Body, Field, Node, Part};

/// The places of the request in which a parameter stands.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) path: bool,
    pub(super) query: bool,
    pub(super) header: bool,
    pub(super) body: bool,
}

impl Places {
    pub(super) const fn of(name: &str, row: &Row) -> Self {
        Self {
            path: parts_use(row.path, name),
            query: fields_use(row.query, name),
            header: fields_use(row.headers, name),
            body: matches!(&row.body, Body::Json(node) if node_uses(node, name)),
        }
    }

    pub(super) const fn any(self) -> bool {
        self.path || self.query || self.header || self.body
    }
}

const fn parts_use(parts: &[Part], name: &str) -> bool {
    let mut parts = parts;
    while let [first, rest @ ..] = parts {
        if let Part::Arg(arg) = first
            && same(arg, name)
        {
            return true;
        }
        parts = rest;
    }
    false
}

const fn fields_use(fields: &[Field], name: &str) -> bool {
    let mut fields = fields;
    while let [first, rest @ ..] = fields {
        if parts_use(first.value, name) {
            return true;
        }
        fields = rest;
    }
    false
}

const fn node_uses(node: &Node, name: &str) -> bool {
    match node {
        Node::Fixed(_) => false,
        Node::Arg(arg) => same(arg, name),
        Node::Text(parts) => parts_use(parts, name),
        Node::List(items) => {
            let mut items = *items;
            while let [first, rest @ ..] = items {
                if node_uses(first, name) {
                    return true;
                }
                items = rest;
            }
            false
        }
        Node::Map(members) => {
            let mut members = *members;
            while let [(_, first), rest @ ..] = members {
                if node_uses(first, name) {
                    return true;
                }
                members = rest;
            }
            false
        }
    }
}
