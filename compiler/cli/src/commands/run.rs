//! `heddle run`

use std::ffi::OsString;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use super::build::{Accepted, Options, accept, compile, emit};
use crate::audit::verify::hex;
use crate::build::embedded::runtime_digest;
use crate::failure::{Failure, plain};
use crate::home::{Home, make_private_folder, write_private};

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
    let stamp = Stamp::of(agent, &args.options, &binary)?;
    if !stamp.is_fresh(&binary) {
        compile(agent, &args.options)?;
        stamp.set(&binary)?;
    }
    // A bare name would be looked for on the PATH.
    let binary = std::path::absolute(&binary).map_err(|error| Failure::io("find", &binary, &error))?;
    let error = Command::new(&binary).args(&args.agent).exec();
    Err(Failure::Fault(format!("cannot start `{}`: {}", binary.display(), plain(&error))))
}

/// What a binary was built from, noted in the cache, so that an unchanged agent starts without asking cargo.
struct Stamp {
    path: PathBuf,
    inputs: String,
}

impl Stamp {
    fn of(agent: &Accepted, options: &Options, binary: &Path) -> Result<Self, Failure> {
        let place = std::path::absolute(binary).map_err(|error| Failure::io("find", binary, &error))?;
        let folder = Home::find()?.cache().join("built");
        let mut inputs = Sha256::new();
        for (path, text) in &agent.files {
            inputs.update(format!("{path}\0{}\0", text.len()));
            inputs.update(text);
        }
        inputs.update(runtime_digest());
        inputs.update(options.profile().name());
        Ok(Self {
            path: folder.join(hex(&Sha256::digest(place.as_os_str().as_encoded_bytes()))),
            inputs: hex(&inputs.finalize()),
        })
    }

    fn is_fresh(&self, binary: &Path) -> bool {
        let noted = fs::read_to_string(&self.path).unwrap_or_default();
        fs::read(binary).is_ok_and(|bytes| noted == self.text(&bytes))
    }

    fn set(&self, binary: &Path) -> Result<(), Failure> {
        let bytes = fs::read(binary).map_err(|error| Failure::io("read", binary, &error))?;
        if let Some(folder) = self.path.parent() {
            make_private_folder(folder)?;
        }
        write_private(&self.path, &self.text(&bytes))
    }

    fn text(&self, binary: &[u8]) -> String {
        format!("{} {}\n", self.inputs, hex(&Sha256::digest(binary)))
    }
}
