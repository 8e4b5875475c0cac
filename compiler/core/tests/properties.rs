//! What holds for every input: no panic, places inside the file, the same places in every form, edits that help.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on panics")]

use heddle_compiler::check::Grants;
use heddle_compiler::diag::{self, Colour, Diagnostic, Lines, fix};
use heddle_compiler::source::{FileId, Sources, Span};
use heddle_compiler::{Compiled, compile};
use proptest::prelude::*;

/// Configs to start from: each has all that the language has, or something odd.
const SEEDS: &[&str] = &[
    include_str!("../../../packs/prometheus.yaml"),
    include_str!("../../../packs/ollama.yaml"),
    "agent:\n  name: ünï\n  version: 1.0\n  exposes: [{name: a, parameters: {é: {type: strng, default: yes}}}]\n  \
     http_bridge:\n    - {tool_name: a, url: \"http://localhost/{{é}}\", headers: {X: {{é}}}}\n  runtime: {trust_teir: 1}\n",
    "agent: &a\r\n  name: 'x'\r\n  <<: *a\r\n  name: \"\\u202e\"\r\n  exposes:\r\n  - name: !!str y\r\n---\r\n",
    "agent:\n  name: x\n  exposes:\n    - {name: t, access: write, returns: {type: object, properties: {a: {type: array}}}}\n  \
     http_bridge:\n    - {tool_name: t, method: POST, url: 'http://h/{{p}}', body_template: {a: [1, 010, .inf, null]}}\n  \
     escalation_rules:\n    - {name: r, tool: '*', param_in: {p: [1, two]}, expires: 500ms, action: allow}\n  \
     runtime: {trust_tier: 2, max_execution_time: 30, max_response_bytes: 1MB, audit: {sync: os}}\n",
    "\u{feff}name: x\nruntime:\n\ttrust_tier: 1\n",
];

/// Pieces that mean something to YAML, to the language, or to nobody.
const PIECES: &[&str] = &[
    ":",
    ": ",
    "- ",
    "\n",
    "\n  ",
    "\r\n",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ",",
    "#",
    "\"",
    "'",
    "&a ",
    "*a",
    "!t ",
    "|",
    ">",
    "?",
    "%",
    "---\n",
    "...\n",
    "{{",
    "}}",
    "{{secret:",
    "\\u202e",
    "\\",
    "é",
    "日",
    "🦀",
    "\u{202e}",
    "\u{feff}",
    "\0",
    "<<",
    "null",
    "yes",
    "0x",
    "1e999",
    ".nan",
    "name",
    "agent",
    "trust_tier",
    "http://",
    "..",
    "@",
    "%2e",
    "99999999999999999999",
];

fn run(bytes: &[u8]) -> (Compiled, Sources) {
    let mut sources = Sources::default();
    let compiled = compile(&mut sources, "agent.yaml", bytes, &Grants::default());
    (compiled, sources)
}

/// A seed with some pieces put in, taken out or doubled.
fn mutated() -> impl Strategy<Value = String> {
    let edit = (any::<prop::sample::Index>(), 0..40_usize, prop::sample::select(PIECES));
    (prop::sample::select(SEEDS), prop::collection::vec(edit, 0..12)).prop_map(|(seed, edits)| {
        let mut text: Vec<char> = seed.chars().collect();
        for (at, gone, piece) in edits {
            let at = at.index(text.len() + 1);
            let end = (at + gone / 4).min(text.len());
            text.splice(at..end, piece.chars());
        }
        text.into_iter().collect()
    })
}

/// Any order of pieces.
fn pieces() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..60).prop_map(|pieces| pieces.concat())
}

fn spans(found: &Diagnostic) -> Vec<Span> {
    let fix = found.fix.iter().map(|fix| fix.span);
    std::iter::once(found.primary.span)
        .chain(found.reasons.iter().map(|label| label.span))
        .chain(fix)
        .collect()
}

fn holds(bytes: &[u8]) -> Result<(), TestCaseError> {
    let (compiled, sources) = run(bytes);
    let found = &compiled.diagnostics;
    let file = sources.file(FileId(0)).unwrap();
    for finding in found {
        for span in spans(finding) {
            prop_assert!(span.file == FileId(0) && file.text.get(span.range()).is_some(), "{finding:?}");
        }
        prop_assert!(!finding.message.is_empty() && !finding.message.ends_with('.'), "{finding:?}");
        prop_assert!(!finding.message.contains('\n'), "{finding:?}");
    }
    prop_assert!(found.is_sorted_by_key(|found| found.primary.span.start));
    let has_errors = found.iter().any(|found| found.severity == diag::Severity::Error);
    prop_assert!(compiled.plan.is_some() || has_errors, "refused without a reason");
    prop_assert!(compiled.plan.is_none() || !has_errors, "accepted with errors");
    same_places(found, &sources)?;
    let fixed = fix::apply(&file.text, FileId(0), found);
    let again = run(fixed.text.as_bytes());
    prop_assert!(fixed.count == 0 || again.0.diagnostics != *found, "an edit changes nothing");
    prop_assert_eq!(&run(bytes).0.diagnostics, found, "not the same twice");
    Ok(())
}

/// The drawing, JSON and SARIF name one place for each finding, and it is the right one.
fn same_places(found: &[Diagnostic], sources: &Sources) -> Result<(), TestCaseError> {
    let lines = Lines::of(&sources.file(FileId(0)).unwrap().text);
    let empty = sources.file(FileId(0)).unwrap().text.is_empty();
    let sarif: serde_json::Value = serde_json::from_str(&diag::sarif("0", [(found, sources)])).unwrap();
    let json = diag::json(found, sources);
    prop_assert_eq!(json.lines().count(), found.len());
    for (index, (finding, line)) in found.iter().zip(json.lines()).enumerate() {
        let at = lines.position(finding.primary.span.range().start);
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        prop_assert_eq!(&value["start"]["line"], at.line);
        prop_assert_eq!(&value["start"]["column"], at.column);
        let place = &sarif["runs"][0]["results"][index]["locations"][0]["physicalLocation"];
        let drawn = diag::one(finding, sources, Colour::Never);
        if empty {
            prop_assert!(drawn.contains("--> agent.yaml"), "{}", drawn);
            prop_assert!(place.get("region").is_none());
        } else {
            prop_assert!(
                drawn.contains(&format!("--> agent.yaml:{}:{}\n", at.line, at.column)),
                "{:?} {}",
                at,
                drawn
            );
            prop_assert_eq!(&place["region"]["startLine"], at.line);
            prop_assert_eq!(&place["region"]["startColumn"], at.column);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn holds_for_mutated_configs(text in mutated()) {
        holds(text.as_bytes())?;
    }

    #[test]
    fn holds_for_any_pieces(text in pieces()) {
        holds(text.as_bytes())?;
    }

    #[test]
    fn holds_for_any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        holds(&bytes)?;
    }
}

#[test]
fn holds_for_the_corpus() {
    for seed in SEEDS {
        holds(seed.as_bytes()).unwrap();
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths.filter(|path| path.extension().is_some_and(|ext| ext == "yaml")).collect();
    files.sort();
    assert!(files.len() > 20, "{} files", files.len());
    for file in files {
        holds(&std::fs::read(&file).unwrap()).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
    }
}

#[test]
fn every_cut_of_a_config_is_judged() {
    for seed in SEEDS {
        for end in (0..seed.len()).step_by(7) {
            holds(&seed.as_bytes()[..end]).unwrap();
        }
    }
}
