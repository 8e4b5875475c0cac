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
    read(path).map_err(|why| Failure::refused(format_args!("cannot read `{}`: {why}", shown(path))))
}

/// Reads a file, or says in words why it cannot.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let why = |error: io::Error| {
        if error.kind() == io::ErrorKind::NotFound {
            String::from("there is no such file")
        } else if error.kind() == io::ErrorKind::IsADirectory {
            String::from("it is a folder, and a config is a file")
        } else {
            plain(&error)
        }
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(why)?;
    file.take(MOST).read_to_end(&mut bytes).map_err(why)?;
    Ok(bytes)
}

/// A path for a message.
pub fn shown(path: &Path) -> String {
    crate::console::harmless(&path.to_string_lossy())
}
