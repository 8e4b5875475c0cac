//! Numbers of the policy: how often, how long, how much.

use crate::ast::{RateLimit, Runtime};
use crate::diag::{Diagnostic, HD0501, HD0502, HD0503, Sink};
use crate::plan::Limit;
use crate::source::Spanned;

/// Calls per minute and at once where the config says nothing.
const CALLS: u32 = 120;
/// More calls than this a minute are no limit.
const MOST_CALLS: u32 = 1_000_000;
/// Milliseconds of a call where the config says nothing.
const DEADLINE: u64 = 30_000;
/// Milliseconds after which every caller has given up.
const LONGEST: u64 = 3_600_000;
/// Bytes of an answer where the config says nothing.
const ANSWER: u64 = 1 << 20;
/// A smaller cap would cut the errors of most servers.
const LEAST_ANSWER: u64 = 1 << 10;
/// An answer is kept in memory.
const MOST_ANSWER: u64 = 256 << 20;

/// The limit of every tool that has none of its own.
pub(super) fn of_agent(runtime: &Runtime, sink: &mut Sink) -> Limit {
    let unsaid = Limit { per_minute: CALLS, burst: CALLS };
    rate(runtime.rate_limit.as_ref(), unsaid, sink)
}

/// A limit; what it does not say is `unsaid`'s, and a burst follows its own `per_minute`.
pub(super) fn rate(limit: Option<&RateLimit>, unsaid: Limit, sink: &mut Sink) -> Limit {
    let Some(RateLimit { span, per_minute, burst }) = limit else { return unsaid };
    if per_minute.is_none() && burst.is_none() {
        sink.push(
            Diagnostic::error(
                HD0501,
                "this rate limit says nothing",
                *span,
                "neither `per_minute` nor `burst`",
            )
            .help("write `{ per_minute: 60, burst: 10 }`, or remove it"),
        );
        return unsaid;
    }
    let own = calls("per_minute", per_minute.as_ref(), sink);
    let per_minute = own.unwrap_or(unsaid.per_minute);
    let burst = calls("burst", burst.as_ref(), sink).unwrap_or(own.unwrap_or(unsaid.burst));
    Limit { per_minute, burst }
}

fn calls(key: &str, found: Option<&Spanned<i64>>, sink: &mut Sink) -> Option<u32> {
    let found = found?;
    let calls = u32::try_from(found.value).ok().filter(|calls| (1..=MOST_CALLS).contains(calls));
    if calls.is_none() {
        let zero = "to switch a tool off, take it out of `exposes`";
        sink.push(
            Diagnostic::error(
                HD0501,
                format!("`{key}` cannot be {}", found.value),
                found.span,
                format!("1 to {MOST_CALLS}"),
            )
            .help(if found.value <= 0 {
                zero
            } else {
                "a limit that nobody reaches is none: write what the server can bear"
            }),
        );
    }
    calls
}

/// Total time of one call, in milliseconds.
pub(super) fn deadline(found: Option<&Spanned<u64>>, sink: &mut Sink) -> u64 {
    let Some(found) = found else { return DEADLINE };
    if !(1..=LONGEST).contains(&found.value) {
        sink.push(
            Diagnostic::error(
                HD0502,
                "a call takes between a millisecond and an hour",
                found.span,
                "out of range",
            )
            .note("it holds its place among the calls in flight until the deadline")
            .help("write a time such as `30s`; for long work call once to begin it and again to ask"),
        );
    }
    found.value
}

/// Longest answer that is read, in bytes.
pub(super) fn answer(found: Option<&Spanned<u64>>, sink: &mut Sink) -> u64 {
    let Some(found) = found else { return ANSWER };
    if !(LEAST_ANSWER..=MOST_ANSWER).contains(&found.value) {
        sink.push(
            Diagnostic::error(HD0503, "an answer has between 1 KiB and 256 MiB", found.span, "out of range")
                .note("answers are kept in memory, as many as there are calls in flight")
                .help("write a size such as `1MiB`"),
        );
    }
    found.value
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn limit(per_minute: Option<i64>, burst: Option<i64>) -> (Limit, bool) {
        let at = |value| Spanned::new(value, Span::default());
        let limit = RateLimit { span: Span::default(), per_minute: per_minute.map(at), burst: burst.map(at) };
        let mut sink = Sink::default();
        let unsaid = Limit { per_minute: 7, burst: 3 };
        let found = rate(Some(&limit), unsaid, &mut sink);
        (found, sink.has_errors())
    }

    #[test]
    fn a_burst_follows_its_own_rate() {
        assert_eq!(limit(Some(60), None), (Limit { per_minute: 60, burst: 60 }, false));
        assert_eq!(limit(None, Some(2)), (Limit { per_minute: 7, burst: 2 }, false));
        assert_eq!(limit(Some(60), Some(10)), (Limit { per_minute: 60, burst: 10 }, false));
    }

    #[test]
    fn limits_are_at_least_one() {
        for (per_minute, burst) in
            [(Some(0), None), (Some(-1), None), (None, Some(0)), (Some(1 << 40), None), (None, None)]
        {
            assert!(limit(per_minute, burst).1, "{per_minute:?} {burst:?}");
        }
    }
}
