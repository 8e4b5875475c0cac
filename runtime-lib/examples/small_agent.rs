//! An agent as small as can be, written by hand: what the tests in `tests/stdio.rs` talk to.

use heddle_runtime::access::Read;
use heddle_runtime::decl::{
    Addresses, Agent, Anomalies, Audit, Authorization, Body, Class, Content, Facts, Field, Json, Kind, Limit,
    Origin, Param, Part, Presence, Reads, Returns, Sandbox, Scheme, Sync, Threshold, Tool, Transport,
    Validation,
};
use heddle_runtime::method::Get;
use heddle_runtime::proof::{Policy, Proven, prove, prove_policy};
use heddle_runtime::tier::Observer;
use std::process::ExitCode;

const BACKEND: Origin =
    Origin { scheme: Scheme::Http, host: "127.0.0.1", port: 18_741, addresses: Addresses::Loopback };

const AGENT: Agent = Agent {
    name: "small",
    version: "1.2.3",
    about: "Asks a backend on this machine.",
    plan: "0000000000000000000000000000000000000000000000000000000000000000",
    origins: &[BACKEND],
    grants: &[],
    deadline_ms: 3_000,
    max_response_bytes: 65_536,
    audit: Audit {
        sync: Sync::Os,
        max_bytes: 67_108_864,
        max_age_s: 86_400,
        anomalies: Anomalies {
            warm_up: 100,
            rate_limit_breaches: Threshold { count: 1, within_s: 60 },
            credential_denials: Threshold { count: 3, within_s: 300 },
            refusals: Threshold { count: 20, within_s: 60 },
        },
    },
    validation: Validation::Strict,
    sandbox: Sandbox::Auto,
    transports: &[Transport::Stdio],
    authorization: Authorization::Tokens,
};

#[derive(Debug)]
struct Ask;

impl Tool<Observer> for Ask {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "ask",
        title: "Ask",
        about: "Asks the backend.",
        reads: Reads::ByMethod,
        limit: Limit { per_minute: 1_000_000, burst: 1_000_000 },
        holds: &[],
        params: &[
            Param {
                name: "limit",
                about: "How many",
                kind: Kind::Integer { min: 1, max: 10, one_of: &[] },
                presence: Presence::Default(Json::Int(5)),
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
            Param {
                name: "query",
                about: "What to ask",
                kind: Kind::Text { min: 1, max: 2_000_000, pattern: "", one_of: &[] },
                presence: Presence::Required,
                sensitive: false,
                content: Content::Prompt,
                scan: &[Class::Prompt, Class::Control],
                allow: &[],
            },
        ],
        origin: BACKEND,
        path: &[Part::Text("/ask")],
        query: &[
            Field { name: "limit", value: &[Part::Arg("limit")] },
            Field { name: "query", value: &[Part::Arg("query")] },
        ],
        headers: &[],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}

const POLICY: Policy = prove_policy(&AGENT);
const ASK: Proven<Observer> = prove::<Observer, Ask>(&POLICY);

fn main() -> ExitCode {
    heddle_runtime::server::serve(&POLICY, const { &[ASK] })
}
