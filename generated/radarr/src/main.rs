//! radarr 1.0.0, tier 1 (observer): 6 tools (6 read, 0 write)
//! reaches: http://localhost:7878
//! secret: radarr-api-key to http://localhost:7878 in header `x-api-key`

mod policy;
mod tools;

fn main() -> std::process::ExitCode {
    heddle_runtime::server::serve(&policy::POLICY, tools::TOOLS)
}
