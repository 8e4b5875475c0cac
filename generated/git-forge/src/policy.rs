//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;

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

pub const AGENT: Agent = Agent {
    name: "git-forge",
    version: "1.0.0",
    about: "Reads a Git forge (Gitea, Forgejo, GitHub): repositories of an owner, one repository, issues.",
    plan: "e9a17bc73fff1dadfb6b2ce17ecfca0fd621f49fabce0f7de36026b4a63ef638",
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
    sandbox: Sandbox::Auto,
    transports: &[
        Transport::Http,
        Transport::Stdio,
    ],
    authorization: Authorization::Tokens,
};
