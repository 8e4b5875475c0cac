//! The compiler: check, emission, rebuilds.

use std::fs;
use std::path::Path;

use heddle_tests::home;

use crate::report::{Report, Target, median};
use crate::run::{self, Ran};

/// Measures the heddle command, built in cargo's bench profile, and adds the rows.
pub fn measure(report: &mut Report, quick: bool) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    let large = folder.join("large.yaml");
    fs::write(&large, config("large", 1_000, 0)).expect("our folder");

    let runs = if quick { 3 } else { 9 };
    let took = median_ms(runs, |_| heddle(&["check"], &[&large]));
    report.single("check, 1000 tools", "ms", took, Some(Target::Most(150.0)));
    // A folder of its own each time: files that were removed a moment ago make new ones slow on some file systems.
    let emit =
        |run| heddle(&["build", "--emit-only", "--out"], &[&folder.join(format!("emitted{run}")), &large]);
    let took = median_ms(runs, emit);
    // 150 for the check, 500 for the emission.
    report.single("check and emission, 1000 tools", "ms", took, Some(Target::Most(650.0)));

    let unchanged = median_ms(runs, |_| emit(0));
    report.single("the same, nothing changed", "ms", unchanged, Some(Target::Most(650.0)));

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
    let Ran { took, peak_kib, .. } = heddle(&["check"], &paths);
    report.single(
        "check, files of 50 tools",
        "files/s",
        files as f64 / took.as_secs_f64(),
        Some(Target::Least(200.0)),
    );
    report.single("peak memory of that", "MiB", peak_kib as f64 / 1024.0, None);
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
        run::timed(&mut command).took
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

/// The median time of some runs, each told its number, in milliseconds.
fn median_ms(runs: usize, run: impl Fn(usize) -> Ran) -> f64 {
    median((0..runs).map(|number| run(number).took.as_secs_f64() * 1e3).collect())
}

fn heddle<P: AsRef<Path>>(arguments: &[&str], paths: &[P]) -> Ran {
    run::timed(home::heddle().args(arguments).args(paths.iter().map(AsRef::as_ref)))
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
