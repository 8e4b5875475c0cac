//! The agent against the floor.

use std::path::{Path, PathBuf};
use std::process::Command;

use heddle_tests::agent::{self, Agent};
use heddle_tests::home::{self, Home};

use crate::load::{self, Round, Server};
use crate::report::{Report, Target, median};
use crate::{sandbox, unaudited};

/// Measures both servers in alternation and adds the rows.
pub fn measure(report: &mut Report, quick: bool) {
    let (starts, rounds, calls) = if quick { (11, 3, 2_000) } else { (41, 7, 10_000) };
    let floor = build_floor("floor", &[]);
    let agent = build_agent("bench");
    sandbox::is_on(&agent);
    let unaudited = unaudited::build(&agent);
    load::serve(agent.backend);
    let base = format!("http://{}", agent.backend);
    let home = Home::new();
    let start = |which: Which| match which {
        Which::Floor => Server::start(&floor, &[&base], home.path()),
        Which::Agent => Server::start(&agent.binary, &[], home.path()),
    };
    let round = |mut server: Server, window| {
        server.round(calls / 10, window);
        server.round(calls, window)
    };

    let mut times = Pair::default();
    let mut memory = Pair::default();
    for _ in 0..starts {
        for which in Which::BOTH {
            let (server, took) = start(which);
            times.push(which, took.as_secs_f64() * 1e3);
            memory.push(which, server.resident());
        }
    }
    times.ratio(report, "start to first answer", "ms", Target::Most(1.5));
    report.single("the same, absolute", "ms", median(times.agent.clone()), Some(Target::Most(5.0)));
    memory.ratio(report, "resident memory after it", "MiB", Target::Most(1.3));

    for window in [1, 32] {
        let mut cpu = Pair::default();
        let mut rate = Pair::default();
        let mut silent: Vec<Round> = Vec::new();
        for _ in 0..rounds {
            for which in Which::BOTH {
                let round = round(start(which).0, window);
                cpu.push(which, round.cpu_us);
                rate.push(which, round.rate);
            }
            silent.push(round(Server::start(&unaudited, &[], home.path()).0, window));
        }
        cpu.ratio(report, &format!("CPU per call, {window} in flight"), "µs", Target::Most(1.3));
        rate.ratio(report, &format!("throughput, {window} in flight"), "calls/s", Target::Least(0.85));
        // Of neighbouring rounds, so that a machine that becomes busy is busy for both.
        let records = cpu.agent.iter().zip(&silent).map(|(agent, silent)| agent - silent.cpu_us).collect();
        let what = format!("CPU of a call's audit records, {window} in flight");
        report.single(&what, "µs", median(records), Some(Target::Most(10.0)));
        if window > 1 {
            let what = format!("throughput, {window} in flight, of that without an audit log");
            let without = median(silent.iter().map(|round| round.rate).collect());
            report.versus(&what, "calls/s", without, median(rate.agent.clone()), Target::Least(0.9));
        }
    }
    let size = |path: &Path| path.metadata().expect("it was built").len() as f64 / f64::from(1 << 20);
    report.ratio(
        "binary, profile `fast`, not stripped",
        "MiB",
        size(&floor),
        size(&agent.binary),
        Target::Most(1.3),
    );
}

#[derive(Clone, Copy)]
enum Which {
    Floor,
    Agent,
}

impl Which {
    const BOTH: [Self; 2] = [Self::Floor, Self::Agent];
}

/// Figures of both, in the order in which they were taken.
#[derive(Default)]
struct Pair {
    floor: Vec<f64>,
    agent: Vec<f64>,
}

impl Pair {
    fn push(&mut self, which: Which, figure: f64) {
        match which {
            Which::Floor => self.floor.push(figure),
            Which::Agent => self.agent.push(figure),
        }
    }

    fn ratio(&self, report: &mut Report, what: &str, unit: &str, target: Target) {
        report.ratio(what, unit, median(self.floor.clone()), median(self.agent.clone()), target);
    }
}

/// Builds a binary of the floor, with these options of cargo.
pub fn build_floor(binary: &str, options: &[&str]) -> PathBuf {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--profile", "fast", "-p", "floor", "--bin", binary])
        .args(options)
        .arg("--target-dir")
        .arg(home::target())
        .current_dir(home::checkout())
        .status()
        .expect("cargo runs");
    assert!(status.success(), "the floor does not build");
    home::target().join("fast").join(binary)
}

/// An agent of that config.
pub fn build_agent(label: &str) -> Agent {
    agent::build(label, &config())
}

/// The Prometheus pack, without the limits that a benchmark would run into.
pub fn config() -> String {
    let pack = home::checkout().join("packs/prometheus.yaml");
    let text = std::fs::read_to_string(&pack).unwrap_or_else(|fault| panic!("{}: {fault}", pack.display()));
    text.replace("http://localhost:9090", "{origin}").replace(
        "    trust_tier: 1\n",
        "    trust_tier: 1\n    rate_limit: { per_minute: 1000000, burst: 1000000 }\n",
    )
}
