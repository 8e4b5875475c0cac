//! The starter packs against the nearest real thing that the package registries hold. Where a service is not
//! installed, its test prints `SKIPPED: ...`; `.ci/run` installs them and makes their absence a failure.

mod collector;
mod forges;
mod media;
mod ollama;
mod prometheus;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use heddle_tests::client::{CallResult, Client};
use heddle_tests::home;
use serde_json::Value;

/// What the tests send as every secret.
const SECRET: &str = "weaver-secret-4711";

/// Where `tests/services/install.sh` installs.
fn cache() -> PathBuf {
    std::env::var_os("HEDDLE_TEST_CACHE").map(PathBuf::from).unwrap_or_else(|| {
        let home = std::env::var_os("HOME").expect("a home");
        PathBuf::from(home).join(".cache/heddle-tests")
    })
}

/// A document that `tests/services/install.sh` installed.
fn openapi(path: &str) -> String {
    cache().join(path).to_str().expect("a path in UTF-8").to_owned()
}

/// The description of a pack's API: the vendor's own document where there is one, else the part that stands here.
fn specification(pack: &str) -> String {
    let ours = home::checkout().join("tests/services/specs").join(format!("{pack}.yaml"));
    let vendors = match std::env::var_os("HEDDLE_TEST_SPECS") {
        Some(folder) => PathBuf::from(folder),
        None => cache().join("vendors"),
    };
    let vendors = vendors.join(format!("{pack}.json"));
    let path = if vendors.exists() { vendors } else { ours };
    println!("{pack} against {}", path.display());
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// Calls until the result is as wanted: services take a moment before they have data.
fn eventually(
    client: &mut Client,
    tool: &str,
    arguments: &Value,
    wanted: impl Fn(&CallResult) -> bool,
) -> CallResult {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let result = client.call(tool, arguments.clone());
        if wanted(&result) {
            return result;
        }
        assert!(Instant::now() < end, "{tool} {arguments}: {}", result.text);
        std::thread::sleep(Duration::from_millis(500));
    }
}

/// The text of a result, as JSON.
fn json_of(result: &CallResult) -> Value {
    let text = result.ok();
    serde_json::from_str(text).unwrap_or_else(|fault| panic!("{fault}: {text}"))
}
