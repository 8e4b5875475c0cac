//! Standard output. It carries MCP and nothing else; what is put in while a write is under way goes out with the
//! next one, so that answers which become ready together leave together.

use super::stdio::Interrupts;
use std::fs::File;
use std::io::{self, Write};
use std::mem;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;
use tokio::net::unix::pipe;
use tokio::sync::Notify;

/// An empty buffer larger than this gives its memory back.
const KEEP: usize = 256 * 1024;
/// How long the last answers may take to leave.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// Where answers are put; a task writes them.
#[derive(Debug, Clone)]
pub struct Output(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// There is something to write.
    filled: Notify,
    /// There is nothing left to write, or nobody to write to.
    emptied: Notify,
}

#[derive(Debug, Default)]
struct State {
    buffer: Vec<u8>,
    /// Bytes that the task has taken and not written.
    writing: usize,
    closed: bool,
}

impl Output {
    /// Opens standard output. Needs a tokio runtime. A reader who goes away is told to `interrupts`.
    pub fn stdout(interrupts: Arc<Interrupts>) -> io::Result<Self> {
        let sink = Sink::open(io::stdout().as_fd().try_clone_to_owned()?, "/proc/self/fd/1")?;
        let output =
            Self(Arc::new(Shared { state: Mutex::default(), filled: Notify::new(), emptied: Notify::new() }));
        tokio::spawn(output.clone().run(sink, interrupts));
        Ok(output)
    }

    /// Adds a line, without its newline, by writing to the buffer. An error: nobody reads any more.
    pub fn put(&self, line: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let mut state = self.state();
        if state.closed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let idle = state.buffer.is_empty();
        line(&mut state.buffer);
        state.buffer.push(b'\n');
        drop(state);
        if idle {
            self.0.filled.notify_one();
        }
        Ok(())
    }

    /// How many bytes wait.
    pub fn backlog(&self) -> usize {
        let state = self.state();
        state.buffer.len() + state.writing
    }

    /// Returns once nothing waits, or nobody reads any more.
    pub async fn drained(&self) {
        loop {
            let emptied = self.0.emptied.notified();
            if self.backlog() == 0 {
                return;
            }
            emptied.await;
        }
    }

    /// Waits for the last answers to leave; a reader who does not read cannot hold the process.
    pub async fn finish(self) {
        let _ = tokio::time::timeout(LAST_WRITE, self.drained()).await;
    }

    async fn run(self, mut sink: Sink, interrupts: Arc<Interrupts>) {
        let mut batch = Vec::new();
        loop {
            let filled = {
                let mut state = self.state();
                mem::swap(&mut state.buffer, &mut batch);
                state.writing = batch.len();
                !batch.is_empty()
            };
            if !filled {
                self.0.emptied.notify_waiters();
                self.0.filled.notified().await;
                continue;
            }
            if sink.write_all(&batch).await.is_err() {
                // Whatever the reason, there is no other way to tell anybody.
                *self.state() = State { closed: true, ..State::default() };
                self.0.emptied.notify_waiters();
                interrupts.output_closed();
                return;
            }
            batch.clear();
            batch.shrink_to(KEEP);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`super::input::Input`].
#[derive(Debug)]
enum Sink {
    Pipe(pipe::Sender),
    Socket(UnixStream),
    /// Written without the event loop: a file never makes anybody wait for long.
    File(File),
}

impl Sink {
    fn open(fd: OwnedFd, path: &str) -> io::Result<Self> {
        let file = File::from(fd);
        let kind = file.metadata()?.file_type();
        if kind.is_fifo()
            && let Ok(sender) = pipe::OpenOptions::new().open_sender(path)
        {
            return Ok(Self::Pipe(sender));
        }
        if kind.is_socket() {
            let socket = std::os::unix::net::UnixStream::from(OwnedFd::from(file));
            socket.set_nonblocking(true)?;
            return Ok(Self::Socket(UnixStream::from_std(socket)?));
        }
        Ok(Self::File(file))
    }

    async fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Pipe(pipe) => pipe.write_all(bytes).await,
            Self::Socket(socket) => socket.write_all(bytes).await,
            Self::File(file) => file.write_all(bytes),
        }
    }
}
