//! `heddle tokens`

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;

use clap::Subcommand;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::secrets::{agent, change, load};
use crate::console::{result, say};
use crate::failure::Failure;
use crate::home::{Home, refuse_shared_folder};

/// Give out the access tokens that let callers in over HTTP
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  \
    $ heddle tokens add grafana laptop --read-only")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a token and print it, once; only its digest is kept
    #[command(after_help = "Example:\n  $ heddle tokens add grafana laptop > token")]
    Add {
        /// The agent's name
        #[arg(value_parser = agent)]
        agent: String,
        /// Who will hold the token: the name under which its calls are counted
        #[arg(value_parser = name)]
        name: String,
        /// For tools of access `read` only
        #[arg(long)]
        read_only: bool,
    },
    /// List the names of all tokens; never a token
    #[command(after_help = "Example:\n  $ heddle tokens list")]
    List,
    /// Take a token back; a running agent refuses it from the next request on
    #[command(after_help = "Example:\n  $ heddle tokens revoke grafana laptop")]
    Revoke {
        /// The agent's name
        #[arg(value_parser = agent)]
        agent: String,
        /// Whose token
        #[arg(value_parser = name)]
        name: String,
    },
}

/// Agent, name, token. An agent without tokens left keeps its entry: it stays closed to strangers.
type Store = BTreeMap<String, BTreeMap<String, Token>>;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Token {
    sha256: String,
    access: Access,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "lowercase")]
enum Access {
    Read,
    Write,
}

pub fn run(args: Args) -> Result<(), Failure> {
    let home = Home::find()?;
    refuse_shared_folder(home.root())?;
    match args.command {
        Command::Add { agent, name, read_only } => {
            let token = fresh()?;
            let access = if read_only { Access::Read } else { Access::Write };
            let kept = Token { sha256: hex(&Sha256::digest(&token)), access };
            let is_new = change::<Store, _>(&home, &home.access_tokens(), |store| {
                let names = store.entry(agent.clone()).or_default();
                let is_new = !names.contains_key(&name);
                if is_new {
                    names.insert(name.clone(), kept);
                }
                is_new
            })?;
            if !is_new {
                return Err(Failure::refused(format_args!(
                    "`{name}` has a token of `{agent}` already: `heddle tokens revoke {agent} {name}` takes it back"
                )));
            }
            say(format_args!("the token of `{name}` for `{agent}`; it is not shown again:"));
            result(&format!("{token}\n"))
        }
        Command::List => {
            let store: Store = load(&home.access_tokens())?;
            let mut table = String::new();
            for (agent, names) in &store {
                for (name, Token { access, .. }) in names {
                    let access = match access {
                        Access::Read => "read",
                        Access::Write => "write",
                    };
                    let _ = writeln!(table, "{agent:<28} {name:<28} {access}");
                }
            }
            if table.is_empty() {
                say("no tokens: `heddle tokens add AGENT NAME` makes one");
            }
            result(&table)
        }
        Command::Revoke { agent, name } => {
            let was_there = change::<Store, _>(&home, &home.access_tokens(), |store| {
                store.get_mut(&agent).is_some_and(|names| names.remove(&name).is_some())
            })?;
            if !was_there {
                return Err(Failure::refused(format_args!("`{name}` has no token of `{agent}`")));
            }
            say(format_args!("the token of `{name}` for `{agent}` is worth nothing any more"));
            Ok(())
        }
    }
}

/// 256 bits that nobody can guess, with a beginning that scanners for leaked secrets can know it by.
fn fresh() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|error| Failure::io("read", "/dev/urandom".as_ref(), &error))?;
    Ok(format!("heddle_{}", hex(&bytes)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn name(text: &str) -> Result<String, String> {
    let fits = !text.is_empty()
        && text.len() <= 64
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@'));
    if fits {
        Ok(text.to_owned())
    } else {
        Err("a name is letters, digits, `-`, `_`, `.` and `@`, 64 at most".into())
    }
}
