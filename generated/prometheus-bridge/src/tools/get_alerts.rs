//! `get_alerts`: read, GET `http://localhost:9090/api/v1/alerts`

use crate::policy::LOCALHOST_9090;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct GetAlerts;

impl Tool<Tier> for GetAlerts {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "get_alerts",
        title: "",
        about: "List active Prometheus alerts",
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
        answer: &[],
        returns: Returns::Text,
    };
}
