//! Judges the tree by the tables: unknown, missing, misplaced and doubled keys, wrong types, wrong words.
//!
//! What was reported is put right or marked as faulty in the tree, so that nothing is reported for it twice: spellings
//! become the canonical ones, units are resolved, and a key that is surely a misspelling is read as the key it misses.

use super::keys::{Is, Key, Need, Table};
use super::suggest::{self, Guess};
use super::{tables, words};
use crate::diag::{self, Diagnostic, Sink};
use crate::source::{Sources, Span};
use crate::yaml::{Entry, Kind, Node};

mod data;
mod value;

/// After this many unknown keys no more guesses are made: such a file is no config.
const MOST_GUESSES: usize = 200;

/// Judges a file.
pub(super) fn walk(tree: &mut Node, sources: &Sources, sink: &mut Sink) {
    let mut walker = Walker { sources, sink, guesses: 0, misplaced: Vec::new(), missing: Vec::new() };
    walker.file(tree);
    walker.report_missing();
}

struct Walker<'a> {
    sources: &'a Sources,
    sink: &'a mut Sink,
    guesses: usize,
    /// Keys that were found in the wrong mapping: (key, path of the right one).
    misplaced: Vec<(&'static str, &'static str)>,
    /// What is missing; held back until all misplaced keys are known.
    missing: Vec<(&'static str, &'static Table, Diagnostic)>,
}

/// What a value belongs to, for messages.
#[derive(Clone, Copy)]
struct Owner<'a> {
    /// The key, or the author's name for the entry.
    key: &'a str,
    /// Where that is written.
    place: Span,
    /// Whether the value is an entry of the key's list.
    entry: bool,
}

impl Owner<'_> {
    fn called(&self) -> String {
        let key = diag::shorten(self.key);
        if self.entry { format!("an entry of `{key}`") } else { format!("`{key}`") }
    }
}

impl Walker<'_> {
    fn file(&mut self, tree: &mut Node) {
        let Kind::Map(entries) = &mut tree.kind else {
            if tree.kind != Kind::Faulty {
                let place = words::first_line(tree.span, self.sources);
                let message = format!("a config is a mapping, and this is {}", words::found(&tree.kind));
                self.sink.push(Diagnostic::error(
                    diag::HD0006,
                    message,
                    place,
                    "a config begins with `agent:`",
                ));
            }
            return;
        };
        let wrapped = entries.iter().any(|entry| entry.key.value == "agent");
        let unwrapped = entries.iter().find(|entry| tables::AGENT.key(&entry.key.value).is_some());
        if let (false, Some(first)) = (wrapped, unwrapped) {
            self.sink.push(
                Diagnostic::error(
                    diag::HD0004,
                    format!("`{}` belongs under `agent`", first.key.value),
                    first.key.span,
                    "this stands at the top of the file",
                )
                .help("begin the file with `agent:` and indent the rest by two spaces"),
            );
            let inner = Node { span: tree.span, kind: Kind::Map(std::mem::take(entries)) };
            let key = crate::source::Spanned::new("agent".to_owned(), first_place(&inner));
            entries.push(Entry { key, value: inner });
        }
        let head = first_place(tree);
        if let Kind::Map(entries) = &tree.kind
            && let [other, ..] = entries.as_slice()
            && !entries
                .iter()
                .any(|entry| matches!(suggest::guess(&entry.key.value, &tables::ROOT), Guess::Here(_)))
        {
            // Some other YAML file: one message says so, not one for each of its keys.
            let message = format!(
                "the file has no `agent`, and `{}` is no key of a config",
                diag::shorten(&other.key.value)
            );
            self.sink.push(
                Diagnostic::error(diag::HD0005, message, head, "a config begins with `agent:`")
                    .help("name a file that holds an agent; `heddle init` writes one"),
            );
            return;
        }
        self.table(tree, &tables::ROOT, head);
    }

    /// Judges a mapping of the language. `head`: where its absent keys are reported.
    fn table(&mut self, node: &mut Node, table: &'static Table, head: Span) {
        let Kind::Map(entries) = &mut node.kind else { return };
        let present: Vec<&'static str> =
            entries.iter().filter_map(|entry| table.key(&entry.key.value)).map(|key| key.name).collect();
        let mut met: Vec<(&'static str, Span)> = Vec::new();
        for entry in entries.iter_mut() {
            let known = match table.key(&entry.key.value) {
                Some(key) => Some(key),
                None => self.unknown(entry, table).filter(|key| !present.contains(&key.name)),
            };
            let Some(key) = known else {
                self.disregard(entry);
                continue;
            };
            if let Some(&(_, first)) = met.iter().find(|(name, _)| *name == key.name) {
                self.doubled(entry, key, first);
                entry.key.value.clear();
                continue;
            }
            met.push((key.name, entry.key.span));
            let written = std::mem::replace(&mut entry.key.value, key.name.to_owned());
            let owner = Owner { key: &written, place: entry.key.span, entry: false };
            self.value(&mut entry.value, &key.is, owner);
            if !key.is_accepted() {
                self.disregard(entry);
            }
        }
        for key in table.keys.iter().filter(|key| key.need == Need::Required) {
            if !met.iter().any(|(name, _)| *name == key.name) {
                self.hold_missing(key, table, head);
            }
        }
    }

    /// Takes an entry that was reported out of the config. What it holds may be missed elsewhere when it uses parameters,
    /// so such a mapping counts as faulty.
    fn disregard(&self, entry: &mut Entry) {
        let uses_parameters = self.sources.slice(entry.value.span).contains("{{");
        entry.key.value.clear();
        entry.value.kind = if uses_parameters { Kind::Faulty } else { Kind::Null };
    }

    /// Reports a key that is not in the table, and says which key it must have meant, if that is sure.
    fn unknown(&mut self, entry: &Entry, table: &'static Table) -> Option<&'static Key> {
        let word = &entry.key.value;
        let place = entry.key.span;
        let shown = diag::shorten(word);
        self.guesses += 1;
        let guess = if self.guesses > MOST_GUESSES { Guess::None } else { suggest::guess(word, table) };
        let message = format!("`{shown}` is not a key of {}", table.called.trim_start_matches("this "));
        match guess {
            Guess::Here(key) => {
                let label = format!("did you mean `{}`?", key.name);
                let finding = Diagnostic::error(diag::HD0004, article(&message, table), place, label);
                let title = format!("write `{}`", key.name);
                let mut finding = finding.fix(place, key.name, title);
                if let Some(fix) = &mut finding.fix {
                    fix.applicable = !suggest::carries_authority(key);
                }
                self.sink.push(finding);
                Some(key)
            }
            Guess::Elsewhere(others) => {
                let paths = words::list(others.iter().map(|other| other.path), "or");
                let message = format!("`{shown}` belongs under {paths}");
                let label = format!("{} has no such key", table.called);
                self.sink.push(
                    Diagnostic::error(diag::HD0004, message, place, label)
                        .help(format!("move it to {paths}")),
                );
                for other in others {
                    if let Some(key) = other.key(word) {
                        self.misplaced.push((key.name, other.path));
                    }
                }
                None
            }
            Guess::None => {
                let mut finding =
                    Diagnostic::error(diag::HD0004, article(&message, table), place, "unknown key");
                if self.guesses <= MOST_GUESSES {
                    let known = table.keys.iter().filter(|key| key.is_accepted()).map(|key| key.name);
                    finding = finding.note(format!("{} takes {}", table.called, words::list(known, "and")));
                }
                self.sink.push(finding);
                None
            }
        }
    }

    fn doubled(&mut self, entry: &Entry, key: &Key, first: Span) {
        let message = format!("`{}` is written twice, in two spellings", key.name);
        self.sink.push(
            Diagnostic::error(diag::HD0003, message, entry.key.span, "this is the same key")
                .because(first, "first written here")
                .help("remove one of the two"),
        );
    }

    fn hold_missing(&mut self, key: &'static Key, table: &'static Table, head: Span) {
        let message = format!("{} has no `{}`", table.called, key.name);
        let mut finding =
            Diagnostic::error(diag::HD0005, message, head, format!("`{}` is required here", key.name));
        if !key.example.is_empty() {
            let lines = key.example.lines().count();
            finding = match key.example.lines().next() {
                Some(line) if lines == 1 => finding.help(format!("add a line such as `{line}`")),
                _ => finding,
            };
        }
        if let Is::Level(levels) = &key.is {
            for level in *levels {
                finding = finding.note(format!("{}: {}", level.word, lower_first(level.doc)));
            }
        }
        self.missing.push((key.name, table, finding));
    }

    /// Reports what is missing, but not what stands in the wrong place: that was said there.
    fn report_missing(self) {
        let Self { sink, misplaced, missing, .. } = self;
        for (name, table, finding) in missing {
            let path = if table.path.is_empty() { name.to_owned() } else { format!("{}.{name}", table.path) };
            let explained =
                misplaced.iter().any(|(key, home)| (*key == name && *home == table.path) || *home == path);
            if !explained {
                sink.push(finding);
            }
        }
    }
}

/// Where a mapping or list entry is pointed at: its first key, else its first line.
fn first_place(node: &Node) -> Span {
    match &node.kind {
        Kind::Map(entries) => entries.first().map_or(node.span, |entry| entry.key.span),
        Kind::List(items) => items.first().map_or(node.span, first_place),
        Kind::Null
        | Kind::Bool(_)
        | Kind::Int(_)
        | Kind::Float(_)
        | Kind::BadNumber
        | Kind::Text(_)
        | Kind::Faulty => node.span,
    }
}

/// "not a key of tool" into "not a key of a tool".
fn article(message: &str, table: &Table) -> String {
    if table.called.starts_with("this ") {
        message.replace("a key of ", "a key of a ")
    } else {
        message.to_owned()
    }
}

fn lower_first(text: &str) -> String {
    let mut characters = text.trim_end_matches('.').chars();
    characters.next().map_or_else(String::new, |first| first.to_lowercase().chain(characters).collect())
}
