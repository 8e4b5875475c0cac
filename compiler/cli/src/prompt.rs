//! Values that nobody else is to see: from a prompt that does not show them, or from standard input. Never from the
//! command line, where other users of the machine and the shell's history would see them.

use std::io::{self, IsTerminal as _, Read as _};

use crate::failure::{Failure, plain};

/// Asks for a value; without a terminal, it is all of standard input but one line end.
pub fn hidden(question: &str) -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        return rpassword::prompt_password(question)
            .map_err(|error| Failure::fault(format_args!("cannot ask for the value: {}", plain(&error))));
    }
    let mut text = String::new();
    io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::fault(format_args!("cannot read the value: {}", plain(&error))))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
