//! Who runs this command, as far as the machine knows.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt as _;

use serde::{Deserialize, Serialize};

use crate::console::harmless;

/// Who answers a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The user's number: what the kernel says, and nobody can write down otherwise.
    pub uid: u32,
    /// The user's name on this machine.
    pub user: String,
    /// The machine.
    pub host: String,
    /// The terminal, if there is one.
    pub tty: Option<String>,
}

impl Person {
    /// Whoever runs this process.
    pub fn of_this_process() -> Self {
        let uid = fs::metadata("/proc/self").map_or(u32::MAX, |metadata| metadata.uid());
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let host = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
        let user = name_of(uid, &users).unwrap_or("?").to_owned();
        Self { uid, user, host: host.trim().to_owned(), tty: terminal() }
    }
}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { uid, user, host, tty } = self;
        let tty = tty.as_deref().unwrap_or("no terminal");
        write!(f, "{} (uid {uid}) on {}, {}", harmless(user), harmless(host), harmless(tty))
    }
}

fn name_of(uid: u32, users: &str) -> Option<&str> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then_some(name)
    })
}

/// The terminal that one of the standard streams is.
fn terminal() -> Option<String> {
    (0..3).find_map(|stream| {
        let path = fs::read_link(format!("/proc/self/fd/{stream}")).ok()?.to_string_lossy().into_owned();
        (path.starts_with("/dev/pts/") || path.starts_with("/dev/tty")).then_some(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_number() {
        let users = "root:x:0:0:root:/root:/bin/sh\nweaver:x:1000:1000::/home/weaver:/bin/sh\nodd\n";
        assert_eq!(name_of(1000, users), Some("weaver"));
        assert_eq!(name_of(0, users), Some("root"));
        assert_eq!(name_of(7, users), None);
    }

    #[test]
    fn this_process_has_a_user_and_a_machine() {
        let person = Person::of_this_process();
        assert_ne!(person.uid, u32::MAX);
        assert!(!person.host.is_empty());
    }
}
