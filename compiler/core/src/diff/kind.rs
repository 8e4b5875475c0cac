//! Parameters: what a caller may say.

use std::collections::{BTreeMap, BTreeSet};

use super::delta::Delta;
use crate::plan::{Class, Content, Kind, Param, Presence};

/// What the new kind accepts and the old one did not. Kinds of two different types cannot be compared, not even with one
/// that accepts anything: the same argument is read, and sent, differently.
pub(super) fn kind(old: &Kind, new: &Kind) -> Delta {
    match (old, new) {
        (
            Kind::Text { min, max, pattern, one_of },
            Kind::Text { min: new_min, max: new_max, pattern: new_pattern, one_of: new_one_of },
        ) => {
            Delta::falling(min, new_min)
                | Delta::rising(max, new_max)
                | self::pattern(pattern, new_pattern)
                | choice(one_of, new_one_of)
        }
        (
            Kind::Integer { min, max, one_of },
            Kind::Integer { min: new_min, max: new_max, one_of: new_one_of },
        ) => Delta::falling(min, new_min) | Delta::rising(max, new_max) | choice(one_of, new_one_of),
        (
            Kind::Number { min, max, one_of },
            Kind::Number { min: new_min, max: new_max, one_of: new_one_of },
        ) => Delta::falling(min, new_min) | Delta::rising(max, new_max) | choice(one_of, new_one_of),
        (Kind::List { items, min, max }, Kind::List { items: new_items, min: new_min, max: new_max }) => {
            kind(items, new_items) | Delta::falling(min, new_min) | Delta::rising(max, new_max)
        }
        (Kind::Object { fields }, Kind::Object { fields: new_fields }) => members(fields, new_fields),
        (Kind::Boolean, Kind::Boolean) | (Kind::OpenObject, Kind::OpenObject) | (Kind::Any, Kind::Any) => {
            Delta::NONE
        }
        _ => Delta::APART,
    }
}

/// No pattern matches all.
fn pattern(old: &str, new: &str) -> Delta {
    match (old, new) {
        _ if old == new => Delta::NONE,
        ("", _) => Delta::LESS,
        (_, "") => Delta::MORE,
        _ => Delta::APART,
    }
}

/// No choice is the choice of anything.
fn choice<T: PartialEq>(old: &[T], new: &[T]) -> Delta {
    let within = |these: &[T], of: &[T]| {
        of.is_empty() || (!these.is_empty() && these.iter().all(|one| of.contains(one)))
    };
    Delta::inclusion(old == new, within(old, new), within(new, old))
}

fn members(old: &BTreeMap<String, Param>, new: &BTreeMap<String, Param>) -> Delta {
    let mut delta = Delta::NONE;
    for (name, param) in new {
        delta = delta
            | match old.get(name) {
                Some(before) => self::param(before, param),
                // Whoever may say more of an object, says more: in the request, too.
                None => appeared(param),
            };
    }
    for (_, param) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
        delta = delta | disappeared(param);
    }
    delta
}

/// A parameter that is new. One that must be given shuts out the calls of before; one with a default changes what they
/// send.
pub(super) fn appeared(param: &Param) -> Delta {
    match param.presence {
        Presence::Optional => Delta::MORE,
        Presence::Required | Presence::Default(_) => Delta::APART,
    }
}

/// A parameter that is gone.
pub(super) fn disappeared(param: &Param) -> Delta {
    let Delta { more, less, other } = appeared(param);
    Delta { more: less, less: more, other }
}

fn param(old: &Param, new: &Param) -> Delta {
    // Every field, so that a new one is not forgotten here.
    let Param { about, kind, presence, sensitive, content, scan, allow } = old;
    Delta::text(about, &new.about)
        | self::kind(kind, &new.kind)
        | self::presence(presence, &new.presence)
        | self::sensitive(*sensitive, new.sensitive)
        | self::content(*content, new.content)
        | self::scan(scan, &new.scan)
        | Delta::text(allow, &new.allow)
}

/// What is left out stands for something else as soon as there is another default: those calls send what they did not.
pub(super) fn presence(old: &Presence, new: &Presence) -> Delta {
    match (old, new) {
        _ if old == new => Delta::NONE,
        (Presence::Required, _) => Delta::MORE,
        (_, Presence::Required) => Delta::LESS,
        _ => Delta::APART,
    }
}

/// A content with a form lets fewer values through; two forms cannot be compared.
pub(super) fn content(old: Content, new: Content) -> Delta {
    match (old.has_form(), new.has_form()) {
        _ if old == new => Delta::NONE,
        (true, true) => Delta::APART,
        (false, true) => Delta::LESS,
        (true, false) => Delta::MORE,
        (false, false) => Delta::text(&old, &new),
    }
}

/// What is looked for is what is refused.
pub(super) fn scan(old: &BTreeSet<Class>, new: &BTreeSet<Class>) -> Delta {
    Delta::inclusion(old == new, new.is_subset(old), old.is_subset(new))
}

/// What is sensitive is kept out of the audit log.
pub(super) fn sensitive(old: bool, new: bool) -> Delta {
    Delta::falling(old, new)
}
