//! One run of a command: what it took.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use heddle_tests::process;

/// What a run took.
#[derive(Debug, Clone, Copy)]
pub struct Ran {
    /// From its start to its end.
    pub took: Duration,
    /// Processor time of all its threads, in the kernel's ticks of 10 ms.
    pub cpu: Duration,
    /// Its peak memory.
    pub peak_kib: u64,
}

/// Runs a command that has to succeed.
pub fn timed(command: &mut Command) -> Ran {
    let errors = tempfile::NamedTempFile::new().expect("a temporary file");
    command.stdout(Stdio::null()).stderr(errors.reopen().expect("our file"));
    let start = Instant::now();
    let mut child = command.spawn().expect("heddle runs");
    let mut ran = Ran { took: Duration::ZERO, cpu: Duration::ZERO, peak_kib: 0 };
    let status = loop {
        // Read first: of a process that has ended there is nothing to read.
        ran.peak_kib = process::try_peak_kib(child.id()).unwrap_or_default().max(ran.peak_kib);
        ran.cpu = cpu(child.id()).max(ran.cpu);
        if let Some(status) = child.try_wait().expect("our own child") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    ran.took = start.elapsed();
    assert!(status.success(), "{command:?}: {}", fs::read_to_string(errors.path()).unwrap_or_default());
    ran
}

/// Processor time of a process, threads that have ended included.
fn cpu(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in parentheses may hold anything; what follows it begins with the third field.
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks =
        after.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum::<u64>();
    Duration::from_millis(10 * ticks)
}
