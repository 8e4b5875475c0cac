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
    const FACTS: Facts = Facts {
        name: "dashboard",
        title: "One dashboard",
        about: "Return the whole JSON model of one dashboard, with its panels, queries and metadata.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
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
        ],
        origin: LOCALHOST_3000,
        path: &[
            Part::Text("/api/dashboards/uid/"),
            Part::Arg("uid"),
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
        answer: &[],
        returns: Returns::Text,
    };
}
