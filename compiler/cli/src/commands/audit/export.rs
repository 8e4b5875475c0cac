//! `heddle audit export`

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::Path;

use clap::ValueEnum;
use serde_json::Value;

use super::Wanted;
use crate::audit::collector::Collector;
use crate::audit::{csv, otlp};
use crate::console::say;
use crate::failure::{Failure, plain};

/// Write records for another program, all of them or some
///
/// Segment by segment, each from its first record on: sort by `timestamp` where one order of all processes matters.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle audit export > audit.jsonl\n  \
    $ heddle audit export --format csv --since 7d --event tool_call > calls.csv\n  \
    $ heddle audit export --format otlp --since 1h --to http://127.0.0.1:4318/v1/logs")]
pub struct Export {
    #[command(flatten)]
    wanted: Wanted,
    /// `jsonl` gives each record as it stands in the log, seals and all; `otlp` gives requests of OTLP/HTTP, one a line
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Send the OTLP requests to this collector instead of writing them
    #[arg(long, value_name = "URL")]
    to: Option<Collector>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Jsonl,
    Csv,
    Otlp,
}

pub fn run(args: &Export) -> Result<(), Failure> {
    if args.to.is_some() && args.format != Format::Otlp {
        return Err(Failure::Usage("`--to` sends OpenTelemetry logs: add `--format otlp`".into()));
    }
    let mut out = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    if args.format == Format::Csv {
        out.write_all(csv::header().as_bytes()).map_err(unwritten)?;
    }
    let mut batch: Vec<(Value, String)> = Vec::new();
    let mut sent = 0_u64;
    for path in args.wanted.segments()? {
        records(&path, |record, bytes| {
            let time = record.get("timestamp").and_then(Value::as_str).unwrap_or_default();
            if !args.wanted.takes_time(time) || !args.wanted.filter.takes(record) {
                return Ok(());
            }
            match args.format {
                Format::Jsonl => out.write_all(bytes).and_then(|()| out.write_all(b"\n")).map_err(unwritten),
                Format::Csv => out.write_all(csv::row(record).as_bytes()).map_err(unwritten),
                Format::Otlp => {
                    let goes_on = batch.first().is_none_or(|(first, _)| otlp::is_same_source(first, record));
                    if batch.len() >= otlp::BATCH || !goes_on {
                        sent += deliver(&mut batch, args.to.as_ref(), &mut out)?;
                    }
                    batch.push((record.clone(), String::from_utf8_lossy(bytes).into_owned()));
                    Ok(())
                }
            }
        })?;
    }
    sent += deliver(&mut batch, args.to.as_ref(), &mut out)?;
    if args.to.is_some() {
        say(format_args!("sent {sent} records"));
    }
    out.flush().map_err(unwritten)
}

fn unwritten(error: io::Error) -> Failure {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Failure::ReaderGone;
    }
    Failure::fault(format_args!("cannot write to standard output: {}", plain(&error)))
}

/// Sends or writes the records that were gathered, and says how many they were.
fn deliver(
    batch: &mut Vec<(Value, String)>,
    to: Option<&Collector>,
    out: &mut impl io::Write,
) -> Result<u64, Failure> {
    if batch.is_empty() {
        return Ok(0);
    }
    let request = otlp::request(batch);
    match to {
        Some(collector) => collector.send(&request)?,
        None => writeln!(out, "{request}").map_err(unwritten)?,
    }
    Ok(std::mem::take(batch).len() as u64)
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
