//! `heddle audit tail`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;

use super::Wanted;
use super::show::{self, Format, Show};
use crate::console::result;
use crate::failure::Failure;
use crate::home::Home;

/// How often it looks for new records.
const PAUSE: Duration = Duration::from_millis(200);
/// How much it reads of one segment at a look.
const BLOCK: u64 = 1024 * 1024;

/// Show the last records, then each new one as it is written
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  $ heddle audit tail\n  $ heddle audit tail -n 0 --event anomaly --format json"
)]
pub struct Tail {
    /// How many records to begin with
    #[arg(short = 'n', long = "last", default_value_t = 10, value_name = "N")]
    last: usize,
    #[command(flatten)]
    wanted: Wanted,
    /// How to write them; `json` gives each record as it stands in the log
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(args: &Tail) -> Result<(), Failure> {
    let folder = Home::find()?.audit();
    let Tail { last, wanted, format } = args;
    let mut read: BTreeMap<PathBuf, u64> = BTreeMap::new();
    for path in wanted.segments()? {
        let length = path.metadata().map_err(|error| Failure::io("read", &path, &error))?.len();
        read.insert(path, length);
    }
    if *last > 0 {
        let Wanted { filter, since, until } = wanted;
        let wanted = Wanted { filter: filter.clone(), since: since.clone(), until: until.clone() };
        show::run(&Show { last: *last, wanted, format: *format })?;
    }
    loop {
        std::thread::sleep(PAUSE);
        let mut news: Vec<(String, Value, Vec<u8>)> = Vec::new();
        for segment in crate::audit::segments(&folder)? {
            if wanted.filter.agent.as_ref().is_some_and(|agent| *agent != segment.agent) {
                continue;
            }
            let from = read.entry(segment.path.clone()).or_insert(0);
            let block = new_lines(&segment.path, *from)
                .map_err(|error| Failure::io("read", &segment.path, &error))?;
            *from += block.len() as u64;
            for bytes in block.split(|byte| *byte == b'\n') {
                let Ok(record) = serde_json::from_slice::<Value>(bytes) else { continue };
                let time = record.get("timestamp").and_then(Value::as_str).unwrap_or_default().to_owned();
                if wanted.takes_time(&time) && wanted.filter.takes(&record) {
                    news.push((time, record, bytes.to_vec()));
                }
            }
        }
        news.sort_by(|a, b| a.0.cmp(&b.0));
        let mut text = String::new();
        for (_, record, bytes) in &news {
            format.write(&mut text, record, bytes);
        }
        if !text.is_empty() {
            result(&text)?;
        }
    }
}

/// The whole lines from there on, as far as one look goes.
fn new_lines(path: &Path, from: u64) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut block = Vec::new();
    file.take(BLOCK).read_to_end(&mut block)?;
    let whole = block.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    block.truncate(whole);
    Ok(block)
}
