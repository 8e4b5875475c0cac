//! What became of the tests, for a person and for a program.

use std::fmt::Write as _;

use serde_json::json;

use super::Run;
use crate::console::harmless;

/// For a terminal.
pub fn human(run: &Run) -> String {
    let mut out = String::new();
    for test in run.tests.iter().filter(|test| !test.faults.is_empty()) {
        let _ = writeln!(out, "{}:{}: {}", harmless(&run.file), test.line, harmless(&test.name));
        for fault in &test.faults {
            let _ = writeln!(out, "  {}", harmless(fault));
        }
    }
    for rule in &run.idle_rules {
        let _ = writeln!(out, "{}: no test makes rule `{}` fire", harmless(&run.file), harmless(rule));
    }
    for tool in &run.idle_tools {
        let _ = writeln!(out, "{}: no test calls `{}`", harmless(&run.file), harmless(tool));
    }
    let (failed, total) = (run.failed(), run.tests.len());
    let _ = writeln!(out, "{}: {} passed, {failed} failed", harmless(&run.agent), total - failed);
    out
}

/// For a program: one object on one line.
pub fn json(run: &Run) -> String {
    let tests: Vec<_> = run
        .tests
        .iter()
        .map(|test| {
            json!({ "name": test.name, "line": test.line, "passed": test.faults.is_empty(), "faults": test.faults })
        })
        .collect();
    let document = json!({
        "agent": run.agent,
        "file": run.file,
        "passed": run.tests.len() - run.failed(),
        "failed": run.failed(),
        "tests": tests,
        "uncovered": { "rules": run.idle_rules, "tools": run.idle_tools },
    });
    format!("{document}\n")
}
