//! Where the heddle home is: the only thing that the environment decides.

use std::ffi::OsString;
use std::path::PathBuf;

/// `HEDDLE_HOME`, or else `.heddle` in `HOME`.
pub fn locate() -> Result<PathBuf, String> {
    choose(std::env::var_os("HEDDLE_HOME"), std::env::var_os("HOME"))
}

fn choose(own: Option<OsString>, home: Option<OsString>) -> Result<PathBuf, String> {
    let filled = |value: Option<OsString>| value.filter(|value| !value.is_empty()).map(PathBuf::from);
    let path = match (filled(own), filled(home)) {
        (Some(own), _) => own,
        (None, Some(home)) => home.join(".heddle"),
        (None, None) => return Err("neither HEDDLE_HOME nor HOME is set".to_owned()),
    };
    if path.is_absolute() {
        Ok(path)
    } else {
        Err(format!("the heddle home `{}` is not an absolute path", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_home_is_the_variable_or_a_folder_of_the_user() {
        let of = |own: &str, home: &str| choose(Some(own.into()), Some(home.into()));
        assert_eq!(of("/srv/heddle", "/root"), Ok(PathBuf::from("/srv/heddle")));
        assert_eq!(of("", "/root"), Ok(PathBuf::from("/root/.heddle")));
        assert!(of("relative", "/root").is_err());
        assert!(choose(None, None).is_err());
    }
}
