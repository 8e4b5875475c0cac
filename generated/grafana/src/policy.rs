//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_3000: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 3000,
};

pub const GRAFANA_TOKEN_TO_LOCALHOST_3000: Grant = Grant {
    key: "grafana-token",
    origin: LOCALHOST_3000,
    slots: &[
        Slot::Header("authorization"),
    ],
};

pub const AGENT: Agent = Agent {
    name: "grafana",
    version: "1.0.0",
    about: "Reads a Grafana server: dashboards, data sources, alert rules with their state, health.",
    plan: "b6170447667cb4f1e5168fb16620ff7c2176ecc595a3227f22fafb518686bb91",
    origins: &[
        LOCALHOST_3000,
    ],
    grants: &[
        GRAFANA_TOKEN_TO_LOCALHOST_3000,
    ],
    deadline_ms: 30_000,
    max_response_bytes: 4_194_304,
    audit: Sync::Os,
    sandbox: Sandbox::Auto,
};
