//! What is wrong with a config: found by every stage, rendered once.

mod codes;
pub mod fix;
mod json;
mod lines;
mod render;
mod sarif;
mod suggest;

pub use codes::*;
pub use json::json;
pub use lines::{Lines, Position};
pub use render::{Colour, human, one, summary};
pub use sarif::{sarif, uri};
pub use suggest::nearest;

use crate::source::Span;

/// A diagnostic code, `HD` and four digits. Never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub u16);

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HD{:04}", self.0)
    }
}

/// Whether a finding stops the build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It does.
    Error,
    /// It does not, unless warnings are denied.
    Warning,
}

/// A place and what it has to do with the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there, in a few words; may be empty.
    pub text: String,
}

/// A replacement that a tool may make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub replacement: String,
    /// In the imperative: "write `query`".
    pub title: String,
    /// Whether it keeps or narrows authority, so that `heddle check --fix` may apply it unasked.
    pub applicable: bool,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code.
    pub code: Code,
    /// Whether it stops the build.
    pub severity: Severity,
    /// One sentence, lower case, no full stop; the author's words in backticks.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// The places that are the reason.
    pub reasons: Vec<Label>,
    /// What is true.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// The same as an edit.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A finding that stops the build.
    pub fn error(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message, span, label)
    }

    /// A finding that does not.
    pub fn warning(code: Code, message: impl Into<String>, span: Span, label: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message, span, label)
    }

    fn new(
        severity: Severity,
        code: Code,
        message: impl Into<String>,
        span: Span,
        label: impl Into<String>,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary: Label { span, text: label.into() },
            reasons: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Adds a place that is the reason.
    #[must_use]
    pub fn because(mut self, span: Span, label: impl Into<String>) -> Self {
        self.reasons.push(Label { span, text: label.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says it as an edit that a person should look at: it chooses what a request does.
    #[must_use]
    pub fn suggestion(
        mut self,
        span: Span,
        replacement: impl Into<String>,
        title: impl Into<String>,
    ) -> Self {
        self.fix =
            Some(Fix { span, replacement: replacement.into(), title: title.into(), applicable: false });
        self
    }

    /// Says it as an edit that keeps or narrows authority.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>, title: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, replacement: replacement.into(), title: title.into(), applicable: true });
        self
    }
}

/// Where stages put what they find.
#[derive(Debug, Default)]
pub struct Sink {
    found: Vec<Diagnostic>,
}

impl Sink {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Whether anything in here stops the build.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// All findings, in source order.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|d| (d.primary.span, d.severity, d.code));
        self.found.dedup();
        self.found
    }
}

/// An author's word for a message: at most 60 characters, on one line.
pub fn shorten(text: &str) -> String {
    const MOST: usize = 60;
    let line = text.lines().next().unwrap_or("");
    if line.len() == text.len() && text.chars().nth(MOST).is_none() {
        return text.to_owned();
    }
    format!("{}...", line.chars().take(MOST - 3).collect::<String>())
}

#[cfg(test)]
mod tests;
