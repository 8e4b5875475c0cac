//! Escalation rules: which calls are held, denied or let through, the first that matches deciding.
//!
//! A list of rules permits more than another when for each call its verdict is at least as good, a hold being better than a
//! denial. What follows is sound and not complete: where it cannot tell, both lists permit something that the other does
//! not, and the change counts as widening.

use super::change::{Changes, Fact, Place, Side};
use super::delta::Delta;
use super::words;
use crate::plan::{Action, Hold, Json, Op, Test, When};

/// How good a rule's verdict is for the caller.
fn rank(hold: &Hold) -> u8 {
    match hold.action {
        Action::Deny => 0,
        Action::Hold => 1,
        Action::Allow => 2,
    }
}

/// Whether calls that `rule` decided in `old` can meet a worse verdict in `new` further down the list.
fn falls(rule: &Hold, old: &[Hold], new: &[Hold]) -> bool {
    let after = old.iter().skip_while(|other| other.rule != rule.rule).skip(1);
    after.filter_map(|other| find(new, &other.rule)).any(|other| rank(other) < rank(rule))
}

fn find<'a>(rules: &'a [Hold], name: &str) -> Option<&'a Hold> {
    rules.iter().find(|rule| rule.rule == name)
}

/// Notes what changed in the rules of one tool.
pub(super) fn compare(tool: &str, old: &[Hold], new: &[Hold], changes: &mut Changes) {
    for rule in new {
        match find(old, &rule.rule) {
            Some(before) => changed(tool, (before, old), (rule, new), changes),
            None => {
                // A hold before a denial saves calls from it. An exception saves them from whatever comes after it, and
                // from tier 4.
                let delta = match rule.action {
                    Action::Allow => Delta { less: false, more: true, other: false },
                    Action::Hold | Action::Deny => {
                        Delta { less: true, more: falls(rule, new, old), other: false }
                    }
                };
                note(tool, rule, Side::New, delta, changes, || {
                    format!(
                        "rule `{}` now {} {} of `{tool}`",
                        rule.rule,
                        words::does(rule.action),
                        words::calls(rule)
                    )
                });
            }
        }
    }
    for rule in old.iter().filter(|rule| find(new, &rule.rule).is_none()) {
        let delta = match rule.action {
            Action::Allow => Delta { more: false, less: true, other: false },
            Action::Hold | Action::Deny => Delta { more: true, less: falls(rule, old, new), other: false },
        };
        note(tool, rule, Side::Old, delta, changes, || {
            format!(
                "rule `{}` is gone: nothing {} {} of `{tool}` in its place",
                rule.rule,
                words::does(rule.action),
                words::calls(rule)
            )
        });
    }
    let delta = order(old, new);
    if let Some(rule) = new.first() {
        changes.note(delta, || Fact {
            id: format!("tools/{tool}/rules"),
            place: Place::Rule(rule.rule.clone()),
            side: Side::New,
            to: String::new(),
            sentence: format!(
                "the rules of `{tool}` stand in another order, and the first that matches decides"
            ),
        });
    }
}

/// What a pair of rules that changed places means.
fn order(old: &[Hold], new: &[Hold]) -> Delta {
    let mut delta = Delta::NONE;
    let place = |name: &str| new.iter().position(|rule| rule.rule == name);
    for (at, first) in old.iter().enumerate() {
        for second in old.iter().skip(at + 1) {
            let (Some(p), Some(q)) = (place(&first.rule), place(&second.rule)) else { continue };
            if q > p {
                continue;
            }
            let second = find(new, &second.rule).unwrap_or(second);
            delta = delta | Delta::rising(rank(first), rank(second)) | Delta::OTHER;
        }
    }
    delta
}

fn changed(
    tool: &str,
    (before, old): (&Hold, &[Hold]),
    (rule, new): (&Hold, &[Hold]),
    changes: &mut Changes,
) {
    // Every field, so that a new one is not forgotten here.
    let Hold { rule: name, reason, when, action: _, expires_s, wait_s } = before;
    let id = |key: &str| format!("tools/{tool}/rules/{name}/{key}");
    let fact = |key: &str, to: String, sentence: String| Fact {
        id: id(key),
        place: Place::Rule(name.clone()),
        side: Side::New,
        to,
        sentence,
    };
    let mut note = |delta: Delta, fact: &dyn Fn() -> Fact| {
        changes.note_in(&Place::Tool(tool.to_owned()).file(), delta, fact)
    };

    // A rule that matches less lets more calls on, to the rules after it.
    let matched =
        Delta::inclusion(*when == rule.when, is_within(when, &rule.when), is_within(&rule.when, when));
    let allows = |rule: &Hold| rule.action == Action::Allow;
    let mut delta = match (allows(before), allows(rule)) {
        (false, false) => Delta { more: matched.less, less: matched.more, other: matched.other },
        // An exception that matches more lets more calls pass.
        (true, true) => matched,
        // What it did to the calls it no longer matches is not what it does to those it matches now.
        (true, false) | (false, true) => {
            let changed = matched.more || matched.less || matched.other;
            Delta { more: changed, less: changed, other: matched.other }
        }
    };
    if matched.less {
        delta.less |= falls(before, old, new);
    }
    if matched.more {
        delta.more |= falls(rule, new, old);
    }
    note(delta, &|| {
        let to = words::calls(rule);
        let sentence = format!(
            "rule `{name}` {} {to} of `{tool}`, and before: {}",
            words::does(rule.action),
            words::calls(before)
        );
        fact("when", to, sentence)
    });
    note(Delta::rising(rank(before), rank(rule)), &|| {
        let sentence = format!(
            "rule `{name}` {} calls of `{tool}`, and before: {}",
            words::does(rule.action),
            words::does(before.action)
        );
        fact("action", words::does(rule.action).to_owned(), sentence)
    });
    let waiting = if (before.action, rule.action) == (Action::Hold, Action::Hold) {
        Delta::rising(expires_s, &rule.expires_s)
    } else {
        Delta::text(expires_s, &rule.expires_s)
    };
    note(waiting, &|| {
        let [before, to] = [*expires_s, rule.expires_s].map(|seconds| words::duration_s(u64::from(seconds)));
        let sentence =
            format!("a call of `{tool}` that rule `{name}` holds can be approved for {to}, before: {before}");
        fact("expires", to, sentence)
    });
    note(Delta::text(wait_s, &rule.wait_s), &|| {
        let [before, to] = [*wait_s, rule.wait_s].map(|seconds| words::duration_s(u64::from(seconds)));
        let sentence = format!(
            "a call of `{tool}` that rule `{name}` holds waits {to} for the answer before it returns, before: {before}"
        );
        fact("wait", to, sentence)
    });
    note(Delta::text(reason, &rule.reason), &|| {
        fact("reason", String::new(), format!("the reason of rule `{name}` reads differently"))
    });
}

fn note(
    tool: &str,
    rule: &Hold,
    side: Side,
    delta: Delta,
    changes: &mut Changes,
    sentence: impl Fn() -> String,
) {
    changes.note_in(&Place::Tool(tool.to_owned()).file(), delta, || Fact {
        id: format!("tools/{tool}/rules/{}", rule.rule),
        place: Place::Rule(rule.rule.clone()),
        side,
        to: if side == Side::New { words::calls(rule) } else { String::new() },
        sentence: sentence(),
    });
}

/// Whether `one` matches only calls that `other` matches. Sound, transitive and not complete.
fn is_within(one: &When, other: &When) -> bool {
    match (one, other) {
        (_, When::Always) => true,
        (When::Always, _) => false,
        (When::Any(tests), _) => tests.iter().all(|test| all_within(std::slice::from_ref(test), other)),
        (When::All(tests), _) => all_within(tests, other),
    }
}

/// Whether calls for which all these tests hold are matched.
fn all_within(tests: &[Test], other: &When) -> bool {
    let implied =
        |wanted: &Test| tests.iter().any(|test| test.param == wanted.param && implies(&test.op, &wanted.op));
    match other {
        When::Always => true,
        When::Any(wanted) => wanted.iter().any(implied),
        When::All(wanted) => wanted.iter().all(implied),
    }
}

/// Whether an argument for which `one` holds is one for which `other` holds.
fn implies(one: &Op, other: &Op) -> bool {
    match (one, other) {
        _ if one == other => true,
        (Op::Gt(bound), Op::Gt(wanted)) => bound >= wanted,
        (Op::Lt(bound), Op::Lt(wanted)) => bound <= wanted,
        (Op::LenGt(bound), Op::LenGt(wanted)) => bound >= wanted,
        (Op::Contains(text), Op::Contains(wanted)) => text.to_lowercase().contains(&wanted.to_lowercase()),
        (one, Op::In(wanted)) => {
            values(one).is_some_and(|values| values.iter().all(|value| wanted.contains(value)))
        }
        (Op::In(values), Op::Eq(wanted)) => values.iter().all(|value| value == wanted),
        _ => false,
    }
}

fn values(op: &Op) -> Option<&[Json]> {
    match op {
        Op::Eq(value) => Some(std::slice::from_ref(value)),
        Op::In(values) => Some(values),
        Op::Gt(_) | Op::Lt(_) | Op::Contains(_) | Op::Matches(_) | Op::LenGt(_) => None,
    }
}
