//! `audit:` and what stands under it.

use crate::parse::keys::{Is, Key, Table, Unit, Word};

/// `audit:`
pub static AUDIT: Table = Table {
    path: "agent.runtime.audit",
    called: "`audit`",
    doc: "How the audit log is written, and what it remarks on.",
    keys: &[
        Key::optional(
            "sync",
            Is::OneOf(&[
                Word::new(
                    "os",
                    "A record is written once the system has it; it survives a crash of the process.",
                ),
                Word::new(
                    "always",
                    "A record is written once the disk has it; it survives a loss of power, and costs time.",
                ),
            ]),
            "`os`",
            "When a record counts as written. Nothing is sent before its record is.",
        )
        .example("sync: os"),
        Key::optional(
            "max_bytes",
            Is::Size,
            "`64MiB`",
            "How long a file of the log becomes before the next one goes on, 64 KiB to 1 GiB.",
        )
        .not(&["max_size", "size"])
        .example("max_bytes: 64MiB"),
        Key::optional(
            "max_age",
            Is::Duration(Unit::Seconds),
            "`24h`",
            "How old a file of the log becomes before the next one goes on, a minute to 31 days.",
        )
        .not(&["max_time", "age", "rotate"])
        .example("max_age: 24h"),
        Key::optional(
            "anomalies",
            Is::Table(&ANOMALIES),
            "as its keys say",
            "When the log remarks that something is unusual. An anomaly is a record of its own and refuses nothing.",
        )
        .not(&["anomaly"])
        .example("anomalies: { warm_up: 100 }"),
    ],
};

/// `anomalies:`
pub static ANOMALIES: Table = Table {
    path: "agent.runtime.audit.anomalies",
    called: "`anomalies`",
    doc: "When the log remarks that something is unusual. Counted for each process.",
    keys: &[
        Key::optional(
            "warm_up",
            Is::Int { min: 0 },
            "100",
            "Calls of the process after which the first use of a tool is unusual, 0 to 1,000,000.",
        )
        .not(&["warmup", "new_tool"])
        .example("warm_up: 100"),
        Key::optional(
            "rate_limit_breaches",
            Is::Table(&THRESHOLD),
            "`{ count: 1, within: 1m }`",
            "Calls of one tool that its rate limit refused.",
        )
        .not(&["rate_limit", "breaches"])
        .example("rate_limit_breaches: { count: 1, within: 1m }"),
        Key::optional(
            "credential_denials",
            Is::Table(&THRESHOLD),
            "`{ count: 3, within: 5m }`",
            "Times that one secret was denied or missing.",
        )
        .not(&["denials", "credential_denied"])
        .example("credential_denials: { count: 3, within: 5m }"),
        Key::optional(
            "refusals",
            Is::Table(&THRESHOLD),
            "`{ count: 20, within: 1m }`",
            "Calls that one layer refused.",
        )
        .not(&["refusal_burst", "refused"])
        .example("refusals: { count: 20, within: 1m }"),
    ],
};

/// How often within what time.
pub static THRESHOLD: Table = Table {
    path: "agent.runtime.audit.anomalies.*",
    called: "this threshold",
    doc: "How often within what time is unusual. It is remarked on once in that time.",
    keys: &[
        Key::optional("count", Is::Int { min: 1 }, "as above", "How often, 1 to 10,000.")
            .not(&["times", "number"])
            .example("count: 20"),
        Key::optional(
            "within",
            Is::Duration(Unit::Seconds),
            "as above",
            "Within what time, a second to 24 hours.",
        )
        .not(&["seconds", "window", "per"])
        .example("within: 1m"),
    ],
};
