//! Layer 1: how often a tool may be called.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Call, Layer, Principal, Received, Refusal};
use crate::decl::Limit;

/// The state of a call that came within its tool's rate limit.
#[derive(Debug)]
pub struct Admitted(());

/// Layer 1: takes one call from the tool's allowance, or says when there will be one again.
pub fn rate_limit(call: Call<'_, Received>) -> Result<Call<'_, Admitted>, Refusal> {
    match call.tool.meters.of(call.principal).take(call.received) {
        Ok(()) => Ok(call.into_state(Admitted(()))),
        Err(wait) => {
            let row = call.tool.row();
            let Limit { per_minute, burst } = row.limit;
            // Rounded up, so that who waits that long is not refused again.
            let tenths = wait.as_millis().div_ceil(100).max(1);
            Err(Refusal::new(
                Layer::RateLimit,
                format!(
                    "rate limit: `{}` may be called {per_minute} times a minute, {burst} at once; try again in {}.{} s",
                    row.name,
                    tenths / 10,
                    tenths % 10,
                ),
            ))
        }
    }
}

/// The allowances of one tool: each principal has its own, and whoever proved nothing shares one.
#[derive(Debug)]
pub struct Meters {
    limit: Limit,
    start: Instant,
    anyone: Arc<Meter>,
    named: Mutex<BTreeMap<Arc<str>, Arc<Meter>>>,
}

/// Past this many principals those whose allowance is full are forgotten, which changes nothing for them.
const PRINCIPALS: usize = 1024;

impl Meters {
    pub fn new(limit: Limit, start: Instant) -> Self {
        Self { limit, start, anyone: Arc::new(Meter::new(limit, start)), named: Mutex::default() }
    }

    fn of(&self, principal: &Principal) -> Arc<Meter> {
        let Some(name) = principal.shared_name() else { return self.anyone.clone() };
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(meter) = named.get(name) {
            return meter.clone();
        }
        if named.len() >= PRINCIPALS {
            let now = Instant::now();
            named.retain(|_, meter| !meter.is_full(now));
        }
        let meter = Arc::new(Meter::new(self.limit, self.start));
        named.insert(name.clone(), meter.clone());
        meter
    }
}

/// The generic cell rate algorithm: one number, the time at which the allowance is full again.
#[derive(Debug)]
pub struct Meter {
    start: Instant,
    /// Nanoseconds between two calls at the sustained rate.
    interval: u64,
    /// How far ahead of the clock `full_at` may be before a call.
    tolerance: u64,
    /// Nanoseconds after `start`.
    full_at: AtomicU64,
}

impl Meter {
    pub fn new(limit: Limit, start: Instant) -> Self {
        let interval = (60_000_000_000 / u64::from(limit.per_minute.max(1))).max(1);
        let tolerance = interval.saturating_mul(u64::from(limit.burst.saturating_sub(1)));
        Self { start, interval, tolerance, full_at: AtomicU64::new(0) }
    }

    /// Whether nothing is taken.
    fn is_full(&self, now: Instant) -> bool {
        let now = u64::try_from(now.saturating_duration_since(self.start).as_nanos()).unwrap_or(u64::MAX);
        self.full_at.load(Ordering::Relaxed) <= now
    }

    /// Takes one call, or says how long until one may be taken.
    fn take(&self, now: Instant) -> Result<(), Duration> {
        let now = u64::try_from(now.saturating_duration_since(self.start).as_nanos()).unwrap_or(u64::MAX);
        let mut full_at = self.full_at.load(Ordering::Relaxed);
        loop {
            let ahead = full_at.saturating_sub(now);
            if ahead > self.tolerance {
                return Err(Duration::from_nanos(ahead - self.tolerance));
            }
            let next = full_at.max(now).saturating_add(self.interval);
            // The number stands for itself and orders nothing else.
            match self.full_at.compare_exchange_weak(full_at, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok(()),
                Err(current) => full_at = current,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn meter(per_minute: u32, burst: u32) -> (Meter, Instant) {
        let start = Instant::now();
        (Meter::new(Limit { per_minute, burst }, start), start)
    }

    #[test]
    fn gives_the_burst_and_then_the_sustained_rate() {
        let (meter, start) = meter(60, 3);
        for _ in 0..3 {
            assert_eq!(meter.take(start), Ok(()));
        }
        assert_eq!(meter.take(start), Err(Duration::from_secs(1)));
        let later = start + Duration::from_millis(400);
        assert_eq!(meter.take(later), Err(Duration::from_millis(600)));
        let then = start + Duration::from_secs(1);
        assert_eq!(meter.take(then), Ok(()));
        assert!(meter.take(then).is_err());
    }

    #[test]
    fn a_long_rest_gives_no_more_than_the_burst() {
        let (meter, start) = meter(60, 2);
        let later = start + Duration::from_secs(3600);
        assert!(meter.take(later).is_ok());
        assert!(meter.take(later).is_ok());
        assert!(meter.take(later).is_err());
    }

    #[test]
    fn each_principal_has_an_allowance_of_its_own() {
        let start = Instant::now();
        let meters = Meters::new(Limit { per_minute: 1, burst: 1 }, start);
        let (ada, bob) = (Principal::named("ada", true), Principal::named("bob", true));
        for principal in [&ada, &bob, &Principal::ANYONE] {
            assert!(meters.of(principal).take(start).is_ok());
            assert!(meters.of(principal).take(start).is_err());
        }
        for n in 0..3 * PRINCIPALS {
            meters.of(&Principal::named(&format!("p{n}"), true));
        }
        assert!(meters.named.lock().unwrap().len() <= PRINCIPALS + 1);
        assert!(meters.of(&ada).take(start).is_err(), "who used it up is not forgotten");
    }

    #[test]
    fn a_refused_call_costs_nothing() {
        let (meter, start) = meter(60, 1);
        assert!(meter.take(start).is_ok());
        for _ in 0..1000 {
            assert!(meter.take(start).is_err());
        }
        assert!(meter.take(start + Duration::from_secs(1)).is_ok());
    }

    #[test]
    fn threads_together_get_the_burst_and_no_more() {
        let (meter, start) = meter(1, 100);
        let taken = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| (0..100).filter(|_| meter.take(start).is_ok()).count()))
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
        });
        assert_eq!(taken, 100);
    }

    proptest! {
        #[test]
        fn never_more_than_burst_plus_rate(
            per_minute in 1u32..6000, burst in 1u32..50,
            steps in proptest::collection::vec(0u64..2_000_000_000, 1..200),
        ) {
            let (meter, start) = meter(per_minute, burst);
            let (mut at, mut taken) = (0u64, 0u64);
            for step in steps {
                at += step;
                let now = start + Duration::from_nanos(at);
                match meter.take(now) {
                    Ok(()) => taken += 1,
                    Err(wait) => {
                        // Just before the time it names it still says no.
                        prop_assert!(meter.take(now + wait.saturating_sub(Duration::from_nanos(1))).is_err());
                    }
                }
                let allowed = u64::from(burst) + at / meter.interval + 1;
                prop_assert!(taken <= allowed, "{taken} of {allowed}");
            }
        }

        #[test]
        fn the_wait_it_names_is_enough(per_minute in 1u32..100_000, burst in 1u32..9) {
            let (meter, start) = meter(per_minute, burst);
            while meter.take(start).is_ok() {}
            let wait = meter.take(start).unwrap_err();
            prop_assert!(meter.take(start + wait).is_ok());
        }
    }
}
