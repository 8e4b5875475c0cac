//! The tree into [`crate::ast`]. Two steps: [`walk`] judges the tree by the [tables](tables) of the language and is the only
//! one to speak; [`lower`] copies what stood the test into typed structs and is silent.

pub mod keys;
mod lower;
mod suggest;
pub mod tables;
mod units;
mod walk;
mod words;

use crate::ast;
use crate::diag::Sink;
use crate::source::{FileId, Sources};
use crate::yaml;

/// The agent that a file describes. `None`: too little of it could be read to judge the rest, and `sink` says why.
pub fn parse(sources: &Sources, file: FileId, sink: &mut Sink) -> Option<ast::Agent> {
    let mut tree = yaml::parse(sources, file, sink)?;
    let digest = tree.digest();
    walk::walk(&mut tree, sources, sink);
    lower::agent(tree, digest)
}

#[cfg(test)]
mod tests;
