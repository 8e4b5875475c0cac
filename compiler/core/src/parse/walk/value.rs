//! One value against what its key takes.

use super::super::keys::{Is, Unit, Word};
use super::super::units::{self, Amount};
use super::super::words;
use super::{Owner, Walker, first_place, lower_first};
use crate::diag::{self, Diagnostic};
use crate::yaml::{Kind, Node, Text};

impl Walker<'_> {
    /// Judges one value.
    pub(super) fn value(&mut self, node: &mut Node, is: &'static Is, owner: Owner<'_>) {
        if node.kind == Kind::Faulty {
            return;
        }
        match (is, &mut node.kind) {
            (Is::Refused { because, instead }, _) => {
                let message = format!("`{}` {because}", owner.key);
                self.sink.push(
                    Diagnostic::error(diag::HD0008, message, owner.place, "this key is refused")
                        .help(*instead),
                );
                node.kind = Kind::Faulty;
            }
            (Is::Data, _) => self.data(node),
            (Is::Text | Is::Shaped(_), Kind::Text(_)) | (Is::Bool | Is::BoolOrNames, Kind::Bool(_)) => {}
            (Is::Int { .. } | Is::Num, Kind::Int(_)) => self.older_yaml(node),
            (Is::Num, Kind::Float(_)) => {}
            (Is::Size, Kind::Int(_)) => {}
            (Is::Size, Kind::Text(_)) => self.amount(node, is, owner),
            (Is::Duration(_), Kind::Text(_) | Kind::Int(_)) => self.amount(node, is, owner),
            (Is::OneOf(choices), Kind::Text(_)) => self.word(node, choices, owner),
            (Is::Level(levels), Kind::Int(_)) => self.word(node, levels, owner),
            (Is::Table(table), Kind::Map(_)) => {
                let head = if owner.entry { first_place(node) } else { owner.place };
                self.table(node, table, head);
            }
            (Is::List(item), Kind::List(items)) => {
                for node in items {
                    self.value(node, item, Owner { entry: true, ..owner });
                }
            }
            (Is::BoolOrNames, Kind::List(items)) => {
                for node in items {
                    self.value(node, &Is::Text, Owner { entry: true, ..owner });
                }
            }
            (Is::Named(inner), Kind::Map(entries)) => {
                for entry in entries {
                    let owner = Owner { key: &entry.key.value, place: entry.key.span, entry: false };
                    self.value(&mut entry.value, inner, owner);
                }
            }
            _ => self.wrong_type(node, is, owner),
        }
    }

    /// Reports a value of the wrong type; where it is plain what was meant, the value becomes that.
    fn wrong_type(&mut self, node: &mut Node, is: &Is, owner: Owner<'_>) {
        let written = self.sources.slice(node.span);
        let place = words::first_line(node.span, self.sources);
        if matches!((is, &node.kind), (Is::Int { .. } | Is::Num | Is::Size | Is::Level(_), Kind::BadNumber)) {
            let message =
                format!("{} does not fit into a number of 64 bits", words::named(node, self.sources));
            self.sink.push(Diagnostic::error(
                diag::HD0007,
                message,
                place,
                "this is too large, or no number at all",
            ));
            node.kind = Kind::Faulty;
            return;
        }
        let found = words::found(&node.kind);
        let message = if node.kind == Kind::Null {
            format!("{} takes {}, and there is nothing", owner.called(), words::expected(is))
        } else {
            format!(
                "{} takes {}, and {} is {found}",
                owner.called(),
                words::expected(is),
                words::named(node, self.sources)
            )
        };
        let label =
            if node.kind == Kind::Null { "no value follows".to_owned() } else { format!("this is {found}") };
        let mut finding = Diagnostic::error(diag::HD0006, message, place, label);
        let mut meant = Kind::Faulty;
        match (is, &node.kind) {
            (Is::Text | Is::Shaped(_), Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::BadNumber) => {
                finding = finding.help("put it in quotes").fix(
                    node.span,
                    format!("\"{written}\""),
                    "put it in quotes",
                );
                if matches!(is, Is::Text) {
                    meant = Kind::Text(Text { value: written.to_owned(), plain: false });
                }
            }
            (Is::Bool | Is::BoolOrNames, Kind::Text(text)) => {
                if let Some(truth) = truth(&text.value) {
                    let title = format!("write `{truth}`");
                    finding = finding.fix(node.span, truth.to_string(), title);
                    meant = Kind::Bool(truth);
                    if text.plain {
                        finding = finding.note("YAML 1.2 knows two truth values, `true` and `false`");
                    }
                }
            }
            (Is::Int { .. } | Is::Num | Is::Level(_), Kind::Text(text)) => {
                let quoted = !text.plain && text.value.parse::<i64>().is_ok();
                if let Some(number) = text.value.parse::<i64>().ok().filter(|_| quoted) {
                    finding = finding.fix(node.span, number.to_string(), "remove the quotes");
                    meant = Kind::Int(number);
                }
            }
            (Is::List(_), Kind::Map(_)) => finding = finding.help("begin each entry of the list with `- `"),
            (Is::List(_), Kind::Text(_)) if !written.contains('\n') => {
                finding = finding.help(format!("write a list: `[{written}]`"));
            }
            (Is::Named(_), Kind::List(_)) => {
                finding = finding.help("write `name: ...` for each entry, without `- `");
            }
            _ => {}
        }
        if let (Is::Level(levels), Some(fix)) = (is, &mut finding.fix) {
            fix.applicable = false;
            if let Some(level) = levels.iter().find(|level| level.word == fix.replacement) {
                finding = finding.note(format!("{}: {}", level.word, lower_first(level.doc)));
            }
        } else if let Is::Level(levels) = is {
            finding = level_notes(finding, levels);
        }
        self.sink.push(finding);
        node.kind = meant;
    }

    /// A word of a fixed list.
    fn word(&mut self, node: &mut Node, choices: &'static [Word], owner: Owner<'_>) {
        let Some(written) = word_of(&node.kind) else { return };
        let is_text = matches!(node.kind, Kind::Text(_));
        let accepted =
            choices.iter().find(|word| word.word == written || word.aliases.contains(&written.as_str()));
        match accepted {
            Some(word) if word.refused => {
                let message = format!("`{}: {}` is not supported", owner.key, word.word);
                self.sink.push(
                    Diagnostic::error(diag::HD0008, message, node.span, "this value is refused")
                        .help(word.doc),
                );
                node.kind = Kind::Faulty;
            }
            Some(word) if is_text => {
                node.kind = Kind::Text(Text { value: word.word.to_owned(), plain: false });
            }
            Some(_) => {}
            None => {
                let shown = diag::shorten(&written);
                let message = format!("`{}` takes {}, not `{shown}`", owner.key, words::choices(choices));
                let place = words::first_line(node.span, self.sources);
                let known = choices.iter().filter(|word| !word.refused).map(|word| word.word);
                let near = if is_text { diag::nearest(&written, known) } else { None };
                let mut finding = match near {
                    Some(word) => {
                        let label = format!("did you mean `{word}`?");
                        let mut finding = Diagnostic::error(diag::HD0007, message, place, label).fix(
                            node.span,
                            word,
                            format!("write `{word}`"),
                        );
                        if let Some(fix) = &mut finding.fix {
                            // Which word is meant decides what the agent may do: the author says so.
                            fix.applicable = false;
                        }
                        finding
                    }
                    None => Diagnostic::error(diag::HD0007, message, place, "not one of them"),
                };
                if !is_text {
                    finding = level_notes(finding, choices);
                }
                self.sink.push(finding);
                node.kind = Kind::Faulty;
            }
        }
    }

    /// A duration or a size.
    fn amount(&mut self, node: &mut Node, is: &'static Is, owner: Owner<'_>) {
        let Some(text) = word_of(&node.kind) else { return };
        let (amount, units) = if let Is::Duration(unit) = is {
            (units::duration(&text, *unit), "`ms`, `s`, `m` or `h`")
        } else {
            (units::size(&text), "`KiB`, `MiB` or `GiB`")
        };
        let shown = diag::shorten(&text);
        let place = words::first_line(node.span, self.sources);
        let refuse = |message: String, label: String| Diagnostic::error(diag::HD0007, message, place, label);
        let finding = match amount {
            Amount::Is(value) => {
                node.kind = Kind::Int(value);
                return;
            }
            Amount::Bare => refuse(
                format!("`{}` takes a number with a unit, and `{shown}` has none", owner.key),
                "seconds, or milliseconds?".into(),
            )
            .help(format!("write `{shown}s` for seconds; the units are {units}")),
            Amount::TooFine if matches!(is, Is::Duration(Unit::Seconds)) => {
                refuse(format!("`{}` takes whole seconds", owner.key), "not a whole number of seconds".into())
            }
            Amount::TooFine => {
                refuse(format!("`{shown}` is too large for `{}`", owner.key), "this is too large".into())
            }
            Amount::Unreadable => {
                let message = format!("`{}` takes {}, not `{shown}`", owner.key, words::expected(is));
                let finding = refuse(message, format!("a whole number and one of {units} is expected"));
                match units::binary_unit(&text).filter(|_| matches!(is, Is::Size)) {
                    Some(unit) => finding.help(format!("write `{unit}`")),
                    None => finding,
                }
            }
        };
        self.sink.push(finding);
        node.kind = Kind::Faulty;
    }
}

/// A text or a whole number as one word.
fn word_of(kind: &Kind) -> Option<String> {
    if let Kind::Int(number) = kind {
        return Some(number.to_string());
    }
    let Kind::Text(text) = kind else { return None };
    Some(text.value.clone())
}

fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "y" => Some(true),
        "false" | "no" | "off" | "n" => Some(false),
        _ => None,
    }
}

fn level_notes(mut finding: Diagnostic, levels: &[Word]) -> Diagnostic {
    for level in levels {
        finding = finding.note(format!("{}: {}", level.word, lower_first(level.doc)));
    }
    finding
}
