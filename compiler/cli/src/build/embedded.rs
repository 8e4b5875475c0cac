//! The runtime's source as it travels in the compiler.

use sha2::{Digest as _, Sha256};

use crate::audit::keys::hex;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The version of heddle and of its runtime.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What the runtime's source and the tables it inherits amount to. Names the folder it is unpacked into.
pub fn runtime_digest() -> String {
    let mut digest = Sha256::new();
    for (path, text) in RUNTIME.iter().chain([&("workspace", INHERITED), &("lock", AGENT_LOCK)]) {
        // Lengths first, so that no two tables of files can read the same.
        digest.update((path.len() as u64).to_le_bytes());
        digest.update(path);
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text);
    }
    hex(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_is_whole_and_its_dependencies_have_versions() {
        let manifest = RUNTIME.iter().find(|(path, _)| *path == "Cargo.toml").unwrap().1;
        assert!(RUNTIME.iter().any(|(path, _)| *path == "src/lib.rs"));
        let inherited = manifest.lines().filter_map(|line| line.split_once(".workspace = true"));
        for (key, _) in inherited {
            assert!(INHERITED.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key}");
        }
        assert!(!INHERITED.contains("clap"), "the compiler's own dependencies are none of the runtime's");
    }
}
