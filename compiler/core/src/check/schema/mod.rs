//! Declarations of values, as [`Kind`]: of parameters, of their items and members, and of answers.

mod bounds;
mod content;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use self::bounds::Bounds;
pub(super) use self::bounds::{bad_pattern, pattern_fault};
pub(super) use self::content::allow;
use crate::ast::{Parameter, Returns, Schema, Type, Value};
use crate::check::template::{is_parameter_name, shorten};
use crate::check::value::fit;
use crate::diag::{Diagnostic, HD0210, HD0215, HD0217, HD0220, HD0221, HD0222, HD0223, Sink, nearest};
use crate::plan::{self, Json, Kind, Param, Presence};
use crate::source::Spanned;

/// Deeper schemas are refused: clients and models lose their way in them.
const DEEPEST: usize = 8;
/// Fewest and most items of a list that says nothing about them.
const ITEMS: (u32, u32) = (0, 10_000);

/// Where a schema stands decides which of its keys mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A parameter, or a member of an object of a parameter.
    Argument,
    /// `items` of an argument.
    Item,
    /// `returns`.
    Answer,
    /// A member of an answer.
    AnswerMember,
    /// `items` of an answer.
    AnswerItem,
}

impl Place {
    fn is_answer(self) -> bool {
        matches!(self, Self::Answer | Self::AnswerMember | Self::AnswerItem)
    }

    fn item(self) -> Self {
        if self.is_answer() { Self::AnswerItem } else { Self::Item }
    }

    fn member(self) -> Self {
        if self.is_answer() { Self::AnswerMember } else { Self::Argument }
    }
}

/// The declaration of one parameter.
pub(super) fn parameter(parameter: &Parameter, sink: &mut Sink) -> Option<Param> {
    let Parameter { name, schema } = parameter;
    check_name(name, sink);
    member(name, schema, Place::Argument, None, 0, sink)
}

/// The promise about an answer; `None` for text. A text's description goes behind the tool's own.
pub(super) fn returns(returns: &Returns, sink: &mut Sink) -> (Option<plan::Returns>, String) {
    let Returns { key: _, schema } = returns;
    let about = text_of(schema.description.as_ref());
    let kind = kind(schema, Place::Answer, 0, sink);
    let plain = Kind::Text { min: 0, max: u32::MAX, pattern: String::new(), one_of: Vec::new() };
    match kind {
        None => (None, String::new()),
        Some(kind) if kind == plain => (None, about),
        Some(kind) => (Some(plan::Returns { about, kind }), String::new()),
    }
}

fn check_name(name: &Spanned<String>, sink: &mut Sink) {
    if !is_parameter_name(&name.value) {
        sink.push(
            Diagnostic::error(
                HD0210,
                format!("`{}` cannot be the name of a parameter", shorten(&name.value)),
                name.span,
                "not a name that clients take",
            )
            .help("a name has letters, digits, `_` and `-`, begins with a letter or `_`, and has at most 64 of them"),
        );
    }
}

/// A parameter or a member of an object. `required` is the parent's own list, where it has one.
fn member(
    name: &Spanned<String>,
    schema: &Schema,
    place: Place,
    required: Option<&HashSet<&str>>,
    depth: usize,
    sink: &mut Sink,
) -> Option<Param> {
    let kind = kind(schema, place, depth, sink)?;
    let about = text_of(schema.description.as_ref());
    let default = schema.default.as_ref().filter(|default| default.value != Value::Null);
    let listed = required.map(|names| names.contains(name.value.as_str()));
    // An answer's members follow JSON Schema, where only what is listed is required; an argument's follow the language.
    let unsaid = if place.is_answer() { false } else { default.is_none() };
    let wanted = schema.required.as_ref().map(|required| required.value).or(listed).unwrap_or(unsaid);
    let presence = match default {
        None if wanted => Presence::Required,
        None => Presence::Optional,
        Some(default) => {
            if let Some(required) = schema.required.as_ref().filter(|required| required.value) {
                sink.push(
                    Diagnostic::warning(
                        HD0217,
                        format!("`{}` is required and has a default", name.value),
                        required.span,
                        "the default wins: callers may leave it out",
                    )
                    .because(default.span, "the default")
                    .fix(required.span, "false", "write `false`")
                    .help("write `false`: the default stands for what is left out"),
                );
            }
            Presence::Default(fitting_default(name, &kind, default, schema, sink)?)
        }
    };
    let sensitive = schema.sensitive.as_ref().is_some_and(|sensitive| sensitive.value);
    // What is scanned follows from the places, which are not known here.
    let (scan, allow) = (BTreeSet::new(), BTreeMap::new());
    Some(Param { about, kind, presence, sensitive, content: content::of(schema), scan, allow })
}

fn fitting_default(
    name: &Spanned<String>,
    kind: &Kind,
    default: &Spanned<Value>,
    schema: &Schema,
    sink: &mut Sink,
) -> Option<Json> {
    match fit(kind, default) {
        Ok(json) => Some(json),
        Err(misfit) => {
            let mut found = Diagnostic::error(
                HD0215,
                format!("the default of `{}` is not one of its values", name.value),
                misfit.span,
                misfit.why,
            );
            if let Some(declared) = &schema.kind {
                found = found.because(declared.span, "the type is declared here");
            }
            let quoted = match (kind, &default.value) {
                (Kind::Text { .. }, Value::Int(number)) => Some(format!("\"{number}\"")),
                (Kind::Text { .. }, Value::Bool(flag)) => Some(format!("\"{flag}\"")),
                _ => None,
            };
            sink.push(match quoted {
                Some(quoted) => found.help(format!("in quotes it is a string: `{quoted}`")).fix(
                    default.span,
                    quoted.clone(),
                    format!("write `{quoted}`"),
                ),
                None if schema.kind.is_none() => found
                    .note("a parameter without `type` is a string")
                    .help("declare its `type`, or change the default"),
                None => found.help("change the default, or what the parameter allows"),
            });
            None
        }
    }
}

fn kind(schema: &Schema, place: Place, depth: usize, sink: &mut Sink) -> Option<Kind> {
    let kind = bounded(schema, place, depth, sink)?;
    content::judge(schema, &kind, place, sink);
    Some(kind)
}

fn bounded(schema: &Schema, place: Place, depth: usize, sink: &mut Sink) -> Option<Kind> {
    let Schema {
        span,
        kind: declared,
        description,
        required,
        required_names,
        default,
        one_of,
        min,
        max,
        min_length,
        max_length,
        min_items,
        max_items,
        pattern,
        items,
        properties,
        additional,
        sensitive,
        content: _,
        allow: _,
    } = schema;
    if depth > DEEPEST {
        sink.push(
            Diagnostic::error(
                HD0221,
                format!("a schema is nested deeper than {DEEPEST} levels"),
                *span,
                "too deep",
            )
            .note("clients and models lose their way in deep schemas")
            .help("describe the inner part as `type: object` without `properties`"),
        );
        return None;
    }
    let silent = Silent {
        description: description.as_ref(),
        required: required.as_ref(),
        default: default.as_ref(),
        sensitive: sensitive.as_ref(),
    };
    silent_keys(place, silent, sink);
    let bounds = Bounds {
        declared: declared.as_ref(),
        one_of: one_of.as_ref(),
        min: min.as_ref(),
        max: max.as_ref(),
        min_length: min_length.as_ref(),
        max_length: max_length.as_ref(),
        min_items: min_items.as_ref(),
        max_items: max_items.as_ref(),
        pattern: pattern.as_ref(),
        items: items.as_deref(),
        properties: properties.as_ref().map(|properties| properties.span),
        required_names: required_names.as_ref().map(|names| names.span),
        additional: additional.as_ref(),
    };
    let Some(of) =
        declared.as_ref().map(|declared| declared.value).or_else(|| bounds.implied(place.is_answer()))
    else {
        return match place {
            Place::AnswerMember | Place::AnswerItem if bounds.are_absent() => Some(Kind::Any),
            Place::Argument | Place::Item | Place::Answer | Place::AnswerMember | Place::AnswerItem => {
                bounds.text(place.is_answer(), sink)
            }
        };
    };
    match of {
        Type::String => bounds.text(place.is_answer(), sink),
        Type::Integer => bounds.integer(sink),
        Type::Number => bounds.number(sink),
        Type::Boolean => bounds.unbounded(Type::Boolean, sink).then_some(Kind::Boolean),
        Type::Array => {
            let (min, max) = bounds.items(ITEMS, sink)?;
            let items = match items {
                Some(items) => kind(items, place.item(), depth + 1, sink)?,
                None => Kind::Any,
            };
            Some(Kind::List { items: Box::new(items), min, max })
        }
        Type::Object => {
            let fits = bounds.unbounded(Type::Object, sink);
            let object = object(schema, place, depth, sink)?;
            fits.then_some(object)
        }
    }
}

/// Keys that every schema may have and that not every place reads.
struct Silent<'a> {
    description: Option<&'a Spanned<String>>,
    required: Option<&'a Spanned<bool>>,
    default: Option<&'a Spanned<Value>>,
    sensitive: Option<&'a Spanned<bool>>,
}

/// Keys that a schema has everywhere and that mean nothing in this place.
fn silent_keys(
    place: Place,
    Silent { description, required, default, sensitive }: Silent<'_>,
    sink: &mut Sink,
) {
    let where_to = match place {
        Place::Argument => return,
        Place::Item | Place::AnswerItem => "an item of a list",
        Place::Answer => "an answer",
        Place::AnswerMember => "a member of an answer",
    };
    let mut silent = |key: &str, span| {
        sink.push(
            Diagnostic::error(
                HD0222,
                format!("`{key}` says nothing about {where_to}"),
                span,
                "nobody reads this",
            )
            .help(format!("remove `{key}`")),
        );
    };
    if let Some(required) = required.filter(|_| place != Place::AnswerMember) {
        silent("required", required.span);
    }
    if let Some(default) = default {
        silent("default", default.span);
    }
    if let Some(description) = description.filter(|_| matches!(place, Place::Item | Place::AnswerItem)) {
        silent("description", description.span);
    }
    if let Some(sensitive) = sensitive {
        silent("sensitive", sensitive.span);
    }
}

fn object(schema: &Schema, place: Place, depth: usize, sink: &mut Sink) -> Option<Kind> {
    let additional = schema.additional.as_ref();
    let Some(properties) = &schema.properties else {
        if let Some(names) = &schema.required_names {
            sink.push(
                Diagnostic::error(
                    HD0220,
                    "`required` lists members of an object that lists none",
                    names.span,
                    "",
                )
                .help("declare the members under `properties`"),
            );
            return None;
        }
        return Some(match additional {
            Some(Spanned { value: false, .. }) => Kind::Object { fields: BTreeMap::new() },
            Some(_) | None => Kind::OpenObject,
        });
    };
    if let Some(open) = additional.filter(|additional| additional.value && !place.is_answer()) {
        sink.push(
            Diagnostic::error(
                HD0223,
                "an object has either listed members or any members",
                open.span,
                "this lets in any member",
            )
            .because(properties.span, "and these are the listed ones")
            .note("a member that is not listed would reach the request unchecked")
            .fix(open.span, "false", "write `false`")
            .help("write `false`, or remove `properties`"),
        );
        return None;
    }
    let required = required_names(schema, &properties.value, sink);
    let mut fields = BTreeMap::new();
    let mut whole = true;
    for Parameter { name, schema } in &properties.value {
        if !place.is_answer() {
            check_name(name, sink);
        }
        match member(name, schema, place.member(), required.as_ref(), depth + 1, sink) {
            Some(field) => {
                fields.insert(name.value.clone(), field);
            }
            None => whole = false,
        }
    }
    whole.then_some(Kind::Object { fields })
}

fn required_names<'a>(
    schema: &'a Schema,
    members: &[Parameter],
    sink: &mut Sink,
) -> Option<HashSet<&'a str>> {
    let names = schema.required_names.as_ref()?;
    let declared: HashSet<&str> = members.iter().map(|member| member.name.value.as_str()).collect();
    for name in names.value.iter().filter(|name| !declared.contains(name.value.as_str())) {
        let found = Diagnostic::error(
            HD0220,
            format!("required member `{}` is not declared", shorten(&name.value)),
            name.span,
            "no such member under `properties`",
        );
        let near = nearest(&name.value, members.iter().map(|member| member.name.value.as_str()));
        sink.push(match near {
            Some(meant) => found.help(format!("did you mean `{meant}`?")).fix(
                name.span,
                meant,
                format!("write `{meant}`"),
            ),
            None => found.help("declare it, or take it off the list"),
        });
    }
    Some(names.value.iter().map(|name| name.value.as_str()).collect())
}

fn text_of(text: Option<&Spanned<String>>) -> String {
    text.map(|text| text.value.trim().to_owned()).unwrap_or_default()
}
