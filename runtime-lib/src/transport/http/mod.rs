//! MCP over streamable HTTP, on one endpoint for both of its eras.

mod access;
mod address;
mod body;
mod gate;
mod guests;
#[cfg(feature = "oauth")]
mod oauth;
mod site;

pub use address::parse;

use crate::broker::Tokens;
use crate::decl::Authorization;
use crate::http::Trust;
use crate::mcp::Posts;
use access::Access;
use body::Intake;
use gate::Gate;
use guests::{Guests, Place};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use site::Site;
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::time::timeout;

/// How long the head of a request may take to come, and an idle connection to say anything.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);
/// Longest head of a request, and most fields in it.
const HEAD_LONGEST: usize = 64 * 1024;
const FIELDS_MOST: usize = 64;
/// How long calls in flight may go on after a signal, and how long their last answers may take to leave.
const STOP_GRACE: Duration = Duration::from_secs(5);
const LAST_WRITE: Duration = Duration::from_secs(2);

/// What the operator asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listen {
    /// Where to listen.
    pub address: SocketAddr,
    /// Names that the server is also known by, `host` or `host:port`.
    pub names: Vec<String>,
}

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Http {
    listener: TcpListener,
    gate: Gate,
    access: Access,
    guests: Arc<Guests>,
    stop: watch::Receiver<bool>,
}

impl Http {
    /// Listens. From here on SIGTERM and SIGINT end the server instead of the process. Needs a tokio runtime.
    pub async fn open(
        listen: &Listen,
        tokens: Tokens,
        #[cfg_attr(not(feature = "oauth"), expect(unused_variables, reason = "there are tokens alone"))]
        authorization: &Authorization,
        #[cfg_attr(not(feature = "oauth"), expect(unused_variables, reason = "there are tokens alone"))]
        trust: &Trust,
    ) -> Result<Self, String> {
        let Listen { address, names } = listen;
        #[cfg(feature = "oauth")]
        let access = Access::new(tokens, oauth::OAuth::of(authorization, trust)?)?;
        #[cfg(not(feature = "oauth"))]
        let access = Access::new(tokens)?;
        if !address::is_loopback(*address) && !access.wants_token() {
            return Err(format!(
                "{address} can be reached from other machines, and nobody was given an access token; give one out with \
                 `heddle tokens add`, or listen on the loopback"
            ));
        }
        #[cfg(feature = "oauth")]
        let of_tokens = access.oauth().map(|oauth| oauth.host().to_owned());
        #[cfg(not(feature = "oauth"))]
        let of_tokens: Option<String> = None;
        let names = names
            .iter()
            .chain(&of_tokens)
            .map(|name| name.parse().map_err(|_| format!("`{name}` is not a host, nor a host with its port")))
            .collect::<Result<_, _>>()?;
        let failed = |error: io::Error| format!("cannot listen on {address}: {error}");
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let gate = Gate::new(listener.local_addr().map_err(failed)?, names);
        let (stopping, stop) = watch::channel(false);
        for kind in [SignalKind::terminate(), SignalKind::interrupt()] {
            let mut signal = signal(kind).map_err(failed)?;
            let stopping = stopping.clone();
            tokio::spawn(async move {
                if signal.recv().await.is_some() {
                    stopping.send_replace(true);
                }
            });
        }
        // Asks the system how many there may be, which the sandbox will not let it ask later.
        Ok(Self { listener, gate, access, guests: Guests::new(), stop })
    }

    /// Where it listens, with the port that it got.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until a signal comes and every call in flight is answered or given up.
    pub async fn serve(self, posts: Posts) {
        let Self { listener, gate, access, guests, mut stop } = self;
        let site = Arc::new(Site {
            gate,
            access,
            posts,
            intake: Intake::default(),
            is_leaving: AtomicBool::new(false),
        });
        let watched = stop.clone();
        loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => receive(stream, &guests, &site, &watched),
                    // Of one connection, or of too many open files: in both cases the next moment is another one.
                    Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
                },
                _ = stop.wait_for(|stop| *stop) => break,
            }
        }
        drop(listener);
        site.is_leaving.store(true, Ordering::Relaxed);
        if timeout(STOP_GRACE, guests.gone()).await.is_err() {
            site.posts.stop();
            // A reader who does not read cannot hold the process.
            let _ = timeout(LAST_WRITE, guests.gone()).await;
        }
    }
}

fn receive(stream: TcpStream, guests: &Arc<Guests>, site: &Arc<Site>, stop: &watch::Receiver<bool>) {
    let Some(place) = guests.admit() else {
        // All connections are at work. Who cannot be told so in one go is not told.
        let _ = stream
            .try_write(b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        return;
    };
    // Answers are small and whole: waiting for more of them only delays them.
    let _ = stream.set_nodelay(true);
    let number = place.number();
    let task = tokio::spawn(host(stream, place, site.clone(), stop.clone()));
    guests.settle(number, task.abort_handle());
}

/// Serves one connection until it ends.
async fn host(stream: TcpStream, place: Place, site: Arc<Site>, mut stop: watch::Receiver<bool>) {
    let answer = service_fn(|request| {
        let answer = site.clone().answer(place.guest.clone(), request);
        async { Ok::<_, Infallible>(answer.await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_PATIENCE)
            .max_buf_size(HEAD_LONGEST)
            .max_header_size(HEAD_LONGEST)
            .max_headers(FIELDS_MOST)
            .serve_connection(TokioIo::new(stream), answer)
    );
    // Whatever ends a connection is a matter of the client.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
