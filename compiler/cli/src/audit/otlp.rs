//! Records as OpenTelemetry logs: requests of OTLP/HTTP in its JSON encoding.

use serde_json::{Map, Value, json};

/// Records of one request.
pub const BATCH: usize = 500;

/// A request for records of one process, `lines` being the same records as they stand in the log.
pub fn request(records: &[(Value, String)]) -> Value {
    let of_first =
        |key: &str| records.first().and_then(|(record, _)| record.get(key)).and_then(Value::as_str);
    let resource = [("service.name", "agent"), ("service.instance.id", "session"), ("heddle.build", "build")]
        .into_iter()
        .filter_map(|(name, key)| Some(attribute(name, &json!(of_first(key)?))))
        .collect::<Vec<_>>();
    let records: Vec<Value> = records.iter().map(|(record, line)| log_record(record, line)).collect();
    json!({ "resourceLogs": [{
        "resource": { "attributes": resource },
        "scopeLogs": [{ "scope": { "name": "heddle.audit" }, "logRecords": records }],
    }] })
}

/// Whether two records can be in one request: they are of one process.
pub fn is_same_source(one: &Value, other: &Value) -> bool {
    ["agent", "session", "build"].iter().all(|key| one.get(key) == other.get(key))
}

/// The body is the line, byte for byte: whoever has the key can still verify it.
fn log_record(record: &Value, line: &str) -> Value {
    let members = record.as_object().into_iter().flatten();
    let mut attributes = vec![attribute("event.name", &json!(format!("heddle.{}", text(record, "event"))))];
    attributes.extend(
        members
            .filter(|(key, _)| !["event", "timestamp", "agent", "session", "build"].contains(&key.as_str()))
            .map(|(key, value)| attribute(&format!("heddle.{key}"), value)),
    );
    let (number, name) = severity(record);
    json!({
        "timeUnixNano": nanoseconds(text(record, "timestamp")).unwrap_or(0).to_string(),
        "severityNumber": number,
        "severityText": name,
        "body": { "stringValue": line },
        "attributes": attributes,
    })
}

fn text<'a>(record: &'a Value, key: &str) -> &'a str {
    record.get(key).and_then(Value::as_str).unwrap_or_default()
}

fn severity(record: &Value) -> (u8, &'static str) {
    let is_denied = record.get("granted") == Some(&Value::Bool(false));
    match (text(record, "event"), text(record, "status")) {
        ("trust_violation", _) => (17, "ERROR"),
        ("anomaly", _) | (_, "error" | "refused" | "held" | "cancelled") => (13, "WARN"),
        _ if is_denied => (13, "WARN"),
        _ => (9, "INFO"),
    }
}

/// Whole numbers are texts there, since JSON's would lose digits.
fn attribute(key: &str, value: &Value) -> Value {
    let value = match value {
        Value::String(text) => json!({ "stringValue": text }),
        Value::Bool(flag) => json!({ "boolValue": flag }),
        Value::Number(number) if number.is_i64() || number.is_u64() => {
            json!({ "intValue": number.to_string() })
        }
        Value::Number(number) => json!({ "doubleValue": number }),
        Value::Null | Value::Array(_) | Value::Object(_) => json!({ "stringValue": value.to_string() }),
    };
    Value::Object(Map::from_iter([("key".to_owned(), json!(key)), ("value".to_owned(), value)]))
}

/// A timestamp of the log since 1970.
fn nanoseconds(timestamp: &str) -> Option<u64> {
    let number = |from: usize, to: usize| timestamp.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let micros = number(20, 26)?;
    // Years that begin in March, as in `when`.
    let year = year.checked_sub(u64::from(month < 3))?;
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day.checked_sub(1)?;
    let days = (365 * year + year / 4 - year / 100 + year / 400 + of_year).checked_sub(719_468)?;
    ((days * 86_400 + seconds) * 1_000_000 + micros).checked_mul(1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_in_time_are_counted_from_1970() {
        assert_eq!(nanoseconds("1970-01-01T00:00:00.000001Z"), Some(1000));
        assert_eq!(nanoseconds("2000-02-29T00:00:00.000000Z"), Some(951_782_400_000_000_000));
        assert_eq!(nanoseconds("2026-11-23T03:29:05.000123Z"), Some(1_795_404_545_000_123_000));
        assert_eq!(nanoseconds("yesterday"), None);
    }

    #[test]
    fn a_record_keeps_its_line_and_its_members() {
        let record = json!({
            "event": "tool_call", "seq": 3, "timestamp": "2026-11-23T03:29:05.000123Z", "agent": "shop", "build": "ab",
            "session": "cd", "status": "refused", "duration_ms": 0.5, "parameters": {"n": 1}, "mac": "ef"
        });
        let line = record.to_string();
        let request = request(&[(record, line.clone())]);
        let resource = &request["resourceLogs"][0];
        assert_eq!(resource["resource"]["attributes"][0], attribute("service.name", &json!("shop")));
        let log = &resource["scopeLogs"][0]["logRecords"][0];
        assert_eq!((&log["body"]["stringValue"], &log["severityText"]), (&json!(line), &json!("WARN")));
        let attributes = log["attributes"].as_array().unwrap();
        for (key, value) in [
            ("event.name", json!({"stringValue": "heddle.tool_call"})),
            ("heddle.seq", json!({"intValue": "3"})),
            ("heddle.duration_ms", json!({"doubleValue": 0.5})),
            ("heddle.parameters", json!({"stringValue": "{\"n\":1}"})),
        ] {
            assert!(attributes.contains(&json!({"key": key, "value": value})), "{key}: {attributes:?}");
        }
        assert_eq!(attributes.len(), 6);
    }
}
