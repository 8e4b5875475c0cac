//! The `Cargo.lock` of a generated crate: that of the runtime, with the crate put in.

/// The lock file of a workspace that has the runtime and one generated crate in it, from that of a workspace with the
/// runtime alone. Every version in it is the one that heddle itself was tested with.
pub fn stage_lock(agent_lock: &str, leaf: &str, version: &str) -> String {
    let entry = format!(
        "[[package]]\nname = \"{leaf}\"\nversion = \"{version}\"\ndependencies = [\n \"heddle-runtime\",\n]\n"
    );
    let mut blocks = agent_lock.split("\n\n").map(|block| block.trim_end_matches('\n'));
    let head = blocks.next().unwrap_or_default();
    let mut packages: Vec<&str> = blocks.collect();
    let place = packages.partition_point(|block| (name(block), field(block, "version")) < (leaf, version));
    packages.insert(place, entry.trim_end());

    // cargo names a dependency by version too where two packages have its name.
    let (short, long) = (format!(" \"{leaf}\","), String::new());
    let namesake = packages.iter().enumerate().find(|(at, block)| *at != place && name(block) == leaf);
    let long = namesake.map_or(long, |(_, block)| format!(" \"{leaf} {}\",", field(block, "version")));

    let mut text = format!("{head}\n");
    for block in packages {
        text.push('\n');
        for line in block.lines() {
            text.push_str(if line == short && !long.is_empty() { &long } else { line });
            text.push('\n');
        }
    }
    text
}

fn name(block: &str) -> &str {
    field(block, "name")
}

fn field<'t>(block: &'t str, key: &str) -> &'t str {
    let mut lines = block.lines();
    let value = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'));
    value.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "# by hand\nversion = 4\n\n[[package]]\nname = \"bytes\"\nversion = \"1.0.0\"\n\n[[package]]\nname = \"heddle-runtime\"\nversion = \"0.1.0\"\ndependencies = [\n \"bytes\",\n]\n";

    #[test]
    fn the_crate_stands_where_cargo_puts_it() {
        let lock = stage_lock(LOCK, "grafana", "2.0.0");
        assert!(lock.contains(
            "version = \"1.0.0\"\n\n[[package]]\nname = \"grafana\"\nversion = \"2.0.0\"\ndependencies = [\n \"heddle-runtime\",\n]\n\n[[package]]\nname = \"heddle-runtime\""
        ));
        assert!(stage_lock(LOCK, "zeta", "2.0.0").ends_with(" \"heddle-runtime\",\n]\n"));
        assert!(
            stage_lock(LOCK, "alpha", "2.0.0")
                .starts_with("# by hand\nversion = 4\n\n[[package]]\nname = \"alpha\"")
        );
    }

    #[test]
    fn a_crate_named_like_a_dependency_is_told_from_it() {
        let lock = stage_lock(LOCK, "bytes", "2.0.0");
        assert!(lock.contains(" \"bytes 1.0.0\",\n"), "{lock}");
        assert!(!lock.contains(" \"bytes\",\n"), "{lock}");
    }
}
