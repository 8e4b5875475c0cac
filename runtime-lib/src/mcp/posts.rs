//! MCP over messages that are posted one by one, in both of its eras. What HTTP itself has to do with it is a matter of
//! [`crate::transport`].

use super::Catalogue;
use super::decode::{self, Decoded};
use super::handler::Handler;
use super::headers::{self, Era, Head};
use super::hub::{Exchange, Hub};
use super::introduction::Introduction;
use super::sessions::{Found, Sessions};
use crate::access::Mode;
use crate::audit::Layer;
use crate::call::Principal;
use crate::decl::Agent;
use crate::pipeline::Pipeline;
use rmcp::model::{
    ClientRequest, ErrorCode, ErrorData, GetExtensions as _, JsonRpcError, ProtocolVersion, RequestId,
};
use serde_json::{Map, Value};
use std::io;
use std::sync::Arc;
use tokio::sync::watch;

/// Everything that is posted arrives here.
#[derive(Debug)]
pub struct Posts {
    handler: Handler,
    stateless: Hub,
    /// One for each older revision: rmcp shapes its answers by what the other side was told at the handshake.
    of_sessions: Vec<(ProtocolVersion, Hub)>,
    sessions: Sessions,
    pipeline: Arc<Pipeline>,
    stop: watch::Sender<bool>,
}

/// What becomes of a message.
#[derive(Debug)]
pub enum Posted {
    /// It was taken and has no answer.
    Accepted,
    /// It is answered at once, with this status.
    Refused(u16, Vec<u8>),
    /// It is being answered.
    Asked {
        /// Where the answer comes out.
        exchange: Exchange,
        /// The session that has just begun.
        session: Option<Arc<str>>,
        /// What the status of the answer depends on.
        era: Era,
    },
    /// It calls a tool that writes, for someone who may only read.
    ReadOnly {
        /// The tool.
        tool: String,
        /// The arguments, for the record.
        arguments: Map<String, Value>,
    },
}

impl Posts {
    /// Serves the tools of an agent. Needs a tokio runtime.
    pub fn new(agent: &'static Agent, catalogue: Catalogue, pipeline: Arc<Pipeline>) -> io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let handler = Handler::new(agent, catalogue, pipeline.clone(), stopped).map_err(io::Error::other)?;
        let of_sessions = ProtocolVersion::KNOWN_VERSIONS
            .iter()
            .filter(|version| version.has_initialize())
            .map(|version| (version.clone(), Hub::start(handler.clone(), Some(version.clone()))))
            .collect();
        let stateless = Hub::start(handler.clone(), None);
        Ok(Self { handler, stateless, of_sessions, sessions: Sessions::default(), pipeline, stop })
    }

    /// Takes a message in.
    pub fn post(&self, body: &[u8], head: &Head<'_>, principal: &Principal) -> Posted {
        let (message, twice) = match decode::object(body) {
            Ok(read) => read,
            Err((id, error)) => return Posted::Refused(400, answer(id, error)),
        };
        let era = match headers::era(head, &message) {
            Ok(era) => era,
            Err(error) => {
                let id = message.get("id").and_then(|id| serde_json::from_value(id.clone()).ok());
                return Posted::Refused(400, answer(id, error));
            }
        };
        if !principal.may_write()
            && let Some((tool, arguments)) = self.write(&message)
        {
            return Posted::ReadOnly { tool, arguments };
        }
        let shakes_hands = message.get("method").is_some_and(|method| method == "initialize");
        let (hub, found) = match (era, head.session) {
            (Era::Stateless, _) if shakes_hands => {
                let id = message.get("id").and_then(|id| serde_json::from_value(id.clone()).ok());
                let text = "this revision has no `initialize`";
                return Posted::Refused(
                    404,
                    answer(id, ErrorData::new(ErrorCode::METHOD_NOT_FOUND, text, None)),
                );
            }
            (Era::Stateless, _) => (&self.stateless, None),
            (Era::Sessions, _) if shakes_hands => {
                let Some((version, hub)) = self.revision(&message) else {
                    return internal("no revision is left");
                };
                // Opened once the message turns out to be in order.
                return match decode::message(message, twice) {
                    Decoded::Request(id, request) => {
                        let introduction = if let ClientRequest::InitializeRequest(hello) = &request {
                            Introduction::at_handshake(&hello.params)
                        } else {
                            Introduction::default()
                        };
                        match self.sessions.open(principal.clone(), version.clone(), introduction) {
                            Ok(session) => Posted::Asked {
                                exchange: hub.ask(Some(session.clone()), id, request),
                                session: Some(session),
                                era,
                            },
                            Err(error) => internal(&format!("no session can be numbered: {error}")),
                        }
                    }
                    Decoded::Refused(id, error) => Posted::Refused(400, answer(id, error)),
                    #[cfg(feature = "approvals")]
                    Decoded::Answer(..) => Posted::Accepted,
                    Decoded::Cancelled(..) | Decoded::Nothing => Posted::Accepted,
                };
            }
            (Era::Sessions, None) => {
                let text = "Mcp-Session-Id is missing; `initialize` begins a session";
                return Posted::Refused(400, answer(None, ErrorData::invalid_request(text, None)));
            }
            (Era::Sessions, Some(session)) => {
                let Some(found) = self.sessions.find(session, principal) else {
                    let text = "there is no such session; `initialize` begins a new one";
                    return Posted::Refused(404, answer(None, ErrorData::invalid_request(text, None)));
                };
                let hub = self.of_sessions.iter().find(|(of, _)| *of == found.version);
                let Some((_, hub)) = hub else { return internal("no revision is left") };
                (hub, Some(found))
            }
        };
        match decode::message(message, twice) {
            Decoded::Request(id, mut request) => {
                request.extensions_mut().insert(principal.clone());
                let session = found.map(|Found { id, mut introduction, version: _ }| {
                    // What cannot reach the client is not asked.
                    introduction.shows_forms &= head.streams;
                    request.extensions_mut().insert(introduction);
                    id
                });
                Posted::Asked { exchange: hub.ask(session, id, request), session: None, era }
            }
            Decoded::Cancelled(id, _) => {
                if let Some(found) = found {
                    hub.cancel(&found.id, &id);
                }
                Posted::Accepted
            }
            Decoded::Refused(id, error) => {
                let status = status(era, Some(error.code.0));
                // A message that is none is no message of a session either.
                let status = if id.is_none() { 400 } else { status };
                Posted::Refused(status, answer(id, error))
            }
            #[cfg(feature = "approvals")]
            Decoded::Answer(id, message) => {
                if let Some(found) = found {
                    hub.answer(&found.id, &id, message);
                }
                Posted::Accepted
            }
            Decoded::Nothing => Posted::Accepted,
        }
    }

    /// Ends a session; false: there is none that this principal could end.
    pub fn close_session(&self, session: &str, principal: &Principal) -> bool {
        self.sessions.close(session, principal)
    }

    /// Puts a call on record that was refused because its principal may only read.
    pub async fn record_read_only(&self, principal: &Principal, tool: &str, arguments: &Map<String, Value>) {
        let reason = "the caller's access is `read`, and this tool writes";
        // The call is refused with or without a record.
        let _ = self.handler.refuse(principal, tool, Layer::AccessMode, reason, arguments).await;
    }

    /// Makes the calls in flight give up; each is still answered.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// The revision that a session will be of: the one that was asked for, or the newest that has sessions.
    fn revision(&self, message: &Map<String, Value>) -> Option<&(ProtocolVersion, Hub)> {
        let asked =
            message.get("params").and_then(|params| params.get("protocolVersion")).and_then(Value::as_str);
        let known = self.of_sessions.iter().find(|(version, _)| Some(version.as_str()) == asked);
        known.or_else(|| self.of_sessions.last())
    }

    /// The tool that a message calls, if it is one that writes.
    fn write(&self, message: &Map<String, Value>) -> Option<(String, Map<String, Value>)> {
        let params = message
            .get("params")?
            .as_object()
            .filter(|_| message.get("method").is_some_and(|m| m == "tools/call"))?;
        let tool = params.get("name")?.as_str()?;
        match self.pipeline.access(tool)? {
            Mode::Read => None,
            Mode::Write => {
                let arguments =
                    params.get("arguments").and_then(Value::as_object).cloned().unwrap_or_default();
                Some((tool.to_owned(), arguments))
            }
        }
    }
}

/// The status of an answer, by its code if it is an error of the protocol.
pub fn status(era: Era, code: Option<i32>) -> u16 {
    const HEADER: i32 = ErrorCode::HEADER_MISMATCH.0;
    const CAPABILITY: i32 = ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY.0;
    const VERSION: i32 = ErrorCode::UNSUPPORTED_PROTOCOL_VERSION.0;
    const METHOD: i32 = ErrorCode::METHOD_NOT_FOUND.0;
    match (era, code) {
        (Era::Stateless, Some(HEADER | CAPABILITY | VERSION)) => 400,
        (Era::Stateless, Some(METHOD)) => 404,
        // The exchange worked; what it says is for the client.
        _ => 200,
    }
}

fn internal(text: &str) -> Posted {
    Posted::Refused(500, answer(None, ErrorData::internal_error(text.to_owned(), None)))
}

/// An error as a message.
pub fn answer(id: Option<RequestId>, error: ErrorData) -> Vec<u8> {
    // Plain data always serialises.
    serde_json::to_vec(&JsonRpcError::new(id, error)).unwrap_or_default()
}
