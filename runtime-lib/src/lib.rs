//! What every agent that heddle builds links: the vocabulary that its generated crate is written in, the proof of
//! that crate, and the machine that serves it.
//!
//! A security reviewer starts at `pipeline`, which is the six layers of a call on one screen.

pub mod access;
mod address;
#[doc(hidden)]
pub mod approvals;
mod audit;
mod broker;
#[doc(hidden)]
pub mod call;
#[doc(hidden)]
pub mod confine;
pub mod decl;
mod http;
mod mcp;
pub mod method;
mod parts;
mod pipeline;
pub mod proof;
mod random;
#[cfg(feature = "rehearsal")]
mod rehearsal;
#[cfg(feature = "scan")]
#[doc(hidden)]
pub mod scan;
pub mod server;
mod text;
pub mod tier;
mod transport;
