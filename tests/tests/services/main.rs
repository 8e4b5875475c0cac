//! The starter packs against the nearest real thing that the package registries hold. Where a service is not
//! installed, its test prints `SKIPPED: ...`; `.ci/run` installs them and makes their absence a failure.

mod prometheus;

use std::time::{Duration, Instant};

use heddle_tests::client::{CallResult, Client};
use serde_json::Value;

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
