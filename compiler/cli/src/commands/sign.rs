//! `heddle sign`

use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::console::{harmless, result, say};
use crate::failure::Failure;
use crate::front::{self, Front};
use crate::home::{Home, refuse_shared_folder};
use crate::signing::pair::Pair;
use crate::signing::seal::{SealKey, Seals};
use crate::signing::{Standing, Trust, place};

/// Sign configs that were reviewed, for `heddle build --require-signed`
///
/// A seal (the default) is made with a secret key in the heddle home and counts on this machine. A signature (`--pair`) is
/// made with a key pair, stands beside the config, and can be checked by whoever has the public key.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle sign key\n  \
    $ heddle sign config agents/shop.yaml\n  \
    $ heddle sign verify agents/*.yaml")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the key of this heddle home, or with `--pair` its key pair, and print what tells it from others
    #[command(after_help = "Examples:\n  $ heddle sign key\n  $ heddle sign key --pair > heddle.pub")]
    Key {
        /// A key pair, whose public half is printed
        #[arg(long)]
        pair: bool,
    },
    /// Sign configs: their exact bytes, under their names
    #[command(after_help = "Examples:\n  \
        $ heddle sign config agents/shop.yaml\n  \
        $ heddle sign config --pair agents/shop.yaml")]
    Config {
        /// The configs
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        how: How,
    },
    /// Sign every config of a folder
    #[command(after_help = "Example:\n  $ heddle sign all agents")]
    All {
        /// The folder
        #[arg(value_name = "FOLDER", default_value = ".")]
        folder: PathBuf,
        #[command(flatten)]
        how: How,
    },
    /// Sign what is released (a binary, an SBOM); the signature goes beside it, in minisign's format
    #[command(after_help = "Example:\n  $ heddle sign artefact dist/shop dist/shop.cdx.json")]
    Artefact {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// A secret key in minisign's format; left out: the heddle home's
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
    /// Say of each config whether it is signed; fail if one is not
    #[command(after_help = "Examples:\n  \
        $ heddle sign verify agents/*.yaml\n  \
        $ heddle sign verify --signer heddle.pub agents/*.yaml")]
    Verify {
        /// The configs
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Count the signatures of this public key and no others; may be given more than once
        #[arg(long, value_name = "KEY")]
        signer: Vec<String>,
    },
}

/// With what to sign.
#[derive(Debug, clap::Args)]
struct How {
    /// Sign with the key pair of the heddle home, beside the config
    #[arg(long)]
    pair: bool,
    /// The same with this secret key in minisign's format
    #[arg(long, value_name = "FILE", conflicts_with = "pair")]
    key: Option<PathBuf>,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let home = Home::find()?;
    refuse_shared_folder(home.root())?;
    match args.command {
        Command::Key { pair: false } => {
            result(&format!("{}\n", SealKey::make(&home)?.fingerprint()))?;
            say(format_args!(
                "the key is in `{}`: keep a copy, and show it to nobody",
                home.signing_key().display()
            ));
            Ok(())
        }
        Command::Key { pair: true } => {
            let pair = Pair::make(&home)?;
            result(&format!("{}\n", pair.public.text()))?;
            say(format_args!(
                "the secret half is in `{}`: keep a copy, and show it to nobody",
                home.secret_key().display()
            ));
            Ok(())
        }
        Command::Config { files, how } => sign(&home, front::configs(&files), &how),
        Command::All { folder, how } => sign(&home, configs_in(&folder)?.iter(), &how),
        Command::Artefact { files, key } => {
            let pair = key.as_deref().map_or_else(|| Pair::of_home(&home), Pair::named)?;
            for file in files {
                let bytes = fs::read(&file).map_err(|error| Failure::io("read", &file, &error))?;
                result(&format!("{}\n", pair.sign_artefact(&file, &bytes)?.display()))?;
            }
            Ok(())
        }
        Command::Verify { files, signer } => verify(&home, &files, &signer),
    }
}

fn sign<'a>(home: &Home, files: impl Iterator<Item = &'a PathBuf>, how: &How) -> Result<(), Failure> {
    let pair = match (how.pair, &how.key) {
        (true, _) => Some(Pair::of_home(home)?),
        (false, Some(key)) => Some(Pair::named(key)?),
        (false, None) => None,
    };
    let seal = match pair {
        Some(_) => None,
        None => Some(SealKey::read(home)?.ok_or_else(|| {
            Failure::refused("there is no signing key in the heddle home: `heddle sign key` makes one")
        })?),
    };
    let mut front = Front::new(None, &[])?;
    for file in files {
        // A signature says that somebody stands for the config: not for one in quarantine.
        front.judge(file)?;
        let bytes = front::bytes(file)?;
        if let Some(key) = &seal {
            Seals::add(home, key, &place(file)?, &bytes)?;
            result(&format!(
                "{}: sealed with key {}\n",
                harmless(&file.to_string_lossy()),
                key.fingerprint()
            ))?;
        }
        if let Some(pair) = &pair {
            let beside = pair.sign_config(file, &bytes)?;
            result(&format!("{}\n", harmless(&beside.to_string_lossy())))?;
        }
    }
    Ok(())
}

/// What looks like a config, by either extension, in a folder and not below it.
fn configs_in(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |error| Failure::io("read the folder", folder, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.extension().is_some_and(|end| end == "yaml" || end == "yml") && !front::is_beside(&path) {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Failure::refused(format_args!("`{}` holds no config", folder.display())));
    }
    Ok(files)
}

fn verify(home: &Home, files: &[PathBuf], signers: &[String]) -> Result<(), Failure> {
    let trust = if signers.is_empty() { Trust::home(home)? } else { Trust::named(signers)? };
    let mut all = true;
    for file in front::configs(files) {
        let standing = trust.standing(file, &front::bytes(file)?)?;
        let said = match &standing {
            Standing::Signed(signer) => format!("signed, {signer}"),
            Standing::Unsigned => "not signed".to_owned(),
            Standing::Changed => "changed since it was signed".to_owned(),
            Standing::Renamed(other) => format!("signed as `{}` only", harmless(other)),
            Standing::Foreign(key) => format!("signed with a key that is not trusted here ({key})"),
        };
        all &= matches!(standing, Standing::Signed(_));
        result(&format!("{}: {said}\n", harmless(&file.to_string_lossy())))?;
    }
    if all { Ok(()) } else { Err(Failure::RefusedAsSaid) }
}
