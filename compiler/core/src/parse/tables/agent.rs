//! The file itself, `agent:`, and the small mappings under it.

use super::{BRIDGE, RULE, RUNTIME, TOOL};
use crate::parse::keys::{Is, Key, Table, Word};

/// The file.
pub static ROOT: Table = Table {
    path: "",
    called: "the file",
    doc: "One file describes one agent: one MCP server, one binary. What is not written is refused.",
    keys: &[Key::required(
        "agent",
        Is::Table(&AGENT),
        "The agent that this file describes; the only key of the file.",
    )],
};

/// `agent:`
pub static AGENT: Table = Table {
    path: "agent",
    called: "`agent`",
    doc: "The agent: its name, its tools, what each tool sends, and what it may do at most.",
    keys: &[
        Key::required(
            "name",
            Is::Shaped("^[a-z][a-z0-9_-]{0,63}$"),
            "Names the crate, the binary and the audit log. A lower-case letter, then at most 63 lower-case letters, \
             digits, `-` or `_`.",
        )
        .not(&["id", "agent_name"])
        .example("name: prometheus-bridge"),
        Key::optional(
            "version",
            Is::Shaped("^[0-9]+\\.[0-9]+\\.[0-9]+"),
            "`1.0.0`",
            "The agent's version, as semantic versioning writes it. Clients see it, and every audit log says it. Write it in \
             quotes: without them YAML reads `1.0` as a number.",
        )
        .example("version: \"1.0.0\""),
        Key::optional(
            "description",
            Is::Text,
            "empty",
            "What the agent is for, in a sentence or two. Clients get it as the server's instructions.",
        )
        .not(&["about", "desc", "summary"])
        .example("description: \"Reads metrics from Prometheus\""),
        Key::required(
            "exposes",
            Is::List(&Is::Table(&TOOL)),
            "The tools that clients see, each with its parameters. Each one has exactly one entry under `http_bridge` that \
             says what it sends.",
        )
        .not(&["tools", "expose"])
        .example("exposes:\n  - name: alerts"),
        Key::optional(
            "http_bridge",
            Is::List(&Is::Table(&BRIDGE)),
            "no tool sends anything",
            "What each tool sends: one HTTP request for one call.",
        )
        .not(&["bridge", "http", "bridges", "http_bridges"])
        .example("http_bridge:\n  - tool_name: alerts\n    url: \"http://localhost:9090/api/v1/alerts\""),
        Key::optional(
            "escalation_rules",
            Is::List(&Is::Table(&RULE)),
            "no call is held by a rule",
            "Calls that are held for a person's approval, or denied. They are asked in this order, and the first rule that \
             matches decides. At tier 4 every write is held, with or without a rule.",
        )
        .not(&["escalation", "rules", "escalations", "approvals"])
        .example("escalation_rules:\n  - name: big\n    tool: \"load_*\"\n    param_gt: { count: 100 }"),
        Key::required(
            "runtime",
            Is::Table(&RUNTIME),
            "The limits of the whole agent, its trust tier first.",
        )
        .example("runtime:\n  trust_tier: 1"),
        Key::optional(
            "model",
            Is::Table(&MODEL),
            "none",
            "A model for workflow steps that ask one. No step does yet, so a `model` is checked, and a warning says that \
             nothing uses it.",
        ),
        Key::optional(
            "consumes",
            Is::List(&Is::Table(&CONSUMED)),
            "no other agent is called",
            "Tools of other agents that this one may call. It needs trust tier 3.",
        ),
        Key::optional(
            "triggers",
            Is::List(&Is::Table(&TRIGGER)),
            "on demand",
            "What starts the agent. An MCP server answers calls and does nothing else, so `on_demand` is the only kind.",
        )
        .example("triggers:\n  - type: on_demand"),
        Key::refused(
            "workflows",
            "is not supported yet",
            "a tool sends one HTTP request for now; write one tool for each request",
        ),
        Key::refused("mcp_servers", "is not a key of this language", "other agents are named under `consumes`"),
    ],
};

/// `model:`
pub static MODEL: Table = Table {
    path: "agent.model",
    called: "`model`",
    doc: "A model for workflow steps that ask one.",
    keys: &[
        Key::optional("provider", Is::Text, "none", "Who serves the model, such as `ollama`."),
        Key::optional("model", Is::Text, "none", "The model's name at its provider."),
        Key::optional(
            "temperature",
            Is::Num,
            "the provider's",
            "How freely the model answers; 0 is the least.",
        ),
        Key::optional("max_tokens", Is::Int { min: 1 }, "the provider's", "The longest answer, in tokens."),
        Key::optional("system_prompt", Is::Text, "none", "What the model is told before each question."),
    ],
};

/// One entry of `consumes:`
pub static CONSUMED: Table = Table {
    path: "agent.consumes[]",
    called: "this entry of `consumes`",
    doc: "Another agent, and the tools of it that may be called.",
    keys: &[
        Key::required("uri", Is::Text, "Where the other agent serves MCP.").not(&["url", "server"]),
        Key::optional("tools", Is::List(&Is::Text), "none", "The tools that may be called, by name.")
            .not(&["tool"]),
    ],
};

/// One entry of `triggers:`
pub static TRIGGER: Table = Table {
    path: "agent.triggers[]",
    called: "this trigger",
    doc: "What starts the agent.",
    keys: &[
        Key::required(
            "type",
            Is::OneOf(&[
                Word::new("on_demand", "When a client calls a tool."),
                Word::refused(
                    "cron",
                    "an agent answers calls; let the system's own scheduler make the call when it is time",
                ),
                Word::refused(
                    "webhook",
                    "an agent serves MCP only; let what receives the webhook call the tool",
                ),
            ]),
            "The kind of trigger.",
        ),
        Key::refused("schedule", "belongs to `type: cron`, which is not supported", "remove it"),
        Key::refused("webhook_path", "belongs to `type: webhook`, which is not supported", "remove it"),
    ],
};
