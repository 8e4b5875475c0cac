//! `health`: read, GET `http://localhost:3000/api/health`

use crate::policy::LOCALHOST_3000;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Health;

impl Tool<Tier> for Health {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "health",
        title: "Health",
        about: "Say whether Grafana and its database are up, and which version runs. Sends no secret.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[],
        origin: LOCALHOST_3000,
        path: &[
            Part::Text("/api/health"),
        ],
        query: &[],
        headers: &[],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}
