//! One entry of `escalation_rules:`.

use super::tool::ACCESS;
use crate::parse::keys::{Is, Key, Table, Unit, Word};

/// One entry of `escalation_rules:`
pub static RULE: Table = Table {
    path: "agent.escalation_rules[]",
    called: "this rule",
    doc: "Calls that a person must approve, or that are never made. A rule matches a call when its `tool` and `access` do and its \
          conditions hold. Arguments are compared as validation reads them; one that cannot be read that way is refused, so \
          that no call slips past a rule.",
    keys: &[
        Key::required(
            "name",
            Is::Text,
            "The rule's name, for the person who approves and for the audit log.",
        )
        .not(&["id", "rule"])
        .example("name: large-model"),
        Key::optional("reason", Is::Text, "empty", "Why the rule exists; the approver reads it.")
            .not(&["description", "why", "because"])
            .example("reason: \"Loading it takes most of the memory\""),
        Key::optional(
            "tool",
            Is::Text,
            "every tool",
            "The tools it concerns: a name, or a pattern with `*` and `?`. It must match at least one.",
        )
        .not(&["tools", "tool_name"])
        .example("tool: \"load_*\""),
        Key::optional("access", Is::OneOf(ACCESS), "both", "Only tools of this access.")
            .example("access: write"),
        Key::optional("param_gt", Is::Named(&Is::Num), "none", "Holds when the argument is greater.")
            .not(&["gt", "params_gt"])
            .example("param_gt: { count: 100 }"),
        Key::optional("param_lt", Is::Named(&Is::Num), "none", "Holds when the argument is less.")
            .not(&["lt"]),
        Key::optional("param_eq", Is::Named(&Is::Data), "none", "Holds when the argument is equal.")
            .not(&["eq", "equals"])
            .example("param_eq: { force: true }"),
        Key::optional(
            "param_in",
            Is::Named(&Is::List(&Is::Data)),
            "none",
            "Holds when the argument is in the list.",
        )
        .not(&["in"]),
        Key::optional(
            "param_contains",
            Is::Named(&Is::Text),
            "none",
            "Holds when the text contains this, upper and lower case alike.",
        )
        .not(&["contains"])
        .example("param_contains: { model: \"70b\" }"),
        Key::optional(
            "param_matches",
            Is::Named(&Is::Text),
            "none",
            "Holds when the regular expression is found in the text.",
        )
        .not(&["matches", "param_regex", "param_match"]),
        Key::optional(
            "param_len_gt",
            Is::Named(&Is::Int { min: 0 }),
            "none",
            "Holds when the text has more characters, or the list more items.",
        )
        .not(&["len_gt", "param_length_gt"]),
        Key::optional(
            "match",
            Is::OneOf(&[
                Word::new("any", "One condition is enough."),
                Word::new("all", "Every condition must hold."),
            ]),
            "`any`",
            "How several conditions combine. A rule without conditions matches each call of its tools.",
        ),
        Key::optional(
            "action",
            Is::OneOf(&[
                Word::new("hold", "A person must approve the call."),
                Word::new("deny", "The call is never made."),
                Word::new(
                    "allow",
                    "The call passes: no later rule is asked, and at tier 4 nobody has to approve it. Needs a `reason`.",
                ),
            ]),
            "`hold`",
            "What happens to a call that matches.",
        ),
        Key::optional(
            "expires",
            Is::Duration(Unit::Seconds),
            "`15m`",
            "When a hold that nobody answered is denied.",
        )
        .not(&["expiry", "expire", "ttl", "timeout"])
        .example("expires: 15m"),
        Key::optional(
            "wait",
            Is::Duration(Unit::Seconds),
            "the call returns at once",
            "How long a held call itself waits for the answer, at most ten minutes. The time does not count towards \
             `max_execution_time`. Without an answer the call returns and says how to approve it; the hold goes on until it \
             expires.",
        )
        .not(&["waits", "wait_for"])
        .example("wait: 60s"),
        Key::refused(
            "notify",
            "is no key of a rule",
            "how an operator is told is the operator's own setting",
        ),
    ],
};
