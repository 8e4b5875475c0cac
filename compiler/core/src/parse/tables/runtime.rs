//! `runtime:` and what stands under it.

use super::audit::AUDIT;
use crate::parse::keys::{Is, Key, Table, Unit, Word};

/// `runtime:`
pub static RUNTIME: Table = Table {
    path: "agent.runtime",
    called: "`runtime`",
    doc: "The limits of the whole agent. They are compiled in: a binary reads no config.",
    keys: &[
        Key::required(
            "trust_tier",
            Is::Level(&[
                Word::new("1", "Observer: `read` tools that send GET, HEAD or OPTIONS."),
                Word::new("2", "Worker: also `write` tools, and POST, PUT and PATCH."),
                Word::new("3", "Operator: also DELETE, and calls to other agents."),
                Word::new("4", "Privileged: as 3, and every write waits for a person's approval."),
            ]),
            "What the agent may do at most. It has no default: whoever writes the config decides. Checked by `heddle check`, by \
             rustc when the agent is compiled, and before each request.",
        )
        .not(&["tier", "trust", "trust_level"])
        .example("trust_tier: 1"),
        Key::optional(
            "max_execution_time",
            Is::Duration(Unit::Milliseconds),
            "`30s`",
            "How long one call may take in all, from the first byte sent to the last byte read. A number with `ms`, `s`, `m` or \
             `h`.",
        )
        .not(&["timeout", "deadline", "max_time"])
        .example("max_execution_time: 30s"),
        Key::optional(
            "rate_limit",
            Is::Table(&LIMIT),
            "120 a minute, 120 at once",
            "How often each tool may be called. A tool can have a limit of its own.",
        )
        .not(&["rate", "limit", "ratelimit"])
        .example("rate_limit: { per_minute: 120, burst: 120 }"),
        Key::optional(
            "validation",
            Is::OneOf(&[
                Word::new("strict", "It is refused."),
                Word::new("permissive", "It passes, and the finding is on record; a warning says so."),
            ]),
            "`strict`",
            "What happens to a call in whose arguments an attack was found. Types, bounds and forms are held either way.",
        )
        .example("validation: strict"),
        Key::optional(
            "max_response_bytes",
            Is::Size,
            "`1MiB`",
            "The longest answer that is read; the rest is cut off while it arrives and never held in memory. A number of bytes, or \
             one with `KiB`, `MiB` or `GiB`.",
        )
        .not(&["max_response", "max_bytes", "max_response_size"])
        .example("max_response_bytes: 1MiB"),
        Key::optional(
            "sandbox",
            Is::OneOf(&[
                Word::new("auto", "The process gives up what the kernel lets it give up."),
                Word::new("require", "It gives up all of it, or does not serve: for a kernel that is known to have what it takes."),
                Word::new("none", "The process stays as the system starts it; a warning says so."),
                Word::refused("docker", "write `auto`, and run the binary in a container of your own"),
                Word::refused("gvisor", "write `auto`, and run the binary in a container of your own"),
            ]),
            "`auto`",
            "What the process asks of the kernel to confine itself.",
        )
        .example("sandbox: auto"),
        Key::optional(
            "audit",
            Is::Table(&AUDIT),
            "as its keys say",
            "How the audit log is written, and what it remarks on. It cannot be switched off.",
        )
        .example("audit: { sync: os }"),
        Key::optional(
            "transports",
            Is::List(&Is::OneOf(&[
                Word::new("stdio", "Over standard input and output, to the client that starts it."),
                Word::new("http", "Over streamable HTTP, when it is started with `--http ADDRESS`."),
            ])),
            "`[stdio, http]`",
            "How clients may reach the agent. Without `http` there is no HTTP server in the binary.",
        )
        .not(&["transport", "listen"])
        .example("transports: [stdio]"),
        Key::optional(
            "http",
            Is::Table(&HTTP),
            "access tokens alone",
            "The OAuth authorization server whose access tokens let callers in over HTTP, beside the tokens that `heddle tokens \
             add` gives out.",
        )
        .not(&["oauth", "auth", "authorization"]),
        Key::refused(
            "env",
            "is refused: an agent reads nothing from its environment",
            "write settings into the config, and secrets as `{{secret:key}}`",
        )
        .not(&["environment"]),
        Key::refused("allow_private", "is no key of `runtime`", "write it, with the reason, beside the `url` or the `jwks` that it is about"),
    ],
};

/// `rate_limit:`
pub static LIMIT: Table = Table {
    path: "agent.runtime.rate_limit",
    called: "`rate_limit`",
    doc: "How often a tool may be called.",
    keys: &[
        Key::optional(
            "per_minute",
            Is::Int { min: 1 },
            "120, or the agent's",
            "Calls a minute in the long run, at least 1.",
        )
        .not(&["rpm", "requests_per_minute", "rate"])
        .example("per_minute: 60"),
        Key::optional(
            "burst",
            Is::Int { min: 1 },
            "as `per_minute`",
            "Calls that may come at once, at least 1.",
        )
        .example("burst: 10"),
    ],
};

/// `http:`
pub static HTTP: Table = Table {
    path: "agent.runtime.http",
    called: "`http`",
    doc: "An OAuth authorization server. Its tokens are checked by the agent itself and never sent on.",
    keys: &[
        Key::required(
            "resource",
            Is::Text,
            "The URL that clients reach the agent by. A token has to be made out to it (`aud`).",
        )
        .not(&["audience", "aud", "url"])
        .example("resource: \"https://mcp.example.org/mcp\""),
        Key::required("issuer", Is::Text, "Who makes the tokens out (`iss`), as its metadata says it.")
            .not(&["iss", "authorization_server"])
            .example("issuer: \"https://login.example.org\""),
        Key::required(
            "jwks",
            Is::Text,
            "Where the issuer publishes its keys. The agent connects there, too, and reads the keys again when a token names one \
             that it does not know.",
        )
        .not(&["jwks_uri", "keys"])
        .example("jwks: \"https://login.example.org/keys\""),
        Key::optional(
            "allow_private",
            Is::Text,
            "public addresses only",
            "Why the host of `jwks` may lead to an address of this machine or of a private network, as beside a tool's `url`. \
             The keys come over TLS all the same; an authority of your own is a file of the operator's.",
        )
        .not(&["private", "allow_lan", "allow_local"])
        .example("allow_private: \"the login server stands in this house\""),
        Key::required("read_scope", Is::Text, "The scope that lets a caller in, to tools of access `read`.")
            .example("read_scope: \"tools:read\""),
        Key::required("write_scope", Is::Text, "The scope for tools of access `write`; it includes `read_scope`.")
            .example("write_scope: \"tools:write\""),
    ],
};
