//! Changes as people and programs read them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Change, Effect};
use crate::diag::{Position, shorten, uri};

/// The changes of one agent, with their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// The agent's name.
    pub agent: String,
    /// Widenings first.
    pub changes: Vec<Located>,
}

/// A change and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The change.
    pub change: Change,
    /// The config, crate, lock file or binary that was read.
    pub source: String,
    /// Where in it, when that is a config.
    pub position: Option<Position>,
    /// Who allowed a widening, and why.
    pub allowed: Option<String>,
}

impl Located {
    /// Whether it is a widening that nobody allowed.
    pub fn is_open(&self) -> bool {
        self.change.effect() == Effect::Widening && self.allowed.is_none()
    }

    fn place(&self) -> String {
        match self.position {
            Some(Position { line, column }) => format!("{}:{line}:{column}", self.source),
            None => self.source.clone(),
        }
    }
}

/// How many widenings nobody allowed.
#[must_use]
pub fn open(compared: &[Compared]) -> usize {
    compared.iter().flat_map(|one| &one.changes).filter(|change| change.is_open()).count()
}

const EFFECTS: [Effect; 3] = [Effect::Widening, Effect::Narrowing, Effect::Neutral];

fn heading(effect: Effect) -> &'static str {
    match effect {
        Effect::Widening => "may do more",
        Effect::Narrowing => "may do less",
        Effect::Neutral => "may do the same",
    }
}

/// For a terminal. `bold` makes a word stand out.
#[must_use]
pub fn human(compared: &[Compared], bold: impl Fn(&str) -> String) -> String {
    let mut out = String::new();
    for Compared { agent, changes } in compared {
        let _ = writeln!(out, "{}", bold(agent));
        if changes.is_empty() {
            let _ = writeln!(out, "  nothing changed");
        }
        for effect in EFFECTS {
            let mut of_effect = changes.iter().filter(|located| located.change.effect() == effect).peekable();
            if of_effect.peek().is_none() {
                continue;
            }
            let _ = writeln!(out, "  {}: {}", bold(effect.as_str()), heading(effect));
            for located in of_effect {
                let Change { id, sentence, file, .. } = &located.change;
                let _ = writeln!(out, "    {sentence}");
                let _ = writeln!(out, "      at {}, in {file}; {id}", located.place());
                if let Some(why) = &located.allowed {
                    let _ = writeln!(out, "      allowed: {why}");
                }
            }
        }
    }
    let _ = writeln!(out, "{}", summary(compared));
    out
}

/// One sentence about all of it.
#[must_use]
pub fn summary(compared: &[Compared]) -> String {
    let count = |effect: Effect| {
        compared
            .iter()
            .flat_map(|one| &one.changes)
            .filter(|located| located.change.effect() == effect)
            .count()
    };
    let counted =
        |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let (open, widenings) = (open(compared), count(Effect::Widening));
    let mut text = format!(
        "{}, {}, {} neutral",
        counted(widenings, "widening"),
        counted(count(Effect::Narrowing), "narrowing"),
        count(Effect::Neutral)
    );
    if widenings > 0 {
        let _ = match open {
            0 => write!(text, "; each widening is allowed"),
            open => write!(text, "; {open} not allowed"),
        };
    }
    text
}

/// For a comment on a pull request.
#[must_use]
pub fn markdown(compared: &[Compared]) -> String {
    let mut out = String::from("## What the agents may do\n\n");
    let _ = writeln!(out, "{}.", summary(compared));
    for Compared { agent, changes } in compared.iter().filter(|one| !one.changes.is_empty()) {
        let _ = writeln!(out, "\n### {}", prose(agent));
        for effect in EFFECTS {
            let mut of_effect = changes.iter().filter(|located| located.change.effect() == effect).peekable();
            if of_effect.peek().is_none() {
                continue;
            }
            let _ = writeln!(out, "\n**{}**: {}\n", effect.as_str(), heading(effect));
            for located in of_effect {
                let Change { sentence, file, id, .. } = &located.change;
                let _ = write!(
                    out,
                    "* {} ({}, {}, {})",
                    prose(sentence),
                    code(&located.place()),
                    code(file),
                    code(id)
                );
                let _ = match &located.allowed {
                    Some(why) => writeln!(out, ": allowed, {}", prose(why)),
                    None => writeln!(out),
                };
            }
        }
    }
    out
}

/// Text of a config on one line of Markdown, in which it can begin neither a link nor a tag; what stands between
/// backticks stays code.
fn prose(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = String::with_capacity(text.len());
    for (at, piece) in text.split('`').enumerate() {
        let is_code = at % 2 == 1 && text.matches('`').count().is_multiple_of(2);
        if at > 0 {
            out.push_str(if text.matches('`').count().is_multiple_of(2) { "`" } else { "\\`" });
        }
        for c in piece.chars() {
            if !is_code && "\\*_[]<|&#@!".contains(c) {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace(['\n', '\r'], " "))
}

#[derive(Serialize)]
struct Row<'a> {
    agent: &'a str,
    effect: Effect,
    id: &'a str,
    sentence: &'a str,
    to: &'a str,
    source: &'a str,
    line: Option<usize>,
    column: Option<usize>,
    file: &'a str,
    allowed: Option<&'a str>,
}

/// For a program: one object with every change.
#[must_use]
pub fn json(compared: &[Compared]) -> String {
    let rows: Vec<Row<'_>> = compared
        .iter()
        .flat_map(|Compared { agent, changes }| changes.iter().map(move |located| row(agent, located)))
        .collect();
    let document = json!({
        "changes": rows,
        "open": open(compared),
        "unchanged": compared.iter().filter(|one| one.changes.is_empty()).map(|one| &one.agent).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn row<'a>(agent: &'a str, located: &'a Located) -> Row<'a> {
    let Change { id, sentence, to, file, .. } = &located.change;
    Row {
        agent,
        effect: located.change.effect(),
        id,
        sentence,
        to,
        source: &located.source,
        line: located.position.map(|position| position.line),
        column: located.position.map(|position| position.column),
        file,
        allowed: located.allowed.as_deref(),
    }
}

/// For a code host: SARIF 2.1.0. A widening that nobody allowed is an error, everything else a note.
#[must_use]
pub fn sarif(version: &str, compared: &[Compared]) -> String {
    let rules: Vec<Value> = EFFECTS
        .iter()
        .map(|effect| {
            json!({
                "id": format!("heddle-diff/{}", effect.as_str()),
                "shortDescription": { "text": format!("the agent {}", heading(*effect)) },
                "helpUri": "https://github.com/goweft/heddle/blob/main/docs/diff.md",
            })
        })
        .collect();
    let index: BTreeMap<Effect, usize> =
        EFFECTS.into_iter().enumerate().map(|(at, effect)| (effect, at)).collect();
    let mut results = Vec::new();
    for Compared { agent, changes } in compared {
        for located in changes {
            let effect = located.change.effect();
            let mut place = json!({ "artifactLocation": { "uri": uri(&located.source) } });
            if let (Some(Position { line, column }), Some(members)) =
                (located.position, place.as_object_mut())
            {
                members.insert("region".to_owned(), json!({ "startLine": line, "startColumn": column }));
            }
            results.push(json!({
                "ruleId": format!("heddle-diff/{}", effect.as_str()),
                "ruleIndex": index.get(&effect),
                "level": if located.is_open() { "error" } else { "note" },
                "message": { "text": format!("{}: {}", shorten(agent), located.change.sentence) },
                "locations": [{ "physicalLocation": place }],
                "partialFingerprints": { "change/v1": format!("{agent}/{}", located.change.id) },
            }));
        }
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "heddle diff",
                "semanticVersion": version,
                "informationUri": "https://github.com/goweft/heddle",
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    format!("{log:#}\n")
}
