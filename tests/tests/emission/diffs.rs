//! A small change of the config is a small change of the crate, so that it can be reviewed.

use std::collections::BTreeMap;

use heddle_compiler::emit::Crate;
use heddle_compiler::plan::{Plan, Presence, Scheme, Tier};
use heddle_tests::home::checkout;

use crate::{compiled_text, emitted, emitted_from, plans};

/// Lines that a change took away from a file and put into it.
#[derive(Debug, Default, PartialEq)]
struct Change {
    out: Vec<String>,
    new: Vec<String>,
}

/// File -> change, for the files that differ. A new file has only new lines.
fn changes(old: &Crate, new: &Crate) -> BTreeMap<String, Change> {
    let paths = old.files.keys().chain(new.files.keys());
    let mut changes: BTreeMap<String, Change> = paths.map(|path| (path.clone(), Change::default())).collect();
    for (path, change) in &mut changes {
        let text = |written: &Crate| written.files.get(path).cloned().unwrap_or_default();
        *change = compare(&text(old), &text(new));
    }
    changes.retain(|_, change| *change != Change::default());
    changes
}

/// The fewest lines out and in, by the longest common subsequence.
fn compare(old: &str, new: &str) -> Change {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for (i, left) in old.iter().enumerate().rev() {
        for (j, right) in new.iter().enumerate().rev() {
            common[i][j] =
                if left == right { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut change) = (0, 0, Change::default());
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
        } else if j < new.len() && (i == old.len() || common[i][j + 1] >= common[i + 1][j]) {
            change.new.push(new[j].trim().to_owned());
            j += 1;
        } else {
            change.out.push(old[i].trim().to_owned());
            i += 1;
        }
    }
    change
}

/// `src/policy.rs` differs in the plan's digest, and `heddle.lock` in digests and in the line of one tool: takes both
/// out of `changes`.
fn only_digests(changes: &mut BTreeMap<String, Change>, tool: &str) {
    let policy = changes.remove("src/policy.rs").expect("the plan's digest changes");
    assert_eq!((policy.out.len(), policy.new.len()), (1, 1), "{policy:?}");
    assert!(policy.out[0].starts_with("plan: \"") && policy.new[0].starts_with("plan: \""), "{policy:?}");
    let lock = changes.remove("heddle.lock").expect("digests change");
    let digest =
        |line: &String| line.trim_end_matches(',').split('"').nth(3).is_some_and(|value| value.len() == 64);
    let of_the_tool = |line: &String| {
        line.starts_with(&format!("\"{tool}\": {{\"about\":")) || *line == format!("\"{tool}\",")
    };
    assert!(lock.out.iter().chain(&lock.new).all(|line| digest(line) || of_the_tool(line)), "{lock:?}");
}

fn emitted_text(name: &str, text: &str) -> Crate {
    let (plan, source) = compiled_text(name, text);
    emitted_from(&plan, &source)
}

fn base() -> Plan {
    plans::bridge()
}

#[test]
fn a_new_parameter_is_new_lines_in_one_file() {
    let at = plans::origin(Scheme::Http, "localhost", 9090);
    let mut plan = base();
    let time = ("time", plans::param("When.", Presence::Optional));
    let query = ("query", plans::param("", Presence::Required));
    let tool = plans::reader(&at, "/api/v1/query", "Run a PromQL query", &[query, time]);
    plan.tools.insert("query_prometheus".to_owned(), plans::scanned(tool));
    let mut changes = changes(&emitted(&base()), &emitted(&plan));
    only_digests(&mut changes, "query_prometheus");
    let page = changes.remove("README.md").expect("the page names the parameter");
    // What it takes, and what is looked for in that.
    assert_eq!((page.out.len(), page.new.len()), (0, 2), "{page:?}");
    let tool = changes.remove("src/tools/query_prometheus.rs").expect("the tool's file");
    assert_eq!(tool.out, Vec::<String>::new());
    assert!(tool.new.contains(&"name: \"time\",".to_owned()), "{tool:?}");
    assert_eq!(changes, BTreeMap::new());
}

#[test]
fn a_new_tool_is_a_new_file_and_three_lines() {
    let at = plans::origin(Scheme::Http, "localhost", 9090);
    let mut plan = base();
    plan.tools.insert("metrics".to_owned(), plans::reader(&at, "/api/v1/label/__name__/values", "", &[]));
    let mut changes = changes(&emitted(&base()), &emitted(&plan));
    only_digests(&mut changes, "metrics");
    let proofs = changes.remove("src/tools/mod.rs").expect("the list of tools");
    assert_eq!((proofs.out.len(), proofs.new.len()), (0, 3), "{proofs:?}");
    let file = changes.remove("src/tools/metrics.rs").expect("the tool's file");
    assert_eq!(file.out, Vec::<String>::new());
    // The first line of `main.rs` counts the tools, and so does the page.
    let main = changes.remove("src/main.rs").expect("the count");
    assert_eq!((main.out.len(), main.new.len()), (1, 1), "{main:?}");
    let page = changes.remove("README.md").expect("the page");
    assert_eq!(page.out.len(), 1, "{page:?}");
    assert_eq!(changes, BTreeMap::new());
}

#[test]
fn a_higher_tier_is_at_most_five_lines() {
    let mut plan = base();
    plan.tier = Tier::Worker;
    let mut changes = changes(&emitted(&base()), &emitted(&plan));
    let lock = changes.remove("heddle.lock").expect("digests change");
    assert!(lock.new.contains(&"\"tier\": \"worker\",".to_owned()), "{lock:?}");
    let policy = &changes["src/policy.rs"];
    assert!(policy.new.contains(&"pub type Tier = heddle_runtime::tier::Worker;".to_owned()), "{policy:?}");
    assert!(changes.values().all(|change| change.out.len() == change.new.len()), "{changes:?}");
    let lines: usize = changes.values().map(|change| change.new.len()).sum();
    assert!(lines <= 5, "{lines} lines: {changes:?}");
}

#[test]
fn a_new_description_is_one_line() {
    let mut plan = base();
    plan.tools.get_mut("get_alerts").expect("the tool").about = "Alerts.".to_owned();
    let mut changes = changes(&emitted(&base()), &emitted(&plan));
    only_digests(&mut changes, "get_alerts");
    for path in ["src/tools/get_alerts.rs", "README.md"] {
        let change = changes.remove(path).expect("the text stands here");
        assert_eq!((change.out.len(), change.new.len()), (1, 1), "{change:?}");
    }
    assert_eq!(changes, BTreeMap::new());
}

#[test]
fn comments_and_the_order_of_keys_change_nothing() {
    for pack in ["packs/prometheus.yaml", "packs/sonarr.yaml", "tests/fixtures/readme-example.yaml"] {
        let text = std::fs::read_to_string(checkout().join(pack)).expect(pack);
        let written = emitted_text(pack, &text);

        let commented = text.replace("agent:\n", "agent:   # which\n  # what\n");
        assert_ne!(commented, text);
        assert_eq!(emitted_text(pack, &commented), written, "{pack}");

        let value: serde_yaml::Value = serde_yaml::from_str(&text).expect(pack);
        let turned = serde_yaml::to_string(&turned(value)).expect(pack);
        assert_eq!(emitted_text(pack, &turned), written, "{pack}");
    }
}

/// Every mapping with its members in the opposite order.
fn turned(value: serde_yaml::Value) -> serde_yaml::Value {
    use serde_yaml::Value;
    match value {
        Value::Mapping(members) => {
            let members: Vec<_> = members.into_iter().map(|(key, value)| (key, turned(value))).collect();
            Value::Mapping(members.into_iter().rev().collect())
        }
        Value::Sequence(items) => Value::Sequence(items.into_iter().map(turned).collect()),
        other => other,
    }
}
