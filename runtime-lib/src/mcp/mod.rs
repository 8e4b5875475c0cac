//! The protocol: MCP over a wire of lines, in both of its eras. rmcp is named nowhere else.

#[cfg(feature = "approvals")]
mod attend;
mod catalogue;
mod decode;
mod door;
mod handler;
#[cfg(feature = "http-server")]
mod headers;
#[cfg(feature = "http-server")]
mod hub;
mod introduction;
#[cfg(feature = "http-server")]
mod posts;
mod progress;
pub mod schema;
#[cfg(feature = "http-server")]
mod sessions;
#[cfg(feature = "approvals")]
mod state;
mod strict;
#[cfg(test)]
mod tests;

pub use catalogue::Catalogue;
#[cfg(feature = "http-server")]
pub use {
    headers::Head,
    hub::{Exchange, Said},
    posts::{Posted, Posts, status},
};

use crate::decl::Agent;
use crate::pipeline::Pipeline;
use door::Door;
use handler::Handler;
use rmcp::ServiceExt;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Carries messages, one a line.
pub trait Wire: Send + 'static {
    /// Waits for a line. Nothing is lost when the future is dropped.
    fn receive(&mut self) -> impl Future<Output = Received<'_>> + Send;

    /// Waits for what ends the wire even while its input goes on.
    fn interrupted(&mut self) -> impl Future<Output = End> + Send;

    /// Sends a line, which is written without its newline; an error: nobody reads any more.
    fn put(&mut self, line: impl FnOnce(&mut Vec<u8>)) -> io::Result<()>;
}

/// What a wire gives.
#[derive(Debug, PartialEq, Eq)]
pub enum Received<'a> {
    /// A line.
    Line(&'a [u8]),
    /// The beginning of a line that was too long to keep.
    TooLong(Vec<u8>),
    /// There is no more to come.
    End(End),
}

/// Why a wire ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client closed its side: what it asked is still answered.
    Input,
    /// Someone wants the process to stop.
    Signal,
    /// Nobody reads the answers any more.
    Output,
}

/// How long a process that was asked to stop still works on calls in flight.
const STOP_GRACE: Duration = Duration::from_secs(1);

/// Serves until the wire ends and every call in flight is answered or cancelled.
pub async fn serve(
    agent: &'static Agent,
    catalogue: Catalogue,
    pipeline: Arc<Pipeline>,
    wire: impl Wire,
) -> Result<(), String> {
    let (stop, stopped) = watch::channel(false);
    let handler = Handler::new(agent, catalogue, pipeline, stopped)?;
    let door = Door::new(wire, stop, Duration::from_millis(agent.deadline_ms), STOP_GRACE);
    // An error here is a client that left, or never spoke MCP; it had its answers from the door.
    if let Ok(running) = handler.serve(door).await {
        let _ = running.waiting().await;
    }
    Ok(())
}
