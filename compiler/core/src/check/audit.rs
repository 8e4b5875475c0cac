//! How the audit log is written, with every default filled in.

use std::ops::RangeInclusive;

use crate::ast::{self, AuditSync};
use crate::diag::{Diagnostic, HD0530, HD0531, Sink};
use crate::plan::{Anomalies, Audit, Sync, Threshold};
use crate::source::Spanned;

/// Where the config says nothing.
const UNSAID: Audit = Audit {
    sync: Sync::Os,
    max_bytes: 64 << 20,
    max_age_s: 24 * 60 * 60,
    anomalies: Anomalies {
        warm_up: 100,
        rate_limit_breaches: Threshold { count: 1, within_s: 60 },
        credential_denials: Threshold { count: 3, within_s: 5 * 60 },
        refusals: Threshold { count: 20, within_s: 60 },
    },
};
/// A shorter segment would be mostly its own beginning and end, a longer one is slow to copy and to verify.
const BYTES: RangeInclusive<u64> = 64 << 10..=1 << 30;
/// In seconds.
const AGE: RangeInclusive<u64> = 60..=31 * 24 * 60 * 60;
const WARM_UP: RangeInclusive<u32> = 0..=1_000_000;
const COUNT: RangeInclusive<u32> = 1..=10_000;
/// In seconds.
const WITHIN: RangeInclusive<u32> = 1..=24 * 60 * 60;

/// The audit log of an agent.
pub(super) fn of(found: Option<&ast::Audit>, sink: &mut Sink) -> Audit {
    let Some(ast::Audit { sync, max_bytes, max_age, anomalies }) = found else { return UNSAID };
    Audit {
        sync: match sync {
            None => UNSAID.sync,
            Some(Spanned { value: AuditSync::Os, .. }) => Sync::Os,
            Some(Spanned { value: AuditSync::Always, .. }) => Sync::Always,
        },
        max_bytes: max_bytes.as_ref().map_or(UNSAID.max_bytes, |found| {
            segment(found, &BYTES, "a file of the audit log has between 64 KiB and 1 GiB", "`64MiB`", sink)
        }),
        max_age_s: max_age.as_ref().map_or(UNSAID.max_age_s, |found| {
            segment(found, &AGE, "a file of the audit log lasts between a minute and 31 days", "`24h`", sink)
        }),
        anomalies: anomalies.as_ref().map_or(UNSAID.anomalies, |found| self::anomalies(found, sink)),
    }
}

fn segment(
    found: &Spanned<u64>,
    range: &RangeInclusive<u64>,
    says: &str,
    such_as: &str,
    sink: &mut Sink,
) -> u64 {
    if !range.contains(&found.value) {
        sink.push(
            Diagnostic::error(HD0530, says, found.span, "out of range")
                .note("a full or old file gives way to the next, which goes on with its chain")
                .help(format!("write {such_as}, or leave the key out")),
        );
    }
    found.value
}

fn anomalies(found: &ast::Anomalies, sink: &mut Sink) -> Anomalies {
    let ast::Anomalies { warm_up, rate_limit_breaches, credential_denials, refusals } = found;
    let unsaid = UNSAID.anomalies;
    Anomalies {
        warm_up: warm_up.as_ref().map_or(unsaid.warm_up, |found| {
            within("warm_up", i128::from(found.value), found.span, &WARM_UP, sink).unwrap_or(unsaid.warm_up)
        }),
        rate_limit_breaches: threshold(rate_limit_breaches.as_ref(), unsaid.rate_limit_breaches, sink),
        credential_denials: threshold(credential_denials.as_ref(), unsaid.credential_denials, sink),
        refusals: threshold(refusals.as_ref(), unsaid.refusals, sink),
    }
}

fn threshold(found: Option<&ast::Threshold>, unsaid: Threshold, sink: &mut Sink) -> Threshold {
    let Some(ast::Threshold { span, count, within: time }) = found else { return unsaid };
    if count.is_none() && time.is_none() {
        sink.push(
            Diagnostic::error(HD0531, "this threshold says nothing", *span, "neither `count` nor `within`")
                .help("write `{ count: 20, within: 1m }`, or remove it"),
        );
    }
    let count =
        count.as_ref().and_then(|found| within("count", i128::from(found.value), found.span, &COUNT, sink));
    let within_s =
        time.as_ref().and_then(|found| within("within", i128::from(found.value), found.span, &WITHIN, sink));
    Threshold { count: count.unwrap_or(unsaid.count), within_s: within_s.unwrap_or(unsaid.within_s) }
}

fn within(
    key: &str,
    value: i128,
    span: crate::source::Span,
    range: &RangeInclusive<u32>,
    sink: &mut Sink,
) -> Option<u32> {
    let fits = u32::try_from(value).ok().filter(|value| range.contains(value));
    if fits.is_none() {
        let unit = if key == "within" { " seconds" } else { "" };
        sink.push(
            Diagnostic::error(
                HD0531,
                format!("`{key}` cannot be {value}{unit}"),
                span,
                format!("{} to {}{unit}", range.start(), range.end()),
            )
            .help("an anomaly is only a remark in the log; to stop calls, use `rate_limit` or a rule"),
        );
    }
    fits
}
