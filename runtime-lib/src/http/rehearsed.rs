//! In a rehearsal a request goes nowhere: it is noted as it would have been sent.

use reqwest::Request;
use serde_json::{Value, json};

use super::Reply;
use crate::rehearsal;

/// Notes the request. Always a reply: no rehearsal reaches the network.
pub(super) fn reply(request: &Request) -> Option<Reply> {
    let headers: Vec<Value> = request
        .headers()
        .iter()
        .map(|(name, value)| json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())]))
        .collect();
    let body = request.body().and_then(reqwest::Body::as_bytes);
    rehearsal::would_send(json!({
        "method": request.method().as_str(),
        "url": request.url().as_str(),
        "headers": headers,
        "body": body.map(|bytes| String::from_utf8_lossy(bytes)),
    }));
    Some(Reply { is_error: false, ..Reply::error(String::new(), None) })
}
