//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_9090: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 9090,
};

pub const AGENT: Agent = Agent {
    name: "prometheus-bridge",
    version: "1.0.0",
    about: "",
    plan: "b0fdc713fbd9ffaba84e10873d76eff44bdaf21782eb51e810e058d96efc6044",
    origins: &[
        LOCALHOST_9090,
    ],
    grants: &[],
    deadline_ms: 30_000,
    max_response_bytes: 1_048_576,
    audit: Sync::Os,
    sandbox: Sandbox::Auto,
};
