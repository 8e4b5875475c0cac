//! Configs as bytes.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::failure::{Failure, plain};

/// More than any config has, so that the compiler still sees how much too large a file is; and little enough for a file
/// that never ends.
const MOST: u64 = 64 * 1024 * 1024;

/// Reads a file that the user named. What is wrong with it is a refusal: the same command with another file would work.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let refused = |error: &io::Error| {
        let why = if error.kind() == io::ErrorKind::NotFound {
            String::from("there is no such file")
        } else if error.kind() == io::ErrorKind::IsADirectory {
            String::from("it is a folder, and a config is a file")
        } else {
            plain(error)
        };
        Failure::refused(format_args!("cannot read `{}`: {why}", shown(path)))
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| refused(&error))?;
    file.take(MOST).read_to_end(&mut bytes).map_err(|error| refused(&error))?;
    Ok(bytes)
}

/// A path for a message.
pub fn shown(path: &Path) -> String {
    crate::console::harmless(&path.to_string_lossy())
}
