//! What the walls cost at start: one agent with `sandbox: auto` and the same one with `sandbox: none`, started in alternation.

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::home::Home;
use heddle_tests::process;

use crate::load::Server;
use crate::report::{Report, Target, median};
use crate::server::config;

/// Measures pairs of starts and adds the rows.
pub fn measure(report: &mut Report, quick: bool) {
    let pairs = if quick { 41 } else { 201 };
    let config = config();
    let open = config.replace("    trust_tier: 1\n", "    trust_tier: 1\n    sandbox: none\n");
    let (walled, open) = (agent::build("bench", &config), agent::build("bench without walls", &open));
    assert_eq!(level(&walled), "full", "the kernel has too little for this to be measured");
    assert_eq!(level(&open), "off");
    let homes = [Home::new(), Home::new()];
    let mut figures: [Vec<(f64, f64)>; 2] = Default::default();
    for _ in 0..pairs {
        for ((agent, home), figures) in [&walled, &open].into_iter().zip(&homes).zip(&mut figures) {
            let (server, took) = Server::start(&agent.binary, &[], home.path());
            figures.push((took.as_secs_f64() * 1e3, process::cpu(server.pid()).as_secs_f64() * 1e3));
        }
    }
    let [walled, open] = &figures;
    let [with, without] =
        [walled, open].map(|figures| median(figures.iter().map(|(took, _)| *took).collect()));
    report.versus(
        "start to first answer, of that without the sandbox",
        "ms",
        without,
        with,
        Target::Most(1.5),
    );
    // Of neighbours, so that a machine that becomes busy is busy for both.
    let cost = |of: fn(&(f64, f64)) -> f64| {
        median(walled.iter().zip(open).map(|(walled, open)| of(walled) - of(open)).collect())
    };
    report.single("cost of the sandbox at start", "ms", cost(|(took, _)| *took), Some(Target::Most(2.0)));
    report.single("the same, processor time", "ms", cost(|(_, cpu)| *cpu), Some(Target::Most(2.0)));
}

/// Ends the run when the agent that is measured has less than all of its walls.
pub fn is_on(agent: &Agent) {
    assert_eq!(level(agent), "full", "the rows would be those of an agent without its sandbox");
}

/// What an agent says of its walls when it starts, in its own log.
fn level(agent: &Agent) -> String {
    let home = Home::new();
    drop(Server::start(&agent.binary, &[], home.path()));
    let start = audit::records(home.path()).swap_remove(0);
    start["sandbox"].as_str().unwrap_or_else(|| panic!("no level: {start}")).to_owned()
}
