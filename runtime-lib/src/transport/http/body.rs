//! The bodies of requests, read within bounds, and those of answers.

use super::guests::Stay;
use crate::mcp::{Exchange, Said};
use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::timeout;

/// Longest body of a request.
const LONGEST: usize = 4 * 1024 * 1024;
/// Most bytes of all bodies together that wait for their end.
const TOGETHER: usize = 64 * 1024 * 1024;
/// How long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// Counts the bytes of all bodies that are on their way in.
#[derive(Debug, Default)]
pub struct Intake(AtomicUsize);

/// Why a body is not taken, as a status.
#[derive(Debug, PartialEq, Eq)]
pub enum Unread {
    /// It is too long.
    TooLong,
    /// It took too long.
    TooSlow,
    /// There are too many others.
    TooMany,
    /// It broke off.
    Broken,
}

impl Intake {
    /// Reads a body to its end.
    pub async fn read(&self, mut body: Incoming) -> Result<Vec<u8>, Unread> {
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > LONGEST {
            return Err(Unread::TooLong);
        }
        let mut share = Share { of: self, bytes: 0 };
        let read = async {
            // No more is set aside than has come, whatever was announced.
            let mut bytes = Vec::new();
            while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
                let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else { continue };
                if bytes.len() + data.len() > LONGEST {
                    return Err(Unread::TooLong);
                }
                share.take(data.len())?;
                bytes.extend_from_slice(&data);
            }
            Ok(bytes)
        };
        timeout(PATIENCE, read).await.unwrap_or(Err(Unread::TooSlow))
    }
}

struct Share<'i> {
    of: &'i Intake,
    bytes: usize,
}

impl Share<'_> {
    fn take(&mut self, bytes: usize) -> Result<(), Unread> {
        self.bytes += bytes;
        let before = self.of.0.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes > TOGETHER { Err(Unread::TooMany) } else { Ok(()) }
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        self.of.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// The body of an answer.
#[derive(Debug)]
pub enum Body {
    /// All of it, once.
    Whole(Option<Bytes>),
    /// Messages as they come.
    Events(Box<Events>),
}

/// An answer with messages before it, as server-sent events.
#[derive(Debug)]
pub struct Events {
    /// What was heard before this was known to be a stream.
    pub first: Option<Vec<u8>>,
    /// What comes.
    pub rest: Exchange,
    /// Until the last of it the connection is at work.
    #[expect(dead_code, reason = "held, not read")]
    pub stay: Stay,
}

impl Body {
    /// A body that is there already.
    pub fn of(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self::Whole(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }
}

impl hyper::body::Body for Body {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.get_mut() {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Events(events) => {
                let message = match events.first.take() {
                    Some(first) => Poll::Ready(Some(first)),
                    None => events.rest.poll_next(context).map(|said| {
                        said.map(|said| match said {
                            Said::Before(message) | Said::Answer(message, _) => message,
                        })
                    }),
                };
                message.map(|message| message.map(|message| Ok(Frame::data(event(&message)))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(None))
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, Bytes::len) as u64),
            Self::Events(_) => SizeHint::default(),
        }
    }
}

/// JSON has no line breaks but in its strings, and there they are escaped.
fn event(message: &[u8]) -> Bytes {
    [b"event: message\ndata: ".as_slice(), message, b"\n\n"].concat().into()
}
