//! Records as CSV (RFC 4180), for spreadsheets.

use serde_json::Value;

/// The columns: those that every record has, and those of all events.
pub const COLUMNS: [&str; 29] = [
    "timestamp",
    "agent",
    "event",
    "seq",
    "session",
    "build",
    "call",
    "tool",
    "status",
    "layer",
    "error",
    "status_code",
    "duration_ms",
    "method",
    "url",
    "parameters",
    "key",
    "credential_key",
    "granted",
    "action",
    "version",
    "segment",
    "kind",
    "count",
    "trust_tier",
    "detail",
    "severity",
    "chain_hash",
    "mac",
];

/// The first line.
pub fn header() -> String {
    COLUMNS.join(",") + "\r\n"
}

/// One record.
pub fn row(record: &Value) -> String {
    let cells: Vec<String> = COLUMNS
        .iter()
        .map(|column| match record.get(column) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => cell(text),
            Some(other) => cell(&other.to_string()),
        })
        .collect();
    cells.join(",") + "\r\n"
}

/// A text that a spreadsheet would take for a formula gets an apostrophe, which makes it text again.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn cells_are_quoted_and_formulas_are_text() {
        let row =
            row(&json!({"timestamp": "T", "agent": "a,b", "error": "=1+\"2\"", "parameters": {"x": 1}}));
        assert!(row.starts_with("T,\"a,b\",,"), "{row}");
        assert!(row.contains(",\"'=1+\"\"2\"\"\","), "{row}");
        assert!(row.contains(",\"{\"\"x\"\":1}\","), "{row}");
        assert_eq!(header().split(',').count(), COLUMNS.len());
    }
}
