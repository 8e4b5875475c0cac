//! The scanner's events into a tree.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle};

use super::offsets::Offsets;
use super::{Entry, Kind, MAX_DEPTH, Node, Text, bytes, faults, scalar};
use crate::diag::{self, Diagnostic, Sink};
use crate::source::{FileId, Span, Spanned};

/// The tree of a text.
pub(super) fn build(text: &str, file: FileId, sink: &mut Sink) -> Option<Node> {
    let mut builder = Builder { text, offsets: Offsets::new(text, file), open: Vec::new(), root: None, sink };
    for event in Parser::new_from_str(text) {
        let (event, place) = match event {
            Ok(event) => event,
            Err(error) => {
                let mut finding = faults::of_scan(&error, text, &builder.offsets);
                if let Some(open) = builder.open.last().filter(|open| open.flow) {
                    finding = finding
                        .because(builder.offsets.span(open.start, open.start + 1), "this is still open");
                }
                builder.sink.push(finding);
                return None;
            }
        };
        let start = builder.offsets.byte(place.start.index());
        let end = builder.offsets.byte(place.end.index());
        builder.take(event, start, end)?;
    }
    if builder.root.as_ref().is_none_or(|root| root.kind == Kind::Null) {
        let end = builder.offsets.span(text.trim_end().len(), text.trim_end().len());
        let finding = Diagnostic::error(
            diag::HD0016,
            "the file holds no config",
            end,
            "nothing but blanks and comments",
        )
        .help("start with `agent:`; `heddle init` writes a config to begin with");
        builder.sink.push(finding);
        return None;
    }
    builder.root
}

struct Builder<'a> {
    text: &'a str,
    offsets: Offsets<'a>,
    open: Vec<Open>,
    root: Option<Node>,
    sink: &'a mut Sink,
}

/// A list or mapping whose end has not come.
struct Open {
    start: usize,
    /// Written with brackets.
    flow: bool,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        seen: BTreeMap<String, Span>,
        key: Option<Key>,
        /// Its only key is a mapping: what `{{name}}` without quotes is to YAML.
        placeholder: bool,
    },
}

/// A key that waits for its value.
enum Key {
    Kept(Spanned<String>),
    /// Reported already: the value is dropped.
    Dropped(Span),
}

impl<'a> Builder<'a> {
    /// Takes one event; `None` ends the build.
    fn take(&mut self, event: Event<'a>, start: usize, end: usize) -> Option<()> {
        match event {
            Event::DocumentStart(_) if self.root.is_some() => {
                let marker = self.offsets.span(start, end);
                self.sink.push(faults::second_document(marker));
                // What stands in it is another config; judging it with this one would help nobody.
                return None;
            }
            Event::Scalar(value, style, anchor, tag) => {
                let start = self.properties(start, end, anchor, tag.is_some());
                let node = self.scalar(&value, style, start, end);
                self.attach(node);
            }
            Event::SequenceStart(anchor, tag) => {
                let start = self.properties(start, end, anchor, tag.is_some());
                self.enter(start, end, Items::List(Vec::new()))?;
            }
            Event::MappingStart(anchor, tag) => {
                let start = self.properties(start, end, anchor, tag.is_some());
                self.enter(
                    start,
                    end,
                    Items::Map { entries: Vec::new(), seen: BTreeMap::new(), key: None, placeholder: false },
                )?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.leave(end),
            Event::Alias(_) => {
                let place = self.offsets.trimmed(start, end);
                if !self.value_is_dropped() {
                    self.sink.push(faults::alias(place));
                }
                self.attach(Node { span: place, kind: Kind::Faulty });
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
        Some(())
    }

    /// Reports the anchor and tag before a value, and says where the value itself starts.
    fn properties(&mut self, start: usize, end: usize, anchor: usize, tagged: bool) -> usize {
        let mut at = start;
        if anchor == 0 && !tagged {
            return at;
        }
        loop {
            let rest = self.text.get(at..end.max(at)).unwrap_or("");
            at += rest.len() - rest.trim_start().len();
            let rest = rest.trim_start();
            if !rest.starts_with(['&', '!']) {
                return at;
            }
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let place = self.offsets.span(at, at + length);
            let finding = if rest.starts_with('&') {
                faults::anchor(place)
            } else {
                faults::tag(place, self.offsets.slice(place))
            };
            self.sink.push(finding);
            at += length;
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, start: usize, end: usize) -> Node {
        let span = self.offsets.trimmed(start, end);
        let kind = match style {
            ScalarStyle::Plain => scalar::resolve(value),
            ScalarStyle::DoubleQuoted => {
                self.find_hidden_escapes(span);
                Kind::Text(Text { value: value.to_owned(), plain: false })
            }
            ScalarStyle::SingleQuoted | ScalarStyle::Literal | ScalarStyle::Folded => {
                Kind::Text(Text { value: value.to_owned(), plain: false })
            }
        };
        // An empty scalar is reported with the bracket that follows it.
        let span = if value.is_empty() && style == ScalarStyle::Plain {
            self.offsets.span(start, start)
        } else {
            span
        };
        Node { span, kind }
    }

    /// Reports `\u202e` and the like: characters that stand in no line of the file and yet in the value.
    fn find_hidden_escapes(&mut self, span: Span) {
        let written = self.offsets.slice(span);
        let mut rest = written;
        while let Some(at) = rest.find('\\') {
            let offset = written.len() - rest.len() + at;
            let escape = rest.get(at + 1..).unwrap_or("");
            let kind = escape.chars().next().unwrap_or('\\');
            let digits = match kind {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                _ => 0,
            };
            let character = match kind {
                '0' => Some('\0'),
                'a' => Some('\u{7}'),
                'b' => Some('\u{8}'),
                'v' => Some('\u{b}'),
                'f' => Some('\u{c}'),
                'r' => Some('\r'),
                'e' => Some('\u{1b}'),
                'x' | 'u' | 'U' => {
                    let code = escape.get(1..1 + digits).and_then(|hex| u32::from_str_radix(hex, 16).ok());
                    code.and_then(char::from_u32)
                }
                _ => None,
            };
            let length = 1 + kind.len_utf8() + digits;
            if let Some(character) = character {
                let start = span.range().start + offset;
                bytes::report_hidden(character, self.offsets.span(start, start + length), self.sink);
            }
            rest = rest.get(at + length..).unwrap_or("");
        }
    }

    fn enter(&mut self, start: usize, end: usize, items: Items) -> Option<()> {
        // A block starts at its first key or dash and has no mark of its own, a bracket is one.
        let flow = self.text.get(start..end).is_some_and(|mark| mark.starts_with(['[', '{']));
        if self.open.len() >= MAX_DEPTH {
            let place = self.offsets.span(start, start + usize::from(flow));
            self.sink.push(faults::too_deep(place));
            return None;
        }
        self.open.push(Open { start, flow, items });
        Some(())
    }

    /// Whether the value that comes belongs to a key that was reported.
    fn value_is_dropped(&self) -> bool {
        self.open
            .last()
            .is_some_and(|open| matches!(open.items, Items::Map { key: Some(Key::Dropped(_)), .. }))
    }

    fn leave(&mut self, end: usize) {
        let Some(open) = self.open.pop() else { return };
        let last = match &open.items {
            Items::List(items) => items.last().map(|item| item.span.range().end),
            Items::Map { entries, .. } => {
                entries.last().map(|entry| entry.value.span.range().end.max(entry.key.span.range().end))
            }
        };
        // A block ends where the next token starts, which is too far; brackets end where they say.
        let end = if open.flow { end } else { last.unwrap_or(open.start) };
        let span = self.offsets.trimmed(open.start, end);
        let kind = match open.items {
            Items::List(items) => Kind::List(items),
            Items::Map { placeholder: true, .. } => {
                self.sink.push(faults::bare_placeholder(span, self.offsets.slice(span)));
                // What was meant is plain; judging it as that says the rest that is to be said.
                Kind::Text(Text { value: self.offsets.slice(span).to_owned(), plain: false })
            }
            Items::Map { entries, .. } => Kind::Map(entries),
        };
        self.attach(Node { span, kind });
    }

    /// Gives a complete node to whatever is open.
    fn attach(&mut self, mut node: Node) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        match &mut open.items {
            Items::List(items) => items.push(node),
            Items::Map { entries, seen, key, placeholder } => match key.take() {
                Some(Key::Kept(key)) => {
                    if node.kind == Kind::Null && node.span.start == node.span.end {
                        node.span = key.span;
                    }
                    entries.push(Entry { key, value: node });
                }
                Some(Key::Dropped(place)) => {
                    if node.span.start == node.span.end {
                        node.span = place;
                    }
                }
                None if open.flow && seen.is_empty() && self.offsets.slice(node.span).starts_with('{') => {
                    *placeholder = true;
                    *key = Some(Key::Dropped(node.span));
                }
                None => *key = Some(self::key(node, seen, &self.offsets, self.sink)),
            },
        }
    }
}

/// Judges a node that stands as a key.
fn key(node: Node, seen: &mut BTreeMap<String, Span>, offsets: &Offsets<'_>, sink: &mut Sink) -> Key {
    let place = node.span;
    let written = offsets.slice(place);
    let quote = |is: &str| {
        faults::odd_key(place, is).help("put it in quotes").fix(
            place,
            format!("\"{written}\""),
            "put the key in quotes",
        )
    };
    match node.kind {
        Kind::Text(text) if text.plain && text.value == "<<" => sink.push(faults::merge_key(place)),
        Kind::Text(text) => {
            if let Some(&first) = seen.get(&text.value) {
                sink.push(
                    Diagnostic::error(
                        diag::HD0003,
                        format!("`{}` is written twice", crate::diag::shorten(&text.value)),
                        place,
                        "written again here",
                    )
                    .because(first, "first written here")
                    .note("a mapping has each key once; which of two should count is for the author to say")
                    .help("remove one of the two"),
                );
                return Key::Dropped(place);
            }
            seen.insert(text.value.clone(), place);
            return Key::Kept(Spanned::new(text.value, place));
        }
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::BadNumber if !seen.contains_key(written) => {
            sink.push(quote(if matches!(node.kind, Kind::Bool(_)) { "a truth value" } else { "a number" }));
            seen.insert(written.to_owned(), place);
            return Key::Kept(Spanned::new(written.to_owned(), place));
        }
        Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::BadNumber => sink.push(quote("a number")),
        Kind::Null if written.is_empty() => sink.push(faults::odd_key(place, "missing")),
        Kind::Null => sink.push(quote("`null`")),
        Kind::Map(_) => sink.push(faults::odd_key(place, "a mapping")),
        Kind::List(_) => sink.push(faults::odd_key(place, "a list")),
        Kind::Faulty => {}
    }
    Key::Dropped(place)
}
