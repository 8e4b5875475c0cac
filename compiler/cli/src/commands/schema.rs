//! `heddle schema`

use crate::console::result;
use crate::failure::Failure;
use crate::{front, policy_test};

/// Print the JSON Schema of the config language, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle schema > heddle.schema.json\n  \
    $ heddle schema --tests > heddle.test.schema.json\n\n\
    Then, as the first line of a config:\n  # yaml-language-server: $schema=heddle.schema.json")]
pub struct Args {
    /// The schema of policy tests instead
    #[arg(long)]
    tests: bool,
}

pub fn run(args: Args) -> Result<(), Failure> {
    if args.tests { result(policy_test::SCHEMA) } else { result(&front::schema()) }
}
