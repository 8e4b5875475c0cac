//! What is unusual about the calls of a process: four patterns, each with a threshold of the config and bounded memory.

use crate::call::Layer;
use crate::decl::{Anomalies, Threshold};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

/// Tools and secrets are constants of the binary, so there are few; a mistake here must not cost memory for ever.
const KNOWN_MAX: usize = 4096;

/// Something unusual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anomaly {
    /// Which pattern: `new_tool`, `rate_limit`, `credential_denied` or `refusal_burst`.
    pub kind: &'static str,
    /// What it is about: a tool, a secret or a layer.
    pub subject: (&'static str, String),
    /// How often.
    pub count: u64,
    /// Within how many seconds; 0 where time plays no part.
    pub seconds: u64,
}

/// What was seen so far.
#[derive(Debug)]
pub struct Watch {
    bounds: Anomalies,
    calls: u64,
    used: BTreeSet<String>,
    breached: BTreeMap<String, Window>,
    denied: BTreeMap<String, Window>,
    refused: BTreeMap<&'static str, Window>,
}

/// Events since the window opened, and whether they were told.
#[derive(Debug, Clone, Copy)]
struct Window {
    opened: Instant,
    count: u32,
}

impl Watch {
    /// Nothing was seen yet.
    pub const fn new(bounds: Anomalies) -> Self {
        Self {
            bounds,
            calls: 0,
            used: BTreeSet::new(),
            breached: BTreeMap::new(),
            denied: BTreeMap::new(),
            refused: BTreeMap::new(),
        }
    }

    /// A call came to its end. `layer` refused it, if one did.
    pub fn call(&mut self, tool: &str, layer: Option<Layer>, now: Instant) -> Vec<Anomaly> {
        let mut found = Vec::new();
        if layer != Some(Layer::UnknownTool) {
            self.calls = self.calls.saturating_add(1);
            if !self.used.contains(tool) && self.used.len() < KNOWN_MAX {
                self.used.insert(tool.to_owned());
                if self.calls > u64::from(self.bounds.warm_up) {
                    found.push(Anomaly {
                        kind: "new_tool",
                        subject: ("tool", tool.to_owned()),
                        count: self.calls,
                        seconds: 0,
                    });
                }
            }
        }
        let Some(layer) = layer else { return found };
        let Anomalies { warm_up: _, rate_limit_breaches, credential_denials: _, refusals } = self.bounds;
        if layer == Layer::RateLimit && count(&mut self.breached, tool.to_owned(), rate_limit_breaches, now) {
            found.push(Anomaly::of("rate_limit", ("tool", tool.to_owned()), rate_limit_breaches));
        }
        if count(&mut self.refused, layer.as_str(), refusals, now) {
            found.push(Anomaly::of("refusal_burst", ("layer", layer.as_str().to_owned()), refusals));
        }
        found
    }

    /// A secret was denied.
    pub fn denial(&mut self, key: &str, now: Instant) -> Option<Anomaly> {
        let denials = self.bounds.credential_denials;
        count(&mut self.denied, key.to_owned(), denials, now)
            .then(|| Anomaly::of("credential_denied", ("key", key.to_owned()), denials))
    }
}

impl Anomaly {
    fn of(kind: &'static str, subject: (&'static str, String), threshold: Threshold) -> Self {
        let Threshold { count, within_s } = threshold;
        Self { kind, subject, count: u64::from(count), seconds: u64::from(within_s) }
    }
}

/// Counts an event; true once in a window, when there have been enough.
fn count<K: Ord>(
    windows: &mut BTreeMap<K, Window>,
    key: K,
    Threshold { count: enough, within_s }: Threshold,
    now: Instant,
) -> bool {
    if windows.len() >= KNOWN_MAX && !windows.contains_key(&key) {
        return false;
    }
    let window = windows.entry(key).or_insert(Window { opened: now, count: 0 });
    if now.duration_since(window.opened) >= Duration::from_secs(u64::from(within_s)) {
        *window = Window { opened: now, count: 0 };
    }
    window.count = window.count.saturating_add(1);
    window.count == enough
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::fixture::AUDIT;

    const BOUNDS: Anomalies = AUDIT.anomalies;

    fn watch() -> (Watch, Instant) {
        (Watch::new(BOUNDS), Instant::now())
    }

    fn span(threshold: Threshold) -> Duration {
        Duration::from_secs(u64::from(threshold.within_s))
    }

    fn kinds(found: &[Anomaly]) -> Vec<&str> {
        found.iter().map(|anomaly| anomaly.kind).collect()
    }

    #[test]
    fn a_tool_is_new_only_after_the_warm_up_and_only_once() {
        let (mut watch, now) = watch();
        for _ in 0..BOUNDS.warm_up {
            assert_eq!(watch.call("usual", None, now), []);
        }
        assert_eq!(kinds(&watch.call("other", None, now)), ["new_tool"]);
        assert_eq!(watch.call("other", None, now), []);
        assert_eq!(watch.call("nobody", Some(Layer::UnknownTool), now), []);
    }

    #[test]
    fn a_breach_is_told_once_in_its_time() {
        let (mut watch, now) = watch();
        assert_eq!(kinds(&watch.call("a", Some(Layer::RateLimit), now)), ["rate_limit"]);
        assert_eq!(watch.call("a", Some(Layer::RateLimit), now), []);
        assert_eq!(
            kinds(&watch.call("a", Some(Layer::RateLimit), now + span(BOUNDS.rate_limit_breaches))),
            ["rate_limit"]
        );
    }

    #[test]
    fn denials_and_refusals_count_within_their_time() {
        let (mut watch, now) = watch();
        assert_eq!(watch.denial("k", now), None);
        assert_eq!(watch.denial("k", now), None);
        assert_eq!(watch.denial("k", now).map(|anomaly| anomaly.kind), Some("credential_denied"));
        assert_eq!(watch.denial("k", now), None);
        let later = now + span(BOUNDS.credential_denials);
        assert_eq!(watch.denial("k", later), None, "a new window begins at one");

        let refused = |watch: &mut Watch, at| watch.call("t", Some(Layer::InputValidation), at);
        for _ in 1..BOUNDS.refusals.count {
            assert_eq!(refused(&mut watch, now), []);
        }
        assert_eq!(kinds(&refused(&mut watch, now)), ["refusal_burst"]);
        assert_eq!(refused(&mut watch, now), []);
    }

    #[test]
    fn memory_is_bounded_whatever_names_come() {
        let (mut watch, now) = watch();
        for n in 0..2 * KNOWN_MAX {
            let _ = watch.call(&n.to_string(), Some(Layer::RateLimit), now);
            let _ = watch.denial(&n.to_string(), now);
        }
        assert_eq!((watch.used.len(), watch.breached.len()), (KNOWN_MAX, KNOWN_MAX));
        assert_eq!(watch.denied.len(), KNOWN_MAX);
    }
}
