//! Standard input, read in the way that suits what it is.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio::net::unix::pipe;
use tokio::sync::mpsc;

/// Most bytes that are asked for at once.
pub const CHUNK: usize = 64 * 1024;

/// An open input.
#[derive(Debug)]
pub enum Input {
    /// A pipe, as most clients give: waited for by the event loop, without a hop through another thread.
    Pipe(pipe::Receiver),
    /// A socket, as Node gives.
    Socket(UnixStream),
    /// A file, a terminal or a device, which the event loop cannot wait for: a thread reads it. It starts with the first
    /// read, for one that is there already would stand outside the sandbox.
    Thread {
        /// What the thread will have.
        idle: Option<(File, mpsc::Sender<io::Result<Vec<u8>>>)>,
        chunks: mpsc::Receiver<io::Result<Vec<u8>>>,
    },
}

impl Input {
    /// Opens standard input. Needs a tokio runtime.
    pub fn stdin() -> io::Result<Self> {
        Self::open(io::stdin().as_fd().try_clone_to_owned()?, "/proc/self/fd/0")
    }

    /// `path` is where the same file can be opened anew.
    fn open(fd: OwnedFd, path: &str) -> io::Result<Self> {
        let file = File::from(fd);
        let kind = file.metadata()?.file_type();
        if kind.is_fifo() {
            // Opened anew, so that the non-blocking mode is ours and not that of everyone who shares the pipe.
            if let Ok(receiver) = pipe::OpenOptions::new().open_receiver(path) {
                return Ok(Self::Pipe(receiver));
            }
        }
        if kind.is_socket() {
            let socket = std::os::unix::net::UnixStream::from(OwnedFd::from(file));
            socket.set_nonblocking(true)?;
            return Ok(Self::Socket(UnixStream::from_std(socket)?));
        }
        let (send, chunks) = mpsc::channel(4);
        Ok(Self::Thread { idle: Some((file, send)), chunks })
    }

    /// Appends what there is to `buffer`; 0 at the end. Nothing is lost when the future is dropped.
    pub async fn read(&mut self, buffer: &mut Vec<u8>) -> io::Result<usize> {
        buffer.reserve(CHUNK);
        match self {
            Self::Pipe(pipe) => pipe.read_buf(buffer).await,
            Self::Socket(socket) => socket.read_buf(buffer).await,
            Self::Thread { idle, chunks } => {
                if let Some((file, send)) = idle.take() {
                    std::thread::spawn(move || read_all(file, &send));
                }
                match chunks.recv().await {
                    Some(chunk) => {
                        let chunk = chunk?;
                        buffer.extend_from_slice(&chunk);
                        Ok(chunk.len())
                    }
                    None => Ok(0),
                }
            }
        }
    }
}

/// The thread ends with its input, or with the process: nobody waits for it.
fn read_all(mut file: File, send: &mpsc::Sender<io::Result<Vec<u8>>>) {
    loop {
        let mut chunk = vec![0; CHUNK];
        let item = match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(len) => {
                chunk.truncate(len);
                Ok(chunk)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
        let last = item.is_err();
        if send.blocking_send(item).is_err() || last {
            break;
        }
    }
}
