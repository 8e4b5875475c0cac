//! Findings for programs: one object a line, as `docs/reference/diagnostics.md` describes it.

use serde::Serialize;

use super::lines::{Map, Position};
use super::{Diagnostic, Label, Severity};
use crate::source::{Sources, Span};

/// The findings, one JSON object and a line end for each.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let mut map = Map::new(sources);
    let mut text = String::new();
    for diagnostic in diagnostics {
        // These are strings and numbers; there is nothing that JSON could not hold.
        text.push_str(&serde_json::to_string(&Finding::of(diagnostic, &mut map)).unwrap_or_default());
        text.push('\n');
    }
    text
}

#[derive(Serialize)]
struct Finding<'a> {
    schema: u8,
    code: String,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
    reasons: Vec<Reason<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    fix: Option<Edit<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    #[serde(flatten)]
    position: Position,
    byte: u32,
}

#[derive(Serialize)]
struct Reason<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    label: &'a str,
}

#[derive(Serialize)]
struct Edit<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    replacement: &'a str,
    title: &'a str,
    applicable: bool,
}

impl<'a> Finding<'a> {
    fn of(diagnostic: &'a Diagnostic, map: &mut Map<'a>) -> Self {
        let Diagnostic { code, severity, message, primary, reasons, notes, help, fix } = diagnostic;
        Self {
            schema: 1,
            code: code.to_string(),
            severity: match severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message,
            place: place(primary.span, map),
            label: &primary.text,
            reasons: reasons
                .iter()
                .map(|Label { span, text }| Reason { place: place(*span, map), label: text })
                .collect(),
            notes,
            help: help.as_deref(),
            fix: fix.as_ref().map(|fix| Edit {
                place: place(fix.span, map),
                replacement: &fix.replacement,
                title: &fix.title,
                applicable: fix.applicable,
            }),
        }
    }
}

fn place<'a>(span: Span, map: &mut Map<'a>) -> Place<'a> {
    let (start, end) = map.region(span);
    Place {
        file: map.name(span.file),
        start: Point { position: start, byte: span.start },
        end: Point { position: end, byte: span.end },
    }
}
