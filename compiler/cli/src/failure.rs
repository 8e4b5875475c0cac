//! How a command ends when it does not end well.

use std::fmt::Display;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Why a command stopped. What it says goes to standard error; which kind it is decides the exit status.
#[derive(Debug)]
pub enum Failure {
    /// The config, the policy or the check says no: 1.
    Refused(String),
    /// The same, and everything was said already: 1.
    RefusedAsSaid,
    /// The command line makes no sense: 2.
    Usage(String),
    /// A fault of heddle or of the machine: 3.
    Fault(String),
    /// Whoever read standard output went away: nothing to say, nothing wrong.
    ReaderGone,
}

impl Failure {
    /// A file or folder that the machine would not give or take.
    pub fn io(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::Fault(format!("cannot {what} `{}`: {}", path.display(), plain(error)))
    }

    /// A fault of heddle or of the machine.
    pub fn fault(what: impl Display) -> Self {
        Self::Fault(what.to_string())
    }

    /// A no of the config, the policy or the check.
    pub fn refused(what: impl Display) -> Self {
        Self::Refused(what.to_string())
    }

    /// The exit status.
    pub fn status(&self) -> ExitCode {
        match self {
            Self::Refused(_) | Self::RefusedAsSaid => ExitCode::from(1),
            Self::Usage(_) => ExitCode::from(2),
            Self::Fault(_) => ExitCode::from(3),
            Self::ReaderGone => ExitCode::SUCCESS,
        }
    }
}

/// An operating-system error in words, without the number.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::from("unknown error"),
    }
}
