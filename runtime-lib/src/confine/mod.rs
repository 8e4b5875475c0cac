//! The walls that the process puts up around itself before it serves: files and TCP ports through Landlock, system calls
//! through seccomp, and no way back. What is let through follows from the declarations that everything else follows
//! from; whatever is not needed for those is shut.
//!
//! Neither works on threads that run already, so there must be none: what needs a thread starts it later.

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
))]
mod linux {
    pub mod calls;
    pub mod files;
    #[expect(unsafe_code, reason = "signal handlers, limits and process flags, which no crate here sets")]
    pub mod kernel;
    pub mod program;
}

/// Pages of memory that are kept out of swap.
#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
))]
pub(crate) mod pages {
    pub use super::linux::kernel::{lock, page_size as size, unlock};
}

/// Pages of memory that this system might swap out.
#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
)))]
pub(crate) mod pages {
    /// As large as a page is anywhere.
    pub const fn size() -> usize {
        65_536
    }

    pub fn lock(_pages: &[u8]) -> std::io::Result<()> {
        Err(std::io::ErrorKind::Unsupported.into())
    }

    pub const fn unlock(_pages: &[u8]) -> std::io::Result<()> {
        Ok(())
    }
}

/// The number of the user that this process acts as; `None`: nobody says it here.
#[cfg(feature = "approvals")]
pub(crate) fn user() -> Option<u32> {
    #[cfg(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
    ))]
    return Some(linux::kernel::user());
    #[cfg(not(all(
        target_os = "linux",
        any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
    )))]
    None
}

use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::address::Host;
use crate::decl::{Agent, Authorization, Sandbox};

/// What the process still has to do once the walls stand.
#[derive(Debug, Clone)]
pub struct Needs {
    /// Name of the agent, for the last message.
    name: &'static str,
    /// Folders and files that are read.
    read: Vec<PathBuf>,
    /// Folders in which files are made, written, renamed and removed.
    write: Vec<PathBuf>,
    /// TCP ports that are dialled.
    ports: BTreeSet<u16>,
    /// Names are looked up: the files of the resolver, UDP, and DNS over TCP where an answer is too long.
    names: bool,
    /// Names below `.local` are looked up, which other programs of this machine answer, over Unix sockets.
    local_names: bool,
    /// Connections are taken on a socket that listens already.
    accepts: bool,
}

impl Needs {
    /// Those of an agent that serves over standard input and output.
    #[must_use]
    pub fn of(agent: &Agent, home: &Path) -> Self {
        // The keys of an authorization server are fetched as well.
        let of_keys = match &agent.authorization {
            Authorization::OAuth { keys_origin, .. } => Some(keys_origin),
            Authorization::Tokens => None,
        };
        let origins = || agent.origins.iter().chain(of_keys);
        let names = || origins().map(|origin| origin.host).filter(|host| Host::of(host) == Host::Name);
        Self {
            name: agent.name,
            // The store is replaced by renaming, so its folder is what has to be readable.
            read: if agent.grants.is_empty() { Vec::new() } else { vec![home.to_owned()] },
            write: vec![home.join("audit")],
            ports: origins().map(|origin| origin.port).collect(),
            names: names().next().is_some(),
            local_names: names().any(|host| host.ends_with(".local")),
            accepts: false,
        }
    }

    /// Also reads this folder or file.
    #[must_use]
    pub fn reading(mut self, path: PathBuf) -> Self {
        self.read.push(path);
        self
    }

    /// Also writes in this folder, which is there already.
    #[must_use]
    pub fn writing(mut self, folder: PathBuf) -> Self {
        self.write.push(folder);
        self
    }

    /// Also takes connections.
    #[must_use]
    pub fn accepting(mut self) -> Self {
        self.accepts = true;
        self
    }
}

/// What stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Walls {
    /// The config asks for none.
    Off,
    /// The kernel was asked.
    Up {
        /// The version of Landlock, if the kernel has one. From 1 it walls in files, from 4 TCP ports, from 6 signals and
        /// abstract Unix sockets.
        landlock: Option<u8>,
        /// Whether system calls are filtered.
        seccomp: bool,
        /// What went wrong on the way.
        faults: Vec<String>,
    },
}

/// The first version of Landlock that knows TCP ports.
const PORTS: u8 = 4;
/// The first that knows signals and abstract sockets. Both are shut by seccomp as well.
const SCOPES: u8 = 6;

impl Walls {
    /// Whether all stands that is declared: files, ports and system calls.
    #[must_use]
    pub fn are_whole(&self) -> bool {
        matches!(self, Self::Up { landlock: Some(PORTS..), seccomp: true, .. })
    }

    /// In one word.
    #[must_use]
    pub fn level(&self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Up { landlock: None, seccomp: false, .. } => "none",
            Self::Up { .. } if self.are_whole() => "full",
            Self::Up { .. } => "partial",
        }
    }
}

impl fmt::Display for Walls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Up { landlock, seccomp, faults } = self else {
            return write!(f, "off, as the config wants it");
        };
        let version = landlock.unwrap_or(0);
        let parts = [
            (version > 0, "files"),
            (version >= PORTS, "TCP ports"),
            (version >= SCOPES, "signals"),
            (*seccomp, "system calls"),
        ];
        let say = |wanted: bool| {
            parts
                .iter()
                .filter(|(stands, _)| *stands == wanted)
                .map(|(_, what)| *what)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let (shut, open) = (say(true), say(false));
        write!(f, "{}", self.level())?;
        if !shut.is_empty() {
            write!(f, ": {shut}")?;
        }
        if !open.is_empty() {
            write!(f, "; not walled in: {open}")?;
        }
        match landlock {
            Some(version) => write!(f, " (Landlock {version})")?,
            None => write!(f, " (no Landlock)")?,
        }
        faults.iter().try_for_each(|fault| write!(f, "; {fault}"))
    }
}

/// Puts the walls up, for the rest of the life of the process. An error: the agent must not serve.
pub fn enter(sandbox: Sandbox, needs: &Needs) -> Result<Walls, String> {
    if sandbox == Sandbox::Off {
        return Ok(Walls::Off);
    }
    let walls = put_up(needs)?;
    if sandbox == Sandbox::Require && !walls.are_whole() {
        return Err(format!(
            "the sandbox is {walls}, and the config says `sandbox: require`; a kernel from 6.7 on with Landlock in its list \
             of security modules and with seccomp has what it takes"
        ));
    }
    Ok(walls)
}

#[cfg(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
))]
fn put_up(needs: &Needs) -> Result<Walls, String> {
    use linux::{calls, files, kernel};

    if threads().is_some_and(|threads| threads > 1) {
        return Err("the sandbox would not hold threads that run already, and there are some".to_owned());
    }
    let mut faults = Vec::new();
    let mut note = |what: &str, done: Result<(), String>| {
        if let Err(why) = &done {
            faults.push(format!("{what}: {why}"));
        }
        done.is_ok()
    };
    note("limits", kernel::lower_limits().map_err(|error| error.to_string()));
    let mut landlock = None;
    note("Landlock", files::wall_in(needs).map(|version| landlock = version));
    note("memory", kernel::close_memory().map_err(|error| error.to_string()));
    note("last message", kernel::say_what_was_stopped(needs.name).map_err(|error| error.to_string()));
    let seccomp = note("seccomp", calls::filter(needs));
    Ok(Walls::Up { landlock, seccomp, faults })
}

#[cfg(not(all(
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
)))]
fn put_up(_needs: &Needs) -> Result<Walls, String> {
    let faults = vec!["this system has neither Landlock nor seccomp".to_owned()];
    Ok(Walls::Up { landlock: None, seccomp: false, faults })
}

/// How many threads there are; `None`: the system does not say.
#[cfg(target_os = "linux")]
fn threads() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/task").ok()?.count())
}

#[cfg(test)]
mod tests;
