//! The proof that each parameter is used, and scanned for what its content and its places ask for.

#![expect(clippy::panic, reason = "a panic in const evaluation is how a crate is refused")]

use super::Row;
use super::places::Places;
use crate::decl::Class::{Control, Header, Html, Prompt, Shell, Sql, Ssrf, Template, Traversal};
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

pub(super) const fn prove(row: &Row) {
    let mut params = row.params;
    while let [first, rest @ ..] = params {
        let places = Places::of(first.name, row);
        if !places.any() {
            panic!("HD0202: this tool declares a parameter that it does not use");
        }
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
    // Sets with names are evaluated once for all tools.
    const UNSAID: Classes = set(&[Shell, Sql, Traversal, Template, Prompt, Control]);
    const UNSAID_IN_A_LINE: Classes = UNSAID | MARKUP;
    const TEXT: Classes = set(&[Shell, Sql, Traversal, Template, Prompt, Html, Control]);
    const PROMPT: Classes = set(&[Prompt, Control]);
    const IDENTIFIER: Classes = set(&[Traversal, Control]);
    const PATH: Classes = set(&[Shell, Traversal, Template, Control]);
    const URL: Classes = set(&[Traversal, Html, Ssrf, Header, Control]);
    const HOST: Classes = set(&[Ssrf, Control]);
    const EMAIL: Classes = set(&[Header, Control]);
    const LANGUAGE: Classes = set(&[Control]);
    const IN_A_PATH: Classes = set(&[Traversal]);
    const IN_A_HEADER: Classes = set(&[Header]);
    const MARKUP: Classes = set(&[Html]);
    let by_content = match content {
        Content::Unspecified if places.path || places.query || places.header => UNSAID_IN_A_LINE,
        Content::Unspecified => UNSAID,
        Content::Text => TEXT,
        Content::Prompt => PROMPT,
        Content::Identifier => IDENTIFIER,
        Content::Path => PATH,
        Content::Url => URL,
        Content::Host => HOST,
        Content::Email => EMAIL,
        Content::Promql | Content::Logql | Content::Sql | Content::Code | Content::Json | Content::Regex => {
            LANGUAGE
        }
    };
    let by_path = if places.path { IN_A_PATH } else { NONE };
    let by_header = if places.header { IN_A_HEADER } else { NONE };
    by_content | by_path | by_header
}
