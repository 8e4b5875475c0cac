//! Joins what the author wrote apart: tools with their bridges, rules with their tools.

mod glob;
mod join;

pub use join::{Joined, MatchedRule, Resolved, resolve};
