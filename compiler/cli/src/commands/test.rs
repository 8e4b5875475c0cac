//! `heddle test`

use std::path::PathBuf;

use clap::ValueEnum;

use crate::console::result;
use crate::failure::Failure;
use crate::front::Front;
use crate::policy_test;

/// Run the policy tests beside configs: calls, and what must become of them; nothing is sent
///
/// The tests of `shop.yaml` are in `shop.test.yaml`. They run against the emitted crate and the runtime of the binary, built
/// once more with a last step that notes a request instead of sending it.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle test packs/prometheus.yaml\n  \
    $ heddle test --require-coverage agents/*.test.yaml\n  \
    $ heddle test --format json agents/shop.yaml")]
pub struct Args {
    /// Configs that have tests, or the files of tests themselves
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// `human`, or `json`: one object a file
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Fail also when a rule never fires or a tool is never called
    #[arg(long)]
    require_coverage: bool,
    /// Who may use which secret; left out: `heddle.grants.yaml` in the config's folder or a parent, else the policy of
    /// the heddle home
    #[arg(long, value_name = "FILE")]
    grants: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let mut front = Front::new(args.grants.as_deref(), &[])?;
    let mut failed = false;
    for named in &args.files {
        let (config, tests) = policy_test::pair(named)?;
        let run = policy_test::run(&config, &tests, &mut front)?;
        failed |= run.failed() > 0 || (args.require_coverage && !run.covers_all());
        result(&match args.format {
            Format::Human => policy_test::human(&run),
            Format::Json => policy_test::json(&run),
        })?;
    }
    if failed { Err(Failure::RefusedAsSaid) } else { Ok(()) }
}
