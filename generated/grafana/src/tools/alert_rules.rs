//! `alert_rules`: read, GET `http://localhost:3000/api/prometheus/grafana/api/v1/rules`

use crate::policy::GRAFANA_TOKEN_TO_LOCALHOST_3000;
use crate::policy::LOCALHOST_3000;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct AlertRules;

impl Tool<Tier> for AlertRules {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "alert_rules",
        title: "Alert rules",
        about: "List the rules that Grafana itself evaluates, by group: state (firing, pending, recovering or inactive), health, last evaluation, and the alerts that each rule has raised.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[],
        origin: LOCALHOST_3000,
        path: &[
            Part::Text("/api/prometheus/grafana/api/v1/rules"),
        ],
        query: &[],
        headers: &[
            Field {
                name: "authorization",
                value: &[
                    Part::Text("Bearer "),
                    Part::Secret(&GRAFANA_TOKEN_TO_LOCALHOST_3000),
                ],
            },
        ],
        body: Body::Empty,
        answer: &[
            "data",
            "groups",
        ],
        returns: Returns::Text,
    };
}
