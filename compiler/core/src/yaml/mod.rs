//! YAML events into a tree in which every node knows its place.
//!
//! The language is a strict subset of YAML 1.2: one document, no anchors, aliases, merge keys or tags, no key twice, only
//! text as keys, bounded size and depth. What goes beyond is reported at its place and left out of the tree, so that the
//! rest of the file is still judged.

mod bytes;
mod digest;
mod faults;
mod offsets;
mod scalar;
mod tree;

pub use bytes::{MAX_BYTES, decode, unreadable};
pub use scalar::as_older_yaml;

use crate::diag::Sink;
use crate::source::{FileId, Sources, Span, Spanned};

/// Deepest nesting of lists and mappings.
pub const MAX_DEPTH: usize = 64;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// The value without surrounding blanks; an empty value has the place of its key.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

impl Node {
    /// Whether this or anything in it was reported.
    pub fn is_faulty(&self) -> bool {
        match &self.kind {
            Kind::Faulty => true,
            Kind::List(items) => items.iter().any(Self::is_faulty),
            Kind::Map(entries) => entries.iter().any(|entry| entry.value.is_faulty()),
            Kind::Null | Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::BadNumber | Kind::Text(_) => {
                false
            }
        }
    }
}

/// What a node is, by the core schema of YAML 1.2.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite number.
    Float(f64),
    /// A number that JSON or 64 bits cannot hold.
    BadNumber,
    /// A string.
    Text(Text),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the author's order, no key twice.
    Map(Vec<Entry>),
    /// Something that was reported already.
    Faulty,
}

/// A string and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// Its value.
    pub value: String,
    /// Without quotes and not as a block.
    pub plain: bool,
}

/// One `key: value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

/// The tree of a file. `None`: it is no YAML at all, or beyond the bounds.
pub fn parse(sources: &Sources, file: FileId, sink: &mut Sink) -> Option<Node> {
    let text = &sources.file(file)?.text;
    bytes::find_hidden_characters(text, file, sink);
    tree::build(text, file, sink)
}

#[cfg(test)]
mod tests;
