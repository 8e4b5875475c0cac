//! The compiler: check, emission, rebuilds.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use heddle_tests::{home, process};

use crate::report::{Report, Target, median};

/// Measures the heddle command, built in cargo's bench profile, and adds the rows.
pub fn measure(report: &mut Report, quick: bool) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let large = folder.join("large.yaml");
    fs::write(&large, config("large", 1_000, 0)).expect("our folder");

    let runs = if quick { 3 } else { 9 };
    let took = timed(runs, || {}, || heddle(&["check"], &[&large]));
    report.single("check, 1000 tools", "ms", took, Some(Target::Most(150.0)));
    let emitted = folder.join("emitted");
    let afresh = || {
        let _ = fs::remove_dir_all(&emitted);
    };
    let took = timed(runs, afresh, || heddle(&["build", "--emit-only", "--out"], &[&emitted, &large]));
    // 150 for the check, 500 for the emission.
    report.single("check and emission, 1000 tools", "ms", took, Some(Target::Most(650.0)));

    rebuild(report, folder, "small", 5, Target::Most(2.0), &[]);
    if !quick {
        rebuild(report, folder, "wide", 1_000, Target::Most(6.0), &[]);
        rebuild(report, folder, "shipped", 5, Target::Most(45.0), &["--release"]);
    }

    let files = if quick { 200 } else { 1_000 };
    let many = folder.join("many");
    fs::create_dir(&many).expect("our folder");
    let paths: Vec<_> = (0..files).map(|n| many.join(format!("a{n}.yaml"))).collect();
    for (n, path) in paths.iter().enumerate() {
        fs::write(path, config(&format!("a{n}"), 50, n)).expect("our folder");
    }
    let (took, peak) = heddle(&["check"], &paths);
    report.single(
        "check, files of 50 tools",
        "files/s",
        files as f64 / took.as_secs_f64(),
        Some(Target::Least(200.0)),
    );
    report.single("peak memory of that", "MiB", peak as f64 / 1024.0, None);
}

/// Builds a config, changes one line of it, and measures the second build.
fn rebuild(report: &mut Report, folder: &Path, name: &str, tools: usize, target: Target, options: &[&str]) {
    let file = folder.join(format!("{name}.yaml"));
    let (out, dist) = (folder.join("generated"), folder.join("dist"));
    let build = || {
        let mut arguments = vec!["build"];
        arguments.extend(options);
        arguments.push("--out");
        let mut command = home::heddle();
        command.args(&arguments).arg(&out).arg("--dist").arg(&dist).arg(&file);
        run(&mut command).0
    };
    fs::write(&file, config(name, tools, 0)).expect("our folder");
    build();
    fs::write(&file, config(name, tools, 1)).expect("our folder");
    let took = build();
    let profile = if options.is_empty() { "`fast`" } else { "`--release`" };
    report.single(
        &format!("rebuild after one line, {tools} tools, {profile}"),
        "s",
        took.as_secs_f64(),
        Some(target),
    );
}

/// The median time of some runs in milliseconds, what prepares each of them not counted.
fn timed(runs: usize, prepare: impl Fn(), run: impl Fn() -> (Duration, u64)) -> f64 {
    let once = |_| {
        prepare();
        run().0.as_secs_f64() * 1e3
    };
    median((0..runs).map(once).collect())
}

fn heddle<P: AsRef<Path>>(arguments: &[&str], paths: &[P]) -> (Duration, u64) {
    let mut command = home::heddle();
    command.args(arguments).args(paths.iter().map(AsRef::as_ref));
    run(&mut command)
}

/// Runs a command that has to succeed; its time and its peak memory in KiB.
fn run(command: &mut Command) -> (Duration, u64) {
    let errors = tempfile::NamedTempFile::new().expect("a temporary file");
    command.stdout(Stdio::null()).stderr(errors.reopen().expect("our file"));
    let start = Instant::now();
    let mut child = command.spawn().expect("heddle runs");
    let mut peak = 0;
    let status = loop {
        if let Some(status) = child.try_wait().expect("our own child") {
            break status;
        }
        if let Some(now) = process::try_peak_kib(child.id()) {
            peak = peak.max(now);
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let took = start.elapsed();
    assert!(status.success(), "{command:?}: {}", fs::read_to_string(errors.path()).unwrap_or_default());
    (took, peak)
}

/// An agent with as many tools as wanted, of a few kinds; `edit` changes one line of the last one.
fn config(name: &str, tools: usize, edit: usize) -> String {
    let mut exposes = String::new();
    let mut bridge = String::new();
    for n in 0..tools {
        let about = if n + 1 == tools { edit } else { 0 };
        exposes += &format!(
            "    - name: tool_{n}\n      description: \"Tool {n}, edition {about}.\"\n      parameters:\n        \
             id: {{ type: string, max_length: 64, description: \"Which.\" }}\n        \
             limit: {{ type: integer, default: 20, min: 1, max: 100 }}\n        \
             state: {{ type: string, enum: [open, closed, all], default: open }}\n"
        );
        bridge += &format!(
            "    - tool_name: tool_{n}\n      method: GET\n      url: \"http://localhost:9090/api/v1/t{n}/{{{{id}}}}\"\n      \
             query_params: {{ limit: limit, state: state }}\n"
        );
    }
    format!(
        "agent:\n  name: {name}\n  version: \"1.0.0\"\n  description: \"A benchmark.\"\n  exposes:\n{exposes}  http_bridge:\n{bridge}  \
         runtime:\n    trust_tier: 1\n"
    )
}
