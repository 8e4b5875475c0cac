//! A client while its call is held: it hears of the hold, in the way of its era of the protocol, and can give the call
//! up. Nothing that a client says approves anything.

use super::handler::Handler;
use super::introduction::Introduction;
use super::progress::HeldText;
use super::state::States;
use crate::approvals::{Attendance, Caller, Notice, Wish};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, ClientResult, ElicitRequest, ElicitRequestParams,
    ElicitationAction, ErrorData, InputRequest, InputRequests, InputRequiredResult, InputResponses,
    ProtocolVersion, ServerRequest,
};
use rmcp::service::{PeerRequestOptions, RequestContext, RequestHandle};
use rmcp::{Peer, RoleServer};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::future::pending;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// How long a call waits for a user who is shown its hold, where the rule does not let it wait: shorter than the minute
/// after which common clients give a request up.
const PATIENCE: Duration = Duration::from_secs(50);
/// The one question of an input request.
const HOLD: &str = "hold";
/// What the user may choose; the second gives the call up.
const ASKED: &str = "I have asked my operator";
const CANCEL: &str = "cancel the call";

/// How a client is shown a hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By the result of its call alone.
    Result,
    /// By a request of the server's own, up to 2025-11-25.
    Request,
    /// By an intermediate result, from 2026-07-28 on.
    Intermediate,
}

impl Way {
    fn of(context: &RequestContext<RoleServer>) -> Self {
        match context.protocol_version() {
            _ if !Introduction::of(context).shows_forms => Self::Result,
            Some(version) if version >= ProtocolVersion::V_2026_07_28 => Self::Intermediate,
            Some(_) => Self::Request,
            None => Self::Result,
        }
    }
}

/// Makes a call for a client, and stays with it while the call is held.
pub async fn call(
    handler: &Handler,
    states: &States,
    request: CallToolRequestParams,
    caller: Caller,
    context: &RequestContext<RoleServer>,
    held: HeldText,
) -> Result<CallToolResponse, ErrorData> {
    let CallToolRequestParams { name, arguments, input_responses, request_state, .. } = request;
    let arguments = arguments.unwrap_or_default();
    let way = Way::of(context);
    let said = match request_state {
        None => None,
        Some(state) => match states.open(&state, &caller.principal, &name, &arguments) {
            Ok(()) => Some(said(input_responses)),
            Err(reason) => {
                return Ok(handler.refuse_state(&caller.principal, &name, reason, &arguments).await?.into());
            }
        },
    };
    let (patience, first) = match (way, said) {
        (_, Some(wish)) => (Duration::ZERO, wish),
        (Way::Result, None) => (Duration::ZERO, Wish::Wait),
        (Way::Request, None) => (PATIENCE, Wish::Wait),
        (Way::Intermediate, None) => (Duration::ZERO, Wish::Return),
    };
    let (notices, heard) = mpsc::unbounded_channel();
    let (wishes, wish) = watch::channel(first);
    let caller = Caller { attendance: Some(Attendance { notices, wish, patience }), ..caller };
    let sealed = (first == Wish::Return).then(|| states.seal(&caller.principal, &name, &arguments));
    let mut attendant = Attendant {
        heard,
        wishes,
        way: if said.is_some() { Way::Result } else { way },
        held,
        peer: context.peer.clone(),
        shown: None,
        asked: None,
    };
    let answer = tokio::select! {
        biased;
        answer = handler.answer(&name, arguments, &caller) => answer,
        never = attendant.stay() => match never {},
    };
    let shown = attendant.leave().await;
    match (answer?, shown, sealed) {
        (answer, Some(notice), Some(Ok(state))) if answer.is_error == Some(true) => {
            let question = InputRequest::Elicitation(ElicitRequest::new(form(&notice.text)?));
            let questions = InputRequests::from([(HOLD.to_owned(), question)]);
            Ok(InputRequiredResult::new(Some(questions), Some(state)).into())
        }
        (answer, _, _) => Ok(answer.into()),
    }
}

/// What a client wants after its user saw the hold.
fn said(responses: Option<InputResponses>) -> Wish {
    let response = responses.and_then(|mut responses| responses.remove(HOLD));
    let text = |key: &str| response.as_ref().and_then(|response| response.get(key));
    match text("action").and_then(Value::as_str) {
        Some("decline" | "cancel") => Wish::Withdraw,
        _ if text("content").is_some_and(gives_up) => Wish::Withdraw,
        _ => Wish::Wait,
    }
}

fn gives_up(content: &Value) -> bool {
    content.get("answer").and_then(Value::as_str) == Some(CANCEL)
}

/// What a user is shown. The buttons say what they do, and none of them says yes for anybody.
fn form(text: &str) -> Result<ElicitRequestParams, ErrorData> {
    let schema = json!({
        "type": "object",
        "properties": { "answer": { "type": "string", "title": "What next", "enum": [ASKED, CANCEL] } },
        "required": ["answer"],
    });
    let requested_schema =
        serde_json::from_value(schema).map_err(|error| ErrorData::internal_error(error.to_string(), None))?;
    let message = format!("{text}. Nothing that you choose here approves it");
    Ok(ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema })
}

/// Stays with a client.
struct Attendant {
    heard: mpsc::UnboundedReceiver<Notice>,
    wishes: watch::Sender<Wish>,
    way: Way,
    /// What progress tells as long as the call is held.
    held: HeldText,
    peer: Peer<RoleServer>,
    shown: Option<Notice>,
    asked: Option<RequestHandle<RoleServer>>,
}

impl Attendant {
    /// Tells the client of the hold, and that it goes on; until it is dropped.
    async fn stay(&mut self) -> Infallible {
        let Some(notice) = self.heard.recv().await else { return pending().await };
        let text = notice.text.clone();
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.clone());
        self.shown = Some(notice);
        if self.way == Way::Request {
            self.ask(&text).await;
        }
        loop {
            let wish = next(&mut self.asked).await;
            self.asked = None;
            // If the call is over, nobody hears of a wish.
            let _ = self.wishes.send(wish);
        }
    }

    async fn ask(&mut self, text: &str) {
        let Ok(form) = form(text) else { return };
        let request = ServerRequest::ElicitRequest(ElicitRequest::new(form));
        match self.peer.send_cancellable_request(request, PeerRequestOptions::no_options()).await {
            Ok(handle) => self.asked = Some(handle),
            // It cannot be shown: the result of the call says the same.
            Err(_) => drop(self.wishes.send(Wish::Look)),
        }
    }

    /// The call is over. A question that is still open is taken back.
    async fn leave(mut self) -> Option<Notice> {
        if let Some(asked) = self.asked.take() {
            let _ = asked.cancel(Some("the call is not held any more".to_owned())).await;
        }
        if self.shown.is_none() {
            self.shown = self.heard.try_recv().ok();
        }
        self.shown
    }
}

/// What the user wants, once they were asked and have said it.
async fn next(asked: &mut Option<RequestHandle<RoleServer>>) -> Wish {
    let Some(handle) = asked else { return pending().await };
    match (&mut handle.rx).await {
        // To give up is to be on the safe side, also after an answer that a later version of the protocol may add.
        Ok(Ok(ClientResult::ElicitResult(result))) => {
            let goes_on =
                result.action == ElicitationAction::Accept && !result.content.as_ref().is_some_and(gives_up);
            if goes_on { Wish::Look } else { Wish::Withdraw }
        }
        // Nobody was shown anything.
        _ => Wish::Look,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_client_says_is_more_than_waiting() {
        let of = |response: Value| said(Some(InputResponses::from([(HOLD.to_owned(), response)])));
        assert_eq!(said(None), Wish::Wait);
        assert_eq!(of(json!({"action": "accept", "content": {"answer": ASKED}})), Wish::Wait);
        assert_eq!(of(json!({"action": "accept", "content": {"answer": "approve"}})), Wish::Wait);
        assert_eq!(of(json!({"action": "approve"})), Wish::Wait);
        assert_eq!(of(json!({"action": "accept", "content": {"answer": CANCEL}})), Wish::Withdraw);
        assert_eq!(of(json!({"action": "decline"})), Wish::Withdraw);
        assert_eq!(of(json!({"action": "cancel"})), Wish::Withdraw);
    }
}
