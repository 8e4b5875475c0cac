//! `heddle schema`

use crate::console::result;
use crate::failure::Failure;
use crate::front;

/// Print the JSON Schema of the config language, for editors
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  $ heddle schema > heddle.schema.json\n\n\
    Then, as the first line of a config:\n  # yaml-language-server: $schema=heddle.schema.json")]
pub struct Args {}

pub fn run(_: Args) -> Result<(), Failure> {
    result(&front::schema())
}
