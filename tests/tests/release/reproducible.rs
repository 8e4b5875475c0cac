use std::fs;

use heddle_tests::home::{self, Home};

use super::{CONFIG, ends};

/// Compiles the runtime a second time, which takes a minute or two.
#[test]
fn another_folder_home_user_and_time_give_the_same_bytes() {
    let build = |folder: &std::path::Path, change: &dyn Fn(&mut std::process::Command)| {
        fs::create_dir_all(folder).expect("our folder");
        fs::write(folder.join("a.yaml"), CONFIG).expect("our folder");
        let mut command = home::heddle();
        command.current_dir(folder).args(["build", "a.yaml"]);
        change(&mut command);
        ends(&command.output().expect("heddle runs"), 0, &[]);
        fs::read(folder.join("dist/prometheus-bridge")).expect("it was built")
    };
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let here = build(one.path(), &|_| {});

    let real = |variable: &str, folder: &str| {
        let named = std::env::var_os(variable).map(std::path::PathBuf::from);
        named.or_else(|| Some(std::env::home_dir()?.join(folder))).expect("a home folder")
    };
    // Another user has another home folder, and in it other copies of cargo's and heddle's folders.
    let (heddle_home, user) = (Home::new(), Home::new());
    let cargo_home = user.path().join("cargo");
    fs::create_dir(&cargo_home).expect("our folder");
    let registry = real("CARGO_HOME", ".cargo").join("registry");
    std::os::unix::fs::symlink(registry, cargo_home.join("registry")).expect("our folder");
    let there = build(&other.path().join("ein anderer Ort"), &|command| {
        command
            .env("HEDDLE_HOME", heddle_home.path())
            .env("HOME", user.path())
            .env("CARGO_HOME", &cargo_home)
            .env("RUSTUP_HOME", real("RUSTUP_HOME", ".rustup"))
            .env("USER", "somebody")
            .env("LANG", "de_DE.UTF-8")
            .env("TZ", "Asia/Kathmandu")
            .env("RUSTFLAGS", "-Copt-level=0")
            .env("CARGO_PROFILE_FAST_OPT_LEVEL", "0");
    });
    assert!(here == there, "{} and {} bytes", here.len(), there.len());
    for path in [heddle_home.path(), user.path(), one.path(), other.path()] {
        let path = path.to_str().unwrap().as_bytes();
        assert!(!there.windows(path.len()).any(|window| window == path), "a folder of this machine is in it");
    }
}
