//! What a line means. rmcp drops what it cannot read without a word and finds the kind of a request by trying all
//! of them; here each line is read once, and each that wants an answer gets one.

use super::strict;
#[cfg(feature = "approvals")]
use rmcp::model::ClientResult;
use rmcp::model::{
    CallToolRequest, CallToolRequestParams, CancelledNotification, CancelledNotificationParam,
    ClientJsonRpcMessage, ClientNotification, ClientRequest, ErrorCode, ErrorData, Extensions,
    ListToolsRequest, RequestId, RequestMetaObject,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What to do with a line.
#[derive(Debug)]
pub enum Decoded {
    /// Hand it on. The number of a request is told apart for the books.
    Request(RequestId, ClientRequest),
    /// The client gives a request up.
    Cancelled(RequestId, ClientJsonRpcMessage),
    /// The client answers a request of the server.
    #[cfg(feature = "approvals")]
    Answer(RequestId, ClientJsonRpcMessage),
    /// Answer with an error at once.
    Refused(Option<RequestId>, ErrorData),
    /// Nothing: a notification that changes nothing, or an answer that nobody waits for.
    Nothing,
}

/// Marks a call that names a tool but is refused as a request; it still goes on record.
#[derive(Debug, Clone)]
pub struct Malformed(pub ErrorData);

/// Reads a line.
pub fn line(bytes: &[u8]) -> Decoded {
    if bytes.trim_ascii().is_empty() {
        return Decoded::Nothing;
    }
    match object(bytes) {
        Ok((message, twice)) => self::message(message, twice),
        Err((id, error)) => Decoded::Refused(id, error),
    }
}

/// Whom to answer with what, when a message cannot be read.
pub type Unreadable = (Option<RequestId>, ErrorData);

/// Reads the object that every message is; with it comes the first key that stands twice in its object.
pub fn object(bytes: &[u8]) -> Result<(Map<String, Value>, Option<String>), Unreadable> {
    let refused = |code, text: String| Err((None, ErrorData::new(code, text, None)));
    match strict::parse(bytes) {
        Ok((Value::Object(message), twice)) => Ok((message, twice)),
        Ok((Value::Array(_), _)) => {
            refused(ErrorCode::INVALID_REQUEST, "batches are not part of MCP".to_owned())
        }
        Ok(_) => refused(ErrorCode::INVALID_REQUEST, "a message is a JSON object".to_owned()),
        // The client that sent it waits for an answer to its number, so that is looked for even in a broken line.
        Err(error) => Err((
            id_of_broken(bytes),
            ErrorData::new(ErrorCode::PARSE_ERROR, format!("not valid JSON: {error}"), None),
        )),
    }
}

/// Answers a line of which only the beginning was kept.
pub fn too_long(head: &[u8]) -> Decoded {
    let text = "the line is longer than 16 MiB";
    refused(id_of_broken(head), ErrorCode::INVALID_REQUEST, text)
}

/// What an object means.
pub fn message(mut message: Map<String, Value>, twice: Option<String>) -> Decoded {
    let misspelt = misspelt(&message, &["jsonrpc", "id", "method", "params", "result", "error"]);
    let id = match message.remove("id") {
        None => None,
        Some(value) => match serde_json::from_value::<RequestId>(value) {
            Ok(id) => Some(id),
            Err(_) => {
                return refused(None, ErrorCode::INVALID_REQUEST, "`id` is neither a string nor an integer");
            }
        },
    };
    let invalid = |text: &str| refused(id.clone(), ErrorCode::INVALID_REQUEST, text);
    if let Some(text) = misspelt {
        return invalid(&text);
    }
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return invalid("`jsonrpc` is not \"2.0\"");
    }
    let answers = message.contains_key("result") || message.contains_key("error");
    let method = match message.remove("method") {
        Some(Value::String(method)) if !answers => method,
        None if answers => return answer(id, message),
        Some(_) if answers => return invalid("a message is either a request or an answer"),
        _ => return invalid("`method` is not a string"),
    };
    let params = match message.remove("params") {
        None => None,
        Some(Value::Object(params)) => Some(params),
        Some(_) => return invalid("`params` is not an object"),
    };
    let twice = twice.map(|key| {
        let key: String = key.chars().take(64).collect();
        ErrorData::invalid_request(format!("the key {key:?} stands twice in one object"), None)
    });
    match id {
        None => notification(&method, params, twice),
        Some(id) => request(id, &method, params, twice),
    }
}

/// An answer to a question about a held call. Without approvals there are no questions.
#[cfg(feature = "approvals")]
fn answer(id: Option<RequestId>, mut message: Map<String, Value>) -> Decoded {
    let Some(id) = id else { return Decoded::Nothing };
    let answer = match message.remove("result") {
        Some(result) => serde_json::from_value::<ClientResult>(result)
            .ok()
            .map(|result| ClientJsonRpcMessage::response(result, id.clone())),
        None => None,
    };
    let message = answer.unwrap_or_else(|| {
        ClientJsonRpcMessage::error(
            ErrorData::internal_error("the client did not answer", None),
            Some(id.clone()),
        )
    });
    Decoded::Answer(id, message)
}

#[cfg(not(feature = "approvals"))]
fn answer(_id: Option<RequestId>, _message: Map<String, Value>) -> Decoded {
    Decoded::Nothing
}

fn notification(method: &str, params: Option<Map<String, Value>>, twice: Option<ErrorData>) -> Decoded {
    // The only one that changes anything. A notification is never answered.
    if method != "notifications/cancelled" || twice.is_some() {
        return Decoded::Nothing;
    }
    let Some(params) = params.and_then(read::<CancelledNotificationParam>) else {
        return Decoded::Nothing;
    };
    let Some(id) = params.request_id.clone() else {
        return Decoded::Nothing;
    };
    let cancelled = ClientNotification::from(CancelledNotification::new(params));
    Decoded::Cancelled(id, ClientJsonRpcMessage::notification(cancelled))
}

fn request(
    id: RequestId,
    method: &str,
    params: Option<Map<String, Value>>,
    twice: Option<ErrorData>,
) -> Decoded {
    if method == "tools/call" {
        return call(id, params.unwrap_or_default(), twice);
    }
    if let Some(error) = twice {
        return Decoded::Refused(Some(id), error);
    }
    let known = ["_meta", "cursor", "protocolVersion", "capabilities", "clientInfo"];
    if let Some(text) = params.as_ref().and_then(|params| misspelt(params, &known)) {
        return refused(Some(id), ErrorCode::INVALID_PARAMS, &text);
    }
    let mut whole = Map::new();
    whole.insert("method".to_owned(), Value::String(method.to_owned()));
    // rmcp wants `params` where the protocol wants none.
    if let Some(params) = params.or_else(|| (method == "server/discover").then(Map::new)) {
        whole.insert("params".to_owned(), Value::Object(params));
    }
    let request = match method {
        "initialize" => read(whole).map(ClientRequest::InitializeRequest),
        "server/discover" => read(whole).map(ClientRequest::DiscoverRequest),
        "ping" => read(whole).map(ClientRequest::PingRequest),
        "tools/list" => list(whole).map(ClientRequest::ListToolsRequest),
        _ => {
            let method: String = method.chars().take(64).collect();
            let text = format!("no method {method:?}");
            return refused(Some(id), ErrorCode::METHOD_NOT_FOUND, &text);
        }
    };
    match request {
        Some(request) => Decoded::Request(id, request),
        None => {
            let text = format!("the params of `{method}` do not have the right shape");
            refused(Some(id), ErrorCode::INVALID_PARAMS, &text)
        }
    }
}

fn call(id: RequestId, mut params: Map<String, Value>, twice: Option<ErrorData>) -> Decoded {
    let misspelt = misspelt(&params, &["_meta", "name", "arguments"]);
    let Some(Value::String(name)) = params.remove("name") else {
        return refused(Some(id), ErrorCode::INVALID_PARAMS, "`name` is not a string");
    };
    let mut malformed = twice.or_else(|| misspelt.map(|text| ErrorData::invalid_params(text, None)));
    let mut wanted = CallToolRequestParams::new(name);
    match params.remove("arguments") {
        None => {}
        Some(Value::Object(arguments)) => wanted.arguments = Some(arguments),
        Some(_) => {
            malformed.get_or_insert_with(|| ErrorData::invalid_params("`arguments` is not an object", None));
        }
    }
    #[cfg(feature = "approvals")]
    if let Err(error) = retry(&mut params, &mut wanted) {
        malformed.get_or_insert(error);
    }
    let mut extensions = Extensions::new();
    match params.remove("_meta") {
        None => {}
        Some(Value::Object(meta)) => {
            extensions.insert(RequestMetaObject::from(meta));
        }
        Some(_) => {
            malformed.get_or_insert_with(|| ErrorData::invalid_params("`_meta` is not an object", None));
        }
    }
    if let Some(error) = malformed {
        extensions.insert(Malformed(error));
    }
    let mut request = CallToolRequest::new(wanted);
    request.extensions = extensions;
    Decoded::Request(id, ClientRequest::CallToolRequest(request))
}

/// The second half of a call whose hold was shown.
#[cfg(feature = "approvals")]
fn retry(params: &mut Map<String, Value>, wanted: &mut CallToolRequestParams) -> Result<(), ErrorData> {
    match params.remove("requestState") {
        None => {}
        Some(Value::String(state)) => wanted.request_state = Some(state),
        Some(_) => return Err(ErrorData::invalid_params("`requestState` is not a string", None)),
    }
    match params.remove("inputResponses") {
        None => {}
        Some(Value::Object(responses)) => wanted.input_responses = Some(responses.into_iter().collect()),
        Some(_) => return Err(ErrorData::invalid_params("`inputResponses` is not an object", None)),
    }
    Ok(())
}

/// rmcp would read a cursor that is not a string as none.
fn list(whole: Map<String, Value>) -> Option<ListToolsRequest> {
    match whole.get("params").and_then(|params| params.get("cursor")) {
        None | Some(Value::String(_)) => read(whole),
        Some(_) => None,
    }
}

/// A key that differs from one of the protocol's in its case only. To a reader that does not mind the case it would be
/// that key; here it would be none, and both must not be true of one message.
fn misspelt(map: &Map<String, Value>, known: &[&str]) -> Option<String> {
    map.keys().find_map(|key| {
        let meant = known.iter().find(|known| key.eq_ignore_ascii_case(known))?;
        (key != meant).then(|| format!("the key {key:?} is written {meant:?}"))
    })
}

fn read<T: DeserializeOwned>(map: Map<String, Value>) -> Option<T> {
    serde_json::from_value(Value::Object(map)).ok()
}

fn refused(id: Option<RequestId>, code: ErrorCode, text: &str) -> Decoded {
    Decoded::Refused(id, ErrorData::new(code, text.to_owned(), None))
}

/// Finds the member `id` of the outermost object in text that is not JSON as a whole.
fn id_of_broken(bytes: &[u8]) -> Option<RequestId> {
    let mut depth = 0_usize;
    let mut rest = bytes;
    while let [first, after @ ..] = rest {
        rest = after;
        match first {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let (text, after) = string(after)?;
                rest = after;
                let value = after.trim_ascii_start().strip_prefix(b":");
                if let (1, b"id", Some(value)) = (depth, text, value) {
                    return scalar(value.trim_ascii_start());
                }
            }
            _ => {}
        }
    }
    None
}

/// The inside of a string whose opening quote is gone, and what follows it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut escaped = false;
    let end = bytes.iter().position(|byte| {
        let closes = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        closes
    })?;
    Some((bytes.get(..end)?, bytes.get(end + 1..)?))
}

fn scalar(bytes: &[u8]) -> Option<RequestId> {
    let end = match bytes.strip_prefix(b"\"") {
        Some(inside) => string(inside)?.0.len() + 2,
        None => bytes.iter().position(|byte| !(byte.is_ascii_digit() || *byte == b'-'))?,
    };
    serde_json::from_slice(bytes.get(..end)?).ok()
}
