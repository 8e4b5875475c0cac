//! How bytes come in and go out. What they mean is a matter of [`crate::mcp`].

#[cfg(feature = "http-server")]
pub mod http;
mod input;
mod lines;
mod output;
mod stdio;

pub use stdio::Stdio;
