//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;
use heddle_runtime::proof::Policy;
use heddle_runtime::proof::prove_policy;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_3000: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 3000,
    addresses: Addresses::Loopback,
};

pub const GRAFANA_TOKEN_TO_LOCALHOST_3000: Grant = Grant {
    key: "grafana-token",
    origin: LOCALHOST_3000,
    slots: &[
        Slot::Header("authorization"),
    ],
};

const AGENT: Agent = Agent {
    name: "grafana",
    version: "1.0.0",
    about: "Reads a Grafana server: dashboards, data sources, alert rules with their state, health.",
    plan: "109ddfdf6f62ade4fc62ddeebbc3d7d5b1c276247469a7664a04445bc21d19c5",
    origins: &[
        LOCALHOST_3000,
    ],
    grants: &[
        GRAFANA_TOKEN_TO_LOCALHOST_3000,
    ],
    deadline_ms: 30_000,
    max_response_bytes: 4_194_304,
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
