//! Rows of strings that others wrote, from a folder outside of the project: `attack/<class>.jsonl`, `benign/<kind>.jsonl`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// One string of a corpus.
#[derive(Debug, Clone)]
pub struct Row {
    /// The string.
    pub text: String,
    /// Where it is from.
    pub source: String,
    /// Whether it is one of the fifth that is kept aside while detectors are worked on.
    pub is_aside: bool,
    /// Of our own rows: whether it is of the half that was not looked at while detectors were worked on, only counted.
    pub is_counted: bool,
}

/// The name of a file without its ending, and its rows.
pub type Corpus = (String, Vec<Row>);

/// The corpora of a folder such as `attack`, by name; rows without a text are left out.
///
/// # Errors
///
/// When the folder or a file of it cannot be read, or is not JSON Lines.
pub fn read(folder: &Path) -> Result<Vec<Corpus>, String> {
    let listed = fs::read_dir(folder).map_err(|fault| format!("{}: {fault}", folder.display()))?;
    let mut files: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let lines = fs::read_to_string(&path).map_err(|fault| format!("{}: {fault}", path.display()))?;
            let row = |line: &str| -> Result<Option<Row>, String> {
                let row: Value =
                    serde_json::from_str(line).map_err(|fault| format!("{}: {fault}", path.display()))?;
                let Some(text) = row["text"].as_str() else { return Ok(None) };
                let source = row["src"].as_str().unwrap_or_default().to_owned();
                Ok(Some(Row {
                    text: text.to_owned(),
                    source,
                    is_aside: hash(text).is_multiple_of(5),
                    is_counted: !hash(text).is_multiple_of(2),
                }))
            };
            let rows: Result<Vec<Option<Row>>, String> = lines.lines().map(row).collect();
            Ok((name, rows?.into_iter().flatten().collect()))
        })
        .collect()
}

/// A number made of what a row says: the same one wherever the row stands.
fn hash(text: &str) -> u64 {
    let hash = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    hash ^ (hash >> 32)
}

/// The attack rows of the folder that `HEDDLE_TEST_CORPORA` names; none without it.
pub fn attacks() -> Vec<Row> {
    let Some(folder) = std::env::var_os("HEDDLE_TEST_CORPORA") else { return Vec::new() };
    let corpora =
        read(&Path::new(&folder).join("attack")).expect("HEDDLE_TEST_CORPORA is a folder of corpora");
    corpora.into_iter().flat_map(|(_, rows)| rows).collect()
}
