//! Parameters, items, properties and answers.

use super::{Fields, text, value};
use crate::ast::{Allowed, Class, Content, Parameter, Returns, Schema, Type};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Kind, Node};

pub(super) fn parameter(entry: Entry) -> Parameter {
    let place = entry.key.span;
    Parameter { name: entry.key, schema: schema(entry.value, place) }
}

pub(super) fn returns(entry: Entry) -> Option<Returns> {
    let key = entry.key.span;
    matches!(entry.value.kind, Kind::Map(_)).then(|| Returns { key, schema: schema(entry.value, key) })
}

/// A description; one that could not be read becomes one that says nothing, so that its name is still known.
fn schema(node: Node, place: Span) -> Schema {
    let nothing = || Fields { span: place, entries: Vec::new() };
    let mut fields = if node.is_faulty() { nothing() } else { Fields::of(node).unwrap_or_else(nothing) };
    let (required, required_names) = required(&mut fields);
    Schema {
        span: fields.span,
        kind: fields.word("type", |word| match word {
            "string" => Some(Type::String),
            "integer" => Some(Type::Integer),
            "number" => Some(Type::Number),
            "boolean" => Some(Type::Boolean),
            "array" => Some(Type::Array),
            "object" => Some(Type::Object),
            _ => None,
        }),
        description: fields.text("description"),
        required,
        required_names,
        default: fields.take("default").and_then(|entry| value(entry.value)),
        one_of: fields.take("enum").and_then(|entry| listed(entry.value, value)),
        min: fields.number("min"),
        max: fields.number("max"),
        min_length: fields.int("min_length"),
        max_length: fields.int("max_length"),
        min_items: fields.int("min_items"),
        max_items: fields.int("max_items"),
        pattern: fields.text("pattern"),
        items: fields.take("items").map(|entry| Box::new(schema(entry.value, entry.key.span))),
        properties: fields.take("properties").and_then(|entry| {
            let Kind::Map(entries) = entry.value.kind else { return None };
            Some(Spanned::new(entries.into_iter().map(parameter).collect(), entry.value.span))
        }),
        additional: fields.bool("additional_properties"),
        sensitive: fields.bool("sensitive"),
        content: fields.word("content", content),
        allow: fields.take("allow").and_then(|entry| allow(entry.value)),
    }
}

fn content(word: &str) -> Option<Content> {
    Some(match word {
        "identifier" => Content::Identifier,
        "text" => Content::Text,
        "prompt" => Content::Prompt,
        "path" => Content::Path,
        "url" => Content::Url,
        "host" => Content::Host,
        "email" => Content::Email,
        "promql" => Content::Promql,
        "logql" => Content::Logql,
        "sql" => Content::Sql,
        "code" => Content::Code,
        "json" => Content::Json,
        "regex" => Content::Regex,
        _ => return None,
    })
}

fn allow(node: Node) -> Option<Spanned<Allowed>> {
    let span = node.span;
    let Kind::Map(entries) = node.kind else { return None };
    let allowed = entries.into_iter().filter_map(|Entry { key, value, .. }| {
        let class = class(&key.value)?;
        Some((Spanned::new(class, key.span), text(value)?))
    });
    Some(Spanned::new(allowed.collect(), span))
}

fn class(word: &str) -> Option<Class> {
    Some(match word {
        "shell" => Class::Shell,
        "sql" => Class::Sql,
        "traversal" => Class::Traversal,
        "template" => Class::Template,
        "prompt" => Class::Prompt,
        "html" => Class::Html,
        "ssrf" => Class::Ssrf,
        "header" => Class::Header,
        "control" => Class::Control,
        _ => return None,
    })
}

type Names = Spanned<Vec<Spanned<String>>>;

fn required(fields: &mut Fields) -> (Option<Spanned<bool>>, Option<Names>) {
    let Some(entry) = fields.take("required") else { return (None, None) };
    if let Kind::Bool(truth) = entry.value.kind {
        return (Some(Spanned::new(truth, entry.value.span)), None);
    }
    (None, listed(entry.value, text))
}

pub(super) fn listed<T>(node: Node, of: impl Fn(Node) -> Option<T>) -> Option<Spanned<Vec<T>>> {
    let Kind::List(items) = node.kind else { return None };
    Some(Spanned::new(items.into_iter().filter_map(of).collect(), node.span))
}
