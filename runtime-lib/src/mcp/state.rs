//! What a client of 2026-07-28 carries between the two halves of a call whose hold it is shown. It is sealed, is for one
//! principal, one tool and its arguments, and is taken once; it says that the hold was shown and nothing else.

use crate::approvals::{Key, Kind, random};
use crate::call::Principal;
use crate::text::hex;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a user has to look at the hold.
const LASTS: Duration = Duration::from_secs(60 * 60);
/// States that are out at once.
const OUT_MAX: usize = 1000;

/// The states that are out, and what they are sealed with.
#[derive(Debug)]
pub struct States {
    key: Key,
    began: Instant,
    /// Nonce -> until when. A state is taken out of here when it is used, so a second use finds nothing.
    out: Mutex<BTreeMap<String, Duration>>,
}

#[derive(Serialize, Deserialize)]
struct State {
    /// What it is for: SHA-256 of principal, tool and arguments.
    of: String,
    nonce: String,
}

impl States {
    /// With a key of this process alone.
    pub fn new() -> Result<Self, String> {
        Ok(Self { key: Key::new(random()?), began: Instant::now(), out: Mutex::default() })
    }

    /// A state for the second half of this call.
    pub fn seal(
        &self,
        principal: &Principal,
        tool: &str,
        arguments: &Map<String, Value>,
    ) -> Result<String, String> {
        let nonce = hex(random::<16>()?.as_slice());
        let state = State { of: digest(principal, tool, arguments), nonce: nonce.clone() };
        let json = serde_json::to_string(&state).map_err(|error| error.to_string())?;
        let now = self.began.elapsed();
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        out.retain(|_, until| *until > now);
        if out.len() >= OUT_MAX {
            return Err("too many holds are being shown".to_owned());
        }
        out.insert(nonce, now + LASTS);
        Ok(self.key.seal(Kind::State, &json).trim_end().to_owned())
    }

    /// Takes a state back: it is ours, for this call, in time and not used before.
    pub fn open(
        &self,
        state: &str,
        principal: &Principal,
        tool: &str,
        arguments: &Map<String, Value>,
    ) -> Result<(), &'static str> {
        if !self.key.is_sealed(Kind::State, format!("{state}\n").as_bytes()) {
            return Err("it is not one that this server gave");
        }
        let state: State = serde_json::from_str(state).map_err(|_| "it cannot be read")?;
        if state.of != digest(principal, tool, arguments) {
            return Err("it is for another call");
        }
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        match out.remove(&state.nonce) {
            Some(until) if until > self.began.elapsed() => Ok(()),
            Some(_) => Err("it is too old"),
            None => Err("it was used before, or is too old"),
        }
    }
}

fn digest(principal: &Principal, tool: &str, arguments: &Map<String, Value>) -> String {
    // JSON values can be written as JSON.
    hex(&Sha256::digest(serde_json::to_vec(&(principal.name(), tool, arguments)).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::fixture::{block_on, members};
    use serde_json::json;

    #[test]
    fn a_state_is_for_one_call_and_taken_once() {
        block_on(async {
            let (states, other) = (States::new().unwrap(), States::new().unwrap());
            let arguments = members(json!({"a": 1}));
            let (ada, bob) = (Principal::named("ada", true), Principal::named("bob", true));
            let state = states.seal(&ada, "tool", &arguments).unwrap();
            assert!(other.open(&state, &ada, "tool", &arguments).is_err());
            assert!(states.open(&state, &bob, "tool", &arguments).is_err());
            assert!(states.open(&state, &Principal::ANYONE, "tool", &arguments).is_err());
            assert!(states.open(&state, &ada, "other", &arguments).is_err());
            assert!(states.open(&state, &ada, "tool", &Map::new()).is_err());
            assert!(states.open(&state.replace("of", "if"), &ada, "tool", &arguments).is_err());
            assert_eq!(states.open(&state, &ada, "tool", &arguments), Ok(()));
            assert_eq!(
                states.open(&state, &ada, "tool", &arguments),
                Err("it was used before, or is too old")
            );
        });
    }

    #[test]
    fn the_states_that_are_out_are_bounded() {
        block_on(async {
            let states = States::new().unwrap();
            for _ in 0..OUT_MAX {
                states.seal(&Principal::ANYONE, "tool", &Map::new()).unwrap();
            }
            assert!(states.seal(&Principal::ANYONE, "tool", &Map::new()).is_err());
        });
    }
}
