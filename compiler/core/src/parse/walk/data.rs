//! Values that are data: defaults, bodies, comparisons.

use super::super::words;
use super::Walker;
use crate::diag::{self, Diagnostic};
use crate::yaml::{self, Kind, Node};

impl Walker<'_> {
    /// Judges a value that may be anything that JSON has.
    pub(super) fn data(&mut self, node: &mut Node) {
        match &mut node.kind {
            Kind::BadNumber => {
                let message = format!("{} is no number that JSON can hold", words::named(node, self.sources));
                self.sink.push(
                    Diagnostic::error(
                        diag::HD0007,
                        message,
                        node.span,
                        "more than 64 bits, or infinite, or no number",
                    )
                    .help("put it in quotes if text is meant"),
                );
                node.kind = Kind::Faulty;
            }
            Kind::List(items) => items.iter_mut().for_each(|item| self.data(item)),
            Kind::Map(entries) => entries.iter_mut().for_each(|entry| self.data(&mut entry.value)),
            Kind::Text(text) if text.plain => self.older_yaml(node),
            Kind::Int(_) => self.older_yaml(node),
            Kind::Null | Kind::Bool(_) | Kind::Float(_) | Kind::Text(_) | Kind::Faulty => {}
        }
    }

    /// Warns about a value that the Python heddle and other older tools read as something else.
    pub(super) fn older_yaml(&mut self, node: &Node) {
        let written = self.sources.slice(node.span);
        let Some(older) = yaml::as_older_yaml(written) else { return };
        let (read, help) = if let Kind::Int(number) = node.kind {
            (format!("the whole number {number}"), "write the number without the leading zero")
        } else {
            (format!("the text \"{written}\""), "put it in quotes if text is meant, else write the value out")
        };
        let message = format!("`{written}` is read as {read}");
        let mut finding =
            Diagnostic::warning(diag::HD0017, message, node.span, "older YAML reads something else here")
                .note(format!("YAML 1.1, which the Python heddle reads, makes {older} of it"))
                .help(help);
        if matches!(node.kind, Kind::Text(_)) {
            finding = finding.fix(node.span, format!("\"{written}\""), "put it in quotes");
        }
        self.sink.push(finding);
    }
}
