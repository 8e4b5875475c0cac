//! `content` and `allow`: what a string is, and what is not looked for in it.

use std::collections::BTreeMap;

use super::Place;
use crate::ast::{self, Parameter, Schema, Tool, Type};
use crate::check::template::shorten;
use crate::check::value::article;
use crate::diag::{Diagnostic, HD0109, HD0230, HD0231, HD0232, Sink};
use crate::plan::{Class, Content, Kind, Param};
use crate::source::{Span, Spanned};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 1000;

/// Reports the two keys where there is no string for them to speak of.
pub(super) fn judge(schema: &Schema, kind: &Kind, place: Place, sink: &mut Sink) {
    let is_free_text = matches!(kind, Kind::Text { one_of, .. } if one_of.is_empty());
    let is_open = matches!(kind, Kind::OpenObject | Kind::Any)
        || matches!(kind, Kind::List { items, .. } if **items == Kind::Any && schema.items.is_none());
    let mut misplaced = |key: &str, span: Span| {
        let why = match kind {
            _ if place.is_answer() => "an answer is not scanned".to_owned(),
            Kind::Text { .. } => "its values are listed".to_owned(),
            Kind::List { .. } => "this is a list; its items are what is scanned".to_owned(),
            Kind::Integer { .. }
            | Kind::Number { .. }
            | Kind::Boolean
            | Kind::Object { .. }
            | Kind::OpenObject
            | Kind::Any => format!("this is {}", article(kind)),
        };
        let found = Diagnostic::error(
            HD0230,
            format!("`{key}` speaks of free text, and there is none here"),
            span,
            why,
        );
        let is_list = matches!(kind, Kind::List { .. }) && !place.is_answer();
        sink.push(found.help(if is_list {
            format!("write it under `items`: `items: {{ {key}: .. }}`")
        } else {
            format!("remove `{key}`")
        }));
    };
    if let Some(content) = schema.content.as_ref().filter(|_| place.is_answer() || !is_free_text) {
        misplaced("content", content.span);
    }
    if let Some(allow) = schema.allow.as_ref().filter(|_| place.is_answer() || !is_free_text && !is_open) {
        misplaced("allow", allow.span);
    }
}

/// The schema of what a list, or a list of lists, holds.
fn leaf(schema: &Schema) -> &Schema {
    match (&schema.kind, &schema.items) {
        (Some(Spanned { value: Type::Array, .. }), Some(items)) => leaf(items),
        _ => schema,
    }
}

/// The content of a parameter: its own, or that of the items of a list.
pub(super) fn of(schema: &Schema) -> Content {
    use ast::Content as Said;

    match leaf(schema).content.as_ref().map(|content| content.value) {
        None => Content::Unspecified,
        Some(Said::Identifier) => Content::Identifier,
        Some(Said::Text) => Content::Text,
        Some(Said::Prompt) => Content::Prompt,
        Some(Said::Path) => Content::Path,
        Some(Said::Url) => Content::Url,
        Some(Said::Host) => Content::Host,
        Some(Said::Email) => Content::Email,
        Some(Said::Promql) => Content::Promql,
        Some(Said::Logql) => Content::Logql,
        Some(Said::Sql) => Content::Sql,
        Some(Said::Code) => Content::Code,
        Some(Said::Json) => Content::Json,
        Some(Said::Regex) => Content::Regex,
    }
}

/// Takes out of the scanned classes those that the author allows.
pub(in crate::check) fn allow(tool: &Tool, params: &mut BTreeMap<String, Param>, sink: &mut Sink) {
    allow_each(&tool.parameters, params, sink);
}

fn allow_each(parameters: &[Parameter], params: &mut BTreeMap<String, Param>, sink: &mut Sink) {
    for Parameter { name, schema } in parameters {
        let Some(param) = params.get_mut(&name.value) else { continue };
        let leaf = leaf(schema);
        for (class, reason) in leaf.allow.iter().flat_map(|allow| &allow.value) {
            allow_one(name, param, class, reason, sink);
        }
        let mut kind = &mut param.kind;
        while let Kind::List { items, .. } = kind {
            kind = items;
        }
        if let (Kind::Object { fields }, Some(properties)) = (kind, &leaf.properties) {
            allow_each(&properties.value, fields, sink);
        }
    }
}

fn allow_one(
    name: &Spanned<String>,
    param: &mut Param,
    class: &Spanned<ast::Class>,
    reason: &Spanned<String>,
    sink: &mut Sink,
) {
    let of = class_of(class.value);
    let word = of.word();
    let text = reason.value.trim();
    if text.is_empty() {
        sink.push(
            Diagnostic::error(HD0232, format!("`allow` gives no reason for `{word}`"), reason.span, "empty")
                .help("say why such text is meant here; the reason stands in the generated code"),
        );
    } else if text.chars().count() > LONGEST_REASON {
        sink.push(
            Diagnostic::error(
                HD0109,
                format!("a reason has more than {LONGEST_REASON} characters"),
                reason.span,
                "too long",
            )
            .help("shorten it"),
        );
    } else if param.scan.remove(&of) {
        param.allow.insert(of, text.to_owned());
    } else {
        let looked_for: Vec<String> = param.scan.iter().map(|class| format!("`{}`", class.word())).collect();
        let looked_for = if looked_for.is_empty() { "nothing".to_owned() } else { looked_for.join(", ") };
        sink.push(
            Diagnostic::error(
                HD0231,
                format!("`{word}` is not looked for in `{}`", shorten(&name.value)),
                class.span,
                "nothing to allow",
            )
            .note(format!("its content and places ask for {looked_for}"))
            .help(format!("remove `{word}`")),
        );
    }
}

const fn class_of(class: ast::Class) -> Class {
    match class {
        ast::Class::Shell => Class::Shell,
        ast::Class::Sql => Class::Sql,
        ast::Class::Traversal => Class::Traversal,
        ast::Class::Template => Class::Template,
        ast::Class::Prompt => Class::Prompt,
        ast::Class::Html => Class::Html,
        ast::Class::Ssrf => Class::Ssrf,
        ast::Class::Header => Class::Header,
        ast::Class::Control => Class::Control,
    }
}
