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
    const NAME: &'static str = "alert_rules";
    const TITLE: &'static str = "Alert rules";
    const ABOUT: &'static str = "List the rules that Grafana itself evaluates, by group: state (firing, pending, recovering or inactive), health, last evaluation, and the alerts that each rule has raised.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[];
    const ORIGIN: Origin = LOCALHOST_3000;
    const PATH: &'static [Part] = &[
        Part::Text("/api/prometheus/grafana/api/v1/rules"),
    ];
    const QUERY: &'static [Field] = &[];
    const HEADERS: &'static [Field] = &[
        Field {
            name: "authorization",
            value: &[
                Part::Text("Bearer "),
                Part::Secret(&GRAFANA_TOKEN_TO_LOCALHOST_3000),
            ],
        },
    ];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[
        "data",
        "groups",
    ];
    const RETURNS: Returns = Returns::Text;
}
