//! Standard input and output as pipes on epoll, as every MCP client makes them: no hop through a blocking pool.

use tokio::net::unix::pipe;

/// Both ends of the wire. Needs a running tokio runtime.
///
/// Opening them again gives this process its own file descriptions, so O_NONBLOCK does not leak to the parent.
pub fn open() -> std::io::Result<(pipe::Receiver, pipe::Sender)> {
    let reader = pipe::OpenOptions::new().open_receiver("/proc/self/fd/0")?;
    let writer = pipe::OpenOptions::new().open_sender("/proc/self/fd/1")?;
    Ok((reader, writer))
}
