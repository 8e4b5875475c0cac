//! What the agent may do. What is not written here is refused.

use heddle_runtime::decl::*;

pub type Tier = heddle_runtime::tier::Observer;

pub const LOCALHOST_3000: Origin = Origin {
    scheme: Scheme::Http,
    host: "localhost",
    port: 3000,
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
    plan: "9d3adb303c9f1f1dffa5e3df124d4c62d23c6023845a676ec292966ea54d8d38",
    origins: &[
        LOCALHOST_3000,
    ],
    grants: &[
        GIT_FORGE_TOKEN_TO_LOCALHOST_3000,
    ],
    deadline_ms: 30_000,
    max_response_bytes: 4_194_304,
    audit: Sync::Os,
    sandbox: Sandbox::Auto,
};
