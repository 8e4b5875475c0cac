//! What a person meets on the command line: exit status, streams, files that are wrong or in the way, builds from odd
//! places, the log, the secrets and the demo.

mod approvals;
mod audit;
mod build;
mod check;
mod demo;
mod diff;
mod policy;
mod seal;
mod secrets;

use std::path::Path;
use std::process::{Command, Output};

use heddle_tests::home;
use heddle_tests::home::run_at as run_at_home;

/// The pack that most of these tests build.
fn prometheus() -> String {
    std::fs::read_to_string(home::checkout().join("packs/prometheus.yaml"))
        .expect("the pack is in the checkout")
}

/// A command that starts in `folder`, builds in the shared home and is told nothing else.
fn heddle_in(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = home::heddle();
    command.current_dir(folder).args(arguments);
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    heddle_in(folder, arguments).output().expect("heddle runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("results are UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("messages are UTF-8")
}

#[track_caller]
fn ended(output: &Output, status: i32) {
    assert_eq!(output.status.code(), Some(status), "{}{}", out(output), err(output));
}
