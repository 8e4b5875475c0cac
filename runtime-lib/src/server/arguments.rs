//! The command line of an agent.

use crate::decl::Agent;
use std::ffi::OsString;
use std::path::PathBuf;

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

/// The command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Arguments {
    /// What to do.
    pub wish: Wish,
    /// A folder with one file per secret.
    pub secrets_dir: Option<PathBuf>,
}

impl Arguments {
    /// Reads the arguments after the name of the program.
    pub fn of(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let mut wish = None;
        let mut secrets_dir = None;
        while let Some(argument) = arguments.next() {
            let asked = match argument.to_str() {
                Some("--policy") => Wish::Policy,
                Some("--self-check") => Wish::SelfCheck,
                Some("--help" | "-h") => Wish::Help,
                Some("--version" | "-V") => Wish::Version,
                Some("--secrets-dir") if secrets_dir.is_none() => {
                    secrets_dir = Some(folder(arguments.next())?);
                    continue;
                }
                Some("--secrets-dir") => return Err("--secrets-dir stands twice".to_owned()),
                _ => return Err(format!("unknown argument {argument:?}")),
            };
            if wish.replace(asked).is_some() {
                return Err(format!("one thing at a time, and {argument:?} is the second"));
            }
        }
        let wish = wish.unwrap_or(Wish::Serve);
        if secrets_dir.is_some() && !matches!(wish, Wish::Serve | Wish::SelfCheck) {
            return Err("--secrets-dir is for serving and for --self-check".to_owned());
        }
        Ok(Self { wish, secrets_dir })
    }
}

/// Absolute, since clients start agents in whatever folder they are in themselves.
fn folder(argument: Option<OsString>) -> Result<PathBuf, String> {
    let path = argument.map(PathBuf::from).ok_or("--secrets-dir wants a folder")?;
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(format!("the secrets folder `{}` is not an absolute path", path.display()))
    }
}

/// The text of `--help`.
pub fn help(agent: &Agent) -> String {
    let Agent { name, version, about, .. } = agent;
    let about = if about.is_empty() { String::new() } else { format!("{about}\n\n") };
    format!(
        "{name} {version}, an MCP server\n\n{about}\
         Usage: {name} [--secrets-dir DIR] [OPTION]\n\n  \
         (none)             serve MCP over standard input and output\n  \
         --policy           print the policy that is compiled in, as JSON\n  \
         --self-check       say what serving would need here; exit status 1 if it would refuse\n  \
         --version          print the version and the digest of the plan\n  \
         --help             print this\n\n  \
         --secrets-dir DIR  look for secrets in DIR first: one file each, named by its key\n\n\
         It reads HEDDLE_HOME (default ~/.heddle) from the environment, and no config file.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Result<Arguments, String> {
        Arguments::of(arguments.iter().map(OsString::from))
    }

    fn wish(arguments: &[&str]) -> Wish {
        of(arguments).unwrap().wish
    }

    #[test]
    fn each_option_stands_alone() {
        assert_eq!(wish(&[]), Wish::Serve);
        assert_eq!(wish(&["--policy"]), Wish::Policy);
        assert_eq!(wish(&["--self-check"]), Wish::SelfCheck);
        assert_eq!(wish(&["-V"]), Wish::Version);
        assert_eq!(wish(&["--help"]), Wish::Help);
    }

    #[test]
    fn a_secrets_folder_is_absolute_and_for_serving() {
        let folder = Some(PathBuf::from("/run/secrets"));
        let given = ["--secrets-dir", "/run/secrets"];
        assert_eq!(of(&given), Ok(Arguments { wish: Wish::Serve, secrets_dir: folder.clone() }));
        let check = ["--secrets-dir", "/run/secrets", "--self-check"];
        assert_eq!(of(&check), Ok(Arguments { wish: Wish::SelfCheck, secrets_dir: folder }));
        assert!(of(&["--secrets-dir"]).unwrap_err().contains("wants a folder"));
        assert!(of(&["--secrets-dir", "run/secrets"]).unwrap_err().contains("not an absolute path"));
        assert!(of(&["--policy", "--secrets-dir", "/run/secrets"]).unwrap_err().contains("for serving"));
        assert!(of(&[given, given].concat()).unwrap_err().contains("twice"));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        assert!(of(&["--polcy"]).unwrap_err().contains("--polcy"));
        assert!(of(&[""]).is_err());
        assert!(of(&["--policy", "--help"]).unwrap_err().contains("--help"));
    }
}
