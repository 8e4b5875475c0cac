//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;

pub type Tier = heddle_runtime::tier::Worker;

pub const LOCALHOST_11434: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 11_434,
};

pub const AGENT: Agent = Agent {
    name: "ollama",
    version: "1.0.0",
    about: "Ollama on this machine: installed and loaded models, facts about one, text from one.",
    plan: "3ef45186b50ffd6a201c5492bd635ef11b37631186382b9ef7b49e8c5d2aa0b5",
    origins: &[
        LOCALHOST_11434,
    ],
    grants: &[],
    deadline_ms: 120_000,
    max_response_bytes: 4_194_304,
    audit: Sync::Os,
    sandbox: Sandbox::Auto,
};
