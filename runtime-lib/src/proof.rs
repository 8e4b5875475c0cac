//! The proof of a tool, evaluated by the compiler of the generated crate.
//!
//! `const QUERY: Proven<Tier> = prove::<Tier, query::Query>(&POLICY);` is a free constant, so `cargo check` evaluates it:
//! a tool that wants more than its agent's policy lists stops the build with the code of the rule that it breaks. What
//! passes is a row: the same facts without types, which is all that the rest of the runtime sees.

#![expect(clippy::panic, reason = "a panic in const evaluation is how a crate is refused")]

mod names;
mod places;
mod policy;
mod scans;
mod secrets;

use std::marker::PhantomData;

use self::names::find;
pub use self::policy::{Policy, prove_policy};
use crate::access::{Access as _, Mode};
use crate::decl::{
    Action, Agent, Body, Facts, Field, Hold, Json, Kind, Limit, Node, Op, Origin, Param, Part, Presence,
    Reads, Returns, Test, Tool, Validation, When,
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
pub const fn prove<T: Tier, X: Tool<T>>(policy: &Policy) -> Proven<T> {
    let agent = policy.agent();
    let Facts {
        name,
        title,
        about,
        reads,
        limit,
        holds,
        params,
        origin,
        path,
        query,
        headers,
        body,
        answer,
        returns,
    } = X::FACTS;
    let row = Row {
        tier: T::LEVEL,
        mode: X::Access::MODE,
        verb: X::Method::VERB,
        name,
        title,
        about,
        reads,
        limit,
        holds,
        held_always: matches!((T::LEVEL, X::Access::MODE), (Level::Privileged, Mode::Write)),
        params,
        validation: agent.validation,
        origin,
        path,
        query,
        headers,
        body,
        answer,
        returns,
    };
    prove_row(&row, agent);
    Proven { row, tier: PhantomData }
}

const fn prove_row(row: &Row, agent: &Agent) {
    if row.limit.per_minute == 0 || row.limit.burst == 0 {
        panic!("HD0501: a rate limit of this tool is zero, so that it could never be called");
    }
    policy::prove_listed(&row.origin, agent);
    prove_path(row.path, row.params);
    prove_fields(row.query, row.params);
    prove_fields(row.headers, row.params);
    prove_holds(row.holds, row.params);
    if let Body::Json(node) = &row.body {
        prove_node(node, row.params);
    }
    secrets::prove(row, agent);
    scans::prove(row);
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

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
