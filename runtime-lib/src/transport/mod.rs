//! How bytes come in and go out. What they mean is a matter of [`crate::mcp`].

mod input;
mod lines;
mod output;
mod stdio;

pub use stdio::Stdio;
