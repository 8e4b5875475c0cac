//! One rmcp service behind many requests of many clients. Each request gets a number of its own on the inside, so two
//! clients who count alike never see each other's answers.

use super::handler::Handler;
use rmcp::ServerHandler as _;
use rmcp::model::{
    CancelledNotification, CancelledNotificationParam, ClientCapabilities, ClientJsonRpcMessage,
    ClientNotification, ClientRequest, ErrorData, GetExtensions as _, GetMeta as _, InitializeRequestParams,
    JsonRpcMessage, ProgressToken, ProtocolVersion, RequestId, ServerNotification,
};
use rmcp::service::{OriginatingRequestId, RoleServer, RxJsonRpcMessage, TxJsonRpcMessage, serve_directly};
use rmcp::transport::Transport;
use std::collections::HashMap;
use std::future;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Takes requests in. There are no more of them at a time than connections, so nothing here needs a bound of its own.
#[derive(Debug, Clone)]
pub struct Hub {
    inbox: UnboundedSender<ClientJsonRpcMessage>,
    routes: Arc<Mutex<Routes>>,
}

#[derive(Debug, Default)]
struct Routes {
    last: i64,
    open: HashMap<i64, Route>,
}

/// Where what belongs to a request goes.
#[derive(Debug)]
struct Route {
    /// The session that it is of; the requests of the newest revision have none.
    session: Option<Arc<str>>,
    id: RequestId,
    token: Option<ProgressToken>,
    /// What the client was asked in the middle of it, and has not answered.
    asked: Vec<RequestId>,
    to: UnboundedSender<Said>,
}

/// What a client is told in answer to one request.
#[derive(Debug)]
pub enum Said {
    /// A message before the answer.
    Before(Vec<u8>),
    /// The answer, and its code if it is an error of the protocol.
    Answer(Vec<u8>, Option<i32>),
}

/// The answer to one request, on its way. Dropped before it is there, it gives the request up.
#[derive(Debug)]
pub struct Exchange {
    hub: Hub,
    number: i64,
    heard: UnboundedReceiver<Said>,
    is_over: bool,
}

impl Hub {
    /// Starts a service for clients of one revision; none: each request says its own. Needs a tokio runtime.
    pub fn start(handler: Handler, version: Option<ProtocolVersion>) -> Self {
        let (inbox, messages) = unbounded_channel();
        let routes = Arc::<Mutex<Routes>>::default();
        let peer = version.map(|version| {
            let mut peer =
                InitializeRequestParams::new(ClientCapabilities::default(), handler.get_info().server_info);
            peer.protocol_version = version;
            peer
        });
        let running = serve_directly(handler, Board { messages, routes: routes.clone() }, peer);
        // It ends when the last way in is gone.
        tokio::spawn(running.waiting());
        Self { inbox, routes }
    }

    /// Hands a request in.
    pub fn ask(&self, session: Option<Arc<str>>, id: RequestId, mut request: ClientRequest) -> Exchange {
        let (to, heard) = unbounded_channel();
        let mut routes = self.routes();
        routes.last += 1;
        let number = routes.last;
        let meta = request.get_meta_mut();
        let token = meta.get_progress_token();
        if token.is_some() {
            meta.set_progress_token(ProgressToken(RequestId::Number(number)));
        }
        routes.open.insert(number, Route { session, id, token, asked: Vec::new(), to });
        drop(routes);
        // A hub that is gone drops the route's sender, which ends the exchange.
        if self.inbox.send(ClientJsonRpcMessage::request(request, RequestId::Number(number))).is_err() {
            self.routes().open.remove(&number);
        }
        Exchange { hub: self.clone(), number, heard, is_over: false }
    }

    /// Gives up the request that a client of this session counts as `id`. There is no answer to it any more.
    pub fn cancel(&self, session: &str, id: &RequestId) {
        let mut routes = self.routes();
        let number = routes.open.iter().find_map(|(number, route)| {
            (route.session.as_deref() == Some(session) && route.id == *id).then_some(*number)
        });
        let route = number.and_then(|number| routes.open.remove(&number).map(|route| (number, route)));
        drop(routes);
        if let Some((number, route)) = route {
            self.give_up(number, route);
        }
    }

    /// Hands in what a client of this session says to a question that was put to it there.
    #[cfg(feature = "approvals")]
    pub fn answer(&self, session: &str, id: &RequestId, message: ClientJsonRpcMessage) {
        let mut routes = self.routes();
        let mut theirs = routes.open.values_mut().filter(|route| route.session.as_deref() == Some(session));
        let is_awaited = theirs.any(|route| route.settle(id));
        drop(routes);
        if is_awaited {
            // A hub that is gone waits for nothing.
            let _ = self.inbox.send(message);
        }
    }

    fn give_up(&self, number: i64, route: Route) {
        for asked in route.asked {
            // rmcp keeps what it has asked until there is an answer.
            let gone = ErrorData::internal_error("the client is gone", None);
            let _ = self.inbox.send(ClientJsonRpcMessage::error(gone, Some(asked)));
        }
        let given_up = CancelledNotificationParam::new(Some(RequestId::Number(number)), None);
        let given_up = ClientNotification::from(CancelledNotification::new(given_up));
        // A hub that is gone has given everything up.
        let _ = self.inbox.send(ClientJsonRpcMessage::notification(given_up));
    }

    fn routes(&self) -> MutexGuard<'_, Routes> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Routes {
    /// Who hears of this, which then carries the numbers of theirs; nobody, of whatever an agent does not tell.
    fn hears(&mut self, told: &mut ServerNotification) -> Option<UnboundedSender<Said>> {
        if let ServerNotification::ProgressNotification(progress) = told {
            let ProgressToken(RequestId::Number(number)) = progress.params.progress_token else {
                return None;
            };
            let route = self.open.get(&number)?;
            progress.params.progress_token = route.token.clone()?;
            return Some(route.to.clone());
        }
        // A question is taken back.
        let ServerNotification::CancelledNotification(back) = told else { return None };
        let id = back.params.request_id.as_ref()?;
        self.open.values_mut().find_map(|route| route.settle(id).then(|| route.to.clone()))
    }
}

impl Route {
    /// Whether this question was open; it is not any more.
    fn settle(&mut self, id: &RequestId) -> bool {
        let before = self.asked.len();
        self.asked.retain(|asked| asked != id);
        self.asked.len() < before
    }
}

impl Exchange {
    /// What comes next; none after the answer, or if there will be none.
    pub fn poll_next(&mut self, context: &mut std::task::Context<'_>) -> std::task::Poll<Option<Said>> {
        if self.is_over {
            return std::task::Poll::Ready(None);
        }
        self.heard.poll_recv(context).map(|said| {
            self.is_over = !matches!(said, Some(Said::Before(_)));
            said
        })
    }

    /// The same, as a future.
    pub async fn next(&mut self) -> Option<Said> {
        future::poll_fn(|context| self.poll_next(context)).await
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let route = self.hub.routes().open.remove(&self.number);
        if let Some(route) = route {
            self.hub.give_up(self.number, route);
        }
    }
}

/// The side of the hub that rmcp sees.
struct Board {
    messages: UnboundedReceiver<ClientJsonRpcMessage>,
    routes: Arc<Mutex<Routes>>,
}

impl Board {
    /// Puts the numbers of the client in the place of ours and sends the message to where it belongs.
    fn deliver(&self, mut message: TxJsonRpcMessage<RoleServer>) -> io::Result<()> {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        let (number, code) = match &mut message {
            JsonRpcMessage::Response(answer) => (Some(&mut answer.id), None),
            JsonRpcMessage::Error(answer) => (answer.id.as_mut(), Some(answer.error.code.0)),
            JsonRpcMessage::Notification(told) => {
                let Some(to) = routes.hears(&mut told.notification) else { return Ok(()) };
                return say(&to, Said::Before(serde_json::to_vec(&message)?));
            }
            JsonRpcMessage::Request(asked) => {
                // rmcp waits for the answer to whatever does not fail.
                let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
                let origin = asked.request.extensions().get::<OriginatingRequestId>();
                let Some(OriginatingRequestId(RequestId::Number(number))) = origin else {
                    return Err(gone());
                };
                let route = routes.open.get_mut(number).ok_or_else(gone)?;
                route.asked.push(asked.id.clone());
                return say(&route.to, Said::Before(serde_json::to_vec(&message)?));
            }
        };
        let Some(number) = number else { return Ok(()) };
        let RequestId::Number(inside) = *number else { return Ok(()) };
        let Some(route) = routes.open.remove(&inside) else { return Ok(()) };
        drop(routes);
        *number = route.id;
        say(&route.to, Said::Answer(serde_json::to_vec(&message)?, code))
    }
}

fn say(to: &UnboundedSender<Said>, said: Said) -> io::Result<()> {
    to.send(said).map_err(|_| io::ErrorKind::BrokenPipe.into())
}

impl Transport<RoleServer> for Board {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        future::ready(self.deliver(message))
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        self.messages.recv().await
    }

    async fn close(&mut self) -> Result<(), io::Error> {
        Ok(())
    }
}
