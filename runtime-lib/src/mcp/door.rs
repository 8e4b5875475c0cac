//! Between a wire and rmcp: answers what rmcp would not, keeps the books of the requests in flight, and sees to it
//! that the end is orderly.

use super::decode::{self, Decoded};
use super::{End, Received, Wire};
use rmcp::model::{ClientJsonRpcMessage, ErrorData, JsonRpcError, JsonRpcMessage, RequestId};
use rmcp::service::{RoleServer, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use serde::Serialize;
use std::collections::HashSet;
use std::future::{self, Future};
use std::io;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How rmcp sees a wire.
#[derive(Debug)]
pub struct Door<W> {
    wire: W,
    in_flight: HashSet<RequestId>,
    /// Requests of the server's own that the client has not answered.
    #[cfg(feature = "approvals")]
    asked: HashSet<RequestId>,
    /// Tells the calls in flight to give up.
    stop: watch::Sender<bool>,
    /// Set once the wire has ended: until when calls in flight may go on.
    until: Option<Instant>,
    input_grace: Duration,
    stop_grace: Duration,
}

impl<W: Wire> Door<W> {
    /// Calls may go on for `input_grace` after the input ended and for `stop_grace` after a signal.
    pub fn new(wire: W, stop: watch::Sender<bool>, input_grace: Duration, stop_grace: Duration) -> Self {
        let stop_grace = stop_grace.min(input_grace);
        Self {
            wire,
            in_flight: HashSet::new(),
            #[cfg(feature = "approvals")]
            asked: HashSet::new(),
            stop,
            until: None,
            input_grace,
            stop_grace,
        }
    }

    fn ended(&mut self, end: End) {
        let grace = match end {
            End::Input => self.input_grace,
            End::Signal => self.stop_grace,
            End::Output => Duration::ZERO,
        };
        let until = Instant::now() + grace;
        self.until = Some(self.until.map_or(until, |before| before.min(until)));
    }

    /// The message for rmcp, if there is one.
    fn take(&mut self, decoded: Decoded) -> Option<ClientJsonRpcMessage> {
        match decoded {
            Decoded::Request(id, request) => {
                if self.in_flight.insert(id.clone()) {
                    return Some(ClientJsonRpcMessage::request(request, id));
                }
                // rmcp would answer one of the two only. Whose answer this is cannot be said, so it names nobody.
                self.refuse(None, ErrorData::invalid_request("a request with this `id` is in flight", None));
                None
            }
            // To rmcp a notification before the first request is a reason to leave.
            Decoded::Cancelled(id, message) => self.in_flight.remove(&id).then_some(message),
            Decoded::Refused(id, error) => {
                self.refuse(id, error);
                None
            }
            // To rmcp an answer to nothing may be a reason to leave.
            #[cfg(feature = "approvals")]
            Decoded::Answer(id, message) => self.asked.remove(&id).then_some(message),
            Decoded::Nothing => None,
        }
    }

    fn refuse(&mut self, id: Option<RequestId>, error: ErrorData) {
        // Where no number could be read there is none: the schema of MCP does not know JSON-RPC's `null` there.
        // Nobody reads: the wire says so itself.
        let _ = put(&mut self.wire, &JsonRpcError::new(id, error));
    }
}

impl<W: Wire> Transport<RoleServer> for Door<W> {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        match &message {
            JsonRpcMessage::Response(response) => self.in_flight.remove(&response.id),
            JsonRpcMessage::Error(error) => error.id.as_ref().is_some_and(|id| self.in_flight.remove(id)),
            #[cfg(feature = "approvals")]
            JsonRpcMessage::Request(request) => self.asked.insert(request.id.clone()),
            #[cfg(not(feature = "approvals"))]
            JsonRpcMessage::Request(_) => false,
            JsonRpcMessage::Notification(_) => false,
        };
        future::ready(put(&mut self.wire, &message))
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        while self.until.is_none() {
            let decoded = match self.wire.receive().await {
                Received::Line(line) => decode::line(line),
                Received::TooLong(head) => decode::too_long(&head),
                Received::End(end) => {
                    self.ended(end);
                    break;
                }
            };
            if let Some(message) = self.take(decoded) {
                return Some(message);
            }
        }
        while let Some(until) = self.until
            && !self.in_flight.is_empty()
        {
            // An answer that goes out drops this future, and the next one looks again.
            tokio::select! {
                () = tokio::time::sleep_until(until) => break,
                end = self.wire.interrupted(), if until > Instant::now() + self.stop_grace => self.ended(end),
            }
        }
        self.stop.send_replace(true);
        None
    }

    /// What was put into the wire leaves by itself.
    async fn close(&mut self) -> Result<(), io::Error> {
        Ok(())
    }
}

fn put(wire: &mut impl Wire, message: &impl Serialize) -> io::Result<()> {
    let mut result = Ok(());
    wire.put(|out| {
        let start = out.len();
        if let Err(error) = serde_json::to_writer(&mut *out, message) {
            out.truncate(start);
            result = Err(error.into());
        }
    })?;
    result
}
