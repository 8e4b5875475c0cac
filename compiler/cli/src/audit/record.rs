//! One record of the log, as far as a reader needs to know it.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Deserialize;
use serde_json::Value;

use crate::console::{Stream, harmless, styled};

/// Where a record stands in time. The timestamps are RFC 3339 in UTC with six digits, so they sort as text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub struct Stamp {
    /// When it was written.
    pub timestamp: String,
    /// Which record of its segment it is.
    pub seq: u64,
}

/// Which records are wanted; `None` takes all.
#[derive(Debug, Default, Clone, clap::Args)]
pub struct Filter {
    /// Records of this agent
    #[arg(long)]
    pub agent: Option<String>,
    /// Records of this tool
    #[arg(long)]
    pub tool: Option<String>,
    /// Records of this kind: `tool_call`, `http_bridge`, `agent_lifecycle`, `trust_violation`, `credential_access`,
    /// `approval`, `anomaly`, `finding`
    #[arg(long)]
    pub event: Option<String>,
    /// Calls that this layer refused: `rate_limit`, `access_mode`, `escalation`, `input_validation`, `trust_tier`,
    /// `http_bridge`
    #[arg(long)]
    pub layer: Option<String>,
    /// Records of calls that came from this principal over HTTP: `token:NAME` or `oauth:SUBJECT`
    #[arg(long)]
    pub principal: Option<String>,
    /// Records of one call, by its id
    #[arg(long)]
    pub call: Option<String>,
}

impl Filter {
    /// Whether a record is wanted.
    pub fn takes(&self, record: &Value) -> bool {
        let has = |key: &str, wanted: &Option<String>| match wanted {
            None => true,
            Some(wanted) => record.get(key).is_some_and(|found| text_of(found) == *wanted),
        };
        has("agent", &self.agent)
            && has("tool", &self.tool)
            && has("event", &self.event)
            && has("layer", &self.layer)
            && has("principal", &self.principal)
            && has("call", &self.call)
    }
}

/// The fields that every record has and that say nothing to a reader of one line.
const FRAME: [&str; 9] =
    ["event", "seq", "timestamp", "agent", "build", "session", "chain_hash", "mac", "call"];

/// A value without the quotes of a string.
fn text_of(value: &Value) -> Cow<'_, str> {
    value.as_str().map_or_else(|| Cow::Owned(value.to_string()), Cow::Borrowed)
}

/// A value on a part of a line; the whole of it is what `--format json` is for.
fn brief(text: &str) -> String {
    const MOST: usize = 120;
    let one_line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let digest = one_line.len() == 64 && one_line.bytes().all(|byte| byte.is_ascii_hexdigit());
    let most = if digest { 12 } else { MOST };
    match one_line.char_indices().nth(most) {
        Some((end, _)) => harmless(one_line.get(..end).unwrap_or_default()) + "...",
        None => harmless(&one_line),
    }
}

/// A record on one line, for a person.
pub fn line(record: &Value) -> String {
    let text = |key: &str| record.get(key).map(|value| brief(&text_of(value))).unwrap_or_default();
    let time = text("timestamp");
    let time = time.get(..23).unwrap_or(&time).replacen('T', " ", 1);
    let mut line = format!("{time}  {:<14} {:<15}", text("agent"), text("event"));
    let shown: &[&str] = match text("event").as_str() {
        "tool_call" => {
            let status = text("status");
            let colour = match status.as_str() {
                "success" => "32",
                "held" => "33",
                _ => "31",
            };
            let _ = write!(line, " {:<20} {}", text("tool"), styled(Stream::Result, colour, &status));
            if record.get("layer").is_some() {
                let _ = write!(line, " by {}", text("layer"));
            }
            if record.get("error").is_some_and(|e| !e.is_null()) {
                let _ = write!(line, ": {}", text("error"));
            }
            &["tool", "status", "layer", "error"]
        }
        "http_bridge" => {
            let _ = write!(line, " {:<20} {} {}", text("tool"), text("method"), text("url"));
            &["tool", "method", "url"]
        }
        "agent_lifecycle" => {
            let _ = write!(line, " {}", text("action"));
            &["action"]
        }
        _ => &[],
    };
    for (key, value) in record.as_object().into_iter().flatten() {
        let said = FRAME.contains(&key.as_str()) || shown.contains(&key.as_str());
        if !said && !value.is_null() {
            let _ = write!(line, "  {}={}", harmless(key), brief(&text_of(value)));
        }
    }
    if record.get("call").is_some() {
        let _ = write!(line, "  call={}", text("call"));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_refused_call_says_who_refused_it_and_why() {
        let record = json!({
            "event": "tool_call", "seq": 3, "timestamp": "2026-11-23T04:05:06.123456Z", "agent": "shop", "build": "ab",
            "session": "cd", "call": "7", "tool": "part", "status": "refused", "layer": "input_validation",
            "error": "no \u{1b}[2J such argument", "duration_ms": 0, "chain_hash": "ef"
        });
        let line = line(&record);
        assert!(line.starts_with("2026-11-23 04:05:06.123  shop"), "{line}");
        assert!(line.contains("refused by input_validation: no \\u{1b}[2J such argument"), "{line}");
        assert!(line.contains("duration_ms=0") && line.ends_with("call=7"), "{line}");
        assert!(!line.contains("chain_hash"), "{line}");
    }

    #[test]
    fn filters_compare_whole_values() {
        let record = json!({"agent": "shop", "tool": "part", "call": 7});
        let by = |agent: &str, call: Option<&str>| Filter {
            agent: Some(agent.into()),
            call: call.map(Into::into),
            ..Filter::default()
        };
        assert!(by("shop", Some("7")).takes(&record));
        assert!(!by("sho", None).takes(&record));
        assert!(!Filter { layer: Some("escalation".into()), ..Filter::default() }.takes(&record));
    }
}
