//! What the header of a posted message says of it, held against the message itself. Whatever stands between client and
//! server goes by the header; a message that is another one than its header says gets past it under a false name.

use rmcp::model::{ErrorData, ProtocolVersion, RequestMetaObject};
use serde_json::{Map, Value};

/// The header fields of MCP, as far as they are there.
#[derive(Debug, Default, Clone, Copy)]
pub struct Head<'h> {
    /// `MCP-Protocol-Version`
    pub version: Option<&'h str>,
    /// `Mcp-Method`
    pub method: Option<&'h str>,
    /// `Mcp-Name`
    pub name: Option<&'h str>,
    /// `Mcp-Session-Id`
    pub session: Option<&'h str>,
    /// `Accept` has room for a stream of events.
    pub streams: bool,
}

/// Which life a message belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Era {
    /// Up to 2025-11-25: shakes hands, and has a session.
    Sessions,
    /// 2026-07-28: each message stands alone.
    Stateless,
}

const META_VERSION: &str = "io.modelcontextprotocol/protocolVersion";

/// Judges a message by its header.
pub fn era(head: &Head<'_>, message: &Map<String, Value>) -> Result<Era, ErrorData> {
    let method = message.get("method").and_then(Value::as_str).unwrap_or_default();
    let is_request = message.contains_key("id") && !method.is_empty();
    let params = message.get("params").and_then(Value::as_object);
    let meta = params.and_then(|params| params.get("_meta")).and_then(Value::as_object);
    let own_version = meta.and_then(|meta| meta.get(META_VERSION)).and_then(Value::as_str);
    let newest = ProtocolVersion::NO_INITIALIZE;
    let is_stateless = head.version.is_some_and(|version| version >= newest.as_str());

    let known = |version: &str| ProtocolVersion::KNOWN_VERSIONS.iter().any(|known| known.as_str() == version);
    if let Some(version) = head.version.filter(|version| own_version.is_none() && !known(version)) {
        return Err(ErrorData::invalid_request(format!("there is no revision {version:?} of MCP"), None));
    }
    if is_stateless {
        standard(head, method, params)?;
    }
    // The newest revision has no handshake; a request that says it is of that one is not the beginning of another.
    let shakes_hands = method == "initialize" && own_version.is_none_or(|own| own < newest.as_str());
    if shakes_hands {
        let asked = params.and_then(|params| params.get("protocolVersion")).and_then(Value::as_str);
        return match (head.version, asked) {
            (Some(header), Some(asked)) if header != asked => Err(ErrorData::invalid_request(
                format!("MCP-Protocol-Version is {header:?}, and `protocolVersion` is {asked:?}"),
                None,
            )),
            _ => Ok(Era::Sessions),
        };
    }
    match own_version {
        Some(own) if is_request => match head.version {
            Some(header) if header == own => {}
            Some(header) => {
                return Err(mismatch(format!(
                    "MCP-Protocol-Version is {header:?}, and the request says {own:?}"
                )));
            }
            None => {
                return Err(mismatch(format!(
                    "the request says {own:?}, and MCP-Protocol-Version is missing"
                )));
            }
        },
        _ if !is_stateless && method != "server/discover" => return Ok(Era::Sessions),
        _ => {}
    }
    if is_request {
        let meta = RequestMetaObject::from(meta.cloned().unwrap_or_default());
        let missing = meta.missing_required_keys(&newest);
        if !missing.is_empty() {
            let missing = missing.join(", ");
            return Err(ErrorData::invalid_params(format!("`_meta` has no proper {missing}"), None));
        }
    }
    Ok(Era::Stateless)
}

/// `Mcp-Method` and `Mcp-Name`, which every message since 2026-07-28 carries but the handshake, which may.
fn standard(head: &Head<'_>, method: &str, params: Option<&Map<String, Value>>) -> Result<(), ErrorData> {
    if method.is_empty() {
        return Ok(());
    }
    match head.method {
        None if method == "initialize" => return Ok(()),
        None => return Err(mismatch("Mcp-Method is missing".to_owned())),
        Some(header) if header != method => {
            return Err(mismatch(format!(
                "Mcp-Method is {header:?}, and the message's method is {method:?}"
            )));
        }
        Some(_) => {}
    }
    let name = params.and_then(|params| params.get("name")).and_then(Value::as_str);
    let (Some(name), "tools/call") = (name, method) else { return Ok(()) };
    match head.name {
        None => Err(mismatch("Mcp-Name is missing".to_owned())),
        Some(header) if header == name || is_encoded(header, name) => Ok(()),
        Some(header) => Err(mismatch(format!("Mcp-Name is {header:?}, and the tool's name is {name:?}"))),
    }
}

/// Names that a header field cannot hold stand there in Base64.
fn is_encoded(header: &str, name: &str) -> bool {
    header
        .strip_prefix("=?base64?")
        .and_then(|rest| rest.strip_suffix("?="))
        .is_some_and(|encoded| encoded == crate::text::base64(name.as_bytes()))
}

fn mismatch(text: String) -> ErrorData {
    ErrorData::header_mismatch(text, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NEW: &str = "2026-07-28";

    fn judge(head: Head<'_>, message: Value) -> Result<Era, i32> {
        let Value::Object(message) = message else { panic!("{message}") };
        era(&head, &message).map_err(|error| error.code.0)
    }

    fn call(meta: Value) -> Value {
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "a", "_meta": meta}})
    }

    fn modern() -> Value {
        json!({META_VERSION: NEW, "io.modelcontextprotocol/clientCapabilities": {}})
    }

    fn head<'h>(version: &'h str, method: &'h str, name: &'h str) -> Head<'h> {
        let filled = |text: &'h str| (!text.is_empty()).then_some(text);
        Head { version: filled(version), method: filled(method), name: filled(name), ..Head::default() }
    }

    #[test]
    fn old_revisions_need_no_header() {
        assert_eq!(judge(head("", "", ""), call(json!({}))), Ok(Era::Sessions));
        assert_eq!(judge(head("2025-11-25", "", ""), call(json!({}))), Ok(Era::Sessions));
        assert_eq!(judge(head("2024-01-01", "", ""), call(json!({}))), Err(-32600));
        let hello = json!({"id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}});
        assert_eq!(judge(head("", "", ""), hello.clone()), Ok(Era::Sessions));
        assert_eq!(judge(head("2025-06-18", "", ""), hello.clone()), Ok(Era::Sessions));
        assert_eq!(judge(head("2025-11-25", "", ""), hello), Err(-32600));
    }

    #[test]
    fn the_newest_revision_needs_all_of_them_and_they_have_to_be_true() {
        assert_eq!(judge(head(NEW, "tools/call", "a"), call(modern())), Ok(Era::Stateless));
        assert_eq!(judge(head(NEW, "tools/call", "=?base64?YQ==?="), call(modern())), Ok(Era::Stateless));
        for wrong in [
            head("", "tools/call", "a"),
            head("2025-11-25", "", ""),
            head(NEW, "", "a"),
            head(NEW, "tools/list", "a"),
            head(NEW, "tools/call", ""),
            head(NEW, "tools/call", "b"),
            head(NEW, "tools/call", "=?base64?Yg==?="),
        ] {
            assert_eq!(judge(wrong, call(modern())), Err(-32020), "{wrong:?}");
        }
    }

    #[test]
    fn the_newest_revision_has_no_handshake() {
        let hello = json!({"id": 1, "method": "initialize", "params": {"_meta": modern()}});
        assert_eq!(judge(head(NEW, "initialize", ""), hello), Ok(Era::Stateless));
    }

    #[test]
    fn a_request_that_stands_alone_says_who_asks() {
        assert_eq!(judge(head(NEW, "tools/call", "a"), call(json!({}))), Err(-32602));
        assert_eq!(judge(head(NEW, "tools/call", "a"), call(json!({META_VERSION: NEW}))), Err(-32602));
        let discover = json!({"id": 1, "method": "server/discover"});
        assert_eq!(judge(head("", "", ""), discover), Err(-32602));
        let told = json!({"method": "notifications/initialized"});
        assert_eq!(judge(head(NEW, "notifications/initialized", ""), told), Ok(Era::Stateless));
    }
}
