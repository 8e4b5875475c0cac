//! The parser against its tables, and what it says about faults.

use std::collections::BTreeSet;

use super::keys::{Is, Key, Table, Word};
use super::*;
use crate::ast::{Agent, Tier};
use crate::diag::{Diagnostic, fix};

const SHOP: &str = "\
agent:
  name: shop
  exposes:
    - name: orders
      access: read
      rate_limit: { per_minute: 5 }
      parameters:
        limit: { type: integer }
  http_bridge:
    - tool_name: orders
      url: \"http://localhost/{{limit}}\"
  escalation_rules:
    - name: many
      param_gt: { limit: 100 }
  consumes:
    - uri: \"http://localhost\"
  model: {}
  runtime:
    trust_tier: 1
    rate_limit: { burst: 3 }
    audit: {}
  triggers:
    - type: on_demand
";

fn read(text: &str) -> (Option<Agent>, Vec<Diagnostic>) {
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let file = sources.add("t.yaml", text);
    let agent = parse(&sources, file, &mut sink);
    (agent, sink.into_sorted())
}

/// The findings on the shop with one piece replaced.
fn found(old: &str, new: &str) -> Vec<(u16, String)> {
    assert!(SHOP.contains(old), "{old:?}");
    let (_, found) = read(&SHOP.replacen(old, new, 1));
    found.into_iter().map(|found| (found.code.0, found.message)).collect()
}

fn without_places(agent: &Agent) -> String {
    let text = format!("{agent:?}");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("Span { file: FileId(0), start: ") {
        out.push_str(before);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    out + rest
}

#[test]
fn a_config_becomes_an_agent() {
    let (agent, found) = read(SHOP);
    assert!(found.is_empty(), "{found:?}");
    let agent = agent.unwrap();
    assert_eq!(agent.name.value, "shop");
    assert_eq!(agent.runtime.trust_tier.value, Tier::Observer);
    assert_eq!(agent.exposes[0].parameters[0].name.value, "limit");
    assert_eq!(agent.http_bridge[0].tool_name.value, "orders");
    assert_eq!(agent.escalation_rules[0].tests[0].param.value, "limit");
}

/// A value that a key takes.
fn sample(is: &Is) -> String {
    let first = |words: &[Word]| words.iter().rfind(|word| !word.refused).unwrap().word.to_owned();
    match is {
        Is::Text => "\"some text\"".into(),
        Is::Shaped(_) => "1.2.3".into(),
        Is::Int { .. } | Is::Num => "7".into(),
        Is::Bool | Is::BoolOrNames => "true".into(),
        Is::Duration(_) => "7s".into(),
        Is::Size => "7KiB".into(),
        Is::OneOf(words) => first(words),
        // Not the highest one, which a tier that cannot be read counts as.
        Is::Level(_) => "2".into(),
        Is::Data => "{ x: [1, 2.5, true, text] }".into(),
        Is::Table(table) => {
            let required = table.keys.iter().filter(|key| key.need == keys::Need::Required);
            let mut members: Vec<&Key> = required.collect();
            if members.is_empty() {
                members.extend(table.keys.first());
            }
            let members: Vec<String> =
                members.into_iter().map(|key| format!("{}: {}", key.name, sample(&key.is))).collect();
            format!("{{ {} }}", members.join(", "))
        }
        Is::List(item) => format!("[{}]", sample(item)),
        Is::Named(inner) => format!("{{ x: {} }}", sample(inner)),
        Is::Refused { .. } => "x".into(),
    }
}

/// The shop with a key of a table written, and the same without it.
fn with_key(table: &Table, spelling: &str, key: &Key) -> Option<(String, String)> {
    if table.path == "agent.exposes[].parameters.*.allow" {
        let limit = |members: &str| {
            SHOP.replacen("limit: { type: integer }", &format!("limit: {{ allow: {{ {members} }} }}"), 1)
        };
        return Some((limit(&format!("{spelling}: {}", sample(&key.is))), limit("")));
    }
    if table.path == "agent.runtime.http" {
        // All its keys are required, so it is there as a whole or not at all; only one of them is looked at.
        let http = |looked_at: String| {
            let others = table.keys.iter().filter(|other| other.name != key.name);
            let others: Vec<_> =
                others.map(|other| format!("{}: {}", other.name, sample(&other.is))).collect();
            let members = others.join(", ");
            SHOP.replacen(
                "    audit: {}\n",
                &format!("    audit: {{}}\n    http: {{ {looked_at}, {members} }}\n"),
                1,
            )
        };
        return Some((
            http(format!("{spelling}: {}", sample(&key.is))),
            http(format!("{}: other", key.name)),
        ));
    }
    let nested = match table.path {
        "agent.runtime.audit.anomalies" => Some("{ anomalies: { .. } }"),
        "agent.runtime.audit.anomalies.*" => Some("{ anomalies: { refusals: { .. } } }"),
        _ => None,
    };
    let (anchor, indent) = match table.path {
        "" => return None,
        "agent" => ("agent:\n", "  "),
        "agent.exposes[]" => ("    - name: orders\n", "      "),
        "agent.http_bridge[]" => ("    - tool_name: orders\n", "      "),
        "agent.escalation_rules[]" => ("    - name: many\n", "      "),
        "agent.consumes[]" => ("    - uri: \"http://localhost\"\n", "      "),
        "agent.triggers[]" => ("    - type: on_demand\n", "      "),
        "agent.runtime" => ("  runtime:\n", "    "),
        "agent.model" => ("  model: {}\n", ""),
        path if path.starts_with("agent.runtime.audit") => ("    audit: {}\n", ""),
        "agent.runtime.rate_limit" => ("    rate_limit: { burst: 3 }\n", ""),
        "agent.exposes[].parameters.*" => ("        limit: { type: integer }\n", ""),
        other => panic!("the test does not know where {other} stands"),
    };
    let line = format!("{spelling}: {}", sample(&key.is));
    if let Some(inner) = nested {
        let audit = |members: &str| {
            SHOP.replacen("{}\n  triggers", &format!("{}\n  triggers", inner.replace("..", members)), 1)
        };
        return Some((audit(&line), audit("")));
    }
    if indent.is_empty() {
        let (head, _) = anchor.split_once('{').unwrap();
        let empty = SHOP.replacen(anchor, &format!("{head}{{}}\n"), 1);
        return Some((SHOP.replacen(anchor, &format!("{head}{{ {line} }}\n"), 1), empty));
    }
    // Out with the key where the shop has it, its block included.
    let start = SHOP.find(anchor).unwrap() + anchor.len();
    let (head, tail) = SHOP.split_at(start);
    let mut kept = String::new();
    let mut dropping = false;
    let mut inside = true;
    for row in tail.lines() {
        let depth = row.len() - row.trim_start().len();
        inside &= depth >= indent.len();
        dropping &= depth > indent.len();
        if inside && depth == indent.len() && row.trim_start().starts_with(&format!("{}:", key.name)) {
            dropping = true;
        }
        if !(inside && dropping) {
            kept.push_str(row);
            kept.push('\n');
        }
    }
    if anchor.trim_start_matches(['-', ' ']).starts_with(&format!("{}:", key.name)) {
        return None;
    }
    Some((format!("{head}{indent}{line}\n{kept}"), format!("{head}{kept}")))
}

#[test]
fn each_key_of_the_tables_reaches_the_agent() {
    let mut tried = 0;
    for table in tables::ALL {
        for key in table.keys.iter().filter(|key| key.is_accepted()) {
            for spelling in std::iter::once(&key.name).chain(key.aliases) {
                let Some((with, without)) = with_key(table, spelling, key) else { continue };
                let (agent, found) = read(&with);
                let place = format!("{} of {}:\n{with}\n{found:#?}", spelling, table.path);
                assert!(found.is_empty(), "{place}");
                let agent = without_places(&agent.unwrap());
                let bare = read(&without).0.map(|agent| without_places(&agent));
                assert_ne!(Some(agent), bare, "does nothing: {place}");
                tried += 1;
            }
        }
    }
    assert!(tried > 60, "{tried}");
}

#[test]
fn each_refused_key_says_what_to_do() {
    for table in tables::ALL {
        for key in table.keys.iter().filter(|key| !key.is_accepted()) {
            let Some((with, _)) = with_key(table, key.name, key) else { continue };
            let (_, found) = read(&with);
            assert_eq!(found.iter().map(|found| found.code.0).collect::<Vec<_>>(), [8], "{with}");
            assert!(found[0].help.as_ref().is_some_and(|help| !help.is_empty()), "{with}");
        }
    }
}

#[test]
fn tables_do_not_contradict_themselves() {
    for table in tables::ALL {
        let mut spellings = BTreeSet::new();
        for key in table.keys {
            for spelling in std::iter::once(&key.name).chain(key.aliases).chain(key.mistaken) {
                assert!(spellings.insert(*spelling), "`{spelling}` is ambiguous in {}", table.path);
            }
            assert!(
                !key.is_accepted() || key.doc.ends_with('.'),
                "{} of {} says no sentence",
                key.name,
                table.path
            );
            let first = key.example.split(':').next().unwrap_or("");
            assert!(
                key.example.is_empty() || first == key.name,
                "the example of {} is another key's",
                key.name
            );
        }
    }
}

#[test]
fn one_fault_is_one_finding() {
    for (old, new, code, message) in [
        ("trust_tier: 1", "trust_teir: 1", 4, "`trust_teir` is not a key of `runtime`"),
        ("trust_tier: 1", "TrustTier: 1", 4, "`TrustTier` is not a key of `runtime`"),
        ("    trust_tier: 1\n", "", 5, "`runtime` has no `trust_tier`"),
        (
            "    trust_tier: 1\n",
            "    trust_tier:\n",
            6,
            "`trust_tier` takes `1`, `2`, `3` or `4`, and there is nothing",
        ),
        (
            "trust_tier: 1",
            "trust_tier: \"1\"",
            6,
            "`trust_tier` takes `1`, `2`, `3` or `4`, and `\"1\"` is text",
        ),
        ("trust_tier: 1", "trust_tier: 5", 7, "`trust_tier` takes `1`, `2`, `3` or `4`, not `5`"),
        (
            "trust_tier: 1",
            "trust_tier: observer",
            6,
            "`trust_tier` takes `1`, `2`, `3` or `4`, and `observer` is text",
        ),
        ("  name: shop\n", "", 5, "`agent` has no `name`"),
        (
            "  name: shop\n",
            "  name: shop\n  trust_tier: 2\n",
            4,
            "`trust_tier` belongs under `agent.runtime`",
        ),
        ("name: shop", "name: [shop]", 6, "`name` takes text, and this is a list"),
        ("agent:", "agnet:", 4, "`agnet` is not a key of the file"),
        ("access: read", "access: raed", 7, "`access` takes `read` or `write`, not `raed`"),
        ("access: read", "url: x", 4, "`url` belongs under `agent.http_bridge[]`"),
        ("{ type: integer }", "{ type: integr }", 7, "not `integr`"),
        ("{ type: integer }", "{ min_lenght: 1 }", 4, "`min_lenght` is not a key of a description"),
        ("{ type: integer }", "{ required: yes }", 6, "and `yes` is text"),
        ("{ type: integer }", "{ max: 1, maximum: 2 }", 3, "`max` is written twice, in two spellings"),
        ("{ type: integer }", "{ max: 99999999999999999999 }", 7, "does not fit into a number of 64 bits"),
        ("{ type: integer }", "[integer]", 6, "`limit` takes a mapping, and this is a list"),
        ("    - tool_name: orders\n      url", "    - url", 5, "this bridge has no `tool_name`"),
        ("    - tool_name: orders\n", "    - tool: orders\n", 4, "`tool` is not a key of a bridge"),
        (
            "param_gt: { limit: 100 }",
            "param_gt: { limit: \"100\" }",
            6,
            "`limit` takes a number, and `\"100\"` is text",
        ),
        (
            "param_gt: { limit: 100 }",
            "param_gt: [limit]",
            6,
            "`param_gt` takes a mapping, and this is a list",
        ),
        ("param_gt: { limit: 100 }", "expires: 500ms", 7, "`expires` takes whole seconds"),
        ("audit: {}", "max_execution_time: banana", 7, "not `banana`"),
        ("audit: {}", "max_execution_time: 30", 7, "takes a number with a unit, and `30` has none"),
        ("audit: {}", "max_response_bytes: 99999999999GiB", 7, "too large"),
        ("type: on_demand", "type: cron", 8, "`type: cron` is not supported"),
        ("model: {}", "model: { temperature: .nan }", 7, "does not fit"),
    ] {
        let found = found(old, new);
        assert_eq!(found.len(), 1, "{new:?}: {found:#?}");
        assert_eq!(found[0].0, code, "{new:?}: {found:#?}");
        assert!(found[0].1.contains(message), "{new:?}: {found:#?}");
    }
}

#[test]
fn faults_in_several_places_are_all_found() {
    let text = SHOP
        .replace("access: read", "acces: read")
        .replace("type: integer", "type: int, frmat: x")
        .replace("per_minute: 5", "per_minute: five")
        .replace("trust_tier: 1", "trust_tier: 9")
        .replace("on_demand", "webhook");
    let codes: Vec<u16> = read(&text).1.iter().map(|found| found.code.0).collect();
    assert_eq!(codes, [4, 6, 4, 7, 8]);
}

#[test]
fn a_file_that_is_no_config_is_one_finding() {
    for (text, code) in
        [("services:\n  web: 1\n", 5), ("- a\n- b\n", 6), ("text\n", 6), ("agent: 5\n", 6), ("agent:\n", 6)]
    {
        let found = read(text).1;
        assert_eq!(found.iter().map(|found| found.code.0).collect::<Vec<_>>(), [code], "{text:?}");
    }
}

#[test]
fn a_config_without_its_first_line_is_still_judged() {
    let (agent, found) = read("name: x\nexposes: []\nruntime: { trust_tier: 1, sandbxo: auto }\n");
    assert_eq!(found.iter().map(|found| found.code.0).collect::<Vec<_>>(), [4, 4]);
    assert_eq!(agent.unwrap().name.value, "x");
}

#[test]
fn one_broken_tool_does_not_hide_another() {
    let text = SHOP.replace(
        "  http_bridge:\n",
        "    - { nmae: x, access: 5 }\n    - name: y\n  http_bridge:\n    - { tool_name: y, url: [] }\n",
    );
    let (agent, found) = read(&text);
    assert_eq!(found.iter().map(|found| found.code.0).collect::<Vec<_>>(), [4, 6, 6]);
    let agent = agent.unwrap();
    // What lost its other half is left out, so that nobody reports the loss.
    assert_eq!(agent.exposes.iter().map(|tool| tool.name.value.as_str()).collect::<Vec<_>>(), ["orders"]);
    assert_eq!(agent.http_bridge.len(), 1);
}

#[test]
fn edits_mend_what_they_are_offered_for() {
    for (old, new) in [
        ("{ type: integer }", "{ required: yes }"),
        ("{ type: integer }", "{ descripton: x }"),
        ("audit: {}", "audit: { sinc: os }"),
        ("  name: shop\n", "  name: shop\n  version: 1.5\n"),
        ("url: \"http", "headers: { 7: 8 }\n      url: \"http"),
        ("url: \"http", "headers: { x: {{limit}} }\n      url: \"http"),
    ] {
        let mut text = SHOP.replacen(old, new, 1);
        for _ in 0..3 {
            let found = read(&text).1;
            text = fix::apply(&text, FileId(0), &found).text;
        }
        assert_eq!(read(&text).1, [], "{text}");
    }
}

#[test]
fn no_edit_decides_what_an_agent_may_do() {
    for (old, new) in [
        ("trust_tier: 1", "trust_teir: 3"),
        ("trust_tier: 1", "trust_tier: \"3\""),
        ("access: read", "acess: write"),
        ("access: read", "access: wirte"),
        ("url: \"http", "metod: POST\n      url: \"http"),
        ("param_gt: { limit: 100 }", "action: dney"),
    ] {
        let text = SHOP.replacen(old, new, 1);
        let found = read(&text).1;
        assert!(found.iter().any(|found| found.fix.is_some()), "{new}: {found:#?}");
        assert_eq!(fix::apply(&text, FileId(0), &found).count, 0, "{new}");
    }
}

#[test]
fn durations_and_sizes_have_units() {
    use super::keys::Unit;
    use super::units::{Amount, duration, size};
    for (text, amount) in [
        ("500ms", Amount::Is(500)),
        ("30s", Amount::Is(30_000)),
        ("2m", Amount::Is(120_000)),
        ("1h", Amount::Is(3_600_000)),
        ("30", Amount::Bare),
        ("9223372036854775807h", Amount::TooFine),
        ("1.5s", Amount::Unreadable),
        ("-1s", Amount::Unreadable),
        ("s", Amount::Unreadable),
        ("", Amount::Unreadable),
        ("30S", Amount::Unreadable),
    ] {
        assert_eq!(duration(text, Unit::Milliseconds), amount, "{text}");
    }
    assert_eq!(duration("1500ms", Unit::Seconds), Amount::TooFine);
    assert_eq!(duration("2m", Unit::Seconds), Amount::Is(120));
    for (text, amount) in [
        ("64KiB", Amount::Is(65_536)),
        ("1 MiB", Amount::Is(1_048_576)),
        ("12B", Amount::Is(12)),
        ("1MB", Amount::Unreadable),
        ("1mib", Amount::Unreadable),
        ("9223372036854775807GiB", Amount::TooFine),
    ] {
        assert_eq!(size(text), amount, "{text}");
    }
}
