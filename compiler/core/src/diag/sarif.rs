//! Findings for code hosts: one SARIF 2.1.0 log for a whole run.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::lines::Map;
use super::{ALL, Code, Diagnostic, Severity};
use crate::source::{Sources, Span};

/// Where the page of a code can be read.
const PAGES: &str = "https://github.com/goweft/heddle/blob/main/docs/errors";

/// One log of several checks, each with the files it was about.
#[must_use]
pub fn sarif<'a>(version: &str, checks: impl IntoIterator<Item = (&'a [Diagnostic], &'a Sources)>) -> String {
    let mut rules: BTreeMap<Code, usize> = BTreeMap::new();
    let mut results = Vec::new();
    for (diagnostics, sources) in checks {
        let mut map = Map::new(sources);
        for diagnostic in diagnostics {
            let next = rules.len();
            let index = *rules.entry(diagnostic.code).or_insert(next);
            results.push(result(diagnostic, index, &mut map));
        }
    }
    let mut described: Vec<(usize, Value)> =
        rules.into_iter().map(|(code, index)| (index, rule(code))).collect();
    described.sort_by_key(|(index, _)| *index);
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "heddle",
                    "semanticVersion": version,
                    "informationUri": "https://github.com/goweft/heddle",
                    "rules": described.into_iter().map(|(_, rule)| rule).collect::<Vec<_>>(),
                },
            },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}

fn rule(code: Code) -> Value {
    let title = ALL.iter().find(|(known, _)| *known == code).map_or("", |(_, title)| *title);
    json!({
        "id": code.to_string(),
        "shortDescription": { "text": title },
        "helpUri": format!("{PAGES}/{code}.md"),
    })
}

fn result(diagnostic: &Diagnostic, rule: usize, map: &mut Map<'_>) -> Value {
    let Diagnostic { code, severity, message, primary, reasons, notes, help, fix } = diagnostic;
    let mut text = message.clone();
    if !primary.text.is_empty() {
        text.push_str(": ");
        text.push_str(&primary.text);
    }
    for more in notes.iter().chain(help) {
        text.push_str("; ");
        text.push_str(more);
    }
    let mut result = json!({
        "ruleId": code.to_string(),
        "ruleIndex": rule,
        "level": match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": { "text": text },
        "locations": [{ "physicalLocation": place(primary.span, map) }],
    });
    let Some(members) = result.as_object_mut() else { return result };
    if !reasons.is_empty() {
        let related = reasons.iter().enumerate().map(|(index, reason)| {
            json!({
                "id": index + 1,
                "physicalLocation": place(reason.span, map),
                "message": { "text": reason.text },
            })
        });
        members.insert("relatedLocations".into(), related.collect());
    }
    if let Some(fix) = fix {
        let change = json!([{
            "description": { "text": fix.title },
            "artifactChanges": [{
                "artifactLocation": { "uri": uri(map.name(fix.span.file)) },
                "replacements": [{
                    "deletedRegion": region(fix.span, map),
                    "insertedContent": { "text": fix.replacement },
                }],
            }],
        }]);
        members.insert("fixes".into(), change);
    }
    result
}

fn place(span: Span, map: &mut Map<'_>) -> Value {
    let file = json!({ "uri": uri(map.name(span.file)) });
    if map.sources.file(span.file).is_none_or(|file| file.text.is_empty()) {
        return json!({ "artifactLocation": file });
    }
    json!({ "artifactLocation": file, "region": region(span, map) })
}

fn region(span: Span, map: &mut Map<'_>) -> Value {
    let (start, end) = map.region(span);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A path as a URI reference: relative as it was typed, or `file:` when it is absolute.
pub fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte))
            }
            b'\\' => uri.push('/'),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}
