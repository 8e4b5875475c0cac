//! The proof that each parameter is scanned for what its content and its places ask for.

#![expect(clippy::panic, reason = "a panic in const evaluation is how a crate is refused")]

use super::{Row, fields_use, parts_use};
use crate::decl::{Allowed, Class, Content, Kind, Param};

/// A set of classes, a bit for each.
type Classes = u16;

const NONE: Classes = 0;

const fn bit(class: Class) -> Classes {
    1 << class as u16
}

const fn set(classes: &[Class]) -> Classes {
    let mut set = NONE;
    let mut classes = classes;
    while let [first, rest @ ..] = classes {
        set |= bit(*first);
        classes = rest;
    }
    set
}

/// Where the values of a parameter go.
#[derive(Clone, Copy)]
struct Places {
    path: bool,
    query: bool,
    header: bool,
}

pub(super) const fn prove(row: &Row) {
    let mut params = row.params;
    while let [first, rest @ ..] = params {
        let places = Places {
            path: parts_use(row.path, first.name),
            query: fields_use(row.query, first.name),
            header: fields_use(row.headers, first.name),
        };
        prove_param(first, places);
        params = rest;
    }
}

const fn prove_param(param: &Param, places: Places) {
    let mut leaf = &param.kind;
    while let Kind::List { items, .. } = leaf {
        leaf = items;
    }
    let asked = match leaf {
        Kind::Text { one_of: [], .. } | Kind::OpenObject | Kind::Any => asked_for(param.content, places),
        Kind::Object { fields } => {
            let mut fields = *fields;
            while let [first, rest @ ..] = fields {
                prove_param(first, places);
                fields = rest;
            }
            NONE
        }
        Kind::Text { .. }
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::Boolean
        | Kind::List { .. } => NONE,
    };
    if !matches!(param.content, Content::Unspecified) && !matches!(leaf, Kind::Text { one_of: [], .. }) {
        panic!("HD0230: a parameter of this tool has a content, and is no free text");
    }
    let allowed = prove_allowed(param.allow);
    if allowed & !asked != NONE {
        panic!("HD0231: a parameter of this tool allows a class that is not looked for anyway");
    }
    if set(param.scan) != asked & !allowed {
        panic!(
            "HD0232: a parameter of this tool is not scanned for what its content and places ask for, without a reason"
        );
    }
}

const fn prove_allowed(allow: &[Allowed]) -> Classes {
    let mut allowed = NONE;
    let mut allow = allow;
    while let [first, rest @ ..] = allow {
        if first.reason.is_empty() {
            panic!("HD0232: a parameter of this tool allows a class without a reason");
        }
        allowed |= bit(first.class);
        allow = rest;
    }
    allowed
}

/// The table of `docs/validation.md`.
const fn asked_for(content: Content, places: Places) -> Classes {
    use Class::{Control, Header, Html, Prompt, Shell, Sql, Ssrf, Template, Traversal};
    let by_content = match content {
        Content::Unspecified => {
            let markup = if places.path || places.query || places.header { set(&[Html]) } else { NONE };
            set(&[Shell, Sql, Traversal, Template, Prompt, Control]) | markup
        }
        Content::Text => set(&[Shell, Sql, Traversal, Template, Prompt, Html, Control]),
        Content::Prompt => set(&[Prompt, Control]),
        Content::Identifier => set(&[Traversal, Control]),
        Content::Path => set(&[Shell, Traversal, Template, Control]),
        Content::Url => set(&[Traversal, Html, Ssrf, Header, Control]),
        Content::Host => set(&[Ssrf, Control]),
        Content::Email => set(&[Header, Control]),
        Content::Promql | Content::Logql | Content::Sql | Content::Code | Content::Json | Content::Regex => {
            set(&[Control])
        }
    };
    let by_path = if places.path { set(&[Traversal]) } else { NONE };
    let by_header = if places.header { set(&[Header]) } else { NONE };
    by_content | by_path | by_header
}
