//! How the audit log is written.

use super::Fields;
use crate::ast::{Anomalies, Audit, AuditSync, Threshold};
use crate::yaml::Entry;

pub(super) fn audit(entry: Entry) -> Option<Audit> {
    let mut fields = Fields::of(entry.value)?;
    Some(Audit {
        sync: fields.word("sync", |word| match word {
            "os" => Some(AuditSync::Os),
            "always" => Some(AuditSync::Always),
            _ => None,
        }),
        max_bytes: fields.unsigned("max_bytes"),
        max_age: fields.unsigned("max_age"),
        anomalies: fields.take("anomalies").and_then(anomalies),
    })
}

fn anomalies(entry: Entry) -> Option<Anomalies> {
    let mut fields = Fields::of(entry.value)?;
    Some(Anomalies {
        warm_up: fields.int("warm_up"),
        rate_limit_breaches: fields.take("rate_limit_breaches").and_then(threshold),
        credential_denials: fields.take("credential_denials").and_then(threshold),
        refusals: fields.take("refusals").and_then(threshold),
    })
}

fn threshold(entry: Entry) -> Option<Threshold> {
    let mut fields = Fields::of(entry.value)?;
    Some(Threshold { span: fields.span, count: fields.int("count"), within: fields.unsigned("within") })
}
