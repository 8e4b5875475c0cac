//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;
use heddle_runtime::proof::Policy;
use heddle_runtime::proof::prove_policy;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_7878: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 7878,
    addresses: Addresses::Loopback,
};

pub const RADARR_API_KEY_TO_LOCALHOST_7878: Grant = Grant {
    key: "radarr-api-key",
    origin: LOCALHOST_7878,
    slots: &[
        Slot::Header("x-api-key"),
    ],
};

const AGENT: Agent = Agent {
    name: "radarr",
    version: "1.0.0",
    about: "Reads a Radarr server: films, download queue, lookup of new films, calendar, history.",
    plan: "3c77dc5a94c29a80d97c2783c406f6f70a11114019b05c0790226ed70957bd56",
    origins: &[
        LOCALHOST_7878,
    ],
    grants: &[
        RADARR_API_KEY_TO_LOCALHOST_7878,
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
