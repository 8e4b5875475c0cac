//! Parameters, items, properties and answers.

use super::{Fields, text, value};
use crate::ast::{Parameter, Returns, Schema, Type};
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
    }
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
