//! What the kernel says of another process.

use std::fs;
use std::process::Command;
use std::time::Duration;

/// Resident memory now, in KiB.
pub fn resident_kib(pid: u32) -> u64 {
    status(pid, "VmRSS:").expect("the process runs")
}

/// The most resident memory that the process ever had, in KiB.
pub fn peak_kib(pid: u32) -> u64 {
    try_peak_kib(pid).expect("the process runs")
}

/// The same, if the process still runs.
pub fn try_peak_kib(pid: u32) -> Option<u64> {
    status(pid, "VmHWM:")
}

fn status(pid: u32, key: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    // A process that has ended and was not waited for has no memory any more.
    let line = text.lines().find_map(|line| line.strip_prefix(key))?;
    Some(line.trim().trim_end_matches(" kB").parse().expect("a number of kB"))
}

/// Processor time that all its threads have used so far. Read from the scheduler, which counts nanoseconds, where
/// `/proc/PID/stat` counts ticks of 10 ms.
pub fn cpu(pid: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("the process runs");
    let nanos = threads
        .filter_map(|thread| fs::read_to_string(thread.ok()?.path().join("schedstat")).ok())
        .filter_map(|line| line.split(' ').next()?.parse::<u64>().ok())
        .sum();
    Duration::from_nanos(nanos)
}

/// Sends a signal by name to one process.
pub fn signal(pid: u32, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {pid}")).status().expect("sh runs");
    assert!(sent.success(), "kill -{name} {pid}");
}
