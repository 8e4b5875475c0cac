//! The command line of an agent.

use crate::decl::Agent;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the process is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Serve MCP.
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
    /// Where to serve over HTTP; none: over standard input and output.
    pub http: Option<String>,
    /// Other names of the HTTP server.
    pub http_names: Vec<String>,
}

impl Arguments {
    /// Reads the arguments after the name of the program.
    pub fn of(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let mut wish = None;
        let mut secrets_dir = None;
        let mut http = None;
        let mut http_names = Vec::new();
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
                Some("--http") if http.is_none() => {
                    http = Some(word(arguments.next(), "--http wants an address, as 127.0.0.1:8080")?);
                    continue;
                }
                Some("--http") => return Err("--http stands twice".to_owned()),
                Some("--http-name") => {
                    http_names.push(word(arguments.next(), "--http-name wants a host, as mcp.example.org")?);
                    continue;
                }
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
        if http.is_some() && wish != Wish::Serve {
            return Err("--http is for serving".to_owned());
        }
        if http.is_none() && !http_names.is_empty() {
            return Err("--http-name is for --http".to_owned());
        }
        Ok(Self { wish, secrets_dir, http, http_names })
    }
}

fn word(argument: Option<OsString>, wants: &str) -> Result<String, String> {
    argument.and_then(|argument| argument.into_string().ok()).ok_or_else(|| wants.to_owned())
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
         Usage: {name} [--secrets-dir DIR] [--http ADDRESS] [OPTION]\n\n  \
         (none)             serve MCP over standard input and output\n  \
         --http ADDRESS     serve MCP over HTTP there, at /mcp; `8080` is 127.0.0.1:8080\n  \
         --http-name HOST   a name that clients reach it by; may be repeated\n  \
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
        let read = of(&given).unwrap();
        assert_eq!((read.wish, &read.secrets_dir), (Wish::Serve, &folder));
        let read = of(&["--secrets-dir", "/run/secrets", "--self-check"]).unwrap();
        assert_eq!((read.wish, &read.secrets_dir), (Wish::SelfCheck, &folder));
        assert!(of(&["--secrets-dir"]).unwrap_err().contains("wants a folder"));
        assert!(of(&["--secrets-dir", "run/secrets"]).unwrap_err().contains("not an absolute path"));
        assert!(of(&["--policy", "--secrets-dir", "/run/secrets"]).unwrap_err().contains("for serving"));
        assert!(of(&[given, given].concat()).unwrap_err().contains("twice"));
    }

    #[test]
    fn http_is_for_serving_and_has_an_address() {
        let read = of(&["--http", ":8080", "--http-name", "a.example", "--http-name", "b.example"]).unwrap();
        assert_eq!((read.http.as_deref(), read.http_names.len()), (Some(":8080"), 2));
        assert!(of(&["--http"]).unwrap_err().contains("wants an address"));
        assert!(of(&["--http", "1", "--http", "2"]).unwrap_err().contains("twice"));
        assert!(of(&["--http", "1", "--policy"]).unwrap_err().contains("for serving"));
        assert!(of(&["--http-name", "a.example"]).unwrap_err().contains("for --http"));
    }

    #[test]
    fn anything_else_is_refused_by_name() {
        assert!(of(&["--polcy"]).unwrap_err().contains("--polcy"));
        assert!(of(&[""]).is_err());
        assert!(of(&["--policy", "--help"]).unwrap_err().contains("--help"));
    }
}
