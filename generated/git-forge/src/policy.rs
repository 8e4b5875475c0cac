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

pub const GIT_FORGE_TOKEN_TO_LOCALHOST_3000: Grant = Grant {
    key: "git-forge-token",
    origin: LOCALHOST_3000,
    slots: &[
        Slot::Header("authorization"),
    ],
};

const AGENT: Agent = Agent {
    name: "git-forge",
    version: "1.0.0",
    about: "Reads a Git forge (Gitea, Forgejo, GitHub): repositories of an owner, one repository, issues.",
    plan: "ac54d6bf19db0dd13cd11db47cd69ae6acbe205d90ef08776e883925002447c2",
    origins: &[
        LOCALHOST_3000,
    ],
    grants: &[
        GIT_FORGE_TOKEN_TO_LOCALHOST_3000,
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
