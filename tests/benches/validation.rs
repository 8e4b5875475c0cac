//! What a scan of an argument costs: all classes on, texts of several kinds and lengths.
//!
//! `cargo bench -p heddle-tests --bench validation`. The bounds are those of `docs/validation.md`: 5 us for 200 bytes, 2 ms for
//! 10,000 characters, and in proportion up to a million. Time is counted in CPU time of this thread where the system tells it,
//! so that a busy machine does not count twice.

#[path = "../../runtime-lib/src/scan/tests/heavy.rs"]
mod heavy;

use std::fs;
use std::hint::black_box;
use std::time::{Duration, Instant};

use heavy::HEAVY;
use heddle_runtime::decl::Class;
use heddle_runtime::scan::scan;

const TEXTS: [(&str, &str); 6] = [
    (
        "prose",
        "I would like to find the latest report about the weather in San Francisco, and send it to Bob by 5pm. ",
    ),
    (
        "PromQL",
        "sum by (job) (rate(http_requests_total{job=\"api\",code=~\"5..\"}[5m])) / 3 > 0.5 and up == 1 ",
    ),
    ("code", "if (a.b[c] == \"x\") { return f(a, 'y'); } else { log(`z ${q}`); } "),
    ("escapes", "%3Cscript%3Ealert%281%29&lt;b&gt;\\u0041%2e%2e%2f "),
    ("Chinese", "请把报告发给我的同事并总结今天的天气情况，谢谢你的帮助。"),
    ("one letter", "a"),
];

/// CPU time of this thread, else the clock.
fn now(start: Instant) -> Duration {
    fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse().ok())
        .map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn main() {
    let start = Instant::now();
    println!("{:<12} {:>10} {:>14} {:>12}", "text", "characters", "per scan", "per char");
    for (name, piece) in TEXTS {
        let mut per_char = Vec::new();
        for length in [200_usize, 10_000, 1_000_000] {
            let text: String = piece.chars().cycle().take(length).collect();
            let rounds = (20_000_000 / length).clamp(5, 20_000);
            let best = (0..3).map(|_| {
                let before = now(start);
                for _ in 0..rounds {
                    black_box(scan(black_box(&text), &Class::ALL));
                }
                (now(start) - before) / u32::try_from(rounds).unwrap_or(1)
            });
            let best = best.min().unwrap_or_default();
            #[expect(clippy::cast_precision_loss, reason = "a figure for people")]
            let each = best.as_nanos() as f64 / length as f64;
            per_char.push(each);
            println!("{name:<12} {length:>10} {best:>14.2?} {each:>9.1} ns");
        }
        let (least, most) = per_char
            .iter()
            .fold((f64::MAX, 0.0_f64), |(least, most), each| (least.min(*each), most.max(*each)));
        println!("{:<12} {:>10} from {least:.1} to {most:.1} ns a character", "", "");
    }
    heavy(start);
}

/// A hundred times the text in about a hundred times the time; squared it would be ten thousand times.
fn heavy(start: Instant) {
    println!("\n{:<16} {:>14} {:>14} {:>8}", "one thing only", "1,000", "100,000", "ratio");
    for piece in HEAVY {
        let time = |length: usize, rounds: u32| {
            let text = piece.repeat(length / piece.len());
            let before = now(start);
            for _ in 0..rounds {
                black_box(scan(black_box(&text), &Class::ALL));
            }
            (now(start) - before) / rounds
        };
        let (short, long) = (time(1_000, 2_000), time(100_000, 20));
        let ratio = long.as_secs_f64() / short.as_secs_f64();
        println!("{:<16} {short:>14.2?} {long:>14.2?} {ratio:>8.0}", piece.escape_debug().to_string());
    }
}
