//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_9090: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 9090,
};

pub const AGENT: Agent = Agent {
    name: "prometheus-bridge",
    version: "1.0.0",
    about: "",
    plan: "2d2bfcab3c22e75a4138194f8c45620ff7a44c7844a904a7f3317e99c1cb26df",
    origins: &[
        LOCALHOST_9090,
    ],
    grants: &[],
    deadline_ms: 30_000,
    max_response_bytes: 1_048_576,
    audit: Audit {
        sync: Sync::Os,
        max_bytes: 67_108_864,
        max_age_s: 86_400,
        anomalies: Anomalies {
            warm_up: 100,
            rate_limit_breaches: Threshold {
                count: 1,
                within_s: 60,
            },
            credential_denials: Threshold {
                count: 3,
                within_s: 300,
            },
            refusals: Threshold {
                count: 20,
                within_s: 60,
            },
        },
    },
    sandbox: Sandbox::Auto,
    transports: &[
        Transport::Http,
        Transport::Stdio,
    ],
    authorization: Authorization::Tokens,
};
