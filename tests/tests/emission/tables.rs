//! The compiler does not know the runtime's source; what both say must be the same all the same.

use std::collections::BTreeSet;
use std::fs;

use heddle_compiler::check::Grants;
use heddle_compiler::compile;
use heddle_compiler::plan::Scheme;
use heddle_compiler::source::Sources;
use heddle_tests::home::checkout;

use crate::{emitted, plans, rustc};

const TIERS: [&str; 4] = ["Observer", "Worker", "Operator", "Privileged"];

fn runtime(file: &str) -> String {
    fs::read_to_string(checkout().join("runtime-lib/src").join(file)).expect("a file of the runtime")
}

/// Whether the compiler takes a tool of this access and method at this tier.
fn accepted(tier: usize, access: &str, method: &str) -> bool {
    let config = format!(
        "agent:\n  name: a\n  version: \"1.0.0\"\n  exposes:\n    - {{ name: t, description: d, access: {access} }}\n  \
         http_bridge:\n    - {{ tool_name: t, method: {method}, url: \"http://localhost:1/\" }}\n  \
         runtime: {{ trust_tier: {tier} }}\n"
    );
    compile(&mut Sources::default(), "a.yaml", config.as_bytes(), &Grants::default()).plan.is_some()
}

#[test]
fn tiers_send_the_same_methods() {
    let text = runtime("method.rs");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("method!(")).collect();
    assert_eq!(rows.len(), 7, "one line for each method");
    for row in rows {
        let (head, tiers) =
            row.trim_end_matches(");").split_once("\": ").expect("method!(Name, \"NAME\": tiers);");
        let (_, method) = head.rsplit_once('"').expect("the method's name is quoted");
        for (level, tier) in (1..).zip(TIERS) {
            let sends = tiers.split(' ').any(|listed| listed == tier);
            assert_eq!(accepted(level, "read", method), sends, "{method} at tier {level}");
        }
    }
}

#[test]
fn tiers_hold_the_same_access() {
    let text = runtime("access.rs");
    for (access, name) in [("read", "Read"), ("write", "Write")] {
        for (level, tier) in (1..).zip(TIERS) {
            let holds = text.contains(&format!("impl HeldBy<{tier}> for {name} {{}}"));
            assert_eq!(accepted(level, access, "GET"), holds, "{access} at tier {level}");
        }
    }
}

#[test]
fn a_tool_may_be_called_like_anything_in_the_vocabulary() {
    let mut names = BTreeSet::from(["Tier".to_owned(), "TOOLS".to_owned(), "prove".to_owned()]);
    for file in ["access.rs", "decl.rs", "method.rs", "proof.rs", "tier.rs"] {
        for line in runtime(file).lines() {
            let item =
                ["pub struct ", "pub enum ", "pub trait "].iter().find_map(|kind| line.strip_prefix(kind));
            let name =
                item.or_else(|| line.strip_prefix("method!(")?.rsplit_once(", \"")?.0.split("] ").last());
            names.extend(name.map(|name| name.chars().take_while(char::is_ascii_alphanumeric).collect()));
        }
    }
    for expected in ["Tool", "Limit", "Part", "Sync", "Get", "Post", "Delete", "Write", "Proven"] {
        assert!(names.contains(expected), "{expected} is found in the runtime: {names:?}");
    }
    let at = plans::origin(Scheme::Http, "localhost", 80);
    let tools: Vec<_> = names.iter().map(|name| (name.as_str(), plans::reader(&at, "/", "", &[]))).collect();
    rustc::check(&emitted(&plans::observer("names", &tools))).unwrap_or_else(|said| panic!("{said}"));
}
