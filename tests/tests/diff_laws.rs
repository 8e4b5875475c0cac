//! The laws of `heddle diff`: it is a partial order, it never keeps a change to itself, and whatever an agent may do that
//! it could not do before is called a widening.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use heddle_compiler::compile;
use heddle_compiler::diff::{Effect, counts, diff, is_within};
use heddle_compiler::plan::*;
use heddle_compiler::source::Sources;
use heddle_tests::home;
use heddle_tests::permits::{Verdict, calls, verdict};
use heddle_tests::random_config::{Style, sample};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

fn plan(seed: u64) -> Plan {
    let config = sample(seed);
    let text = config.yaml(&Style::Plain);
    let compiled = compile(&mut Sources::default(), "a.yaml", text.as_bytes(), &config.grants());
    compiled.plan.expect("a random config is accepted")
}

/// One step away from a plan, chosen by two numbers. Some of what comes out no config describes; the order does not ask.
fn step(plan: &mut Plan, what: u8, pick: usize, spare: &Plan) {
    let names: Vec<String> = plan.tools.keys().cloned().collect();
    let Some(name) = names.get(pick % names.len().max(1)).cloned() else { return };
    let up = pick.is_multiple_of(2);
    match what {
        0 => plan.tier = if up { Tier::Privileged } else { Tier::Worker },
        1 => plan.deadline_ms = if up { plan.deadline_ms * 2 } else { plan.deadline_ms / 2 },
        2 => plan.max_response_bytes += if up { 1 } else { 4096 },
        3 => plan.sandbox = if up { Sandbox::Auto } else { Sandbox::Off },
        4 => plan.audit.sync = if up { Sync::Always } else { Sync::Os },
        5 => plan.about.push('!'),
        6 => {
            plan.tools.remove(&name);
        }
        7 => {
            plan.tools.extend(spare.tools.iter().next().map(|(name, tool)| (name.clone(), tool.clone())));
        }
        8 => {
            plan.origins.extend(spare.origins.iter().cloned());
        }
        9 => {
            plan.grants.extend(spare.grants.clone());
        }
        _ => {
            let Some(tool) = plan.tools.get_mut(&name) else { return };
            step_tool(tool, what, pick, up);
        }
    }
}

fn step_tool(tool: &mut Tool, what: u8, pick: usize, up: bool) {
    let param = tool.params.values_mut().nth(pick % 3);
    match what {
        10 => tool.access = if up { Access::Write } else { Access::Read },
        11 => tool.method = if up { Method::Delete } else { Method::Head },
        12 => tool.limit.per_minute += if up { 10 } else { 1 },
        13 => tool.about.push('.'),
        14 => tool.path.push(Part::Text("/more".to_owned())),
        15 => tool.answer.push("more".to_owned()),
        16 => tool.answer.clear(),
        17 => tool.returns = None,
        18 => tool.body = None,
        19 => tool.query.clear(),
        20 => {
            if let Some(param) = param {
                param.presence = if up { Presence::Optional } else { Presence::Required };
            }
        }
        21 => {
            if let Some(param) = param {
                stretch(&mut param.kind, up);
            }
        }
        22 => {
            if let Some(param) = param {
                param.kind = if up { Kind::Any } else { Kind::Boolean };
            }
        }
        23 => {
            if let Some(param) = param {
                param.sensitive = up;
            }
        }
        24 => {
            let name = tool.params.keys().nth(pick % 3).cloned();
            name.and_then(|name| tool.params.remove(&name));
        }
        25 => {
            let presence = if up { Presence::Optional } else { Presence::Required };
            // Nothing is looked for in a boolean, wherever it goes.
            let param = Param {
                about: String::new(),
                kind: Kind::Boolean,
                presence,
                sensitive: false,
                content: Content::Unspecified,
                scan: BTreeSet::new(),
                allow: BTreeMap::new(),
            };
            tool.params.insert("zz".to_owned(), param);
            tool.query.push(Field { name: "zz".to_owned(), value: vec![Part::Arg("zz".to_owned())] });
        }
        26 => {
            tool.holds.pop();
        }
        27 => tool.holds.reverse(),
        28 => {
            if let Some(hold) = tool.holds.first_mut() {
                hold.action = if up { Action::Hold } else { Action::Deny };
            }
        }
        29 => {
            if let Some(hold) = tool.holds.last_mut() {
                hold.expires_s += 1;
            }
        }
        31 => {
            if let Some(param) = param {
                allow(param, up);
            }
        }
        32 => {
            if let Some(param) = param {
                param.content = if up { Content::Prompt } else { Content::Identifier };
            }
        }
        30 => {
            if let Some(hold) = tool.holds.first_mut() {
                hold.when = match std::mem::replace(&mut hold.when, When::Always) {
                    When::Any(tests) if up => When::All(tests),
                    When::All(tests) if !up => When::Any(tests),
                    When::Any(mut tests) | When::All(mut tests) if tests.len() > 1 => {
                        tests.pop();
                        When::Any(tests)
                    }
                    When::Any(_) | When::All(_) | When::Always => When::Always,
                };
            }
        }
        _ => {
            let rule = format!("rule-{}", pick % 3);
            if tool.holds.iter().all(|hold| hold.rule != rule) {
                let tests = tool.params.keys().take(1 + pick % 2);
                let tests: Vec<Test> = tests
                    .map(|param| Test { param: param.clone(), op: Op::LenGt(pick as u64 % 4) })
                    .collect();
                let when = if tests.is_empty() { When::Always } else { When::Any(tests) };
                let action = if up { Action::Hold } else { Action::Deny };
                let hold = Hold { rule, reason: String::new(), when, action, expires_s: 60, wait_s: 0 };
                let at = pick % (tool.holds.len() + 1);
                tool.holds.insert(at, hold);
            }
        }
    }
}

/// Takes a class out of what is looked for, for a reason, or puts it back.
fn allow(param: &mut Param, up: bool) {
    if up {
        let class = param.scan.pop_first();
        param.allow.extend(class.map(|class| (class, "because".to_owned())));
    } else {
        param.scan.extend(param.allow.pop_first().map(|(class, _)| class));
    }
}

fn stretch(kind: &mut Kind, up: bool) {
    let by = |max: &mut u32| *max = if up { max.saturating_add(3) } else { max.saturating_sub(3) };
    match kind {
        Kind::Text { max, pattern, one_of, .. } => {
            by(max);
            if up {
                pattern.clear();
            } else {
                one_of.pop();
            }
        }
        Kind::Integer { max, .. } => *max = if up { max.saturating_add(3) } else { *max - 3 },
        Kind::Number { min, .. } => *min = if up { f64::MIN } else { -2.0 },
        Kind::List { max, items, .. } => {
            by(max);
            stretch(items, up);
        }
        Kind::Object { fields } => {
            if let Some(field) = fields.values_mut().next() {
                stretch(&mut field.kind, up);
            }
        }
        Kind::Boolean | Kind::OpenObject | Kind::Any => {}
    }
}

type Steps = Vec<(u8, usize)>;

fn steps(most: usize) -> impl Strategy<Value = Steps> {
    vec((0..35_u8, 0..64_usize), 0..most)
}

fn walked(from: &Plan, steps: &Steps, spare: &Plan) -> Plan {
    let mut plan = from.clone();
    steps.iter().for_each(|(what, pick)| step(&mut plan, *what, *pick, spare));
    plan
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(150))]

    #[test]
    fn nothing_changed_means_nothing_and_something_is_always_told(seed in 0..200_u64, other in 0..200_u64, steps in steps(4)) {
        let (old, spare) = (plan(seed), plan(other));
        prop_assert!(diff(&old, &old).is_empty());
        prop_assert!(is_within(&old, &old));
        let new = walked(&old, &steps, &spare);
        prop_assert_eq!(diff(&old, &new).is_empty(), old == new);
        // Whatever is told of is told both ways.
        prop_assert_eq!(diff(&old, &new).is_empty(), diff(&new, &old).is_empty());
    }

    #[test]
    fn two_plans_within_each_other_are_one(seed in 0..200_u64, other in 0..200_u64, steps in steps(3)) {
        let (old, spare) = (plan(seed), plan(other));
        let new = walked(&old, &steps, &spare);
        if is_within(&old, &new) && is_within(&new, &old) {
            prop_assert_eq!(old, new);
        }
    }

    #[test]
    fn what_is_within_is_within_all_the_way(seed in 0..200_u64, other in 0..200_u64, first in steps(3), second in steps(3)) {
        let (a, spare) = (plan(seed), plan(other));
        let b = walked(&a, &first, &spare);
        let c = walked(&b, &second, &spare);
        // The same steps, taken so that they lead upwards where they can.
        for (low, middle, high) in [(&a, &b, &c), (&c, &b, &a), (&b, &a, &c), (&a, &c, &b)] {
            if is_within(low, middle) && is_within(middle, high) {
                prop_assert!(is_within(low, high), "{:#?}", diff(low, high));
            }
        }
    }

    #[test]
    fn what_the_old_agent_would_refuse_is_a_widening(seed in 0..500_u64, other in 0..200_u64, steps in steps(4)) {
        let (old, spare) = (plan(seed), plan(other));
        let new = walked(&old, &steps, &spare);
        let widens = counts(&diff(&old, &new)).contains_key(&Effect::Widening);
        let tools: BTreeSet<&String> = old.tools.keys().chain(new.tools.keys()).collect();
        for tool in tools {
            for call in calls(&new, tool).into_iter().chain(calls(&old, tool)) {
                let (before, after) = (verdict(&old, tool, &call), verdict(&new, tool, &call));
                let is_more = match (&before, &after) {
                    (Verdict::Allowed, _) => false,
                    (_, Verdict::Allowed) => true,
                    // What was refused for good can now be approved.
                    (Verdict::Denied(_), Verdict::Held(_)) => true,
                    _ => false,
                };
                prop_assert!(!is_more || widens, "{tool} {call:?}: {before:?} -> {after:?}, {:#?}", diff(&old, &new));
            }
        }
    }
}

/// Steps upwards are found often enough for the law to mean something.
#[test]
fn many_random_steps_lead_upwards() {
    let mut upwards = 0;
    for seed in 0..60 {
        let (old, spare) = (plan(seed), plan(seed + 1000));
        for what in 0..35 {
            let new = walked(&old, &vec![(what, 2), (12, 0)], &spare);
            upwards += usize::from(old != new && is_within(&old, &new));
        }
    }
    assert!(upwards > 100, "{upwards} of 2100");
}

/// The oracle says of each call what the compiled agent does.
#[test]
fn compiled_agents_agree_with_the_oracle() {
    let folder = tempfile::tempdir().unwrap();
    let mut played = 0;
    for seed in [3, 11, 29] {
        let config = sample(seed);
        let plan = plan(seed);
        let at = |path: &str| folder.path().join(path);
        fs::write(at("a.yaml"), config.yaml(&Style::Plain)).unwrap();
        fs::write(at("heddle.grants.yaml"), json!({ plan.name.as_str(): config.secrets }).to_string())
            .unwrap();
        let mut tests = Vec::new();
        for tool in plan.tools.keys() {
            for call in calls(&plan, tool) {
                let expect = match verdict(&plan, tool, &call) {
                    Verdict::Allowed => json!({ "allowed": true }),
                    Verdict::UnknownTool => json!({ "refused": "unknown_tool" }),
                    Verdict::Invalid => json!({ "refused": "input_validation" }),
                    Verdict::Held(rule) => json!({ "held": rule }),
                    Verdict::Denied(rule) => json!({ "denied": rule }),
                };
                tests.push(json!({ "name": format!("{tool} {}", tests.len()), "call": tool, "with": call, "expect": expect }));
            }
        }
        played += tests.len();
        fs::write(at("a.test.yaml"), serde_yaml::to_string(&json!({ "tests": tests })).unwrap()).unwrap();
        let output = home::heddle()
            .current_dir(folder.path())
            .args(["test", "--format", "json", "a.yaml"])
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        let failed: Vec<&Value> =
            report["tests"].as_array().unwrap().iter().filter(|test| test["passed"] == false).collect();
        assert!(failed.is_empty(), "seed {seed}: {failed:#?}");
    }
    assert!(played > 60, "{played} calls");
}
