//! `models`: read, GET `http://localhost:11434/api/tags`

use crate::policy::LOCALHOST_11434;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Models;

impl Tool<Tier> for Models {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "models",
        title: "Installed models",
        about: "List the installed models with size, family, parameter count and quantisation.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[],
        origin: LOCALHOST_11434,
        path: &[
            Part::Text("/api/tags"),
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
