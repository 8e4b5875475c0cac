//! The proof of a tool, evaluated by the compiler of the generated crate.
//!
//! `const QUERY: Proven<Tier> = prove::<Tier, query::Query>(&AGENT);` is a free constant, so `cargo check` evaluates it:
//! a tool that wants more than its agent's policy lists stops the build with the code of the rule that it breaks. What
//! passes is a row: the same facts without types, which is all that the rest of the runtime sees.

#![expect(clippy::panic, reason = "a panic in const evaluation is how a crate is refused")]

mod scans;

use std::marker::PhantomData;

use crate::access::{Access as _, Mode};
use crate::address::{Host, Range};
use crate::decl::{
    Action, Addresses, Agent, Anomalies, Audit, Authorization, Body, Field, Grant, Hold, Json, Kind, Limit,
    Node, Op, Origin, Param, Part, Presence, Reads, Returns, Slot, Test, Threshold, Tool, Transport,
    Validation, When,
};
use crate::method::{Method as _, Verb};
use crate::tier::{Level, Tier};

/// A tool that passed [`prove`] for tier `T`. There is no other way to make one.
#[derive(Debug)]
pub struct Proven<T: Tier> {
    row: Row,
    tier: PhantomData<T>,
}

impl<T: Tier> Proven<T> {
    pub(crate) const fn row(&self) -> &Row {
        &self.row
    }
}

/// The facts of a proven tool as plain values. Made by [`prove`] alone.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) tier: Level,
    pub(crate) mode: Mode,
    pub(crate) verb: Verb,
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) reads: Reads,
    pub(crate) limit: Limit,
    pub(crate) holds: &'static [Hold],
    /// A call that no rule decides is held all the same: tier 4, write.
    pub(crate) held_always: bool,
    pub(crate) params: &'static [Param],
    pub(crate) validation: Validation,
    pub(crate) origin: Origin,
    pub(crate) path: &'static [Part],
    pub(crate) query: &'static [Field],
    pub(crate) headers: &'static [Field],
    pub(crate) body: Body,
    pub(crate) answer: &'static [&'static str],
    pub(crate) returns: Returns,
}

/// Checks tool `X` against the policy of its agent and forgets its types.
///
/// Tier against access and method is a matter of the bounds on [`Tool`]'s associated types; everything else is checked
/// here, and a failure is a compile error that begins with the code of the rule.
pub const fn prove<T: Tier, X: Tool<T>>(agent: &'static Agent) -> Proven<T> {
    let row = Row {
        tier: T::LEVEL,
        mode: X::Access::MODE,
        verb: X::Method::VERB,
        name: X::NAME,
        title: X::TITLE,
        about: X::ABOUT,
        reads: X::READS,
        limit: X::LIMIT,
        holds: X::HOLDS,
        held_always: matches!((T::LEVEL, X::Access::MODE), (Level::Privileged, Mode::Write)),
        params: X::PARAMS,
        validation: agent.validation,
        origin: X::ORIGIN,
        path: X::PATH,
        query: X::QUERY,
        headers: X::HEADERS,
        body: X::BODY,
        answer: X::ANSWER,
        returns: X::RETURNS,
    };
    prove_row(&row, agent);
    Proven { row, tier: PhantomData }
}

const fn prove_row(row: &Row, agent: &Agent) {
    if row.limit.per_minute == 0 || row.limit.burst == 0 {
        panic!("HD0501: a rate limit of this tool is zero, so that it could never be called");
    }
    prove_audit(&agent.audit);
    prove_transports(agent);
    prove_origin(row.origin, agent);
    prove_path(row.path, row.params);
    prove_fields(row.query, row.params);
    prove_fields(row.headers, row.params);
    prove_holds(row.holds, row.params);
    if let Body::Json(node) = &row.body {
        prove_node(node, row.params);
    }
    prove_every_param_is_used(row);
    prove_secrets(row, agent);
    scans::prove(row);
}

const fn prove_audit(Audit { sync: _, max_bytes, max_age_s, anomalies }: &Audit) {
    if *max_bytes == 0 || *max_age_s == 0 {
        panic!("HD0530: a segment of the audit log would be full before it began");
    }
    let Anomalies { warm_up: _, rate_limit_breaches, credential_denials, refusals } = anomalies;
    let mut thresholds: &[Threshold] = &[*rate_limit_breaches, *credential_denials, *refusals];
    while let [Threshold { count, within_s }, rest @ ..] = thresholds {
        if *count == 0 || *within_s == 0 {
            panic!("HD0531: a threshold of anomalies is zero, so that it would never be reached");
        }
        thresholds = rest;
    }
}

const fn prove_transports(agent: &Agent) {
    let mut listed = agent.transports;
    if listed.is_empty() {
        panic!("HD0440: no client could reach this agent");
    }
    while let [first, rest @ ..] = listed {
        if matches!(first, Transport::Http) && !cfg!(feature = "http-server") {
            panic!("HD0440: this agent is served over HTTP, and its runtime has no HTTP server");
        }
        listed = rest;
    }
    if let Authorization::OAuth { keys_origin, .. } = agent.authorization {
        if !cfg!(feature = "oauth") {
            panic!("HD0441: this agent has an authorization server, and its runtime checks no tokens of one");
        }
        prove_origin(keys_origin, agent);
    }
}

const fn prove_origin(origin: Origin, agent: &Agent) {
    prove_addresses(origin);
    let mut listed = agent.origins;
    while let [first, rest @ ..] = listed {
        if same(first.host, origin.host) && !same_addresses(first.addresses, origin.addresses) {
            panic!(
                "HD0452: two origins of the agent's policy say different things about where one host leads"
            );
        }
        listed = rest;
    }
    let mut listed = agent.origins;
    while let [first, rest @ ..] = listed {
        if same_origin(first, &origin) {
            return;
        }
        listed = rest;
    }
    panic!("HD0401: this tool goes to an origin that the agent's policy does not list");
}

/// A host that is an address, or this machine by name, says itself where it is.
const fn prove_addresses(origin: Origin) {
    match (Host::of(origin.host), origin.addresses) {
        (Host::Localhost, Addresses::Loopback) | (Host::Name, Addresses::Public) => {}
        (Host::Name, Addresses::Because(why)) => {
            if why.is_empty() {
                panic!("HD0451: an origin may lead inside without a reason");
            }
        }
        (Host::Literal(address), addresses) => match (Range::of(address), addresses) {
            (Range::Public, Addresses::Public)
            | (Range::Loopback, Addresses::Loopback)
            | (Range::Private, Addresses::Private) => {}
            (Range::Machine, _) => panic!("HD0407: an origin is a link-local or metadata address"),
            (Range::Nobody, _) => panic!("HD0416: an origin is an address that is nobody's"),
            (Range::Public | Range::Loopback | Range::Private, _) => {
                panic!("HD0451: an origin says of an address that it lies where it does not")
            }
        },
        (Host::Odd, _) => panic!("HD0406: the host of an origin is an address in an odd spelling"),
        (Host::Localhost | Host::Name, _) => {
            panic!("HD0451: an origin says of a name that it leads where it does not")
        }
    }
}

const fn prove_path(path: &[Part], params: &[Param]) {
    match path {
        [Part::Text(text), ..] if matches!(text.as_bytes(), [b'/', ..]) => {}
        _ => panic!("HD0411: the path of this tool does not begin with `/`"),
    }
    let mut parts = path;
    while let [first, rest @ ..] = parts {
        match first {
            Part::Arg(name) => prove_is_text(name, params, false),
            Part::Secret(_) => panic!("HD0302: a secret stands in the path of this tool"),
            Part::Text(_) => {}
        }
        parts = rest;
    }
}

/// A lone argument may be absent, for its field is then left out; inside other text nothing can be left out.
const fn prove_fields(fields: &[Field], params: &[Param]) {
    let mut fields = fields;
    while let [first, rest @ ..] = fields {
        match first.value {
            [Part::Arg(name)] => prove_is_text(name, params, true),
            parts => prove_parts(parts, params),
        }
        fields = rest;
    }
}

const fn prove_parts(parts: &[Part], params: &[Param]) {
    let mut parts = parts;
    while let [first, rest @ ..] = parts {
        if let Part::Arg(name) = first {
            prove_is_text(name, params, false);
        }
        parts = rest;
    }
}

const fn prove_node(node: &Node, params: &[Param]) {
    match node {
        Node::Fixed(_) => {}
        Node::Arg(name) => prove_is_declared(name, params),
        Node::Text(parts) => prove_parts(parts, params),
        Node::List(items) => {
            let mut items = *items;
            while let [first, rest @ ..] = items {
                prove_node(first, params);
                items = rest;
            }
        }
        Node::Map(members) => {
            let mut members = *members;
            while let [(_, first), rest @ ..] = members {
                prove_node(first, params);
                members = rest;
            }
        }
    }
}

const fn prove_holds(holds: &[Hold], params: &[Param]) {
    let mut holds = holds;
    while let [first, rest @ ..] = holds {
        match first.action {
            Action::Allow if first.reason.is_empty() => {
                panic!("HD0540: a rule of this tool allows calls and gives no reason")
            }
            Action::Hold if first.wait_s > first.expires_s => {
                panic!("HD0542: a rule of this tool lets calls wait longer than its hold lasts")
            }
            Action::Hold | Action::Deny | Action::Allow => {}
        }
        let mut tests = tests_of(first);
        if tests.is_empty() && !matches!(first.when, When::Always) {
            panic!("HD0505: a rule of this tool has no condition, and is not one for every call");
        }
        while let [test, more @ ..] = tests {
            prove_is_declared(test.param, params);
            if let Op::Gt(bound) | Op::Lt(bound) = test.op
                && !bound.is_finite()
            {
                panic!("HD0508: a rule of this tool compares with a number that is not finite");
            }
            tests = more;
        }
        holds = rest;
    }
}

const fn tests_of(hold: &Hold) -> &'static [Test] {
    match hold.when {
        When::Always => &[],
        When::Any(tests) | When::All(tests) => tests,
    }
}

const fn prove_is_declared(name: &str, params: &[Param]) {
    if find(name, params).is_none() {
        panic!("HD0201: this tool uses a parameter that it does not declare");
    }
}

/// The parameter can stand in text: it has one spelling there, and it has a value where it cannot be left out.
const fn prove_is_text(name: &str, params: &[Param], may_be_absent: bool) {
    let Some(param) = find(name, params) else {
        panic!("HD0201: this tool uses a parameter that it does not declare");
    };
    if matches!(param.presence, Presence::Optional | Presence::Default(Json::Null)) && !may_be_absent {
        panic!("HD0204: an optional parameter stands where nothing can be left out");
    }
    if matches!(param.kind, Kind::List { .. } | Kind::Object { .. } | Kind::OpenObject | Kind::Any) {
        panic!("HD0207: a parameter that is no text, number or boolean stands where text is wanted");
    }
}

const fn prove_every_param_is_used(row: &Row) {
    let mut params = row.params;
    while let [first, rest @ ..] = params {
        let name = first.name;
        let used = parts_use(row.path, name)
            || fields_use(row.query, name)
            || fields_use(row.headers, name)
            || matches!(&row.body, Body::Json(node) if node_uses(node, name));
        if !used {
            panic!("HD0202: this tool declares a parameter that it does not use");
        }
        params = rest;
    }
}

const fn parts_use(parts: &[Part], name: &str) -> bool {
    let mut parts = parts;
    while let [first, rest @ ..] = parts {
        if let Part::Arg(arg) = first
            && same(arg, name)
        {
            return true;
        }
        parts = rest;
    }
    false
}

const fn fields_use(fields: &[Field], name: &str) -> bool {
    let mut fields = fields;
    while let [first, rest @ ..] = fields {
        if parts_use(first.value, name) {
            return true;
        }
        fields = rest;
    }
    false
}

const fn node_uses(node: &Node, name: &str) -> bool {
    match node {
        Node::Fixed(_) => false,
        Node::Arg(arg) => same(arg, name),
        Node::Text(parts) => parts_use(parts, name),
        Node::List(items) => {
            let mut items = *items;
            while let [first, rest @ ..] = items {
                if node_uses(first, name) {
                    return true;
                }
                items = rest;
            }
            false
        }
        Node::Map(members) => {
            let mut members = *members;
            while let [(_, first), rest @ ..] = members {
                if node_uses(first, name) {
                    return true;
                }
                members = rest;
            }
            false
        }
    }
}

const fn prove_secrets(row: &Row, agent: &Agent) {
    let mut query = row.query;
    while let [first, rest @ ..] = query {
        prove_grants(first.value, Slot::Query(first.name), row.origin, agent);
        query = rest;
    }
    let mut headers = row.headers;
    while let [first, rest @ ..] = headers {
        prove_grants(first.value, Slot::Header(first.name), row.origin, agent);
        headers = rest;
    }
    if let Body::Json(node) = &row.body {
        prove_grants_in(node, row.origin, agent);
    }
}

const fn prove_grants_in(node: &Node, origin: Origin, agent: &Agent) {
    match node {
        Node::Fixed(_) | Node::Arg(_) => {}
        Node::Text(parts) => prove_grants(parts, Slot::Body, origin, agent),
        Node::List(items) => {
            let mut items = *items;
            while let [first, rest @ ..] = items {
                prove_grants_in(first, origin, agent);
                items = rest;
            }
        }
        Node::Map(members) => {
            let mut members = *members;
            while let [(_, first), rest @ ..] = members {
                prove_grants_in(first, origin, agent);
                members = rest;
            }
        }
    }
}

const fn prove_grants(parts: &[Part], slot: Slot, origin: Origin, agent: &Agent) {
    let mut parts = parts;
    while let [first, rest @ ..] = parts {
        if let Part::Secret(grant) = first {
            if !is_granted(grant, agent) {
                panic!("HD0301: this tool uses a secret that the agent's policy does not grant");
            }
            if !same_origin(&grant.origin, &origin) {
                panic!("HD0301: this tool sends a secret to an origin that it is not granted for");
            }
            if !has_slot(grant.slots, slot) {
                panic!("HD0302: a secret of this tool stands in a place that it is not granted for");
            }
        }
        parts = rest;
    }
}

/// The grant is one of the policy's in full: a copy of it with one more slot is another grant.
const fn is_granted(grant: &Grant, agent: &Agent) -> bool {
    let mut listed = agent.grants;
    while let [first, rest @ ..] = listed {
        if same(first.key, grant.key)
            && same_origin(&first.origin, &grant.origin)
            && are_within(grant.slots, first.slots)
        {
            return true;
        }
        listed = rest;
    }
    false
}

const fn are_within(slots: &[Slot], of: &[Slot]) -> bool {
    let mut slots = slots;
    while let [first, rest @ ..] = slots {
        if !has_slot(of, *first) {
            return false;
        }
        slots = rest;
    }
    true
}

const fn has_slot(slots: &[Slot], wanted: Slot) -> bool {
    let mut slots = slots;
    while let [first, rest @ ..] = slots {
        match (first, &wanted) {
            (Slot::Header(a), Slot::Header(b)) | (Slot::Query(a), Slot::Query(b)) if same(a, b) => {
                return true;
            }
            (Slot::Body, Slot::Body) => return true,
            _ => {}
        }
        slots = rest;
    }
    false
}

const fn find<'a>(name: &str, params: &'a [Param]) -> Option<&'a Param> {
    let mut params = params;
    while let [first, rest @ ..] = params {
        if same(first.name, name) {
            return Some(first);
        }
        params = rest;
    }
    None
}

const fn same_origin(a: &Origin, b: &Origin) -> bool {
    a.scheme as u8 == b.scheme as u8
        && a.port == b.port
        && same(a.host, b.host)
        && same_addresses(a.addresses, b.addresses)
}

const fn same_addresses(a: Addresses, b: Addresses) -> bool {
    match (a, b) {
        (Addresses::Public, Addresses::Public)
        | (Addresses::Loopback, Addresses::Loopback)
        | (Addresses::Private, Addresses::Private) => true,
        (Addresses::Because(a), Addresses::Because(b)) => same(a, b),
        _ => false,
    }
}

/// `==` on strings is not `const`.
const fn same(a: &str, b: &str) -> bool {
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    // Most differ in this, and each step of const evaluation counts when there are a thousand tools.
    if a.len() != b.len() {
        return false;
    }
    loop {
        match (a, b) {
            ([], []) => return true,
            ([x, more_a @ ..], [y, more_b @ ..]) if *x == *y => (a, b) = (more_a, more_b),
            _ => return false,
        }
    }
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
