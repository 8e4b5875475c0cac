//! Names with addresses of a test's choice: an `/etc/hosts` that one process sees, in a mount namespace of its own.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// Whether this machine lets an ordinary process have such a namespace. Where it does not, a test that needs one says so
/// and ends; in CI one of them fails.
pub fn can_be_given() -> bool {
    static CAN: OnceLock<bool> = OnceLock::new();
    *CAN.get_or_init(|| {
        let tried = Command::new("unshare").args(["-rm", "true"]).stderr(Stdio::null()).status();
        let can = tried.is_ok_and(|status| status.success());
        if !can {
            eprintln!("no mount namespaces here (`unshare -rm`): names cannot be given addresses");
        }
        can
    })
}

/// Runs `program` with `hosts` as its `/etc/hosts`, and nothing in its environment.
pub fn under(hosts: &Path, program: &Path) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["-rm", "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\""])
        .args([hosts, program])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    command
}
