//! `running`: read, GET `http://localhost:11434/api/ps`

use crate::policy::LOCALHOST_11434;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Running;

impl Tool<Tier> for Running {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "running",
        title: "Loaded models",
        about: "List the models that are in memory now, with the memory they hold and when they will be unloaded.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[],
        origin: LOCALHOST_11434,
        path: &[
            Part::Text("/api/ps"),
        ],
        query: &[],
        headers: &[],
        body: Body::Empty,
        answer: &[
            "models",
        ],
        returns: Returns::Text,
    };
}
