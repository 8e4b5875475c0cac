//! Paths that climb out of their folder, and files that requests are after.

use super::literals::{Found, Group};
use super::normal::Normal;
use super::tokens::Tokens;

/// Folders at the root of a system.
const ROOTS: &[&str] = &[
    "/etc/",
    "/proc/",
    "/root/",
    "/sys/",
    "/dev/",
    "/boot/",
    "/var/log",
    "/var/run",
    "/var/lib",
    "/var/adm",
    "/var/apache",
    "/var/local",
    "/usr/local/",
    "/usr/lib/",
    "/usr/pkg",
    "/usr/home",
    "/opt/",
    "/volumes/",
    "/private/",
    "/apache",
    "/logs/",
    "/bin/php",
    "/log/",
    "/php",
    "/mysql",
    "/nginx",
    "/xampp",
    "/web/conf",
    "/home2/",
    "/home/bin",
    "/home/user",
    "/tmp/sess",
];

/// What fired, if something did. `raw` is the text as it came.
pub(super) fn detect(
    normal: &Normal<'_>,
    tokens: &Tokens<'_>,
    literals: &Found,
    raw: &str,
) -> Option<&'static str> {
    let text = normal.text.as_ref();
    if normal.has_overlong {
        return Some("overlong encoding");
    }
    if normal.has_percent && raw.contains("%00") || raw.contains('\0') && raw.contains(['/', '\\', '.']) {
        return Some("end of a file name");
    }
    if !tokens.has_sign(b"/\\.") {
        return None;
    }
    let has_step = tokens.has_sign(b".") && (tokens.has_sign(b"/\\") || text.contains(".."));
    if (has_step || tokens.has_sign(b"\\"))
        && let Some(found) = climb(text)
    {
        return Some(found);
    }
    if literals.any(Group::Target).is_some() {
        return Some("file of the system");
    }
    if literals.any(Group::Scheme).is_some() {
        return Some("address of a file");
    }
    let start = text.trim_start_matches(['"', '\'', ' ', '=']);
    // Only a text that is a path, not one that mentions it.
    let is_path = || !start.contains(' ') || start.len() < 24 && start.matches(' ').count() == 1;
    if start.starts_with('/') && is_path() && ROOTS.iter().any(|root| start.starts_with(root)) {
        return Some("folder at the root of a system");
    }
    let is_drive = matches!(start.as_bytes(), [b'a'..=b'z', b':', b'/' | b'\\', ..]) && is_path();
    is_drive.then_some("path with a drive")
}

/// `../`, and its disguises that survive decoding.
fn climb(text: &str) -> Option<&'static str> {
    const FOUND: Option<&str> = Some("step to the folder above");
    let bytes = text.as_bytes();
    let dots = bytes.windows(2).enumerate().filter(|(_, pair)| *pair == b"..");
    // The second pair of three dots begins inside of the first.
    let mut end = 0;
    for (at, _) in dots {
        if at < end {
            continue;
        }
        end = at + 2;
        let before = at.checked_sub(1).and_then(|at| bytes.get(at)).copied();
        let after = bytes.get(at + 2..).unwrap_or_default();
        // A step that ends there, in a text that says more, is a mention of the folder above.
        if matches!(after, [b'/'] | [b'/', b'"' | b'\'' | b' ' | b')' | b'`', ..]) && text.contains(' ') {
            continue;
        }
        match after {
            [b'/' | b'\\', ..]
                if before != Some(b'.')
                    || after.get(1) == Some(&b'.')
                    || before == Some(b'.') && climbs_on(after) =>
            {
                return FOUND;
            }
            [b'%', ..] | [b';', b'/', ..] | [b'\0', ..] => return FOUND,
            [b'2', b'f', ..] | [b'5', b'c', ..] if text.len() > at + 6 => return FOUND,
            [] if matches!(before, Some(b'/' | b'\\')) || text == ".." => return FOUND,
            [b'"' | b'\'' | b' ' | b')', ..]
                if matches!(before, Some(b'/' | b'\\')) && !text.contains("./...") =>
            {
                return FOUND;
            }
            _ => {}
        }
    }
    if !text.contains("/.") && !text.contains('\\') {
        return None;
    }
    let is_dotted = text.contains("/./.")
        || text.contains("/.\\")
        || text.contains(".\\./")
        || text.contains("/./\\")
        || text.contains("?\\?");
    is_dotted.then_some("step to the same folder")
}

/// `...\...\`: more than two dots, over and over.
fn climbs_on(after: &[u8]) -> bool {
    matches!(after, [_, b'.', ..] | [_, b'/' | b'\\', ..]) || after.len() > 1
}
