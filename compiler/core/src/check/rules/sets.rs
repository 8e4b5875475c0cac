//! Rules as sets of calls. A parameter is one dimension; on it the conditions cut the allowed values into stretches on
//! which each of them is constant, so that one point of every stretch stands for all values. Numbers, booleans, enums
//! and text under an equality are judged exactly so. Other text is judged by its bounds, and errs towards "sometimes".

use std::collections::BTreeMap;

use super::super::request::Declared;
use crate::plan::{Json, Kind, Op, Param, Presence, Test, When};

/// Which calls a condition matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Every one.
    Always,
    /// None: some condition that must hold never does.
    Never,
    /// None: each condition can hold, and all of them together cannot.
    Contradictory,
    /// Some, as far as can be told.
    Sometimes,
}

/// Judges a rule on one tool.
pub(super) fn judge(when: &When, declared: &Declared<'_>) -> Verdict {
    let (tests, all) = match when {
        When::Always => return Verdict::Always,
        When::Any(tests) => (tests, false),
        When::All(tests) => (tests, true),
    };
    let mut verdicts = Vec::new();
    for (name, ops) in by_parameter(tests.iter()) {
        let Some(Some(param)) = declared.get(name) else { return Verdict::Sometimes };
        verdicts.push(if all { on_all(&ops, param) } else { on_any(&ops, param) });
    }
    let every = |wanted: Verdict| verdicts.iter().all(|verdict| *verdict == wanted);
    let some = |wanted: Verdict| verdicts.contains(&wanted);
    if every(Verdict::Never) || all && some(Verdict::Never) {
        Verdict::Never
    } else if all && some(Verdict::Contradictory) {
        Verdict::Contradictory
    } else if every(Verdict::Always) || !all && some(Verdict::Always) {
        Verdict::Always
    } else {
        Verdict::Sometimes
    }
}

/// Whether every call that `later` matches is matched by `earlier` on this tool.
pub(super) fn covers(earlier: &When, later: &When, declared: &Declared<'_>) -> bool {
    if judge(earlier, declared) == Verdict::Always {
        return true;
    }
    match later {
        When::Always => false,
        When::All(tests) => implied(&tests.iter().collect::<Vec<_>>(), earlier, declared),
        When::Any(tests) => tests.iter().all(|test| implied(&[test], earlier, declared)),
    }
}

/// Whether a call that meets all of `given` is matched by `earlier`.
fn implied(given: &[&Test], earlier: &When, declared: &Declared<'_>) -> bool {
    let given = by_parameter(given.iter().copied());
    let follows = |(name, wanted): (&str, Vec<&Op>), all: bool| {
        let Some(Some(param)) = declared.get(name) else { return false };
        let given = given.get(name).map_or(&[][..], Vec::as_slice);
        implies(given, &wanted, all, param)
    };
    match earlier {
        When::Always => true,
        When::All(tests) => by_parameter(tests.iter()).into_iter().all(|own| follows(own, true)),
        When::Any(tests) => by_parameter(tests.iter()).into_iter().any(|own| follows(own, false)),
    }
}

fn by_parameter<'a>(tests: impl Iterator<Item = &'a Test>) -> BTreeMap<&'a str, Vec<&'a Op>> {
    let mut found: BTreeMap<&str, Vec<&Op>> = BTreeMap::new();
    for test in tests {
        found.entry(&test.param).or_default().push(&test.op);
    }
    found
}

/// All of `ops` together, on one parameter.
fn on_all(ops: &[&Op], param: &Param) -> Verdict {
    if ops.iter().any(|op| on_any(&[op], param) == Verdict::Never) {
        return Verdict::Never;
    }
    if let Some(points) = points(&param.kind, ops).or_else(|| equal_to(&param.kind, ops))
        && !points.iter().any(|point| ops.iter().all(|op| holds(op, point)))
    {
        return Verdict::Contradictory;
    }
    let each_always = ops.iter().all(|op| on_any(&[op], param) == Verdict::Always);
    if each_always { Verdict::Always } else { Verdict::Sometimes }
}

/// At least one of `ops`, on one parameter. An argument that is absent meets none.
fn on_any(ops: &[&Op], param: &Param) -> Verdict {
    let always = if param.presence == Presence::Optional { Verdict::Sometimes } else { Verdict::Always };
    let (never_holds, always_holds) = match points(&param.kind, ops) {
        Some(points) => {
            let hits = points.iter().filter(|point| ops.iter().any(|op| holds(op, point))).count();
            (hits == 0, hits == points.len())
        }
        None => {
            let bounds: Vec<Option<bool>> = ops.iter().map(|op| bound(op, &param.kind)).collect();
            (bounds.iter().all(|bound| *bound == Some(false)), bounds.contains(&Some(true)))
        }
    };
    if never_holds {
        Verdict::Never
    } else if always_holds {
        always
    } else {
        Verdict::Sometimes
    }
}

/// Whether a value that meets all of `given` meets all, or any, of `wanted`.
fn implies(given: &[&Op], wanted: &[&Op], all: bool, param: &Param) -> bool {
    if given.is_empty() && param.presence == Presence::Optional {
        return false;
    }
    let every: Vec<&Op> = given.iter().chain(wanted).copied().collect();
    let exact = every.iter().all(|op| !matches!(op, Op::Matches(_)));
    let values = points(&param.kind, &every).or_else(|| equal_to(&param.kind, given).filter(|_| exact));
    if let Some(points) = values {
        return points.iter().filter(|point| given.iter().all(|op| holds(op, point))).all(|point| {
            if all {
                wanted.iter().all(|op| holds(op, point))
            } else {
                wanted.iter().any(|op| holds(op, point))
            }
        });
    }
    let known = |want: &&Op| {
        given.iter().any(|op| follows_on_text(op, want)) || bound(want, &param.kind) == Some(true)
    };
    if all { wanted.iter().all(known) } else { wanted.iter().any(known) }
}

/// Whether one condition on text follows from another.
fn follows_on_text(given: &Op, want: &Op) -> bool {
    match (given, want) {
        (Op::Contains(given), Op::Contains(want)) => given.to_lowercase().contains(&want.to_lowercase()),
        (Op::Contains(given), Op::LenGt(length)) => given.is_ascii() && given.len() as u64 > *length,
        (Op::LenGt(given), Op::LenGt(want)) => given >= want,
        (given, want) => given == want,
    }
}

/// A value of each stretch on which every one of `ops` is constant, or `None` where that cannot be told.
fn points(kind: &Kind, ops: &[&Op]) -> Option<Vec<Json>> {
    match kind {
        Kind::Boolean => Some(vec![Json::Bool(false), Json::Bool(true)]),
        Kind::Text { one_of, .. } => {
            (!one_of.is_empty()).then(|| one_of.iter().cloned().map(Json::Text).collect())
        }
        Kind::Integer { one_of, .. } if !one_of.is_empty() => {
            Some(one_of.iter().copied().map(Json::Int).collect())
        }
        Kind::Number { one_of, .. } if !one_of.is_empty() => {
            Some(one_of.iter().copied().map(Json::Num).collect())
        }
        Kind::Integer { min, max, .. } => {
            let mut cuts = vec![*min, *max];
            for threshold in ops.iter().flat_map(|op| thresholds(op)) {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a float's cast saturates, and bounds cut it below"
                )]
                let near = threshold.floor() as i64;
                cuts.extend([-1, 0, 1, 2].map(|step| near.saturating_add(step)));
            }
            cuts.retain(|cut| (*min..=*max).contains(cut));
            Some(cuts.into_iter().map(Json::Int).collect())
        }
        Kind::Number { min, max, .. } => {
            let mut cuts = vec![*min, *max];
            for threshold in ops.iter().flat_map(|op| thresholds(op)) {
                cuts.extend([threshold.next_down(), threshold, threshold.next_up()]);
            }
            cuts.retain(|cut| (*min..=*max).contains(cut));
            Some(cuts.into_iter().map(Json::Num).collect())
        }
        Kind::List { .. } | Kind::Object { .. } | Kind::OpenObject | Kind::Any => None,
    }
}

/// The values that an equality among `ops` leaves of a text, as the author spelt them.
fn equal_to(kind: &Kind, ops: &[&Op]) -> Option<Vec<Json>> {
    // Equalities do not tell capitals apart and patterns do, so together they say too little.
    if !matches!(kind, Kind::Text { .. }) || ops.iter().any(|op| matches!(op, Op::Matches(_))) {
        return None;
    }
    ops.iter().find_map(|op| match op {
        Op::Eq(value) => Some(vec![value.clone()]),
        Op::In(values) => Some(values.clone()),
        Op::Gt(_) | Op::Lt(_) | Op::Contains(_) | Op::Matches(_) | Op::LenGt(_) => None,
    })
}

fn thresholds(op: &Op) -> Vec<f64> {
    match op {
        Op::Gt(number) | Op::Lt(number) => vec![*number],
        Op::Eq(value) => number(value).into_iter().collect(),
        Op::In(values) => values.iter().filter_map(number).collect(),
        Op::Contains(_) | Op::Matches(_) | Op::LenGt(_) => Vec::new(),
    }
}

/// Whether a condition holds of a value, as the runtime reads it.
fn holds(op: &Op, value: &Json) -> bool {
    match op {
        Op::Gt(limit) => number(value).is_some_and(|number| number > *limit),
        Op::Lt(limit) => number(value).is_some_and(|number| number < *limit),
        Op::Eq(other) => same(value, other),
        Op::In(others) => others.iter().any(|other| same(value, other)),
        Op::Contains(part) => {
            text(value).is_some_and(|text| text.to_lowercase().contains(&part.to_lowercase()))
        }
        Op::Matches(pattern) => text(value)
            .is_some_and(|text| regex_lite::Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(text))),
        Op::LenGt(length) => text(value).is_some_and(|text| text.chars().count() as u64 > *length),
    }
}

/// What the bounds of a type say of a condition: it holds of all its values, of none, or of some.
fn bound(op: &Op, kind: &Kind) -> Option<bool> {
    match (op, kind) {
        (Op::LenGt(length), Kind::Text { min, max, .. } | Kind::List { min, max, .. }) => {
            let (least, most) = (u64::from(*min), u64::from(*max));
            if most <= *length { Some(false) } else { (least > *length).then_some(true) }
        }
        // A letter that is not ASCII can become several in lower case, so only ASCII is counted.
        (Op::Contains(part), Kind::Text { max, .. }) => {
            (part.is_ascii() && part.len() > *max as usize).then_some(false)
        }
        (Op::Eq(Json::Text(value)), Kind::Text { min, max, .. }) => {
            let length = value.len();
            (value.is_ascii() && (length > *max as usize || length < *min as usize)).then_some(false)
        }
        (Op::In(values), Kind::Text { .. }) => {
            values.iter().all(|value| bound(&Op::Eq(value.clone()), kind) == Some(false)).then_some(false)
        }
        _ => None,
    }
}

fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Text(a), Json::Text(b)) => a.to_lowercase() == b.to_lowercase(),
        (Json::Int(_) | Json::Num(_), Json::Int(_) | Json::Num(_)) => number(a) == number(b),
        (a, b) => a == b,
    }
}

#[expect(clippy::cast_precision_loss, reason = "conditions compare as doubles")]
fn number(value: &Json) -> Option<f64> {
    match value {
        Json::Int(number) => Some(*number as f64),
        Json::Num(number) => Some(*number),
        Json::Null | Json::Bool(_) | Json::Text(_) | Json::List(_) | Json::Map(_) => None,
    }
}

fn text(value: &Json) -> Option<&str> {
    if let Json::Text(text) = value { Some(text) } else { None }
}
