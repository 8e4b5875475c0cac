//! Agents under test: configs compiled by the heddle under test, once per config.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::home;

/// A built agent and the loopback address that its tools ask.
#[derive(Debug, Clone)]
pub struct Agent {
    /// The binary.
    pub binary: PathBuf,
    /// The folder of the generated crate.
    pub generated: PathBuf,
    /// Its name in the config.
    pub name: String,
    /// Where its backend has to listen.
    pub backend: SocketAddr,
}

/// Builds the agent that `config` describes; `{origin}` in it stands for the address of its backend.
///
/// Origins are compiled in, so the address has to be known before the backend listens. It is derived from `label` and
/// the checkout, within 127.0.0.0/8: two tests, or two checkouts at once, do not meet. Built binaries are kept for the
/// next run as long as neither the config nor heddle changes.
pub fn build(label: &str, config: &str) -> Agent {
    let backend = address(label);
    build_config(&config.replace("{origin}", &format!("http://{backend}")), backend)
}

/// Builds a config as it stands, with a backend that is already known (or that nobody will ask).
pub fn build_config(config: &str, backend: SocketAddr) -> Agent {
    build_with(config, backend, &[])
}

/// The same, with options of `heddle build`.
pub fn build_with(config: &str, backend: SocketAddr, options: &[&str]) -> Agent {
    let name = config
        .lines()
        .find_map(|line| line.trim().strip_prefix("name: "))
        .map(|name| name.trim_matches('"').to_owned())
        .expect("an agent has a name");
    let parts: Vec<&[u8]> = [config].iter().chain(options).map(|part| part.as_bytes()).collect();
    let folder = home::build_home().join("agents").join(hex(&parts));
    fs::create_dir_all(&folder).expect("the target folder can be written");
    let lock = File::create(folder.join("lock")).expect("the folder can be written");
    lock.lock().expect("the lock of a build");

    let binary = folder.join("dist").join(&name);
    let generated = folder.join("generated").join(&name);
    let stamp = folder.join("built-by");
    let heddle = identity(&home::heddle_path());
    if !binary.exists() || fs::read_to_string(&stamp).is_ok_and(|by| by == heddle).eq(&false) {
        let source = folder.join(format!("{name}.yaml"));
        fs::write(&source, config).expect("the folder can be written");
        fs::write(folder.join("heddle.grants.yaml"), grants(&name, config))
            .expect("the folder can be written");
        let output = home::heddle()
            .arg("build")
            .args(options)
            .arg(&source)
            .arg("--out")
            .arg(folder.join("generated"))
            .arg("--dist")
            .arg(folder.join("dist"))
            .output()
            .expect("heddle runs");
        assert!(
            output.status.success(),
            "heddle build refused or failed:\n{config}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(binary.exists(), "heddle build said yes and left no {}", binary.display());
        fs::write(stamp, heddle).expect("the folder can be written");
    }
    Agent { binary, generated, name, backend }
}

/// Grants the agent each secret that its config names.
fn grants(name: &str, config: &str) -> String {
    let mut keys: Vec<&str> =
        config.split("{{secret:").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0)).collect();
    keys.sort_unstable();
    keys.dedup();
    format!("{name}: [{}]\n", keys.join(", "))
}

/// A loopback address of its own for `label`, outside the range that the kernel hands out by itself.
pub fn address(label: &str) -> SocketAddr {
    let digest = Sha256::digest(format!("{label}\0{}", home::target().display()));
    let [a, b, c, d, e, ..] = digest[..] else { unreachable!("a digest has 32 bytes") };
    let port = 10_000 + u16::from_be_bytes([d, e]) % 20_000;
    SocketAddr::from((Ipv4Addr::new(127, 1 + a % 254, b, 1 + c % 254), port))
}

/// Changes whenever the file does.
fn identity(path: &Path) -> String {
    let facts = fs::metadata(path).expect("cargo built the command under test");
    let modified = facts.modified().expect("a file system with times");
    let age = modified.duration_since(SystemTime::UNIX_EPOCH).expect("a file from after 1970");
    format!("{} {}", facts.len(), age.as_nanos())
}

/// SHA-256 of the parts in hex.
pub fn hex(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    parts.iter().for_each(|part| digest.update(part));
    digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
