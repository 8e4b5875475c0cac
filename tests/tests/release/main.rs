//! What a shipped binary can prove: what is written on it, that it can be built again, and the documents that go with it.

mod deployment;
mod diff;
mod documents;
mod inspect;
mod least_code;
mod minisign;
mod recipes;
mod reproducible;
mod standalone;
mod verify;

use std::path::{Path, PathBuf};
use std::process::Output;

use heddle_tests::agent::{self, Agent};
use heddle_tests::home;

const CONFIG: &str = include_str!("../../fixtures/readme-example.yaml");

/// The smallest agent, built.
fn reader() -> Agent {
    agent::build_config(CONFIG, agent::address("release::reader"))
}

/// An agent that writes, with a secret, over TLS.
fn writer() -> Agent {
    let config = r#"agent:
  name: notes
  version: "2.1.0"
  exposes:
    - name: add_note
      access: write
      description: "Add a note."
      parameters:
        text: { type: string }
  http_bridge:
    - tool_name: add_note
      method: POST
      url: "https://notes.example.org/api/notes"
      headers: { Authorization: "Bearer {{secret:notes-token}}" }
      body_template: { text: "{{text}}" }
  runtime:
    trust_tier: 2
"#;
    agent::build_config(config, agent::address("release::writer"))
}

/// The config that an agent was built from.
fn config(agent: &Agent) -> PathBuf {
    let folder = agent.generated.parent().and_then(Path::parent).expect("the folder of the build");
    folder.join(format!("{}.yaml", agent.name))
}

fn heddle(arguments: &[&str]) -> Output {
    home::heddle().args(arguments).output().expect("heddle runs")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[track_caller]
fn ends(output: &Output, status: i32, words: &[&str]) {
    let said = said(output);
    assert_eq!(output.status.code(), Some(status), "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not said:\n{said}");
    }
}
