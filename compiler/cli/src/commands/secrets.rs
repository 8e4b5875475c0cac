//! `heddle secrets`

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use clap::Subcommand;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::console::{result, say};
use crate::failure::Failure;
use crate::home::{Home, lock, make_private_folder, read_private, refuse_shared_folder, write_private};
use crate::prompt;

/// Keep secrets, and say which agent may use which
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  \
    $ heddle secrets set grafana-token\n  \
    $ heddle secrets grant grafana grafana-token")]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the keys, and who may use each; never a value
    #[command(after_help = "Example:\n  $ heddle secrets list")]
    List,
    /// Store a secret; its value is asked for, or read from standard input
    #[command(
        after_help = "Examples:\n  $ heddle secrets set grafana-token\n  $ pass grafana | heddle secrets set grafana-token"
    )]
    Set {
        /// Its key, as in `{{secret:KEY}}`
        #[arg(value_parser = key)]
        key: String,
    },
    /// Replace the value of a secret; running agents use the new one from their next call on
    #[command(after_help = "Example:\n  $ heddle secrets rotate grafana-token")]
    Rotate {
        /// Its key, which has to be stored already
        #[arg(value_parser = key)]
        key: String,
    },
    /// Remove a secret
    #[command(after_help = "Example:\n  $ heddle secrets remove grafana-token")]
    Remove {
        /// Its key
        #[arg(value_parser = key)]
        key: String,
    },
    /// Let an agent use secrets
    #[command(after_help = "Examples:\n  \
        $ heddle secrets grant grafana grafana-token\n  \
        $ heddle secrets grant grafana grafana-token --build 908d45b2d08c9e38287eea27409310278642d650e6f3508e707c80f4539048dd")]
    Grant {
        /// The agent's name
        #[arg(value_parser = agent)]
        agent: String,
        /// Keys of the secrets
        #[arg(required = true, value_parser = key)]
        keys: Vec<String>,
        /// Only this build of it: the plan that `BINARY --version` prints; left out: every build of that name
        #[arg(long, value_name = "DIGEST", value_parser = digest)]
        build: Option<String>,
    },
    /// Forbid it again; a running agent is denied from its next call on
    #[command(after_help = "Example:\n  $ heddle secrets revoke grafana grafana-token")]
    Revoke {
        /// The agent's name
        #[arg(value_parser = agent)]
        agent: String,
        /// Keys of the secrets
        #[arg(required = true, value_parser = key)]
        keys: Vec<String>,
        /// Only what this build was granted; left out: every grant to that name
        #[arg(long, value_name = "DIGEST", value_parser = digest)]
        build: Option<String>,
    },
    /// Print who may use what, as JSON
    #[command(after_help = "Example:\n  $ heddle secrets policy")]
    Policy,
}

type Store = BTreeMap<String, String>;
type Policy = BTreeMap<String, BTreeSet<String>>;

pub fn run(args: Args) -> Result<(), Failure> {
    let home = Home::find()?;
    refuse_shared_folder(home.root())?;
    match args.command {
        Command::List => list(&home),
        Command::Policy => {
            let policy: Policy = load(&home.policy())?;
            result(&text(&policy)?)
        }
        Command::Set { key } => {
            let value = value(&key)?;
            let fresh = change::<Store, _>(&home, &home.secrets(), |store| {
                store.insert(key.clone(), value).is_none()
            })?;
            let policy: Policy = load(&home.policy())?;
            say(format_args!("{} `{key}`", if fresh { "stored" } else { "replaced" }));
            if !policy.values().flatten().any(|entry| key_of(entry) == key) {
                say(format_args!("no agent may use it yet: `heddle secrets grant AGENT {key}`"));
            }
            Ok(())
        }
        Command::Rotate { key } => {
            // Before the value is asked for: a misspelt key must not become a second secret.
            let absent = || {
                Failure::refused(format_args!(
                    "there is no secret `{key}`: `heddle secrets set {key}` stores one"
                ))
            };
            if !load::<Store>(&home.secrets())?.contains_key(&key) {
                return Err(absent());
            }
            let value = value(&key)?;
            let replaced = change::<Store, _>(&home, &home.secrets(), |store| match store.get_mut(&key) {
                Some(stored) => {
                    *stored = value;
                    true
                }
                None => false,
            })?;
            if !replaced {
                return Err(absent());
            }
            say(format_args!("replaced `{key}`"));
            Ok(())
        }
        Command::Remove { key } => {
            if !change::<Store, _>(&home, &home.secrets(), |store| store.remove(&key).is_some())? {
                return Err(Failure::refused(format_args!("there is no secret `{key}`")));
            }
            say(format_args!("removed `{key}`"));
            Ok(())
        }
        Command::Grant { agent, keys, build } => {
            change::<Policy, _>(&home, &home.policy(), |policy| {
                let granted = policy.entry(agent.clone()).or_default();
                for key in &keys {
                    // A grant to every build leaves nothing to pin, and a pin would mean nothing beside one.
                    match &build {
                        None => granted.retain(|entry| key_of(entry) != key),
                        Some(_) => drop(granted.remove(key)),
                    }
                    granted.insert(entry(key, build.as_deref()));
                }
            })?;
            let store: Store = load(&home.secrets())?;
            let who = if build.is_some() { "that build of " } else { "" };
            for key in keys {
                say(format_args!("{who}`{agent}` may use `{key}`"));
                if !store.contains_key(&key) {
                    say(format_args!("it is not stored yet: `heddle secrets set {key}`"));
                }
            }
            Ok(())
        }
        Command::Revoke { agent, keys, build } => {
            let missing = change::<Policy, _>(&home, &home.policy(), |policy| {
                let granted = policy.entry(agent.clone()).or_default();
                let mut missing = Vec::new();
                for key in &keys {
                    let before = granted.len();
                    granted.retain(|found| match &build {
                        None => key_of(found) != key,
                        Some(_) => *found != entry(key, build.as_deref()),
                    });
                    if granted.len() == before {
                        missing.push(key.clone());
                    }
                }
                if granted.is_empty() {
                    policy.remove(&agent);
                }
                missing
            })?;
            for key in keys.iter().filter(|key| !missing.contains(key)) {
                say(format_args!("`{agent}` may no longer use `{key}`"));
            }
            match missing.first() {
                Some(key) => Err(Failure::refused(format_args!("`{agent}` was not granted `{key}`"))),
                None => Ok(()),
            }
        }
    }
}

/// An entry of the policy: a key, or a key for one build. Keys hold no `@`.
fn entry(key: &str, build: Option<&str>) -> String {
    build.map_or_else(|| key.to_owned(), |build| format!("{key}@{build}"))
}

/// The key of an entry.
fn key_of(entry: &str) -> &str {
    entry.split_once('@').map_or(entry, |(key, _)| key)
}

fn list(home: &Home) -> Result<(), Failure> {
    let store: Store = load(&home.secrets())?;
    let policy: Policy = load(&home.policy())?;
    let granted = policy.values().flatten().map(|entry| key_of(entry));
    let keys: BTreeSet<&str> = store.keys().map(String::as_str).chain(granted).collect();
    let mut table = String::new();
    for key in keys {
        let agents: Vec<String> =
            policy.iter().filter_map(|(agent, entries)| users(agent, entries, key)).collect();
        let agents = if agents.is_empty() { String::from("nobody") } else { agents.join(", ") };
        let state = if store.contains_key(key) { "" } else { " (granted, not stored)" };
        let _ = writeln!(table, "{key:<28} {agents}{state}");
    }
    if table.is_empty() {
        say("no secrets: `heddle secrets set KEY` stores one");
    }
    result(&table)
}

/// An agent that may use a key, and which builds of it if not all may.
fn users(agent: &str, entries: &BTreeSet<String>, key: &str) -> Option<String> {
    if entries.contains(key) {
        return Some(agent.to_owned());
    }
    let builds: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry.split_once('@'))
        .filter(|(pinned, _)| *pinned == key)
        .map(|(_, build)| build.get(..12).unwrap_or(build))
        .collect();
    (!builds.is_empty()).then(|| format!("{agent} (build {})", builds.join(", ")))
}

/// The value of a secret.
fn value(key: &str) -> Result<String, Failure> {
    let value = prompt::hidden(&format!("value of `{key}` (not shown): "))?;
    if value.is_empty() {
        return Err(Failure::refused("the value is empty: nothing was stored"));
    }
    Ok(value)
}

/// Changes a file of the home under its lock. A store that does not parse is an error, never an empty store.
pub(super) fn change<T: Default + DeserializeOwned + Serialize, R>(
    home: &Home,
    path: &Path,
    change: impl FnOnce(&mut T) -> R,
) -> Result<R, Failure> {
    make_private_folder(home.root())?;
    let _lock = lock(&home.root().join("secrets.lock"), "waiting for another heddle to change the secrets")?;
    let mut store: T = load(path)?;
    let answer = change(&mut store);
    write_private(path, &text(&store)?)?;
    Ok(answer)
}

pub(super) fn load<T: Default + DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let Some(text) = read_private(path)? else { return Ok(T::default()) };
    // The error's text names a place and a type, and could quote a value: only the place is shown.
    serde_json::from_str(&text).map_err(|error| {
        Failure::refused(format_args!(
            "`{}` is damaged at line {}, column {}: mend it or restore a copy; nothing was changed",
            path.display(),
            error.line(),
            error.column()
        ))
    })
}

fn text(store: &impl Serialize) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(store).map_err(Failure::fault)?;
    text.push('\n');
    Ok(text)
}

fn key(text: &str) -> Result<String, String> {
    let fits = text.len() <= 128
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    if fits {
        Ok(text.to_owned())
    } else {
        Err("a key is letters, digits, `-`, `_`, `.` and `/`, 128 at most".into())
    }
}

fn digest(text: &str) -> Result<String, String> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if text.len() == 64 && digits {
        Ok(text.to_owned())
    } else {
        Err("a build is named by the 64 digits that `BINARY --version` prints behind `plan`".into())
    }
}

pub(super) fn agent(text: &str) -> Result<String, String> {
    let fits = text.len() <= 64
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_');
    if fits {
        Ok(text.to_owned())
    } else {
        Err("an agent is named with a-z, 0-9, `-` and `_`, 64 at most".into())
    }
}
