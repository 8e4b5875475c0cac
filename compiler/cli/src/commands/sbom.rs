//! `heddle sbom`

use std::path::PathBuf;

use crate::console::result;
use crate::failure::Failure;
use crate::label::Label;
use crate::release::Document;

/// Print the bill of materials of a binary, or the statement of its provenance; nothing is run
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle sbom dist/prometheus > prometheus.cdx.json\n  \
    $ heddle sbom --provenance dist/prometheus > prometheus.intoto.json")]
pub struct Args {
    /// The binary
    #[arg(value_name = "BIN")]
    binary: PathBuf,
    /// An in-toto statement with SLSA provenance instead of CycloneDX
    #[arg(long)]
    provenance: bool,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let (label, bytes) = Label::read(&args.binary)?;
    let document = if args.provenance { Document::Provenance } else { Document::Sbom };
    result(&document.of(&label, &bytes)?)
}
