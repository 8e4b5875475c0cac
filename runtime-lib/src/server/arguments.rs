//! The command line of an agent.

use crate::decl::Agent;
use std::ffi::OsString;

/// What the process is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Serve MCP over standard input and output.
    Serve,
    /// Print the policy.
    Policy,
    /// Say what serving would need here.
    SelfCheck,
    /// Print the help.
    Help,
    /// Print the version.
    Version,
}

impl Wish {
    /// Reads the arguments after the name of the program.
    pub fn of(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let Some(first) = arguments.next() else {
            return Ok(Self::Serve);
        };
        let wish = match first.to_str() {
            Some("--policy") => Self::Policy,
            Some("--self-check") => Self::SelfCheck,
            Some("--help" | "-h") => Self::Help,
            Some("--version" | "-V") => Self::Version,
            _ => return Err(format!("unknown argument {first:?}")),
        };
        match arguments.next() {
            None => Ok(wish),
            Some(second) => Err(format!("one argument at most, and {second:?} is the second")),
        }
    }
}

/// The text of `--help`.
pub fn help(agent: &Agent) -> String {
    let Agent { name, version, about, .. } = agent;
    let about = if about.is_empty() { String::new() } else { format!("{about}\n\n") };
    format!(
        "{name} {version}, an MCP server\n\n{about}\
         Usage: {name} [OPTION]\n\n  \
         (none)        serve MCP over standard input and output\n  \
         --policy      print the policy that is compiled in, as JSON\n  \
         --self-check  say what serving would need here; exit status 1 if it would refuse\n  \
         --version     print the version and the digest of the plan\n  \
         --help        print this\n\n\
         It reads HEDDLE_HOME (default ~/.heddle) from the environment, and no config file.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Result<Wish, String> {
        Wish::of(arguments.iter().map(OsString::from))
    }

    #[test]
    fn each_option_stands_alone() {
        assert_eq!(of(&[]), Ok(Wish::Serve));
        assert_eq!(of(&["--policy"]), Ok(Wish::Policy));
        assert_eq!(of(&["--self-check"]), Ok(Wish::SelfCheck));
        assert_eq!(of(&["-V"]), Ok(Wish::Version));
        assert_eq!(of(&["--help"]), Ok(Wish::Help));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        assert!(of(&["--polcy"]).unwrap_err().contains("--polcy"));
        assert!(of(&[""]).is_err());
        assert!(of(&["--policy", "--help"]).unwrap_err().contains("--help"));
    }
}
