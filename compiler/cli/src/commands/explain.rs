//! `heddle explain`

use crate::console::result;
use crate::failure::Failure;
use crate::front;

/// Explain a diagnostic code: what it refuses, why, and what to do
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  $ heddle explain HD0102\n  $ heddle explain --list")]
pub struct Args {
    /// The code
    #[arg(required_unless_present = "list")]
    code: Option<String>,
    /// List all codes
    #[arg(long, conflicts_with = "code")]
    list: bool,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let Some(code) = args.code.filter(|_| !args.list) else { return result(&front::codes()) };
    match front::explanation(&code) {
        Some(page) => result(page),
        None => Err(Failure::Usage(format!(
            "there is no code `{}`; `heddle explain --list` shows all",
            crate::console::harmless(&code)
        ))),
    }
}
