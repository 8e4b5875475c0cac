//! What the tests share: the command under test, agents built by it, a client that speaks MCP over pipes, and
//! backends on loopback that record what they are asked or misbehave on purpose.
//!
//! Nothing here touches the user's own heddle home: builds share `target/heddle-home`, runs get a fresh folder each.

pub mod agent;
pub mod approvals;
pub mod audit;
pub mod backend;
pub mod client;
pub mod corpora;
pub mod faults;
pub mod home;
pub mod hosts;
pub mod http;
pub mod issuer;
pub mod markdown;
pub mod permits;
pub mod process;
pub mod random_config;
pub mod schema;
pub mod services;
pub mod tls;
pub mod tools;
