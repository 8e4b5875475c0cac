//! prometheus-bridge 1.0.0, tier 1 (observer): 2 tools (2 read, 0 write)
//! reaches: http://localhost:9090
//! secrets: none

mod policy;
mod tools;

fn main() -> std::process::ExitCode {
    heddle_runtime::server::serve(&policy::POLICY, tools::TOOLS)
}
