//! ollama 1.0.0, tier 2 (worker): 4 tools (3 read, 1 write)
//! reaches: http://localhost:11434
//! secrets: none

mod policy;
mod tools;

fn main() -> std::process::ExitCode {
    heddle_runtime::server::serve(&policy::POLICY, tools::TOOLS)
}
