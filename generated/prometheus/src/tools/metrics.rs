//! `metrics`: read, GET `http://localhost:9090/api/v1/label/__name__/values`

use crate::policy::LOCALHOST_9090;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Metrics;

impl Tool<Tier> for Metrics {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "metrics",
        title: "Metric names",
        about: "List the name of every metric that the server knows. Use it to find out what can be queried.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[],
        origin: LOCALHOST_9090,
        path: &[
            Part::Text("/api/v1/label/__name__/values"),
        ],
        query: &[],
        headers: &[],
        body: Body::Empty,
        answer: &[
            "data",
        ],
        returns: Returns::Text,
    };
}
