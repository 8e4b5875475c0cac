//! Two states of some agents side by side.

pub mod allowance;
pub mod git;
pub mod subject;

use std::collections::BTreeMap;

use heddle_compiler::diff::report::{Compared, Located};
use heddle_compiler::diff::{Change, Side, appeared, diff, disappeared};

use self::allowance::Allowances;
use self::subject::Subject;

/// One agent before and after; one of the two may not be.
pub type Pair = (Option<Subject>, Option<Subject>);

/// Brings together what belongs together: what stands at one place, then what has one name.
pub fn pairs(old: BTreeMap<String, Subject>, new: BTreeMap<String, Subject>) -> Vec<Pair> {
    let mut old = old;
    let mut pairs = Vec::new();
    let mut unpaired = Vec::new();
    for (place, subject) in new {
        match old.remove(&place) {
            Some(before) => pairs.push((Some(before), Some(subject))),
            None => unpaired.push(subject),
        }
    }
    for subject in unpaired {
        let namesake = old
            .iter()
            .find(|(_, before)| before.plan.name == subject.plan.name)
            .map(|(place, _)| place.clone());
        let before = namesake.and_then(|place| old.remove(&place));
        pairs.push((before, Some(subject)));
    }
    pairs.extend(old.into_values().map(|before| (Some(before), None)));
    pairs.sort_by(|one, other| name(one).cmp(name(other)));
    pairs
}

fn name((old, new): &Pair) -> &str {
    new.as_ref().or(old.as_ref()).map_or("", |subject| &subject.plan.name)
}

/// The changes of a pair, with their places, and with what is allowed marked so.
pub fn compare(pair: &Pair, allowances: &Allowances) -> Compared {
    let changes = match pair {
        (Some(old), Some(new)) => diff(&old.plan, &new.plan),
        (None, Some(new)) => appeared(&new.plan),
        (Some(old), None) => disappeared(&old.plan),
        (None, None) => Vec::new(),
    };
    let agent = name(pair).to_owned();
    let located = |change: Change| {
        let (old, new) = (pair.0.as_ref(), pair.1.as_ref());
        let subject = match change.side {
            Side::Old => old.or(new),
            Side::New => new.or(old),
        };
        let (source, position) = match subject {
            Some(subject) => (subject.shown.clone(), subject.position(&change.place)),
            None => (String::new(), None),
        };
        let allowed = allowances.reason(&agent, &change);
        Located { change, source, position, allowed }
    };
    Compared { agent: agent.clone(), changes: changes.into_iter().map(located).collect() }
}
