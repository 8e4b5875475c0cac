//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;
use heddle_runtime::proof::Policy;
use heddle_runtime::proof::prove_policy;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_8989: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 8989,
    addresses: Addresses::Loopback,
};

pub const SONARR_API_KEY_TO_LOCALHOST_8989: Grant = Grant {
    key: "sonarr-api-key",
    origin: LOCALHOST_8989,
    slots: &[
        Slot::Header("x-api-key"),
    ],
};

const AGENT: Agent = Agent {
    name: "sonarr",
    version: "1.0.0",
    about: "Reads a Sonarr server: series, download queue, lookup of new series, calendar, history.",
    plan: "7859e00472a28e9834f925628c1d1e7efed228d0b5335ed4c807d0624ecc9577",
    origins: &[
        LOCALHOST_8989,
    ],
    grants: &[
        SONARR_API_KEY_TO_LOCALHOST_8989,
    ],
    deadline_ms: 30_000,
    max_response_bytes: 16_777_216,
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
