//! `--origin OLD=NEW`: a config pointed at another server, before it is checked, so that the checks judge the new one.
//! Either may have a path: GitHub's API is what Gitea's is under `/api/v1`.

use std::collections::BTreeSet;
use std::str::FromStr;

use heddle_compiler::ast::Agent;
use heddle_compiler::plan;

use crate::failure::Failure;

/// One replacement.
#[derive(Debug, Clone)]
pub struct Replacement {
    old: String,
    new: String,
}

impl FromStr for Replacement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let shape = "write `OLD=NEW`, each `http://HOST` or `https://HOST`, with a port or the path before all others \
                     if it has them";
        let (old, new) = text.split_once('=').ok_or(shape)?;
        let origin = |text: &str| {
            let text = text.trim().trim_end_matches('/');
            let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"))?;
            let plain =
                !host.is_empty() && !host.starts_with('/') && !host.contains(['?', '#', '@', '{', '}', ' ']);
            plain.then(|| text.to_owned())
        };
        Ok(Self { old: origin(old).ok_or(shape)?, new: origin(new).ok_or(shape)? })
    }
}

impl Replacement {
    /// Old and new.
    pub fn pair(&self) -> (String, String) {
        (self.old.clone(), self.new.clone())
    }
}

/// Points an agent's tools elsewhere. Each URL is replaced once: a new origin is never taken for an old one.
pub fn replace(agent: &mut Agent, replacements: &[Replacement], used: &mut BTreeSet<usize>) {
    for bridge in &mut agent.http_bridge {
        let url = &mut bridge.url.value;
        let found = replacements.iter().enumerate().find_map(|(number, replacement)| {
            let rest = after_origin(url, &replacement.old)?;
            Some((number, format!("{}{rest}", replacement.new)))
        });
        if let Some((number, replaced)) = found {
            *url = replaced;
            // A host that says itself where it is needs no reason, and takes none.
            if leads_nowhere_else(url) {
                bridge.allow_private = None;
            }
            used.insert(number);
        }
    }
}

/// Whether the host of a URL is an address, or this machine by name.
fn leads_nowhere_else(url: &str) -> bool {
    let authority = split(url).and_then(|(head, _)| head.split_once("://")).map_or("", |(_, rest)| rest);
    let host = match authority.split_once(']') {
        Some((inner, _)) => format!("{inner}]"),
        None => authority.split(':').next().unwrap_or_default().to_lowercase(),
    };
    plan::literal(&host).is_some() || plan::Addresses::of(&host) == plan::Addresses::Loopback
}

/// A replacement that fits nothing is a mistake: the agent would ask the server that it was to be turned away from.
pub fn all_used(replacements: &[Replacement], used: &BTreeSet<usize>) -> Result<(), Failure> {
    match replacements.iter().enumerate().find(|(number, _)| !used.contains(number)) {
        Some((_, unused)) => {
            Err(Failure::refused(format_args!("no tool reaches `{}`, which `--origin` names", unused.old)))
        }
        None => Ok(()),
    }
}

/// What follows the origin, and its path if it has one, in a URL. A port that the scheme has by itself may be written or
/// not.
fn after_origin<'u>(url: &'u str, old: &str) -> Option<&'u str> {
    let ((origin, path), (head, rest)) = (split(old)?, split(url)?);
    let rest = rest.strip_prefix(path)?;
    let whole = rest.is_empty() || rest.starts_with(['/', '?', '#']);
    (whole && bare(head) == bare(origin)).then_some(rest)
}

/// A URL in front of its path and from there on.
fn split(url: &str) -> Option<(&str, &str)> {
    let head_ends = url.find("://").map_or(0, |at| at + 3);
    let length = url.get(head_ends..)?.find(['/', '?', '#']).map_or(url.len(), |at| head_ends + at);
    url.split_at_checked(length)
}

fn bare(origin: &str) -> String {
    let origin = origin.to_lowercase();
    let port = if origin.starts_with("https") { ":443" } else { ":80" };
    origin.strip_suffix(port).unwrap_or(&origin).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_whole() {
        assert_eq!(after_origin("http://a:80/x?y", "http://A"), Some("/x?y"));
        assert_eq!(after_origin("https://a", "https://a:443"), Some(""));
        assert_eq!(after_origin("http://a.example/x", "http://a"), None);
        assert_eq!(after_origin("http://a:8080/x", "http://a:80"), None);
        assert_eq!(after_origin("{{host}}/x", "http://a"), None);
    }

    #[test]
    fn a_path_goes_with_its_origin() {
        assert_eq!(
            after_origin("http://a:3000/api/v1/users/{{u}}?x", "http://a:3000/api/v1"),
            Some("/users/{{u}}?x")
        );
        assert_eq!(after_origin("http://a/api/v1?x", "http://a/api/v1"), Some("?x"));
        assert_eq!(after_origin("http://a/api/v12/users", "http://a/api/v1"), None);
        let replacement: Replacement = "http://a/api/v1/=https://b.example".parse().unwrap();
        assert_eq!(
            (replacement.old.as_str(), replacement.new.as_str()),
            ("http://a/api/v1", "https://b.example")
        );
    }

    #[test]
    fn what_is_no_origin_is_told_apart() {
        for wrong in [
            "http://a",
            "=http://a",
            "http://a=",
            "http://a=http://b/?path",
            "http://a=http:///path",
            "ftp://a=http://b",
            "http://u@a=http://b",
        ] {
            assert!(wrong.parse::<Replacement>().is_err(), "{wrong}");
        }
        assert_eq!("http://a/=https://b:1".parse::<Replacement>().unwrap().new, "https://b:1");
    }
}
