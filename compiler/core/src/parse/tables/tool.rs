//! One entry of `exposes:`.

use super::{LIMIT, SCHEMA};
use crate::parse::keys::{Is, Key, Table, Word};

/// `access:`
pub(super) static ACCESS: &[Word] = &[
    Word::new("read", "It changes nothing where it sends to."),
    Word::new("write", "It changes something; the agent needs trust tier 2 or more."),
];

/// One entry of `exposes:`
pub static TOOL: Table = Table {
    path: "agent.exposes[]",
    called: "this tool",
    doc: "One tool, as clients and models see it.",
    keys: &[
        Key::required(
            "name",
            Is::Shaped("^[A-Za-z][A-Za-z0-9_-]{0,63}$"),
            "The name by which a model calls the tool. A letter, then at most 63 letters, digits, `-` or `_`.",
        )
        .not(&["tool", "tool_name", "id"])
        .example("name: query_range"),
        Key::optional("title", Is::Text, "the name", "A name for people, shown by clients that have a list of tools.")
            .not(&["label", "display_name"])
            .example("title: \"PromQL range query\""),
        Key::optional(
            "description",
            Is::Text,
            "empty",
            "What the tool does and when to use it. A model chooses by this text.",
        )
        .not(&["about", "desc", "summary"])
        .example("description: \"Run a PromQL query over a time window.\""),
        Key::optional(
            "access",
            Is::OneOf(ACCESS),
            "`read`",
            "Whether the tool changes anything. A `write` tool needs trust tier 2. A `read` tool that sends POST, PUT, PATCH or \
             DELETE gets a warning unless `reads` says why that is safe.",
        )
        .not(&["mode", "permission", "permissions"])
        .example("access: read"),
        Key::optional(
            "reads",
            Is::Text,
            "no reason",
            "Why a `read` tool may send a method that can write: the reason a reviewer gets to judge.",
        )
        .example("reads: \"the search endpoint takes its query in a POST body and stores nothing\""),
        Key::optional(
            "rate_limit",
            Is::Table(&LIMIT),
            "`runtime.rate_limit`",
            "How often this tool may be called, instead of the agent's own limit.",
        )
        .not(&["rate", "limit", "ratelimit"])
        .example("rate_limit: { per_minute: 60, burst: 10 }"),
        Key::optional(
            "parameters",
            Is::Named(&Is::Table(&SCHEMA)),
            "none",
            "The tool's arguments by name. A call with any other argument is refused, and a parameter that the request uses \
             nowhere is an error.",
        )
        .not(&["params", "arguments", "args", "inputs", "input_schema", "inputSchema"])
        .example("parameters:\n  query: { type: string, description: \"PromQL expression\" }"),
        Key::optional(
            "returns",
            Is::Table(&SCHEMA),
            "text",
            "What the tool answers. `type: string` is plain text; any other type is published as the tool's output schema, and \
             every answer is checked against it.",
        )
        .not(&["return", "output", "output_schema", "outputSchema", "response"])
        .example("returns: { type: object, properties: { status: { type: string } } }"),
        Key::refused("flow", "is not supported yet", "remove it; labels come with `heddle mesh check`"),
        Key::refused("workflow", "is not supported yet", "back the tool by one `http_bridge` entry"),
        Key::refused("steps", "is not supported yet", "back the tool by one `http_bridge` entry"),
        Key::refused(
            "annotations",
            "cannot be written by hand",
            "remove it; hints such as `readOnlyHint` follow from `access` and `method`, which are enforced",
        ),
    ],
};
