//! `alerts`: read, GET `http://localhost:9090/api/v1/alerts`

use crate::policy::LOCALHOST_9090;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Alerts;

impl Tool<Tier> for Alerts {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "alerts",
        title: "Active alerts",
        about: "List the alerts that are pending or firing now, with their labels, annotations and start.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[],
        origin: LOCALHOST_9090,
        path: &[
            Part::Text("/api/v1/alerts"),
        ],
        query: &[],
        headers: &[],
        body: Body::Empty,
        answer: &[
            "data",
            "alerts",
        ],
        returns: Returns::Text,
    };
}
