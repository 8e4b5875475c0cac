//! `dashboard`: read, GET `http://localhost:3000/api/dashboards/uid/{uid}`

use crate::policy::GRAFANA_TOKEN_TO_LOCALHOST_3000;
use crate::policy::LOCALHOST_3000;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Dashboard;

impl Tool<Tier> for Dashboard {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "dashboard";
    const TITLE: &'static str = "One dashboard";
    const ABOUT: &'static str = "Return the whole JSON model of one dashboard, with its panels, queries and metadata.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
        Param {
            name: "uid",
            about: "The uid that `dashboards` lists, not the title and not the numeric id.",
            kind: Kind::Text {
                min: 1,
                max: 40,
                pattern: "",
                one_of: &[],
            },
            presence: Presence::Required,
            sensitive: false,
            content: Content::Identifier,
            scan: &[
                Class::Traversal,
                Class::Control,
            ],
            allow: &[],
        },
    ];
    const ORIGIN: Origin = LOCALHOST_3000;
    const PATH: &'static [Part] = &[
        Part::Text("/api/dashboards/uid/"),
        Part::Arg("uid"),
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
    const ANSWER: &'static [&'static str] = &[];
    const RETURNS: Returns = Returns::Text;
}
