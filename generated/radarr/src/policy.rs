//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_7878: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 7878,
};

pub const RADARR_API_KEY_TO_LOCALHOST_7878: Grant = Grant {
    key: "radarr-api-key",
    origin: LOCALHOST_7878,
    slots: &[
        Slot::Header("x-api-key"),
    ],
};

pub const AGENT: Agent = Agent {
    name: "radarr",
    version: "1.0.0",
    about: "Reads a Radarr server: films, download queue, lookup of new films, calendar, history.",
    plan: "5150e84213f366b75ad0a0e8cb6afcbb3c2ce0bd8868d06f0ae6609af7069eef",
    origins: &[
        LOCALHOST_7878,
    ],
    grants: &[
        RADARR_API_KEY_TO_LOCALHOST_7878,
    ],
    deadline_ms: 30_000,
    max_response_bytes: 16_777_216,
    audit: Sync::Os,
    sandbox: Sandbox::Auto,
};
