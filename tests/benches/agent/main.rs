//! What heddle costs: a built agent with all its layers and its audit log against a hand-written server without them
//! (`tests/bench/floor`), in the same run, profile and machine; then the compiler itself.
//!
//!     cargo bench -p heddle-tests                      about five minutes with warm dependencies
//!     cargo bench -p heddle-tests -- --quick           about a minute, no `--release` build
//!     cargo bench -p heddle-tests -- --quick server    one part: `server`, `sandbox`, `http`, `log` or `compiler`
//!
//! Prints ratios beside their targets and never fails on time: machines differ, and a shared one differs from itself.

mod compiler;
mod http;
mod load;
mod log;
mod report;
mod run;
mod sandbox;
mod server;
mod unaudited;

use report::Report;

fn main() {
    // `cargo test --benches` runs this too, with `--test` or nothing; only `cargo bench` says `--bench`.
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("agent: run by `cargo bench`");
        return;
    }
    let quick =
        std::env::args().any(|arg| arg == "--quick") || std::env::var_os("HEDDLE_BENCH_QUICK").is_some();
    type Part = (&'static str, fn(&mut Report, bool));
    let parts: [Part; 5] = [
        ("server", server::measure),
        ("sandbox", sandbox::measure),
        ("http", http::measure),
        ("log", log::measure),
        ("compiler", compiler::measure),
    ];
    let named: Vec<String> =
        std::env::args().filter(|arg| parts.iter().any(|(name, _)| name == arg)).collect();
    let mut report = Report::new();
    for (name, measure) in parts {
        if named.is_empty() || named.iter().any(|wanted| wanted == name) {
            measure(&mut report, quick);
        }
    }
    report.print();
}
