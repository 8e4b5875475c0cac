//! Widenings that somebody agreed to: on the command line, or in a file that was reviewed itself.

use std::path::Path;

use heddle_compiler::diff::{Change, Effect};
use serde::Deserialize;

use crate::failure::Failure;

/// Its name beside configs.
pub const FILE: &str = "heddle.allow.yaml";

/// What is allowed.
#[derive(Debug, Default)]
pub struct Allowances {
    named: Vec<String>,
    entries: Vec<(String, Entry)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    allow: Vec<Entry>,
}

/// One entry of the file. It names the new value, so that it does not allow the next widening of the same thing too.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    agent: String,
    change: String,
    #[serde(default)]
    to: String,
    reason: String,
}

impl Allowances {
    /// What the command line allows: `tools/restart/access`, or `AGENT:tools/restart/access`.
    pub fn named(named: &[String]) -> Self {
        Self { named: named.to_vec(), entries: Vec::new() }
    }

    /// Adds those of a file.
    pub fn read(&mut self, shown: &str, bytes: &[u8]) -> Result<(), Failure> {
        let wrong = |why: &dyn std::fmt::Display| {
            Failure::refused(format_args!(
                "`{shown}` is no list of allowances ({why}): write `allow:` and a list of `agent`, `change`, `to` and \
                 `reason`"
            ))
        };
        let text = std::str::from_utf8(bytes).map_err(|why| wrong(&why))?;
        let document: Document = serde_yaml::from_str(text).map_err(|why| wrong(&why))?;
        if let Some(entry) = document.allow.iter().find(|entry| entry.reason.trim().is_empty()) {
            return Err(wrong(&format_args!("`{}` has no reason", entry.change)));
        }
        self.entries.extend(document.allow.into_iter().map(|entry| (shown.to_owned(), entry)));
        Ok(())
    }

    /// Who allows a widening, and why; nothing else needs leave.
    pub fn reason(&self, agent: &str, change: &Change) -> Option<String> {
        if change.effect() != Effect::Widening {
            return None;
        }
        if self.named.iter().any(|named| is(named, agent, &change.id)) {
            return Some("on the command line".to_owned());
        }
        let entry = self
            .entries
            .iter()
            .find(|(_, entry)| entry.agent == agent && entry.change == change.id && entry.to == change.to);
        entry.map(|(file, entry)| format!("{} (`{file}`)", entry.reason.trim()))
    }

    /// What the command line allows and nothing asked for: most likely a misspelling.
    pub fn idle<'a>(&'a self, asked: &[(String, String)]) -> Vec<&'a str> {
        let idle = self.named.iter().filter(|named| !asked.iter().any(|(agent, id)| is(named, agent, id)));
        idle.map(String::as_str).collect()
    }
}

fn is(named: &str, agent: &str, id: &str) -> bool {
    named == id || named.strip_prefix(agent).and_then(|rest| rest.strip_prefix(':')) == Some(id)
}

/// Reads a file of the working folder.
pub fn of_file(allowances: &mut Allowances, path: &Path) -> Result<(), Failure> {
    allowances.read(&crate::front::shown(path), &crate::front::read(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use heddle_compiler::diff::appeared;

    fn change(id: &str, to: &str) -> Change {
        let plan = heddle_compiler::compile(
            &mut heddle_compiler::source::Sources::default(),
            "a.yaml",
            b"agent:\n  name: a\n  exposes: [{ name: t, description: d }]\n  http_bridge: [{ tool_name: t, url: \"http://localhost/\" }]\n  runtime: { trust_tier: 1 }\n",
            &heddle_compiler::check::Grants::default(),
        )
        .plan
        .unwrap();
        let mut change = appeared(&plan).remove(0);
        (change.id, change.to) = (id.to_owned(), to.to_owned());
        change
    }

    #[test]
    fn an_entry_allows_one_value_of_one_change_of_one_agent() {
        let mut allowances = Allowances::default();
        let text = "allow:\n  - { agent: shop, change: tools/a/access, to: write, reason: \"OPS-1\" }\n";
        allowances.read("heddle.allow.yaml", text.as_bytes()).unwrap();
        let reason = |agent: &str, id: &str, to: &str| allowances.reason(agent, &change(id, to));
        assert_eq!(reason("shop", "tools/a/access", "write").unwrap(), "OPS-1 (`heddle.allow.yaml`)");
        assert_eq!(reason("shop", "tools/a/access", "more"), None);
        assert_eq!(reason("shop", "tools/b/access", "write"), None);
        assert_eq!(reason("other", "tools/a/access", "write"), None);
    }

    #[test]
    fn an_entry_without_a_reason_or_with_an_unknown_key_is_refused() {
        for text in [
            "allow: [{ agent: a, change: b, reason: \" \" }]",
            "allow: [{ agent: a, change: b }]",
            "allow: [{ agent: a, change: b, reason: c, always: true }]",
            "allow: all",
        ] {
            assert!(Allowances::default().read("f", text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_command_line_names_a_change_with_or_without_its_agent() {
        let allowances =
            Allowances::named(&["tools/a".to_owned(), "shop:tools/b".to_owned(), "tools/c".to_owned()]);
        assert!(allowances.reason("x", &change("tools/a", "y")).is_some());
        assert!(allowances.reason("shop", &change("tools/b", "y")).is_some());
        assert!(allowances.reason("x", &change("tools/b", "y")).is_none());
        let asked = [("shop".to_owned(), "tools/b".to_owned()), ("x".to_owned(), "tools/a".to_owned())];
        assert_eq!(allowances.idle(&asked), ["tools/c"]);
    }
}
