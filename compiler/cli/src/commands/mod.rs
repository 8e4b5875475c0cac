//! The subcommands, one file each.

mod approvals;
mod audit;
mod build;
mod check;
mod completions;
mod demo;
mod diff;
mod explain;
mod init;
mod inspect;
mod quarantine;
mod run;
mod sbom;
mod schema;
mod secrets;
mod sign;
mod test;
mod tokens;
mod verify;

use clap::Subcommand;

use crate::failure::Failure;

#[derive(Debug, Subcommand)]
pub enum Command {
    Check(check::Args),
    Build(build::Args),
    Run(run::Args),
    Diff(diff::Args),
    Test(test::Args),
    Explain(explain::Args),
    Schema(schema::Args),
    Demo(demo::Args),
    Init(init::Args),
    Secrets(secrets::Args),
    Inspect(inspect::Args),
    Verify(verify::Args),
    Sbom(sbom::Args),
    Sign(sign::Args),
    Quarantine(quarantine::Args),
    Tokens(tokens::Args),
    Audit(audit::Args),
    Approvals(approvals::Args),
    Completions(completions::Args),
}

impl Command {
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Self::Check(args) => check::run(args),
            Self::Build(args) => build::run(args),
            Self::Run(args) => run::run(args),
            Self::Diff(args) => diff::run(args),
            Self::Test(args) => test::run(args),
            Self::Explain(args) => explain::run(args),
            Self::Schema(args) => schema::run(args),
            Self::Demo(args) => demo::run(args),
            Self::Init(args) => init::run(args),
            Self::Secrets(args) => secrets::run(args),
            Self::Inspect(args) => inspect::run(args),
            Self::Verify(args) => verify::run(args),
            Self::Sbom(args) => sbom::run(args),
            Self::Sign(args) => sign::run(args),
            Self::Quarantine(args) => quarantine::run(args),
            Self::Tokens(args) => tokens::run(args),
            Self::Audit(args) => audit::run(args),
            Self::Approvals(args) => approvals::run(args),
            Self::Completions(args) => completions::run(args),
        }
    }
}
