//! The constraints of one schema, judged against its type.

use crate::ast::{Schema, Type, Value};
use crate::check::value::{fit, shown};
use crate::diag::{Code, Diagnostic, HD0211, HD0212, HD0213, HD0214, HD0216, Sink};
use crate::plan::{Json, Kind};
use crate::source::{Span, Spanned};

/// Longest string that is taken where the config says nothing, in characters.
const MAX_LENGTH: u32 = 10_000;
/// Longest pattern, in bytes: each is compiled at the start of every process.
const LONGEST_PATTERN: usize = 1000;
/// Integers beyond this cannot be told apart in JSON numbers as most programs read them.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// What a schema says beside its type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds<'a> {
    pub declared: Option<&'a Spanned<Type>>,
    pub one_of: Option<&'a Spanned<Vec<Spanned<Value>>>>,
    pub min: Option<&'a Spanned<f64>>,
    pub max: Option<&'a Spanned<f64>>,
    pub min_length: Option<&'a Spanned<i64>>,
    pub max_length: Option<&'a Spanned<i64>>,
    pub min_items: Option<&'a Spanned<i64>>,
    pub max_items: Option<&'a Spanned<i64>>,
    pub pattern: Option<&'a Spanned<String>>,
    pub items: Option<&'a Schema>,
    pub properties: Option<Span>,
    pub required_names: Option<Span>,
    pub additional: Option<&'a Spanned<bool>>,
}

impl Bounds<'_> {
    /// The type that the other keys leave no doubt about, where none is declared. Only an answer's schema, which is JSON
    /// Schema, is read that way; a parameter without `type` is a string.
    pub(super) fn implied(&self, answer: bool) -> Option<Type> {
        if !answer {
            None
        } else if self.properties.is_some() || self.additional.is_some() || self.required_names.is_some() {
            Some(Type::Object)
        } else if self.items.is_some() || self.min_items.is_some() || self.max_items.is_some() {
            Some(Type::Array)
        } else {
            None
        }
    }

    pub(super) fn are_absent(&self) -> bool {
        self.present().is_empty()
    }

    pub(super) fn text(&self, answer: bool, sink: &mut Sink) -> Option<Kind> {
        let fits = self.only(Type::String, &["enum", "min_length", "max_length", "pattern"], sink);
        let most = if answer { u32::MAX } else { MAX_LENGTH };
        let (min, max) =
            sizes(("min_length", self.min_length), ("max_length", self.max_length), (0, most), sink)?;
        let pattern = self.pattern.map_or(Some(String::new()), |pattern| compiled(pattern, sink))?;
        let kind = Kind::Text { min, max, pattern, one_of: Vec::new() };
        let one_of = self.one_of(&kind, sink)?;
        let Kind::Text { min, max, pattern, .. } = kind else { return None };
        let one_of = one_of.into_iter().filter_map(text).collect();
        fits.then_some(Kind::Text { min, max, pattern, one_of })
    }

    pub(super) fn integer(&self, sink: &mut Sink) -> Option<Kind> {
        let fits = self.only(Type::Integer, &["enum", "min", "max"], sink) & self.ordered(sink);
        let min = whole("min", self.min, i64::MIN, sink)?;
        let max = whole("max", self.max, i64::MAX, sink)?;
        let one_of = self.one_of(&Kind::Integer { min, max, one_of: Vec::new() }, sink)?;
        let one_of = one_of.into_iter().filter_map(integer).collect();
        fits.then_some(Kind::Integer { min, max, one_of })
    }

    pub(super) fn number(&self, sink: &mut Sink) -> Option<Kind> {
        let fits = self.only(Type::Number, &["enum", "min", "max"], sink) & self.ordered(sink);
        let min = self.min.map_or(f64::MIN, |min| min.value);
        let max = self.max.map_or(f64::MAX, |max| max.value);
        let one_of = self.one_of(&Kind::Number { min, max, one_of: Vec::new() }, sink)?;
        let one_of = one_of.into_iter().filter_map(number).collect();
        fits.then_some(Kind::Number { min, max, one_of })
    }

    pub(super) fn items(&self, unsaid: (u32, u32), sink: &mut Sink) -> Option<(u32, u32)> {
        let fits = self.only(Type::Array, &["items", "min_items", "max_items"], sink);
        let sizes = sizes(("min_items", self.min_items), ("max_items", self.max_items), unsaid, sink)?;
        fits.then_some(sizes)
    }

    /// Whether none of the keys that a boolean or an object does not have is there.
    pub(super) fn unbounded(&self, of: Type, sink: &mut Sink) -> bool {
        let allowed: &[&str] =
            if of == Type::Object { &["properties", "required", "additional_properties"] } else { &[] };
        self.only(of, allowed, sink)
    }

    fn present(&self) -> Vec<(&'static str, Span)> {
        [
            ("enum", self.one_of.map(|found| found.span)),
            ("min", self.min.map(|found| found.span)),
            ("max", self.max.map(|found| found.span)),
            ("min_length", self.min_length.map(|found| found.span)),
            ("max_length", self.max_length.map(|found| found.span)),
            ("min_items", self.min_items.map(|found| found.span)),
            ("max_items", self.max_items.map(|found| found.span)),
            ("pattern", self.pattern.map(|found| found.span)),
            ("items", self.items.map(|found| found.span)),
            ("properties", self.properties),
            ("required", self.required_names),
            ("additional_properties", self.additional.map(|found| found.span)),
        ]
        .into_iter()
        .filter_map(|(key, span)| span.map(|span| (key, span)))
        .collect()
    }

    fn only(&self, of: Type, allowed: &[&str], sink: &mut Sink) -> bool {
        let mut fits = true;
        for (key, span) in self.present().into_iter().filter(|(key, _)| !allowed.contains(key)) {
            fits = false;
            let name = name_of(of);
            let found = Diagnostic::error(
                HD0211,
                format!("`{key}` does not constrain {name}"),
                span,
                "would have no effect",
            );
            let found = match self.declared {
                Some(declared) => found.because(declared.span, "the type is declared here"),
                None => found.note("what declares no `type` is a string"),
            };
            sink.push(found.help(mend(of, key)));
        }
        fits
    }

    fn ordered(&self, sink: &mut Sink) -> bool {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min.value > max.value => {
                sink.push(contradiction("min", "max", min.span, max.span));
                false
            }
            _ => true,
        }
    }

    fn one_of(&self, kind: &Kind, sink: &mut Sink) -> Option<Vec<Json>> {
        let Some(one_of) = self.one_of else { return Some(Vec::new()) };
        if one_of.value.is_empty() {
            sink.push(
                Diagnostic::error(HD0214, "an empty `enum` allows no value at all", one_of.span, "")
                    .help("list the values, or remove `enum`"),
            );
            return None;
        }
        let mut whole = true;
        let mut values: Vec<Json> = Vec::new();
        let mut seen = std::collections::HashMap::new();
        for value in &one_of.value {
            if let Some(first) = seen.insert(format!("{:?}", value.value), value.span) {
                whole = false;
                sink.push(
                    Diagnostic::error(
                        HD0214,
                        format!("`{}` is in this `enum` twice", shown(&value.value)),
                        value.span,
                        "",
                    )
                    .because(first, "the first one is here")
                    .help("remove one of them"),
                );
                continue;
            }
            match fit(kind, value) {
                Ok(json) => values.push(json),
                Err(misfit) => {
                    whole = false;
                    let found = Diagnostic::error(
                        HD0213,
                        format!("`{}` can never be a value here", shown(&value.value)),
                        misfit.span,
                        misfit.why,
                    );
                    let found = match self.declared {
                        Some(declared) => found.because(declared.span, "the type is declared here"),
                        None => found.note("what declares no `type` is a string"),
                    };
                    sink.push(found.help("change the value, the `type` or the bounds"));
                }
            }
        }
        whole.then_some(values)
    }
}

fn sizes(
    (min_key, min): (&str, Option<&Spanned<i64>>),
    (max_key, max): (&str, Option<&Spanned<i64>>),
    (least, most): (u32, u32),
    sink: &mut Sink,
) -> Option<(u32, u32)> {
    let mut size = |key: &str, found: Option<&Spanned<i64>>, unsaid: u32| {
        let Some(found) = found else { return Some(unsaid) };
        let size = u32::try_from(found.value).ok();
        if size.is_none() {
            sink.push(
                Diagnostic::error(
                    HD0212,
                    format!("`{key}` cannot be {}", found.value),
                    found.span,
                    "not a size",
                )
                .help("write a number from 0 to 4294967295"),
            );
        }
        size
    };
    let low = size(min_key, min, least);
    let high = size(max_key, max, most);
    let (low, mut high) = (low?, high?);
    if low > high {
        match (min, max) {
            (Some(min), Some(max)) => {
                sink.push(contradiction(min_key, max_key, min.span, max.span));
                return None;
            }
            // The author's lower bound is above the default upper one: it alone was meant to count.
            (Some(_), None) => high = low,
            (None, _) => {}
        }
    }
    Some((low, high))
}

fn contradiction(min_key: &str, max_key: &str, min: Span, max: Span) -> Diagnostic {
    Diagnostic::error(
        HD0212,
        format!("`{min_key}` is above `{max_key}`: no value can pass"),
        min,
        "the lower bound",
    )
    .because(max, "the upper bound")
    .help("swap them, or correct one")
}

fn whole(key: &str, bound: Option<&Spanned<f64>>, unsaid: i64, sink: &mut Sink) -> Option<i64> {
    let Some(bound) = bound else { return Some(unsaid) };
    if bound.value.fract() != 0.0 || bound.value.abs() > EXACT {
        sink.push(
            Diagnostic::error(
                HD0211,
                format!("`{key}` of an integer is an integer"),
                bound.span,
                "not one, or too large",
            )
            .help("write a whole number of at most 9007199254740992, or declare `type: number`"),
        );
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole, and within 2^53, as was just seen")]
    Some(bound.value as i64)
}

fn compiled(pattern: &Spanned<String>, sink: &mut Sink) -> Option<String> {
    match pattern_fault(&pattern.value) {
        None => Some(pattern.value.clone()),
        Some(why) => {
            sink.push(bad_pattern(HD0216, pattern, &why));
            None
        }
    }
}

/// Why a pattern is not one, if it is not.
pub(in crate::check) fn pattern_fault(pattern: &str) -> Option<String> {
    if pattern.is_empty() {
        return Some("it is empty".to_owned());
    }
    if pattern.len() > LONGEST_PATTERN {
        return Some(format!("it has {} bytes, and {LONGEST_PATTERN} are allowed", pattern.len()));
    }
    regex_lite::Regex::new(pattern)
        .err()
        .map(|error| error.to_string().lines().last().unwrap_or_default().to_owned())
}

/// The finding about a pattern.
pub(in crate::check) fn bad_pattern(code: Code, pattern: &Spanned<String>, why: &str) -> Diagnostic {
    Diagnostic::error(code, "this pattern does not compile", pattern.span, why)
        .note("patterns are RE2-style: no look-around, no back-references, no Unicode classes, so that each match takes linear time")
        .help("rewrite the pattern; `^` and `$` tie it to the ends")
}

fn name_of(of: Type) -> &'static str {
    match of {
        Type::String => "a string",
        Type::Integer => "an integer",
        Type::Number => "a number",
        Type::Boolean => "a boolean",
        Type::Array => "an array",
        Type::Object => "an object",
    }
}

fn mend(of: Type, key: &str) -> String {
    match (of, key) {
        (Type::String, "min") => {
            "for its length write `min_length`; for a number declare `type: integer`".to_owned()
        }
        (Type::String, "max") => {
            "for its length write `max_length`; for a number declare `type: integer`".to_owned()
        }
        (Type::Array, "min" | "min_length") => "for the number of items write `min_items`".to_owned(),
        (Type::Array, "max" | "max_length") => "for the number of items write `max_items`".to_owned(),
        (Type::Array, "enum" | "pattern") => format!("to constrain each item write `items: {{ {key}: .. }}`"),
        (Type::Integer | Type::Number, "min_length") => "for its value write `min`".to_owned(),
        (Type::Integer | Type::Number, "max_length") => "for its value write `max`".to_owned(),
        (_, "items" | "min_items" | "max_items") => "declare `type: array`, or remove it".to_owned(),
        (_, "properties" | "required" | "additional_properties") => {
            "declare `type: object`, or remove it".to_owned()
        }
        _ => format!("remove `{key}`, or declare another `type`"),
    }
}

fn text(json: Json) -> Option<String> {
    if let Json::Text(text) = json { Some(text) } else { None }
}

fn integer(json: Json) -> Option<i64> {
    if let Json::Int(number) = json { Some(number) } else { None }
}

fn number(json: Json) -> Option<f64> {
    if let Json::Num(number) = json { Some(number) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_say_what_is_wrong_with_them() {
        assert_eq!(pattern_fault("^[a-z]+$"), None);
        assert!(pattern_fault("(?=x)").is_some());
        assert!(pattern_fault("(a").is_some());
        assert!(pattern_fault("").is_some());
    }
}
