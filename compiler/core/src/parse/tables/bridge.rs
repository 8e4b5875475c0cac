//! One entry of `http_bridge:`.

use crate::parse::keys::{Is, Key, Table, Word};

/// `method:`
static METHODS: &[Word] = &[
    Word::new("GET", "Reads; every tier.").or(&["get", "Get"]),
    Word::new("HEAD", "Reads; every tier.").or(&["head", "Head"]),
    Word::new("OPTIONS", "Reads; every tier.").or(&["options", "Options"]),
    Word::new("POST", "Writes; trust tier 2 or more.").or(&["post", "Post"]),
    Word::new("PUT", "Writes; trust tier 2 or more.").or(&["put", "Put"]),
    Word::new("PATCH", "Writes; trust tier 2 or more.").or(&["patch", "Patch"]),
    Word::new("DELETE", "Deletes; trust tier 3 or more.").or(&["delete", "Delete"]),
];

/// One entry of `http_bridge:`
pub static BRIDGE: Table = Table {
    path: "agent.http_bridge[]",
    called: "this bridge",
    doc: "The one HTTP request that a call of one tool sends. `{{name}}` stands for an argument and `{{secret:key}}` for a \
          granted secret; where a placeholder stands decides how its value is encoded, so no value can leave its place.",
    keys: &[
        Key::required("tool_name", Is::Text, "The tool under `exposes` that this request belongs to.")
            .not(&["tool", "name"])
            .example("tool_name: query_range"),
        Key::optional(
            "method",
            Is::OneOf(METHODS),
            "`GET`",
            "The HTTP method. The agent's trust tier says which it may send.",
        )
        .not(&["verb", "http_method"])
        .example("method: GET"),
        Key::required(
            "url",
            Is::Text,
            "Where the request goes. Scheme, host and port are fixed: no placeholder may stand there. A placeholder in the \
             path fills exactly one segment, one in the query exactly one value.",
        )
        .not(&["uri", "endpoint", "href", "address"])
        .example("url: \"http://localhost:9090/api/v1/query\""),
        Key::optional(
            "query_params",
            Is::Named(&Is::Text),
            "none",
            "Query fields: the tool's parameter on the left, the key in the URL on the right. A parameter that a call leaves out \
             is left out here too.",
        )
        .not(&["query", "params", "query_parameters", "queryParams"])
        .example("query_params: { query: query, limit: max }"),
        Key::optional(
            "headers",
            Is::Named(&Is::Text),
            "none",
            "Headers by name. Values may hold placeholders. A secret belongs here and never stands in the file itself.",
        )
        .not(&["header"])
        .example("headers: { Authorization: \"Bearer {{secret:prom-token}}\" }"),
        Key::optional(
            "body_template",
            Is::Data,
            "no body",
            "The JSON body. A string that is one placeholder and nothing else keeps the argument's type; inside other text it \
             becomes text.",
        )
        .not(&["body", "json", "data", "payload", "body_json"])
        .example("body_template:\n  model: \"{{model}}\"\n  stream: false"),
        Key::optional(
            "response_path",
            Is::Text,
            "the whole answer",
            "The part of a JSON answer that is returned: a dotted path (`data.result`) or a JSON pointer (`/data/result`). An \
             answer without it is an error that shows what was there.",
        )
        .not(&["response", "path", "json_path", "jsonpath", "result_path"])
        .example("response_path: data.result"),
        Key::optional(
            "allow_private",
            Is::Text,
            "public addresses only",
            "Why the host's name may lead to an address of this machine or of a private network; it is kept in the generated \
             crate. `localhost` and an address in the URL need none: they say it themselves. Link-local addresses and the \
             metadata services of clouds are never dialled.",
        )
        .not(&["private", "allow_lan", "allow_local"])
        .example("allow_private: \"the NAS stands in this house\""),
        Key::refused("timeout", "is no key of a bridge", "`runtime.max_execution_time` bounds every call, retries included"),
        Key::refused("auth", "is no key of a bridge", "write a header: `headers: { Authorization: \"Bearer {{secret:key}}\" }`"),
        Key::refused("verify_ssl", "is no key of a bridge", "certificates are always verified"),
        Key::refused("follow_redirects", "is no key of a bridge", "redirects are never followed; write the final address"),
    ],
};
