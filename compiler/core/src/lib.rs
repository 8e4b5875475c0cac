//! heddle's compiler.
//!
//! ```text
//! Source -yaml-> Tree -parse-> ast::Agent -resolve-> ast::Agent -check-> ir::Checked -plan-> Plan -emit-> Crate
//! ```
//!
//! Pure: no files, environment, clock or network. A stage puts what it finds into [`diag::Sink`] and returns `None` when it
//! could not go on; all faults of a file are reported in one run.
#![forbid(unsafe_code)]

pub mod ast;
pub mod check;
mod compile;
pub mod diag;
pub mod diff;
pub mod emit;
pub mod explain;
mod hex;
pub mod ir;
pub mod parse;
pub mod plan;
pub mod resolve;
pub mod schema;
pub mod source;
pub mod yaml;

pub use compile::{Compiled, compile};
