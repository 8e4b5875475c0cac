//! Findings for people, drawn as rustc draws them.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use super::lines::{Lines, Map};
use super::{Diagnostic, Label, Severity};
use crate::source::{FileId, SourceFile, Sources, Span};

/// Columns to draw in. Fixed: the same file gives the same text on every terminal.
const WIDTH: usize = 120;

/// Findings beyond this are counted and not drawn.
const MOST: usize = 500;

/// Places further apart than this are drawn as two snippets, so that drawing stays linear in the findings.
const FARTHEST: usize = 64 * 1024;

/// Longer lines are named by line and column and not drawn, as nobody reads them.
const LONGEST: usize = 4 * 1024;

/// Whether to draw in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Escape sequences for a terminal.
    Always,
    /// Text only.
    Never,
}

/// All findings, a blank line between two, and a last line that counts them. Empty when there are none.
#[must_use]
pub fn human(diagnostics: &[Diagnostic], sources: &Sources, colour: Colour) -> String {
    let mut text = String::new();
    let mut map = Map::new(sources);
    for diagnostic in diagnostics.iter().take(MOST) {
        text.push_str(&draw(diagnostic, &mut map, colour));
        text.push_str("\n\n");
    }
    if let Some(more) = diagnostics.len().checked_sub(MOST).filter(|&more| more > 0) {
        text.push_str(&format!("{more} more findings are not drawn; `--format json` lists all of them\n\n"));
    }
    if let Some(count) = summary(diagnostics) {
        text.push_str(&count);
        text.push('\n');
    }
    text
}

/// "2 errors, 1 warning"; `None`: nothing was found.
#[must_use]
pub fn summary(diagnostics: &[Diagnostic]) -> Option<String> {
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
    let counted = |count: usize, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        _ => Some(format!("{count} {word}s")),
    };
    let parts: Vec<String> = [counted(errors, "error"), counted(diagnostics.len() - errors, "warning")]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// One finding, without a line end.
#[must_use]
pub fn one(diagnostic: &Diagnostic, sources: &Sources, colour: Colour) -> String {
    draw(diagnostic, &mut Map::new(sources), colour)
}

fn draw(diagnostic: &Diagnostic, map: &mut Map<'_>, colour: Colour) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.to_string());
    let mut group = Group::with_title(title);
    let primary = std::iter::once((AnnotationKind::Primary, &diagnostic.primary));
    let reasons = diagnostic.reasons.iter().map(|label| (AnnotationKind::Context, label));
    for (file, marks) in by_snippet(primary.chain(reasons)) {
        let Some(source) = map.sources.file(file) else { continue };
        let window = Window::around(source, map.lines(file), marks.iter().map(|(_, label)| label.span));
        if source.text.is_empty() {
            group = group.element(Origin::path(source.name.as_str()));
        } else if !window.can_be_drawn() {
            for (_, label) in marks {
                let at = map.lines(file).position(label.span.range().start);
                group =
                    group.element(Origin::path(source.name.as_str()).line(at.line).char_column(at.column));
                if !label.text.is_empty() {
                    group = group.element(Level::NOTE.message(label.text.as_str()));
                }
            }
        } else {
            group = group.element(snippet(source, &window, &marks));
        }
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.as_str()));
    }
    let mut report = vec![group];
    if let Some(help) = help(diagnostic, map) {
        report.push(help);
    }
    let renderer = match colour {
        Colour::Always => Renderer::styled(),
        Colour::Never => Renderer::plain(),
    };
    let drawn = renderer.term_width(WIDTH).render(&report);
    // Blanks at the ends of lines would make pages and tests fragile.
    drawn.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

type Marks<'a> = Vec<(AnnotationKind, &'a Label)>;

/// The labels that are drawn together: those of one file that are not too far apart, the primary one first.
fn by_snippet<'a>(labels: impl Iterator<Item = (AnnotationKind, &'a Label)>) -> Vec<(FileId, Marks<'a>)> {
    let mut snippets: Vec<(FileId, Marks<'a>)> = Vec::new();
    for (kind, label) in labels {
        let near = |marks: &Marks<'_>| {
            marks
                .iter()
                .all(|(_, other)| label.span.range().start.abs_diff(other.span.range().start) < FARTHEST)
        };
        match snippets.iter_mut().find(|(file, marks)| *file == label.span.file && near(marks)) {
            Some((_, marks)) => marks.push((kind, label)),
            None => snippets.push((label.span.file, vec![(kind, label)])),
        }
    }
    snippets
}

/// The lines from the first mark to the last one.
fn snippet<'a>(
    source: &'a SourceFile,
    window: &Window<'a>,
    marks: &[(AnnotationKind, &'a Label)],
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    Snippet::source(window.text).line_start(window.line).path(source.name.as_str()).annotations(
        marks.iter().map(|(kind, label)| {
            let annotation = kind.span(window.range(label.span));
            if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
        }),
    )
}

/// What to do, in words and as a change of the text.
fn help<'a, 's: 'a>(diagnostic: &'a Diagnostic, map: &mut Map<'s>) -> Option<Group<'a>> {
    let fix = diagnostic.fix.as_ref();
    let text = diagnostic.help.as_deref().or(fix.map(|fix| fix.title.as_str()))?;
    let group = Group::with_title(Level::HELP.secondary_title(text));
    let Some((fix, source)) = fix.and_then(|fix| Some((fix, map.sources.file(fix.span.file)?))) else {
        return Some(group);
    };
    let window = Window::around(source, map.lines(fix.span.file), std::iter::once(fix.span));
    if !window.can_be_drawn() {
        return Some(group);
    }
    Some(
        group.element(
            Snippet::source(window.text)
                .line_start(window.line)
                .path(source.name.as_str())
                .patch(Patch::new(window.range(fix.span), fix.replacement.as_str())),
        ),
    )
}

/// Some whole lines of a file.
struct Window<'a> {
    text: &'a str,
    /// Where it starts in the file.
    start: usize,
    /// Number of its first line.
    line: usize,
}

impl<'a> Window<'a> {
    fn around(source: &'a SourceFile, lines: &Lines<'_>, spans: impl Iterator<Item = Span> + Clone) -> Self {
        let first = spans.clone().map(|span| span.range().start).min().unwrap_or(0);
        let last = spans.map(|span| span.range().end).max().unwrap_or(first);
        let line = lines.position(first).line;
        let start = lines.start(line);
        let end = lines.start(lines.position(last).line + 1).max(start);
        Self { text: source.text.get(start..end).unwrap_or(&source.text), start, line }
    }

    fn can_be_drawn(&self) -> bool {
        self.text.lines().all(|line| line.len() <= LONGEST)
    }

    /// A place of the file inside the window, on the borders of characters.
    fn range(&self, span: Span) -> std::ops::Range<usize> {
        let inside = |byte: usize| {
            let mut byte = byte.saturating_sub(self.start).min(self.text.len());
            while !self.text.is_char_boundary(byte) {
                byte -= 1;
            }
            byte
        };
        inside(span.range().start)..inside(span.range().end)
    }
}
