//! `heddle audit digest`

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use serde_json::json;

use super::show::Format;
use super::verify::Key;
use crate::audit::keys::{hex, mac};
use crate::audit::{first_segment, segments};
use crate::console::{harmless, result, say};
use crate::failure::Failure;
use crate::home::Home;
use crate::prompt;

/// Find a sensitive value in the log, which holds digests of those
///
/// Asks for the value, or reads it from standard input, and says for each file of the log what its digest is there and
/// in how many records it stands. A text is digested as it is; anything else as JSON without spaces.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  \
    $ heddle audit digest\n  \
    $ pass customer/42 | heddle audit digest --format json")]
pub struct Digest {
    #[command(flatten)]
    key: Key,
    /// How to write it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub fn run(args: &Digest) -> Result<(), Failure> {
    let folder = Home::find()?.audit();
    let key = args.key.read()?;
    let found = segments(&folder)?;
    if found.is_empty() {
        say(format_args!("no audit log in `{}` yet", folder.display()));
        return Ok(());
    }
    let value = prompt::hidden("value (not shown): ")?;
    let mut text = String::new();
    for segment in found {
        let Some(number) = first_segment(&segment.path).filter(|number| *number < 1_000_000) else {
            continue;
        };
        let hmac = hex(&mac(&key.digests_of(number), &[value.as_bytes()]));
        let records = holding(&segment.path, &hmac)?;
        let file = segment.path.file_name().unwrap_or_default().to_string_lossy();
        let _ = match args.format {
            Format::Human => {
                let plural = if records == 1 { "" } else { "s" };
                writeln!(text, "{hmac}  {records} record{plural}  {}", harmless(&file))
            }
            Format::Json => {
                writeln!(
                    text,
                    "{}",
                    json!({ "segment": number, "file": file, "hmac": hmac, "records": records })
                )
            }
        };
    }
    result(&text)
}

/// How many lines of a segment hold this digest, as the digest of an argument.
fn holding(path: &Path, hmac: &str) -> Result<u64, Failure> {
    let unreadable = |error| Failure::io("read", path, &error);
    let mark = format!("{{\"hmac\":\"{hmac}\"}}");
    let mut reader = BufReader::with_capacity(256 * 1024, File::open(path).map_err(unreadable)?);
    let mut line = Vec::new();
    let mut count = 0;
    while reader.read_until(b'\n', &mut line).map_err(unreadable)? > 0 {
        count += u64::from(String::from_utf8_lossy(&line).contains(&mark));
        line.clear();
    }
    Ok(count)
}
