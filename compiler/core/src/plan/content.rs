//! What texts are, and what is looked for in them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Field, Kind, Param, Part};

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the config's words")]
pub enum Content {
    /// The author does not say, or it is no text.
    Unspecified,
    Identifier,
    Text,
    Prompt,
    Path,
    Url,
    Host,
    Email,
    Promql,
    Logql,
    Sql,
    Code,
    Json,
    Regex,
}

impl Content {
    /// Whether a value must have a form of its own; others are any text.
    #[must_use]
    pub const fn has_form(self) -> bool {
        match self {
            Self::Identifier | Self::Path | Self::Url | Self::Host | Self::Email | Self::Json => true,
            Self::Unspecified
            | Self::Text
            | Self::Prompt
            | Self::Promql
            | Self::Logql
            | Self::Sql
            | Self::Code
            | Self::Regex => false,
        }
    }

    /// The word in the config; `None`: none is written.
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::Unspecified => return None,
            Self::Identifier => "identifier",
            Self::Text => "text",
            Self::Prompt => "prompt",
            Self::Path => "path",
            Self::Url => "url",
            Self::Host => "host",
            Self::Email => "email",
            Self::Promql => "promql",
            Self::Logql => "logql",
            Self::Sql => "sql",
            Self::Code => "code",
            Self::Json => "json",
            Self::Regex => "regex",
        })
    }
}

/// What an argument may attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the config's words")]
pub enum Class {
    Shell,
    Sql,
    Traversal,
    Template,
    Prompt,
    Html,
    Ssrf,
    Header,
    Control,
}

impl Class {
    /// The word in the config.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Sql => "sql",
            Self::Traversal => "traversal",
            Self::Template => "template",
            Self::Prompt => "prompt",
            Self::Html => "html",
            Self::Ssrf => "ssrf",
            Self::Header => "header",
            Self::Control => "control",
        }
    }
}

/// What happens to a call in whose arguments something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names are the config's words")]
pub enum Validation {
    Strict,
    Permissive,
}

/// The places of a request where the values of a parameter go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Places {
    path: bool,
    query: bool,
    header: bool,
}

/// Fills in what each parameter of a tool is scanned for: what its content and its places ask for, without what is allowed.
pub fn fill_scans(params: &mut BTreeMap<String, Param>, path: &[Part], query: &[Field], headers: &[Field]) {
    for (name, param) in params {
        let in_fields = |fields: &[Field]| fields.iter().any(|field| uses(&field.value, name));
        let places = Places { path: uses(path, name), query: in_fields(query), header: in_fields(headers) };
        fill(param, places);
    }
}

fn uses(parts: &[Part], name: &str) -> bool {
    parts.iter().any(|part| matches!(part, Part::Arg(arg) if arg == name))
}

fn fill(param: &mut Param, places: Places) {
    let mut leaf = &mut param.kind;
    while let Kind::List { items, .. } = leaf {
        leaf = items;
    }
    let asked = match leaf {
        Kind::Text { one_of, .. } if one_of.is_empty() => asked_for(param.content, places),
        Kind::OpenObject | Kind::Any => asked_for(param.content, places),
        Kind::Object { fields } => {
            fields.values_mut().for_each(|field| fill(field, places));
            BTreeSet::new()
        }
        Kind::Text { .. }
        | Kind::Integer { .. }
        | Kind::Number { .. }
        | Kind::Boolean
        | Kind::List { .. } => BTreeSet::new(),
    };
    param.scan = asked.into_iter().filter(|class| !param.allow.contains_key(class)).collect();
}

/// The table of `docs/validation.md`. The runtime has it, too, and proves that a crate keeps to it.
fn asked_for(content: Content, places: Places) -> BTreeSet<Class> {
    use Class::{Control, Header, Html, Prompt, Shell, Sql, Ssrf, Template, Traversal};
    let by_content: &[Class] = match content {
        Content::Unspecified if places.path || places.query || places.header => {
            &[Shell, Sql, Traversal, Template, Prompt, Html, Control]
        }
        Content::Unspecified => &[Shell, Sql, Traversal, Template, Prompt, Control],
        Content::Text => &[Shell, Sql, Traversal, Template, Prompt, Html, Control],
        Content::Prompt => &[Prompt, Control],
        Content::Identifier => &[Traversal, Control],
        Content::Path => &[Shell, Traversal, Template, Control],
        Content::Url => &[Traversal, Html, Ssrf, Header, Control],
        Content::Host => &[Ssrf, Control],
        Content::Email => &[Header, Control],
        Content::Promql | Content::Logql | Content::Sql | Content::Code | Content::Json | Content::Regex => {
            &[Control]
        }
    };
    let by_path = places.path.then_some(Traversal);
    let by_header = places.header.then_some(Header);
    by_content.iter().copied().chain(by_path).chain(by_header).collect()
}
