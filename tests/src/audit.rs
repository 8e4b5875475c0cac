//! Reading the audit log of a home the plain way, by what is documented of it and nothing of heddle's own code.

use std::fs;
use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// All records under `home`, file by file in the order of their names.
pub fn records(home: &Path) -> Vec<Value> {
    let mut files: Vec<_> = match fs::read_dir(home.join("audit")) {
        Ok(folder) => folder.map(|entry| entry.expect("a readable folder").path()).collect(),
        Err(_) => Vec::new(),
    };
    files.retain(|path| path.extension().is_some_and(|ext| ext == "jsonl"));
    files.sort();
    files.iter().flat_map(|path| segment(path)).collect()
}

/// The records of one tool, in order.
pub fn of_tool(home: &Path, tool: &str) -> Vec<Value> {
    records(home).into_iter().filter(|record| record["tool"] == tool).collect()
}

/// How many records have this `event`.
pub fn count(records: &[Value], event: &str) -> usize {
    records.iter().filter(|record| record["event"] == event).count()
}

/// One file, its chain and numbering checked on the way.
fn segment(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).expect("an audit file is text");
    assert!(text.is_empty() || text.ends_with('\n'), "{} ends in a whole line", path.display());
    let mut before = "GENESIS".to_owned();
    let mut records = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let record: Value = serde_json::from_str(line).unwrap_or_else(|fault| panic!("{line}: {fault}"));
        assert_eq!(record["seq"], number, "{line}");
        assert_eq!(record["chain_hash"], before.as_str(), "{line}");
        before = Sha256::digest(line).iter().map(|byte| format!("{byte:02x}")).collect();
        records.push(record);
    }
    records
}
