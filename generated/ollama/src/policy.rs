//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;
use heddle_runtime::proof::Policy;
use heddle_runtime::proof::prove_policy;

pub type Tier = heddle_runtime::tier::Worker;

pub const LOCALHOST_11434: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 11_434,
    addresses: Addresses::Loopback,
};

const AGENT: Agent = Agent {
    name: "ollama",
    version: "1.0.0",
    about: "Ollama on this machine: installed and loaded models, facts about one, text from one.",
    plan: "b2919bf2f6f2f64c35c62d8f3f0a0a5c41038bdf54d1757cae830b7f33a57986",
    origins: &[
        LOCALHOST_11434,
    ],
    grants: &[],
    deadline_ms: 120_000,
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
