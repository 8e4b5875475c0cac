//! `heddle run`

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

use super::build::{Options, accept, compile, emit, is_built};
use crate::failure::{Failure, plain};

/// Build an agent if anything changed, then become it
///
/// Everything that heddle says goes to standard error: standard output is the agent's.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle run packs/prometheus.yaml\n  \
    $ heddle run packs/prometheus.yaml -- --http 127.0.0.1:8200")]
pub struct Args {
    /// The config
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    options: Options,
    /// Arguments of the agent
    #[arg(last = true, value_name = "ARGS")]
    agent: Vec<OsString>,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let accepted = accept(std::slice::from_ref(&args.file), &args.options)?;
    let Some(agent) = accepted.first() else { return Err(Failure::fault("no plan and no refusal")) };
    let name = &agent.plan.name;
    let binary = args.options.binary(name);
    emit(agent, &args.options.folder(name))?;
    if !is_built(agent, &args.options)? {
        compile(agent, &args.options)?;
    }
    // A bare name would be looked for on the PATH.
    let binary = std::path::absolute(&binary).map_err(|error| Failure::io("find", &binary, &error))?;
    let error = Command::new(&binary).args(&args.agent).exec();
    Err(Failure::Fault(format!("cannot start `{}`: {}", binary.display(), plain(&error))))
}
