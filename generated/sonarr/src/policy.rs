//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_8989: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 8989,
};

pub const SONARR_API_KEY_TO_LOCALHOST_8989: Grant = Grant {
    key: "sonarr-api-key",
    origin: LOCALHOST_8989,
    slots: &[
        Slot::Header("x-api-key"),
    ],
};

pub const AGENT: Agent = Agent {
    name: "sonarr",
    version: "1.0.0",
    about: "Reads a Sonarr server: series, download queue, lookup of new series, calendar, history.",
    plan: "4eadc6d5bb12780e4e31c515789cacc63c5b4c34f4d5aa53dd93b10e5314065c",
    origins: &[
        LOCALHOST_8989,
    ],
    grants: &[
        SONARR_API_KEY_TO_LOCALHOST_8989,
    ],
    deadline_ms: 30_000,
    max_response_bytes: 16_777_216,
    audit: Sync::Os,
    sandbox: Sandbox::Auto,
};
