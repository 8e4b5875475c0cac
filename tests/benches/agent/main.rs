//! What heddle costs: a built agent with all its layers and its audit log against a hand-written server without them
//! (`tests/bench/floor`), in the same run, profile and machine; then the compiler itself.
//!
//!     cargo bench -p heddle-tests                 about five minutes with warm dependencies
//!     cargo bench -p heddle-tests -- --quick      under a minute, no `--release` build
//!
//! Prints ratios beside their targets and never fails on time: machines differ, and a shared one differs from itself.

mod compiler;
mod load;
mod report;
mod server;

use report::Report;

fn main() {
    // `cargo test --benches` runs this too, with `--test` or nothing; only `cargo bench` says `--bench`.
    if !std::env::args().any(|arg| arg == "--bench") {
        println!("agent: run by `cargo bench`");
        return;
    }
    let quick =
        std::env::args().any(|arg| arg == "--quick") || std::env::var_os("HEDDLE_BENCH_QUICK").is_some();
    let mut report = Report::new();
    server::measure(&mut report, quick);
    compiler::measure(&mut report, quick);
    report.print();
}
