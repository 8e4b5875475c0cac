//! `heddle completions`

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::console::result;
use crate::failure::Failure;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  $ heddle completions bash > ~/.local/share/bash-completion/completions/heddle"
)]
pub struct Args {
    /// Which shell
    shell: Shell,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::Cli::command(), "heddle", &mut script);
    result(&String::from_utf8_lossy(&script))
}
