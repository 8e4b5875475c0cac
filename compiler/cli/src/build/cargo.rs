//! Runs cargo in the staged workspace, in an environment of its own, and tells how far it is.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

use super::recipe::{HOST, Linkage, Recipe};
use super::stage::{Stage, Staged};
use crate::console::{Stream, colours, mutter, say};
use crate::failure::{Failure, plain};

/// What cargo made.
#[derive(Debug)]
pub struct Built {
    /// The binary, in the shared build folder.
    pub binary: PathBuf,
    /// How many library crates it is linked from.
    pub crates: usize,
}

/// Variables that cargo and rustc are left with. All others could change the binary, or are none of their business.
const KEPT: [&str; 16] = [
    "PATH",
    "HOME",
    "USER",
    "TMPDIR",
    "TERM",
    "CARGO_HOME",
    "http_proxy",
    "https_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];
const KEPT_FAMILIES: [&str; 4] = ["RUSTUP_", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR"];

/// What helps when the linker finds the C library as a file to load and not as one to copy from.
const NO_ARCHIVE: &str = "\nhelp: `--static` needs the C library as an archive, `libc.a`: Debian and Ubuntu have it in \
    libc6-dev, Fedora in glibc-static";

/// How often a build that nobody watches in a terminal says that it lives.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);

/// Compiles a staged agent.
pub fn build(stage: &Stage, staged: &Staged, recipe: Recipe) -> Result<Built, Failure> {
    let mut command = cargo(stage, recipe.linkage)?;
    command
        .args(["rustc", "--locked", "--message-format=json-render-diagnostics", "--profile"])
        .arg(recipe.profile.name())
        .args(match recipe.linkage {
            Linkage::Dynamic => &[][..],
            Linkage::Static => &["--target", HOST],
        })
        // The digests on the label say which build it is, and an id of the linker's would say it of one machine.
        .args(["--package", &staged.package, "--", "-Clink-arg=-Wl,--build-id=none"]);
    let total = if staged.cold { Some(packages(stage, staged)?) } else { None };
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|error| unstartable(&error))?;
    let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(Failure::fault("cargo was started without its streams"));
    };

    let (sender, lines) = mpsc::channel();
    let told = sender.clone();
    let readers = [
        thread::spawn(move || forward(out, |line| sender.send(Line::Message(line)).is_ok())),
        thread::spawn(move || forward(err, |line| told.send(Line::Words(line)).is_ok())),
    ];
    let mut progress = Progress::new(total);
    let mut artifacts = Artifacts::default();
    let mut words = Vec::new();
    loop {
        match lines.recv_timeout(Duration::from_millis(500)) {
            Ok(Line::Message(line)) => {
                artifacts.take(&line, &staged.package);
                progress.compiled(artifacts.done.len());
            }
            Ok(Line::Words(line)) => {
                progress.words(&line);
                words.push(line);
            }
            Err(RecvTimeoutError::Timeout) => progress.tick(),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    for reader in readers {
        let _ = reader.join();
    }
    let status =
        child.wait().map_err(|error| Failure::fault(format_args!("cargo was lost: {}", plain(&error))))?;
    progress.end();
    if !status.success() {
        words.retain(|line| !is_progress(line));
        if recipe.linkage == Linkage::Static && words.iter().any(|line| line.contains("-lc")) {
            words.push(NO_ARCHIVE.to_owned());
        }
        return Err(Failure::Fault(format!("cargo could not compile the agent:\n\n{}", words.join("\n"))));
    }
    stage.mark_warm(recipe);
    match artifacts.binary {
        Some(binary) => Ok(Built { binary, crates: artifacts.linked.len() }),
        None => Err(Failure::fault("cargo ended well and made no binary")),
    }
}

/// Cargo in the workspace, with the same flags and variables whoever calls: two people, or two shells, get one binary.
fn cargo(stage: &Stage, linkage: Linkage) -> Result<Command, Failure> {
    let home = cargo_home();
    let mut command = Command::new(executable(home.as_deref()));
    command.current_dir(stage.workspace()).env_clear();
    for (name, value) in std::env::vars_os() {
        let kept = name.to_str().is_some_and(|name| {
            KEPT.contains(&name) || KEPT_FAMILIES.iter().any(|family| name.starts_with(family))
        });
        if kept {
            command.env(name, value);
        }
    }
    // Folders of this machine must not be in the binary. Between flags stands a byte that no path holds.
    let mut flags = OsString::from("--remap-path-prefix=");
    flags.push(stage.workspace());
    flags.push("=/agent");
    if let Some(home) = home {
        flags.push("\u{1f}--remap-path-prefix=");
        flags.push(home);
        flags.push("=/cargo");
    }
    if linkage == Linkage::Static {
        // The crate that asks the kernel for random bytes looks up at run time whether the C library has a function for
        // it, which a static binary cannot; it would look for `/dev/urandom` next, and an empty image has none.
        flags
            .push("\u{1f}-Ctarget-feature=+crt-static\u{1f}--cfg\u{1f}getrandom_backend=\"linux_getrandom\"");
    }
    command
        .env("CARGO_ENCODED_RUSTFLAGS", flags)
        .env("CARGO_TARGET_DIR", stage.target())
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TERM_COLOR", if colours(Stream::Message) { "always" } else { "never" })
        .stdin(Stdio::null());
    Ok(command)
}

fn cargo_home() -> Option<PathBuf> {
    let named = std::env::var_os("CARGO_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    named.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
}

/// The `cargo` on the path, else the one that rustup installs where a client started without the user's shell profile
/// would not find it.
fn executable(home: Option<&Path>) -> PathBuf {
    let on_path = std::env::var_os("PATH")
        .is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join("cargo").is_file()));
    match home.map(|home| home.join("bin/cargo")) {
        Some(cargo) if !on_path && cargo.is_file() => cargo,
        _ => PathBuf::from("cargo"),
    }
}

fn unstartable(error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::NotFound {
        return Failure::fault(
            "there is no `cargo` on the PATH: agents are compiled with Rust, see https://rustup.rs",
        );
    }
    Failure::fault(format_args!("cannot start cargo: {}", plain(error)))
}

/// How many packages a cold build compiles. Downloads what is missing.
fn packages(stage: &Stage, staged: &Staged) -> Result<usize, Failure> {
    say("compiling the runtime once for all agents; this takes a minute or two");
    let text = tree(stage, staged, &["--edges", "normal,build", "--prefix", "none", "--format", "{p}"])?;
    let names: BTreeSet<&str> =
        text.lines().map(|line| line.trim_end_matches(" (*)")).filter(|l| !l.is_empty()).collect();
    Ok(names.len())
}

/// What `cargo tree` says of a staged agent.
pub fn tree(stage: &Stage, staged: &Staged, options: &[&str]) -> Result<String, Failure> {
    let output = cargo(stage, Linkage::Dynamic)?
        .args(["tree", "--locked", "--package", &staged.package])
        .args(options)
        .env("CARGO_TERM_COLOR", "never")
        .output()
        .map_err(|error| unstartable(&error))?;
    let said = |stream: &[u8]| String::from_utf8_lossy(stream).into_owned();
    if !output.status.success() {
        return Err(Failure::Fault(format!(
            "cargo could not read the staged workspace:\n\n{}",
            said(&output.stderr).trim_end()
        )));
    }
    Ok(said(&output.stdout))
}

enum Line {
    Message(String),
    Words(String),
}

fn forward(stream: impl Read, mut send: impl FnMut(String) -> bool) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        if !send(String::from_utf8_lossy(&line).trim_end().to_owned()) {
            return;
        }
        line.clear();
    }
}

fn is_progress(line: &str) -> bool {
    let words = ["Compiling ", "Downloading ", "Downloaded ", "Updating ", "Locking ", "Blocking "];
    words.iter().any(|word| line.trim_start().starts_with(word))
}

/// What cargo's messages say, as far as it is of use here.
#[derive(Debug, Default)]
struct Artifacts {
    done: BTreeSet<String>,
    linked: BTreeSet<String>,
    binary: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Message {
    reason: String,
    package_id: Option<String>,
    target: Option<Target>,
    profile: Option<Compiled>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

#[derive(Deserialize)]
struct Compiled {
    opt_level: String,
}

impl Artifacts {
    /// Takes a line of cargo's standard output.
    fn take(&mut self, line: &str, package: &str) {
        let Ok(message) = serde_json::from_str::<Message>(line) else { return };
        let (Some(id), Some(target)) = (message.package_id, message.target) else { return };
        if message.reason != "compiler-artifact" || target.kind.iter().any(|kind| kind == "custom-build") {
            return;
        }
        // What runs at build time is compiled without optimisation and is not in the binary.
        let optimised = message.profile.is_some_and(|profile| profile.opt_level != "0");
        if optimised && target.kind.iter().any(|kind| kind == "lib" || kind == "rlib") {
            self.linked.insert(id.clone());
        }
        if target.name == package && message.executable.is_some() {
            self.binary = message.executable;
        }
        self.done.insert(id);
    }
}

/// How far the build is, on standard error: one line that is written over in a terminal, a line now and then elsewhere.
/// A build that needs no dependencies compiled is over before there is anything to tell.
struct Progress {
    total: Option<usize>,
    terminal: bool,
    began: Instant,
    said: Instant,
    line: String,
    now: String,
    shown: bool,
}

impl Progress {
    fn new(total: Option<usize>) -> Self {
        let now = Instant::now();
        Self {
            total,
            terminal: io::stderr().is_terminal(),
            began: now,
            said: now,
            line: String::new(),
            now: String::new(),
            shown: false,
        }
    }

    fn compiled(&mut self, done: usize) {
        if let Some(total) = self.total {
            self.line = format!("compiled {done} of {} crates", total.max(done));
            self.show();
        }
    }

    fn words(&mut self, line: &str) {
        let line = line.trim();
        if let Some(package) = line.strip_prefix("Compiling ") {
            self.now = package.split(' ').next().unwrap_or_default().to_owned();
        } else if line.starts_with("Downloading ") || line.starts_with("Blocking ") {
            self.line = line.to_owned();
            self.show();
        }
    }

    fn tick(&mut self) {
        if self.line.is_empty() && self.began.elapsed() > Duration::from_secs(3) {
            self.line = String::from("compiling");
        }
        self.show();
    }

    fn show(&mut self) {
        if self.line.is_empty() {
            return;
        }
        let seconds = self.began.elapsed().as_secs();
        let now = if self.now.is_empty() { String::new() } else { format!(", now {}", self.now) };
        if self.terminal {
            mutter(format_args!("\r\x1b[K  {}{now}, {seconds} s", self.line));
            self.shown = true;
        } else if self.said.elapsed() >= SIGN_OF_LIFE {
            say(format_args!("  {}{now}, {seconds} s", self.line));
            self.said = Instant::now();
        }
    }

    fn end(&mut self) {
        if self.shown {
            mutter("\r\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn artifact(id: &str, name: &str, kind: &str, opt: &str, executable: Option<&str>) -> String {
        serde_json::json!({
            "reason": "compiler-artifact", "package_id": id, "target": {"name": name, "kind": [kind]},
            "profile": {"opt_level": opt}, "executable": executable, "fresh": true,
        })
        .to_string()
    }

    #[test]
    fn linked_crates_are_the_optimised_libraries_and_the_binary_is_the_one_asked_for() {
        let mut artifacts = Artifacts::default();
        for line in [
            artifact("a 1", "a", "lib", "3", None),
            artifact("a 1", "a", "lib", "3", None),
            artifact("syn 3", "syn", "lib", "0", None),
            artifact("derive 1", "derive", "proc-macro", "0", None),
            artifact("ring 1", "build-script-build", "custom-build", "0", Some("/t/build-script")),
            artifact("shop-1 1", "shop-1", "bin", "3", Some("/t/shop-1")),
            String::from("not json"),
        ] {
            artifacts.take(&line, "shop-1");
        }
        assert_eq!(artifacts.linked.len(), 1);
        assert_eq!(artifacts.done.len(), 4);
        assert_eq!(artifacts.binary.as_deref(), Some(Path::new("/t/shop-1")));
    }
}
