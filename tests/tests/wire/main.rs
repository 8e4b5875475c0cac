//! What a built agent does on its wire: sessions of both eras, malformed lines, the end of a process, and backends
//! that misbehave.

mod cancel;
mod ends;
mod faults;
mod held;
mod held_http;
mod http;
mod lines;
mod schemas;
mod sessions;
mod walls;

use std::sync::OnceLock;

use heddle_tests::agent::{self, Agent};
use heddle_tests::backend::{Backend, Then, reply};

/// An agent with a tool with arguments and one without, in front of a backend that repeats what it was asked.
fn wire_agent() -> &'static Agent {
    static AGENT: OnceLock<(Agent, Backend)> = OnceLock::new();
    let (agent, _) = AGENT.get_or_init(|| {
        let agent = agent::build("wire", include_str!("agent.yaml"));
        let backend = Backend::scripted(agent.backend, |request, stream| {
            let waits = [("word=slow", 2500), ("word=patient", 9000)];
            if let Some((_, wait)) = waits.iter().find(|(word, _)| request.target.contains(word)) {
                std::thread::sleep(std::time::Duration::from_millis(*wait));
            }
            let body = serde_json::json!({"asked": request.target});
            reply(stream, 200, "application/json", body.to_string().as_bytes());
            Then::Keep
        });
        (agent, backend)
    });
    agent
}
