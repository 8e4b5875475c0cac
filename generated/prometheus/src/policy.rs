//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_9090: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 9090,
};

pub const AGENT: Agent = Agent {
    name: "prometheus",
    version: "1.0.0",
    about: "Reads a Prometheus server: instant and range queries, scrape targets, active alerts, metric names.",
    plan: "f74f836b9e6e217b69a35f225d3c71464b509366d8564642107adb234cae8f83",
    origins: &[
        LOCALHOST_9090,
    ],
    grants: &[],
    deadline_ms: 30_000,
    max_response_bytes: 1_048_576,
    audit: Sync::Os,
    sandbox: Sandbox::Auto,
};
