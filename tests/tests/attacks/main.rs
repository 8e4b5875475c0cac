//! Attacks, one test each: what was shown to work against other MCP servers must not work against an agent that
//! heddle built. `docs/known-attacks.md` lists them with what answers each.

mod approvals;
mod audit;
mod audit_crashes;
mod config;
mod confinement;
mod framing;
mod http;
mod oauth;
mod pipeline;
mod principals;
mod quarantine;
mod rebinding;
mod redirects;
mod requests;
mod secrets;
mod secrets_at_rest;
mod sensitive;
mod serving;
mod signing;
mod smuggling;
mod tls;
mod validation;

use std::net::TcpStream;

use heddle_tests::backend::{Request, Then, reply};

/// A script that answers every request with an empty object.
fn accept(_: &Request, stream: &mut TcpStream) -> Then {
    reply(stream, 200, "application/json", b"{}");
    Then::Keep
}
