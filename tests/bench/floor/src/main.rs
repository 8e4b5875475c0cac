//! The benchmark's baseline: what a careful person writes by hand for the five Prometheus tools with rmcp and
//! reqwest. Same transport choices as a built agent (epoll pipes, one thread, one connection pool), same profile,
//! and none of the layers: no limits, no rules, no validation, no audit.
#![forbid(unsafe_code)]

mod stdio;
mod tools;

use rmcp::ServiceExt;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let base = std::env::args().nth(1).unwrap_or_else(|| "http://localhost:9090".to_owned());
    let server = tools::Server::new(&base)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let transport = stdio::open()?;
        server.serve(transport).await?.waiting().await?;
        Ok(())
    })
}
