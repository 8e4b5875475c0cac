//! `heddle audit export`

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use clap::ValueEnum;
use serde_json::Value;

use super::Wanted;
use crate::audit::csv;
use crate::failure::{Failure, plain};

/// Write records for another program, all of them or some
///
/// Segment by segment, each from its first record on: sort by `timestamp` where one order of all processes matters.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle audit export > audit.jsonl\n  \
    $ heddle audit export --format csv --since 7d --event tool_call > calls.csv")]
pub struct Export {
    #[command(flatten)]
    wanted: Wanted,
    /// `jsonl` gives each record as it stands in the log, seals and all
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Jsonl,
    Csv,
}

pub fn run(args: &Export) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    let unwritten = |error: io::Error| {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::ReaderGone;
        }
        Failure::fault(format_args!("cannot write to standard output: {}", plain(&error)))
    };
    if args.format == Format::Csv {
        out.write_all(csv::header().as_bytes()).map_err(unwritten)?;
    }
    for path in args.wanted.segments()? {
        records(&path, |record, bytes| {
            let time = record.get("timestamp").and_then(Value::as_str).unwrap_or_default();
            if !args.wanted.takes_time(time) || !args.wanted.filter.takes(record) {
                return Ok(());
            }
            match args.format {
                Format::Jsonl => out.write_all(bytes).and_then(|()| out.write_all(b"\n")),
                Format::Csv => out.write_all(csv::row(record).as_bytes()),
            }
            .map_err(unwritten)
        })?;
    }
    out.flush().map_err(unwritten)
}

/// Gives each whole record of a segment; other lines are for `verify` to name.
fn records(path: &Path, mut each: impl FnMut(&Value, &[u8]) -> Result<(), Failure>) -> Result<(), Failure> {
    let unreadable = |error| Failure::io("read", path, &error);
    let mut reader = BufReader::with_capacity(256 * 1024, File::open(path).map_err(unreadable)?);
    let mut line = Vec::new();
    loop {
        line.clear();
        reader.read_until(b'\n', &mut line).map_err(unreadable)?;
        let Some(bytes) = line.strip_suffix(b"\n") else { return Ok(()) };
        if let Ok(record) = serde_json::from_slice(bytes) {
            each(&record, bytes)?;
        }
    }
}
