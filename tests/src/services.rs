//! Real servers on loopback, started by the scripts in `tests/services/` and stopped when dropped.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::agent::{self, Agent};
use crate::home;

/// A running service.
pub struct Service {
    script: PathBuf,
    state: TempDir,
    /// Where it listens.
    pub address: SocketAddr,
}

/// Starts the service that `tests/services/{script}` knows, `options` in its environment. Where it is not installed,
/// prints so and returns nothing, unless `HEDDLE_REQUIRE_SERVICES` is set: then the test fails.
pub fn start(script: &str, label: &str, options: &[(&str, &str)]) -> Option<Service> {
    let service = Service {
        script: home::checkout().join("tests/services").join(script),
        state: tempfile::Builder::new().prefix("heddle-service-").tempdir().expect("a temporary folder"),
        address: agent::address(label),
    };
    // Not `output()`: the service would keep the pipes open.
    let log = service.state.path().join("start.log");
    let writer = std::fs::File::create(&log).expect("our folder");
    let status = Command::new(&service.script)
        .arg("start")
        .arg(service.state.path())
        .arg(service.address.to_string())
        .envs(options.iter().copied())
        .stdout(writer.try_clone().expect("an open file"))
        .stderr(writer)
        .status()
        .unwrap_or_else(|fault| panic!("{}: {fault}", service.script.display()));
    let said = std::fs::read_to_string(log).expect("our file");
    match status.code() {
        Some(0) => Some(service),
        Some(77) if std::env::var_os("HEDDLE_REQUIRE_SERVICES").is_none() => {
            println!("SKIPPED: {label}: {}", said.trim());
            None
        }
        _ => panic!("{script}: {status}: {said}"),
    }
}

impl Service {
    /// What a process of it wrote so far.
    pub fn log(&self, process: &str) -> String {
        std::fs::read_to_string(self.state.path().join(format!("{process}.log"))).expect("its log")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = Command::new(&self.script).arg("stop").arg(self.state.path()).status();
    }
}

/// Builds a starter pack whose requests go to `address` instead of `origin`.
pub fn build_pack(pack: &str, origin: &str, address: SocketAddr) -> Agent {
    let path = home::checkout().join("packs").join(format!("{pack}.yaml"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
    assert!(text.contains(origin), "{pack} reaches {origin}");
    agent::build_config(&text.replace(origin, &format!("http://{address}")), address)
}
