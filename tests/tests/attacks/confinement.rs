//! What a process that was taken over finds when it looks around: nothing to open, run or reach that its agent does not
//! need. Each attempt is made from inside, by a program that puts up the walls of an agent and then does one thing.

use std::fs;
use std::net::TcpListener;
use std::os::unix::net::UnixListener;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use heddle_tests::home::Home;

/// The signal of a system call that is stopped.
const SIGSYS: i32 = 31;

struct Inside {
    home: Home,
    /// The one origin.
    backend: TcpListener,
    host: &'static str,
}

impl Inside {
    fn of(host: &'static str) -> Self {
        Self { home: Home::new(), backend: TcpListener::bind("127.0.0.1:0").expect("loopback"), host }
    }

    fn port(&self) -> u16 {
        self.backend.local_addr().expect("it listens").port()
    }

    fn attempt(&self, attempt: &str, argument: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_inside"))
            .arg(self.port().to_string())
            .arg(self.home.path())
            .args([self.host, attempt, argument])
            .env_clear()
            .output()
            .expect("the probe starts")
    }

    #[track_caller]
    fn works(&self, attempt: &str, argument: &str) {
        let output = self.attempt(attempt, argument);
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said, "done\n", "{attempt} {argument}: {output:?}");
    }

    #[track_caller]
    fn is_refused(&self, attempt: &str, argument: &str) {
        let output = self.attempt(attempt, argument);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.starts_with("refused: "), "{attempt} {argument}: {output:?}");
    }

    /// The process ends, and says why.
    #[track_caller]
    fn is_stopped(&self, attempt: &str, call: &str) {
        let output = self.attempt(attempt, "");
        assert_eq!(output.status.signal(), Some(SIGSYS), "{attempt}: {output:?}");
        assert!(!output.status.core_dumped(), "{attempt} left a core dump");
        let said = String::from_utf8_lossy(&output.stderr);
        let expected = format!("inside: the sandbox stopped the system call {call} (");
        assert!(said.starts_with(&expected), "{attempt}: {said}");
        assert_eq!(output.stdout, b"", "{attempt}");
    }
}

#[test]
fn what_an_agent_needs_still_works() {
    let inside = Inside::of("127.0.0.1");
    inside.works("nothing", "");
    inside.works("write-audit", "");
    inside.works("connect", &format!("127.0.0.1:{}", inside.port()));
    inside.works("thread", "");
    inside.works("allocate", "");
    // A process that fails still says why, and ends as it would without walls.
    assert_eq!(inside.attempt("panic", "").status.code(), Some(101));
    assert_eq!(inside.attempt("abort", "").status.signal(), Some(6));
    Inside::of("api.example.com").works("look-up", "localhost");
}

#[test]
fn no_program_is_run() {
    let inside = Inside::of("api.example.com");
    inside.is_stopped("exec", "execve");
    // The C library holds signals back while it makes a process, so this one ends without a last word.
    let output = inside.attempt("spawn", "");
    assert_eq!(output.status.signal(), Some(SIGSYS), "{output:?}");
    assert_eq!(output.stdout, b"");
}

#[test]
fn no_other_file_is_opened() {
    let other = Home::new();
    let inside = Inside::of("api.example.com");
    let store = inside.home.path().join("secrets.json");
    fs::write(&store, "{}").expect("the home can be written");
    for path in ["/etc/passwd", "/etc/shadow", "/proc/self/environ", "/proc/1/cmdline", "/dev/kmsg"] {
        inside.is_refused("read", path);
    }
    inside.is_refused("read-in-thread", "/etc/passwd");
    // An agent without grants reads no secrets either.
    inside.is_refused("read", &store.display().to_string());
    for folder in ["/", "/etc", "/home", "/tmp", "/proc"] {
        inside.is_refused("list", folder);
    }
    inside.is_refused("write", &other.path().join("elsewhere").display().to_string());
    inside.is_refused("make-folder", &other.path().join("folder").display().to_string());
    inside.is_refused("write", &inside.home.path().join("credential_policy.json").display().to_string());
    inside.is_refused("remove", &store.display().to_string());
    assert!(store.exists());
    // Modes are none of the things that Landlock judges.
    inside.is_refused("open-to-all", &store.display().to_string());
    inside.is_refused("open-to-all", &other.path().display().to_string());
}

#[test]
fn nothing_else_is_reached() {
    let inside = Inside::of("127.0.0.1");
    let other = TcpListener::bind("127.0.0.1:0").expect("loopback");
    let elsewhere = other.local_addr().expect("it listens").to_string();
    inside.is_refused("connect", &elsewhere);
    inside.is_refused("fast-open", &elsewhere);
    inside.is_refused("multipath", "");
    inside.is_refused("listen", "");
    inside.is_refused("datagram", "");
    let socket = inside.home.path().join("socket");
    let _listener = UnixListener::bind(&socket).expect("the home can be written");
    inside.is_refused("unix", &socket.display().to_string());
    inside.is_refused("signal", "");
    other.set_nonblocking(true).expect("it listens");
    assert!(other.accept().is_err(), "nobody came through");
}

#[test]
fn the_kernel_is_left_alone() {
    let inside = Inside::of("127.0.0.1");
    for (attempt, call) in [
        ("trace", "ptrace"),
        ("mount", "mount"),
        ("unshare", "unshare"),
        ("setuid", "setuid"),
        ("chroot", "chroot"),
    ] {
        inside.is_stopped(attempt, call);
    }
}
