//! What a scan of an argument costs: all classes on, texts of several kinds and lengths.
//!
//! `cargo bench -p heddle-tests --bench validation`. The bounds are those of `docs/validation.md`: 5 us for 200 characters, 2 ms
//! for 10,000, and in proportion up to a million. Each figure is the least of many short rounds, taken in turns, one text after
//! the other: what else a machine does can make a round longer and never shorter.

#[path = "../../runtime-lib/src/scan/tests/heavy.rs"]
mod heavy;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use heavy::{HEAVY, PLAIN};
use heddle_runtime::decl::Class;
use heddle_runtime::scan::scan;

/// Lengths in characters, how often a round scans such a text, how many rounds there are, and what one scan may cost.
const LENGTHS: [(usize, u32, usize, Option<Duration>); 3] = [
    (200, 50, 400, Some(Duration::from_micros(5))),
    (10_000, 2, 100, Some(Duration::from_millis(2))),
    (1_000_000, 1, 5, None),
];

/// How much more a character may cost in a long text than in a short one, and no longer be called in proportion: the tokens of
/// a million characters are in no cache.
const IN_PROPORTION: f64 = 3.0;

fn main() -> ExitCode {
    let is_kept = plain() & heavy();
    println!("\n{}", if is_kept { "all bounds are kept" } else { "a bound is NOT kept" });
    if is_kept { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What one of several scans took in the shortest round, for each of the texts.
fn least(texts: &[String], scans: u32, rounds: usize) -> Vec<Duration> {
    let mut least = vec![Duration::MAX; texts.len()];
    for _ in 0..rounds {
        for (text, least) in texts.iter().zip(&mut least) {
            let start = Instant::now();
            for _ in 0..scans {
                black_box(scan(black_box(text), &Class::ALL));
            }
            *least = start.elapsed().min(*least);
        }
    }
    least.iter().map(|all| *all / scans).collect()
}

/// Texts as they come: within the bounds, and in proportion.
fn plain() -> bool {
    let columns = LENGTHS.map(|(length, scans, rounds, _)| {
        let texts: Vec<String> =
            PLAIN.iter().map(|(_, piece)| piece.chars().cycle().take(length).collect()).collect();
        least(&texts, scans, rounds)
    });
    println!("{:<14} {:>12} {:>12} {:>12}  kept", "text", "200", "10,000", "1,000,000");
    let mut is_kept = true;
    for (row, (name, _)) in PLAIN.iter().enumerate() {
        let times = columns.each_ref().map(|column| column[row]);
        let within =
            times.iter().zip(LENGTHS).all(|(time, (.., bound))| bound.is_none_or(|bound| *time < bound));
        let [_, middle, long] = times.map(|time| time.as_secs_f64());
        let in_proportion = long <= middle * 100.0 * IN_PROPORTION;
        let kept = match (within, in_proportion) {
            (true, true) => "yes",
            (false, _) => "NO: too slow",
            (true, false) => "NO: not in proportion",
        };
        is_kept &= within && in_proportion;
        let [short, middle, long] = times;
        println!("{name:<14} {short:>12.2?} {middle:>12.2?} {long:>12.2?}  {kept}");
    }
    is_kept
}

/// Texts that are all one thing: a hundred times the text in about a hundred times the time; squared it would be ten thousand
/// times.
fn heavy() -> bool {
    let repeated = |length: usize| -> Vec<String> {
        HEAVY.iter().map(|piece| piece.repeat(length / piece.len())).collect()
    };
    let (short, long) = (least(&repeated(1_000), 10, 100), least(&repeated(100_000), 1, 10));
    println!("\n{:<18} {:>12} {:>12} {:>7}  in proportion", "one thing only", "1,000", "100,000", "ratio");
    let mut is_kept = true;
    for ((piece, short), long) in HEAVY.iter().zip(short).zip(long) {
        let ratio = long.as_secs_f64() / short.as_secs_f64();
        let in_proportion = ratio <= 100.0 * IN_PROPORTION;
        is_kept &= in_proportion;
        let verdict = if in_proportion { "yes" } else { "NO" };
        println!(
            "{:<18} {short:>12.2?} {long:>12.2?} {ratio:>7.0}  {verdict}",
            piece.escape_debug().to_string()
        );
    }
    is_kept
}
