//! What a ticket says. It is one line of JSON, sealed; the same line is what a human is shown.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Caller, Held};
use crate::text::hex;

/// Digits of an id that are shown; the command line takes any beginning that is not ambiguous.
const SHORT: usize = 12;

/// Seconds that a clock may go back by.
const STEP: u64 = 60;

/// One held call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ticket {
    pub(super) heddle_ticket: u32,
    /// SHA-256 over agent, build, tool, arguments and nonce.
    pub(super) id: String,
    pub(super) agent: String,
    pub(super) build: String,
    pub(super) tool: String,
    pub(super) arguments: Map<String, Value>,
    pub(super) rule: String,
    pub(super) reason: String,
    pub(super) asked: Asked,
    pub(super) request: Shown,
    /// An argument is sensitive: after its end nothing of the ticket is kept but its name.
    #[serde(default)]
    pub(super) discreet: bool,
    /// Seconds since 1970.
    pub(super) made: u64,
    /// From this second on, no answer was a no.
    pub(super) expires: u64,
    pub(super) nonce: String,
    /// The seal, which is checked over the bytes before any of this is believed.
    #[serde(default, skip_serializing)]
    pub(super) mac: String,
}

/// Who asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    pub(super) client: Option<String>,
    pub(super) principal: Option<String>,
    pub(super) session: String,
    pub(super) call: u64,
}

/// The request that would be sent, with secrets by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    pub(crate) method: String,
    pub(crate) url: String,
    /// Name and value.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Option<String>,
    /// Keys of the secrets that stand in it.
    pub(crate) secrets: Vec<String>,
}

/// A human's answer, or the caller's withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Answer {
    pub(super) heddle_answer: u32,
    pub(super) ticket: String,
    pub(super) decision: Decision,
    /// Why; may be empty.
    pub(super) reason: String,
    pub(super) by: Person,
    /// Seconds since 1970.
    pub(super) at: u64,
    #[serde(default, skip_serializing)]
    pub(super) mac: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Decision {
    Approved,
    Denied,
}

/// Who answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) uid: u32,
    pub(super) user: String,
    pub(super) host: String,
    pub(super) tty: Option<String>,
}

impl std::fmt::Display for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { uid, user, host, tty } = self;
        let tty = tty.as_deref().unwrap_or("no terminal");
        let [user, host, tty] = [user, host, tty].map(crate::text::visible);
        write!(f, "{user} (uid {uid}) on {host}, {tty}")
    }
}

/// What a ticket is about: two calls of the same matter are the same call.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Matter<'m> {
    pub(super) agent: &'m str,
    pub(super) build: &'m str,
    pub(super) tool: &'m str,
    pub(super) arguments: Map<String, Value>,
    pub(super) principal: Option<String>,
}

impl<'m> Matter<'m> {
    pub(super) fn of(agent: &'m str, build: &'m str, held: &Held<'_>, caller: &Caller) -> Self {
        let tool = held.call().tool().row().name;
        let principal = caller.principal.name().map(ToOwned::to_owned);
        Self { agent, build, tool, arguments: arguments(held), principal }
    }

    /// The beginning of the names of the files that can be about it.
    pub(super) fn prefix(&self) -> String {
        let Self { agent, build, tool, arguments, principal } = self;
        let digest = digest(&(agent, build, tool, arguments, principal));
        format!("{agent}.{}.", digest.get(..32).unwrap_or(&digest))
    }

    /// The id of a ticket about it.
    pub(super) fn id(&self, nonce: &str) -> String {
        let Self { agent, build, tool, arguments, principal: _ } = self;
        digest(&(agent, build, tool, arguments, nonce))
    }
}

/// The arguments of a held call as validation read them.
pub(super) fn arguments(held: &Held<'_>) -> Map<String, Value> {
    held.call().values().given().map(|(name, value)| (name.to_owned(), sorted(value))).collect()
}

/// The same value with its members in order, should a crate of the build have told serde_json to keep theirs.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sorted).collect(),
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_unstable_by_key(|(key, _)| *key);
            Value::Object(members.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// SHA-256, in hex, of a JSON array: where one part ends and the next begins can be read in one way only.
fn digest(parts: &impl Serialize) -> String {
    // Neither strings nor JSON values can fail to be written.
    hex(&Sha256::digest(serde_json::to_vec(parts).unwrap_or_default()))
}

impl Ticket {
    /// What is wrong with it as a ticket about this matter and this request; `None`: nothing.
    pub(super) fn misfit(&self, matter: &Matter<'_>, shown: &Shown) -> Option<&'static str> {
        if self.heddle_ticket != 1 {
            Some("it is of a version that this binary does not know")
        } else if self.agent != matter.agent {
            Some("it is for another agent")
        } else if self.build != matter.build {
            Some("it is for another build")
        } else if self.tool != matter.tool {
            Some("it is for another tool")
        } else if self.asked.principal != matter.principal {
            Some("somebody else asked")
        } else if self.id != matter.id(&self.nonce) {
            // The id stands for the arguments to the last digit, which a number that was read back may lack.
            Some("it is for other arguments")
        } else if self.request != *shown {
            Some("it is for another request")
        } else {
            None
        }
    }

    /// Whether it is too late for it; or too early, by more than clocks are set right by: it would live longer than the
    /// rule says.
    pub(super) const fn is_over(&self, now: u64) -> bool {
        now >= self.expires || self.made.saturating_sub(now) > STEP
    }

    /// The id as far as it is shown.
    pub(super) fn short(&self) -> &str {
        short(&self.id)
    }
}

/// An id as far as it is shown.
pub(super) fn short(id: &str) -> &str {
    id.get(..SHORT).unwrap_or(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_lives_from_when_it_was_made_to_its_expiry() {
        let (asked, request) = (
            Asked { client: None, principal: None, session: String::new(), call: 0 },
            Shown { method: String::new(), url: String::new(), headers: vec![], body: None, secrets: vec![] },
        );
        let ticket = Ticket {
            heddle_ticket: 1,
            id: String::new(),
            agent: String::new(),
            build: String::new(),
            tool: String::new(),
            arguments: Map::new(),
            rule: String::new(),
            reason: String::new(),
            asked,
            request,
            discreet: false,
            made: 10_000,
            expires: 10_900,
            nonce: String::new(),
            mac: String::new(),
        };
        for (now, is_over) in [
            (10_000, false),
            (10_899, false),
            (10_900, true),
            (u64::MAX, true),
            // A clock that was set right, and one that was set back.
            (9_990, false),
            (9_000, true),
            (0, true),
        ] {
            assert_eq!(ticket.is_over(now), is_over, "{now}");
        }
    }
}
