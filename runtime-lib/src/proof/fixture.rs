//! What the unit tests of several modules are made of.

use serde_json::{Map, Value};

use crate::access::Mode;
use crate::decl::{
    Addresses, Anomalies, Audit, Body, Content, Json, Kind, Limit, Origin, Param, Presence, Reads, Returns,
    Scheme, Sync, Threshold, Validation,
};
use crate::method::Verb;
use crate::proof::Row;
use crate::tier::Level;

/// A read tool without parameters; tests change what they are about.
pub(crate) const ROW: Row = Row {
    tier: Level::Observer,
    mode: Mode::Read,
    verb: Verb::Get,
    name: "tool",
    title: "",
    about: "",
    reads: Reads::ByMethod,
    limit: Limit { per_minute: 60_000, burst: 60_000 },
    holds: &[],
    held_always: false,
    params: &[],
    validation: Validation::Strict,
    origin: Origin { scheme: Scheme::Http, host: "localhost", port: 9090, addresses: Addresses::Loopback },
    path: &[crate::decl::Part::Text("/")],
    query: &[],
    headers: &[],
    body: Body::Empty,
    answer: &[],
    returns: Returns::Text,
};

/// What an agent declares of its audit log when its config says nothing.
pub(crate) const AUDIT: Audit = Audit {
    sync: Sync::Os,
    max_bytes: 64 * 1024 * 1024,
    max_age_s: 24 * 60 * 60,
    anomalies: Anomalies {
        warm_up: 100,
        rate_limit_breaches: Threshold { count: 1, within_s: 60 },
        credential_denials: Threshold { count: 3, within_s: 300 },
        refusals: Threshold { count: 20, within_s: 60 },
    },
};

/// Any text up to 100 characters.
pub(crate) const TEXT: Kind = Kind::Text { min: 0, max: 100, pattern: "", one_of: &[] };
/// Any integer.
pub(crate) const INTEGER: Kind = Kind::Integer { min: i64::MIN, max: i64::MAX, one_of: &[] };
/// Any number.
pub(crate) const NUMBER: Kind = Kind::Number { min: f64::MIN, max: f64::MAX, one_of: &[] };

/// A parameter in which nothing is looked for: what the proof would refuse, and other tests need.
const UNSCANNED: Param = Param {
    name: "",
    about: "",
    kind: TEXT,
    presence: Presence::Required,
    sensitive: false,
    content: Content::Unspecified,
    scan: &[],
    allow: &[],
};

/// A parameter that must be given.
pub(crate) const fn required(name: &'static str, kind: Kind) -> Param {
    Param { name, about: "", kind, presence: Presence::Required, sensitive: false, ..UNSCANNED }
}

/// A parameter that may be left out.
pub(crate) const fn optional(name: &'static str, kind: Kind) -> Param {
    Param { name, about: "", kind, presence: Presence::Optional, sensitive: false, ..UNSCANNED }
}

/// A parameter with a default.
pub(crate) const fn defaulted(name: &'static str, kind: Kind, default: Json) -> Param {
    Param { name, about: "", kind, presence: Presence::Default(default), sensitive: false, ..UNSCANNED }
}

/// A row that lives as long as a compiled one.
pub(crate) fn leak(row: Row) -> &'static Row {
    Box::leak(Box::new(row))
}

/// The members of a JSON object.
pub(crate) fn members(value: Value) -> Map<String, Value> {
    let Value::Object(members) = value else { panic!("{value} is not an object") };
    members
}

/// Runs a future as a generated binary does: on one thread.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
