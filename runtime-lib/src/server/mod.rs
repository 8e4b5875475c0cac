//! The process: what a generated crate's `main` is.

mod arguments;
mod front;
mod home;
mod memory;
mod policy;
#[cfg(feature = "rehearsal")]
mod rehearse;
mod self_check;

#[cfg(feature = "rehearsal")]
pub use rehearse::rehearse;

use crate::approvals::Desk;
use crate::audit::{Audit, AuditError};
use crate::broker::Broker;
use crate::confine::{self, Needs};
use crate::decl::Agent;
use crate::http::Trust;
use crate::mcp::Catalogue;
use crate::pipeline::Pipeline;
use crate::proof::{Policy, Proven, Row};
use crate::tier::Tier;
use arguments::{Arguments, Wish};
use front::Front;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// Does what the command line asks of an agent with these tools; without arguments: serves MCP over standard input
/// and output until the client leaves or the process is told to stop.
pub fn serve<T: Tier>(policy: &Policy, tools: &'static [Proven<T>]) -> ExitCode {
    let agent = policy.agent();
    let rows: Vec<&'static Row> = tools.iter().map(Proven::row).collect();
    let read = Arguments::of(std::env::args_os().skip(1)).and_then(|arguments| {
        let Arguments { wish, secrets_dir, http, http_names } = arguments;
        Ok((wish, secrets_dir, Front::of(agent, http.as_deref(), http_names)?))
    });
    let (wish, secrets_dir, front) = match read {
        Ok(read) => read,
        Err(message) => {
            complain(agent, &format!("{message}; `{} --help` says what there is", agent.name));
            return ExitCode::from(2);
        }
    };
    let done = match wish {
        Wish::Serve => run(agent, &rows, secrets_dir, &front),
        Wish::Policy => print(&policy::describe(agent, T::LEVEL, &rows)).map(|()| true),
        Wish::SelfCheck => {
            let report = self_check::run(agent, secrets_dir);
            print(&report.text).map(|()| report.would_serve)
        }
        Wish::Help => print(&arguments::help(agent)).map(|()| true),
        Wish::Version => {
            print(&format!("{} {}\nplan {}\n", agent.name, agent.version, agent.plan)).map(|()| true)
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            complain(agent, &message);
            ExitCode::FAILURE
        }
    }
}

fn run(
    agent: &'static Agent,
    rows: &[&'static Row],
    secrets_dir: Option<PathBuf>,
    front: &Front,
) -> Result<bool, String> {
    // Before there is anything in it to hide. Where the system cannot, `--self-check` says so.
    let _ = memory::keep_out_of_core_dumps();
    let home = home::locate()?;
    let needs = front.needs(needs(agent, &home, secrets_dir.as_deref()), &home);
    let broker = Broker::new(agent, &home).with_folder(secrets_dir)?;
    let trust = Trust::read(agent, &home)?;
    let catalogue = Catalogue::new(agent, rows.iter().copied());
    let audit = Audit::open(agent, &home).map_err(unrecorded)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let served = runtime.block_on(async {
        let desk = Desk::new(agent, &home);
        let pipeline = Arc::new(Pipeline::new(agent, rows.iter().copied(), audit, broker, desk, &trust)?);
        let tools = catalogue.digest().to_owned();
        let audit = pipeline.audit();
        // When everything is open that needs more than serving does, and nothing was read from a client yet.
        let wall_in = || {
            let walls = confine::enter(agent.sandbox, &needs)?;
            complain(agent, &format!("sandbox: {walls}"));
            let authorities = trust.describe();
            let mut detail = vec![("version", agent.version), ("tools", &tools), ("sandbox", walls.level())];
            if !authorities.is_empty() {
                detail.push(("authorities", &authorities));
            }
            audit.start(&detail).map_err(unrecorded)
        };
        let served = front.serve(agent, catalogue, pipeline.clone(), (&home, &trust), wall_in).await;
        let stopped = pipeline.audit().stop().map_err(unrecorded);
        served.and(stopped)
    });
    // A name that is still being looked up must not hold the process.
    runtime.shutdown_background();
    served.map(|()| true)
}

/// What the process still has to reach once the sandbox stands.
fn needs(agent: &Agent, home: &Path, secrets_dir: Option<&Path>) -> Needs {
    let needs = Needs::of(agent, home);
    #[cfg(feature = "approvals")]
    let needs = needs.writing(home.join("approvals"));
    match secrets_dir {
        Some(folder) => needs.reading(folder.to_owned()),
        None => needs,
    }
}

fn unrecorded(error: AuditError) -> String {
    format!("the audit log: {error}")
}

/// To standard output, which carries no MCP in this run. A reader who has seen enough is no fault.
fn print(text: &str) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("cannot write: {error}")),
        _ => Ok(()),
    }
}

fn complain(agent: &Agent, message: &str) {
    // There is nobody else to tell.
    let _ = writeln!(io::stderr().lock(), "{}: {message}", agent.name);
}
