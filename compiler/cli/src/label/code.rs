//! What the code of a binary says, whatever its label does.

/// What the runtime writes before the name of a part that is compiled in.
const MARK: &[u8] = b"heddle-runtime/";

/// The features whose code is in a binary. Sorted, as on a label.
const FEATURES: [&str; 11] = [
    "approvals",
    "delete",
    "http-server",
    "oauth",
    "patch",
    "pattern",
    "post",
    "put",
    "rehearsal",
    "scan",
    "tls",
];

/// The parts of the runtime that are in the code of a binary, by their features.
pub fn parts(image: &[u8]) -> Vec<&'static str> {
    let marked = after(image, MARK);
    FEATURES.into_iter().filter(|name| marked.iter().any(|rest| rest.starts_with(name.as_bytes()))).collect()
}

/// The C library that is linked in, in its own words.
pub fn c_library(image: &[u8]) -> Option<String> {
    let name = b"GNU C Library (";
    let rest = after(image, name).into_iter().next()?;
    let line = rest.get(..200).unwrap_or(rest).split(|byte| *byte == b'\n').next()?;
    line.is_ascii().then(|| {
        let line = String::from_utf8_lossy(line);
        format!("GNU C Library ({}", line.trim_end_matches(['.', '\0']))
    })
}

/// What follows each place where `mark` stands.
fn after<'a>(image: &'a [u8], mark: &[u8]) -> Vec<&'a [u8]> {
    let mut found = Vec::new();
    let mut rest = image;
    while let Some(at) = mark.first().and_then(|first| rest.iter().position(|byte| byte == first)) {
        rest = rest.get(at..).unwrap_or_default();
        if let Some(tail) = rest.strip_prefix(mark) {
            found.push(tail);
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_whatever_stands_between_them() {
        let image = b"\0heddle-runtime/postheddle-runtime/tls\0/heddle-runtime/src heddle-runtime/putty";
        assert_eq!(parts(image), ["post", "put", "tls"]);
        assert!(parts(b"heddle-runtime").is_empty());
    }

    #[test]
    fn a_c_library_names_itself() {
        let image = b"..GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.\nCopyright";
        let named = "GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36";
        assert_eq!(c_library(image).as_deref(), Some(named));
        assert_eq!(c_library(b"GNU C Library"), None);
    }
}
