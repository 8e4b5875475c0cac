//! The tutorial, done as it says: every file written, every command run, every output compared.

use std::fs::{self, Permissions};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use heddle_tests::home::{self, Home};
use heddle_tests::markdown::{self, Block};

/// The port of the tutorial's own API.
const PORT: &str = "8800";

#[test]
fn the_tutorial_works() {
    if Command::new("python3").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("skipped: the tutorial's own API is a web server of Python, and there is no python3");
        return;
    }
    let reader = Reader::new();
    let page = fs::read_to_string(home::checkout().join("docs/tutorial.md")).expect("docs/tutorial.md");
    let blocks = markdown::blocks(&page.replace(PORT, &free_port()));
    let mut commands = 0;
    for block in &blocks {
        match block.language.as_str() {
            _ if block.note("not run").is_some() => {}
            "yaml" => {
                let name = block.note("file").expect("a config of the tutorial has a name");
                fs::write(reader.folder.path().join(name), &block.text).expect("a folder of our own");
            }
            "sh" => {
                reader.run(block, &block.text);
                commands += 1;
            }
            "console" => {
                let (command, expected) =
                    block.text.split_once('\n').expect("a command, then what it prints");
                let command = command.strip_prefix("$ ").expect("a command begins with `$ `");
                let printed = reader.run(block, command);
                assert!(
                    markdown::agrees(expected, &printed),
                    "docs/tutorial.md:{}: printed\n{printed}",
                    block.line
                );
                commands += 1;
            }
            _ => {}
        }
    }
    assert!(commands > 10, "{commands} commands");
}

/// Somebody who does what the page says: an empty folder, a heddle home of their own, `heddle` on the path.
struct Reader {
    folder: tempfile::TempDir,
    home: Home,
    bin: tempfile::TempDir,
}

impl Reader {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let bin = tempfile::tempdir().expect("a temporary folder");
        // Builds share the compiled dependencies of all tests; everything else has the reader's own home.
        let script = format!(
            "#!/bin/sh\ncase \"$1\" in build) export HEDDLE_HOME='{}';; esac\nexec '{}' \"$@\"\n",
            home::build_home().display(),
            home::heddle_path().display()
        );
        let heddle = bin.path().join("heddle");
        fs::write(&heddle, script).expect("a folder of our own");
        fs::set_permissions(&heddle, Permissions::from_mode(0o755)).expect("a file of our own");
        Self { folder, home: Home::new(), bin }
    }

    fn run(&self, block: &Block, script: &str) -> String {
        let path = std::env::var("PATH").expect("a path");
        let output = Command::new("sh")
            .args(["-eu", "-c", script])
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", self.bin.path().display()))
            .env("HEDDLE_HOME", self.home.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .output()
            .expect("sh runs");
        let printed = String::from_utf8([output.stdout, output.stderr].concat()).expect("UTF-8");
        let status = output.status.code().expect("it ended by itself").to_string();
        let expected = block.note("exit").unwrap_or("0");
        assert_eq!(status, expected, "docs/tutorial.md:{}: {script}\n{printed}", block.line);
        printed
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // The page ends its web server itself; a reader who gave up half-way still has it.
        end(&self.folder.path().join("server.pid"));
    }
}

fn end(file: &Path) {
    let Ok(pid) = fs::read_to_string(file) else { return };
    let pid = pid.trim();
    let command = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    if command.contains("http.server") {
        let _ = Command::new("sh").arg("-c").arg(format!("kill {pid}")).status();
    }
}

fn free_port() -> String {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("a free port");
    listener.local_addr().expect("a bound socket has an address").port().to_string()
}
