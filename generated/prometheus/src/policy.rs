//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;
use heddle_runtime::proof::Policy;
use heddle_runtime::proof::prove_policy;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_9090: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 9090,
    addresses: Addresses::Loopback,
};

const AGENT: Agent = Agent {
    name: "prometheus",
    version: "1.0.0",
    about: "Reads a Prometheus server: instant and range queries, scrape targets, active alerts, metric names.",
    plan: "6ffce46daa69e06b2c145111fe026ef7674b9cf765a42f113fc28bcfe02e09a4",
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
    validation: Validation::Strict,
    sandbox: Sandbox::Auto,
    transports: &[
        Transport::Http,
        Transport::Stdio,
    ],
    authorization: Authorization::Tokens,
};

pub const POLICY: Policy = prove_policy(&AGENT);
