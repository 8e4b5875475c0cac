//! A grants file: `agent: [key]` in YAML, or the same in JSON, which is YAML too.

use super::secrets::{Granted, Grants};
use super::template::{is_secret_key, shorten};
use crate::diag::{Diagnostic, HD0308, HD0309, Sink};
use crate::source::{FileId, Sources, Span};
use crate::yaml::{self, Kind, Node};

/// Reads a grants file. `None`: it is not one, and `sink` says why; nothing of it counts then.
pub fn parse(sources: &Sources, file: FileId, sink: &mut Sink) -> Option<Grants> {
    let source = sources.file(file)?.name.clone();
    let root = yaml::parse(sources, file, sink)?;
    let mut grants = Grants { source: Some(source), ..Grants::default() };
    let mut whole = true;
    let Kind::Map(entries) = root.kind else {
        if root.kind == Kind::Null {
            return Some(grants);
        }
        sink.push(misshapen(root.span, "a mapping from agents to keys is needed"));
        return None;
    };
    for entry in entries {
        match keys(&entry.value, sink) {
            Some(keys) => {
                grants.agents.insert(entry.key.value, keys);
            }
            None => whole = false,
        }
    }
    whole.then_some(grants)
}

fn keys(value: &Node, sink: &mut Sink) -> Option<Vec<Granted>> {
    match &value.kind {
        Kind::Null => Some(Vec::new()),
        Kind::List(items) => {
            let keys: Vec<Option<Granted>> = items.iter().map(|item| key(item, sink)).collect();
            keys.into_iter().collect()
        }
        // Reported where it was read.
        Kind::Faulty => None,
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::BadNumber | Kind::Text(_) | Kind::Map(_) => {
            sink.push(misshapen(value.span, "a list of keys is needed"));
            None
        }
    }
}

fn key(item: &Node, sink: &mut Sink) -> Option<Granted> {
    let Kind::Text(text) = &item.kind else {
        if item.kind != Kind::Faulty {
            sink.push(misshapen(item.span, "the key of a secret is needed"));
        }
        return None;
    };
    if !is_secret_key(&text.value) {
        sink.push(
            Diagnostic::error(
                HD0308,
                format!("`{}` cannot be the key of a secret", shorten(&text.value)),
                item.span,
                "no agent could name it",
            )
            .note("a grant is of one key; there are no patterns")
            .help("a key has letters, digits, `.`, `_` and `-`, begins with a letter or digit, and has at most 64 of them"),
        );
        return None;
    }
    Some(Granted { key: text.value.clone(), span: Some(item.span) })
}

fn misshapen(span: Span, label: &str) -> Diagnostic {
    Diagnostic::error(HD0309, "this is not a grants file", span, label)
        .note("a file that cannot be read as grants grants nothing")
        .help("write `agent-name: [secret-key, other-key]`, a line for each agent")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Code;

    fn read(text: &str) -> Result<Vec<(String, Vec<String>)>, Vec<Code>> {
        let mut sources = Sources::default();
        let file = sources.add("heddle.grants.yaml", text);
        let mut sink = Sink::default();
        match parse(&sources, file, &mut sink) {
            Some(grants) => Ok(grants
                .agents
                .into_iter()
                .map(|(agent, keys)| (agent, keys.into_iter().map(|granted| granted.key).collect()))
                .collect()),
            None => Err(sink.into_sorted().into_iter().map(|found| found.code).collect()),
        }
    }

    #[test]
    fn yaml_and_json_are_read_alike() {
        let expected =
            Ok(vec![("a".to_owned(), vec!["k.1".to_owned(), "k2".to_owned()]), ("b".to_owned(), vec![])]);
        assert_eq!(read("a: [k.1, k2]\nb: []\n"), expected);
        assert_eq!(read("{\"a\": [\"k.1\", \"k2\"], \"b\": []}"), expected);
    }

    #[test]
    fn what_is_no_grants_file_grants_nothing() {
        assert_eq!(read("a: k\nb: [k]"), Err(vec![HD0309]));
        assert_eq!(read("[a]"), Err(vec![HD0309]));
        assert_eq!(read("a: [{k: v}]"), Err(vec![HD0309]));
        assert_eq!(read("a: ['*']"), Err(vec![HD0308]));
    }
}
