//! MCP over standard input and output: one message a line.

use super::input::Input;
use super::lines::{Line, Lines};
use super::output::Output;
use crate::mcp::{End, Received, Wire};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Notify;

/// While more than this waits to be written, nothing is read.
const BACKLOG_MAX: usize = 8 * 1024 * 1024;
/// Standard input and output as a wire for MCP.
#[derive(Debug)]
pub struct Stdio {
    input: Input,
    lines: Lines,
    output: Output,
    interrupts: Arc<Interrupts>,
}

impl Stdio {
    /// Opens both. From here on SIGTERM and SIGINT end the wire instead of the process. Needs a tokio runtime.
    pub fn open() -> io::Result<Self> {
        let interrupts = Arc::new(Interrupts::default());
        let signals = [signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?];
        for signal in signals {
            tokio::spawn(interrupts.clone().listen(signal));
        }
        let output = Output::stdout(interrupts.clone())?;
        Ok(Self { input: Input::stdin()?, lines: Lines::default(), output, interrupts })
    }

    /// Where the answers go, for the time when the wire is gone.
    pub fn output(&self) -> Output {
        self.output.clone()
    }
}

impl Wire for Stdio {
    async fn receive(&mut self) -> Received<'_> {
        loop {
            if let Some(end) = self.interrupts.seen() {
                return Received::End(end);
            }
            if self.lines.ready() && self.output.backlog() <= BACKLOG_MAX {
                break;
            }
            let read = async {
                if self.output.backlog() > BACKLOG_MAX {
                    self.output.drained().await;
                    return None;
                }
                Some(self.input.read(self.lines.buffer()).await)
            };
            let read = tokio::select! {
                biased;
                read = read => read,
                () = self.interrupts.wait() => continue,
            };
            match read {
                None | Some(Ok(1..)) => {}
                // An input that cannot be read has ended.
                Some(Ok(0) | Err(_)) => {
                    self.lines.end();
                    if !self.lines.ready() {
                        return Received::End(End::Input);
                    }
                }
            }
        }
        match self.lines.next() {
            Some(Line::Whole(line)) => Received::Line(line),
            Some(Line::TooLong(head)) => Received::TooLong(head),
            None => Received::End(End::Input),
        }
    }

    async fn interrupted(&mut self) -> End {
        loop {
            if let Some(end) = self.interrupts.seen() {
                return end;
            }
            self.interrupts.wait().await;
        }
    }

    fn put(&mut self, line: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        self.output.put(line)
    }
}

/// What ends the wire other than the end of its input.
#[derive(Debug, Default)]
pub struct Interrupts {
    seen: AtomicU8,
    changed: Notify,
}

const SIGNAL: u8 = 1;
const OUTPUT: u8 = 2;

impl Interrupts {
    /// Nobody reads the output any more.
    pub fn output_closed(&self) {
        self.raise(OUTPUT);
    }

    async fn listen(self: Arc<Self>, mut signal: Signal) {
        if signal.recv().await.is_some() {
            self.raise(SIGNAL);
        }
    }

    fn raise(&self, what: u8) {
        self.seen.fetch_or(what, Ordering::Relaxed);
        self.changed.notify_one();
    }

    fn seen(&self) -> Option<End> {
        match self.seen.load(Ordering::Relaxed) {
            0 => None,
            SIGNAL => Some(End::Signal),
            _ => Some(End::Output),
        }
    }

    async fn wait(&self) {
        self.changed.notified().await;
    }
}
