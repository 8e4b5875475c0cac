//! Who may name whom, inside the compiler and inside the runtime.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use heddle_tests::home::checkout;

/// Module of the compiler -> the modules that it may name.
const COMPILER: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("hex", &[]),
    ("diag", &["source"]),
    ("yaml", &["source", "diag", "hex"]),
    ("ast", &["source"]),
    ("parse", &["source", "diag", "yaml", "ast"]),
    ("resolve", &["source", "diag", "ast", "plan"]),
    ("plan", &["hex"]),
    ("ir", &["ast", "plan"]),
    ("check", &["source", "diag", "yaml", "ast", "resolve", "plan", "ir"]),
    ("emit", &["plan", "hex"]),
    ("diff", &["source", "diag", "ast", "plan"]),
    ("compile", &["source", "diag", "yaml", "parse", "check", "plan"]),
    ("explain", &["diag"]),
    ("schema", &["parse"]),
];

const VOCABULARY: &[&str] =
    &["access", "address", "decl", "method", "parts", "proof", "random", "rehearsal", "scan", "text", "tier"];

/// Modules of the runtime from the ground up; each may name those of its own row and of the rows above it.
const RUNTIME: &[&[&str]] = &[
    VOCABULARY,
    &["call", "confine"],
    &["approvals", "audit", "broker", "http"],
    &["pipeline"],
    &["mcp"],
    &["transport"],
    &["server"],
];

/// Outside crate -> the modules of the runtime that may name it.
const DOORS: &[(&str, &[&str])] = &[
    ("rmcp", &["mcp", "transport"]),
    ("reqwest", &["http"]),
    ("rustls", &["http"]),
    ("landlock", &["confine"]),
    ("seccompiler", &["confine"]),
];

/// Every file of a crate with the top-level module that it is of.
fn files(source: &Path) -> Vec<(String, String, String)> {
    let mut files = Vec::new();
    let mut folders = vec![source.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder of the checkout") {
            let path = entry.expect("a folder of the checkout").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let inside = path.strip_prefix(source).expect("a file of the crate").display().to_string();
                let module = inside.split(['/', '.']).next().unwrap_or_default().to_owned();
                files.push((module, inside, fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    files.retain(|(module, ..)| module != "lib");
    files.sort();
    files
}

/// The code of a file: no comments, no tests.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().map(|line| line.split("//").next().unwrap_or_default());
    lines.collect::<Vec<_>>().join("\n")
}

/// The top-level modules that a file names.
fn named(module: &str, inside: &str, text: &str) -> BTreeSet<String> {
    let code = code(text);
    let mut roots = vec!["crate::"];
    if inside == format!("{module}.rs") || inside == format!("{module}/mod.rs") {
        roots.push("super::");
    }
    let mut named = BTreeSet::new();
    for root in roots {
        for after in code.split(root).skip(1) {
            let group = after.strip_prefix('{').and_then(|after| after.split_once('}'));
            let names = group.map_or_else(|| vec![after], |(group, _)| group.split(',').collect());
            named.extend(names.iter().map(|name| {
                let name = name.trim();
                name[..name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len())]
                    .to_owned()
            }));
        }
    }
    named.remove(module);
    named
}

#[test]
fn the_compiler_flows_one_way() {
    let mut faults = Vec::new();
    for (module, inside, text) in files(&checkout().join("compiler/core/src")) {
        let Some((_, allowed)) = COMPILER.iter().find(|(name, _)| *name == module) else {
            faults.push(format!("{inside}: `{module}` has no place among the stages"));
            continue;
        };
        for other in named(&module, &inside, &text) {
            if COMPILER.iter().any(|(name, _)| *name == other) && !allowed.contains(&other.as_str()) {
                faults.push(format!("{inside}: `{module}` names `{other}`"));
            }
        }
        // `emit` writes the runtime's name into generated code; nothing else of the compiler knows it.
        if module != "emit" && code(&text).contains("heddle_runtime::") {
            faults.push(format!("{inside}: the compiler does not know the runtime"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What the compiler has no use for: text comes in, text goes out, and the same text each time.
const OUTSIDE: &[&str] =
    &["fs", "env", "io", "time", "os", "process::Command", "net::Tcp", "net::Udp", "net::ToSocketAddrs", "{"];

#[test]
fn the_compiler_touches_nothing() {
    let mut faults = Vec::new();
    for (_, inside, text) in files(&checkout().join("compiler/core/src")) {
        for outside in OUTSIDE {
            if code(&text).contains(&format!("std::{outside}")) {
                faults.push(format!("{inside}: `std::{outside}` is for the command line"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_runtime_stands_on_its_lower_layers() {
    let row = |module: &str| RUNTIME.iter().position(|row| row.contains(&module));
    let mut faults = Vec::new();
    for (module, inside, text) in files(&checkout().join("runtime-lib/src")) {
        let Some(own) = row(&module) else {
            faults.push(format!("{inside}: `{module}` has no place among the layers"));
            continue;
        };
        for other in named(&module, &inside, &text) {
            if row(&other).is_some_and(|other| other > own) {
                faults.push(format!("{inside}: `{module}` names `{other}`, which stands above it"));
            }
        }
        for (outside, allowed) in DOORS {
            if !allowed.contains(&module.as_str()) && code(&text).contains(&format!("{outside}::")) {
                faults.push(format!("{inside}: `{outside}` is behind the door of {allowed:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn names_are_found_wherever_they_stand() {
    let text = "use crate::{ast::A, diag};\nuse super::yaml;\n// crate::emit\nfn a() { crate::ir::b() }\n#[cfg(test)]\nuse crate::plan;";
    let named = named("check", "check/mod.rs", text);
    assert_eq!(named, ["ast", "diag", "ir", "yaml"].map(str::to_owned).into());
}
