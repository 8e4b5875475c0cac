//! What an agent does on a kernel that cannot wall it in: `auto` serves and says so, `require` does not serve.

use std::process::{Command, Output};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::client::{Client, PATIENCE};
use heddle_tests::home::Home;
use serde_json::json;

use crate::wire_agent;

fn under(agent: &Agent, without: &str, home: &Home) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_older-kernel"));
    command.arg(without).arg(&agent.binary).env_clear().env("HEDDLE_HOME", home.path());
    command
}

fn self_check(agent: &Agent, without: &str) -> Output {
    under(agent, without, &Home::new()).arg("--self-check").output().expect("the agent runs")
}

fn strict() -> &'static Agent {
    static AGENT: OnceLock<Agent> = OnceLock::new();
    AGENT.get_or_init(|| {
        let config = include_str!("agent.yaml").replace("name: wire", "name: strict");
        agent::build("strict", &(config + "    sandbox: require\n"))
    })
}

#[test]
fn auto_serves_with_less_and_says_so_in_three_places() {
    for (without, level) in [("landlock", "partial"), ("seccomp", "partial"), ("landlock,seccomp", "none")] {
        let home = Home::new();
        let mut client = Client::start_command(&mut under(wire_agent(), without, &home));
        client.initialize();
        client.request("tools/list", json!({}));
        // It comes by another way than the answers.
        let end = Instant::now() + PATIENCE;
        while !client.stderr().contains(&format!("sandbox: {level}")) {
            assert!(Instant::now() < end, "{without}: {}", client.stderr());
            thread::sleep(Duration::from_millis(10));
        }
        assert!(client.close().success());
        let records = audit::records(home.path());
        assert_eq!(records[0]["sandbox"], level, "{without}: {}", records[0]);
        let checked = self_check(wire_agent(), without);
        let told = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(checked.status.success() && told.contains(level), "{without}: {checked:?}");
    }
}

#[test]
fn require_does_not_serve_with_less() {
    for without in ["landlock", "seccomp", "landlock,seccomp"] {
        let home = Home::new();
        let output = under(strict(), without, &home).output().expect("the agent runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{without}: {said}");
        assert!(said.contains("the config says `sandbox: require`"), "{without}: {said}");
        assert_eq!(output.stdout, b"", "{without}");
        assert_eq!(self_check(strict(), without).status.code(), Some(1), "{without}");
    }
    // With all of them it does.
    let home = Home::new();
    let mut client = Client::connect(strict(), home.path());
    assert!(client.request("tools/list", json!({}))["result"].is_object());
    assert!(client.close().success());
}
