//! The proof of what an agent declares of itself, once for all of its tools.

#![expect(clippy::panic, reason = "a panic in const evaluation is how a crate is refused")]

use super::names::{same, same_addresses, same_origin};
use crate::address::{Host, Range};
use crate::decl::{Addresses, Agent, Anomalies, Audit, Authorization, Origin, Threshold, Transport};

/// An agent that passed [`prove_policy`]. There is no other way to make one, and without one no tool is proven.
#[derive(Debug)]
pub struct Policy {
    agent: &'static Agent,
}

impl Policy {
    pub(crate) const fn agent(&self) -> &'static Agent {
        self.agent
    }
}

/// Checks what the agent declares of itself; a failure is a compile error that begins with the code of the rule.
pub const fn prove_policy(agent: &'static Agent) -> Policy {
    prove_audit(&agent.audit);
    prove_transports(agent);
    prove_origins(agent.origins);
    Policy { agent }
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
        prove_listed(&keys_origin, agent);
    }
}

const fn prove_origins(origins: &[Origin]) {
    let mut rest = origins;
    while let [origin, others @ ..] = rest {
        prove_addresses(*origin);
        let mut listed = others;
        while let [other, more @ ..] = listed {
            if same(other.host, origin.host) && !same_addresses(other.addresses, origin.addresses) {
                panic!(
                    "HD0452: two origins of the agent's policy say different things about where one host leads"
                );
            }
            listed = more;
        }
        rest = others;
    }
}

/// What is listed has been proven by [`prove_policy`]: that the host leads where the origin says.
pub(super) const fn prove_listed(origin: &Origin, agent: &Agent) {
    let mut listed = agent.origins;
    while let [first, rest @ ..] = listed {
        if same_origin(first, origin) {
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
