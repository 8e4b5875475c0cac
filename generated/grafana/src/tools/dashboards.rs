//! `dashboards`: read, GET `http://localhost:3000/api/search`

use crate::policy::GRAFANA_TOKEN_TO_LOCALHOST_3000;
use crate::policy::LOCALHOST_3000;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Dashboards;

impl Tool<Tier> for Dashboards {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "dashboards",
        title: "Find dashboards",
        about: "List dashboards with their uid, title, folder and tags.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
            Param {
                name: "limit",
                about: "How many at most.",
                kind: Kind::Integer {
                    min: 1,
                    max: 5000,
                    one_of: &[],
                },
                presence: Presence::Default(Json::Int(1000)),
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
            Param {
                name: "query",
                about: "Only dashboards whose title contains this text. Left out: all.",
                kind: Kind::Text {
                    min: 0,
                    max: 200,
                    pattern: "",
                    one_of: &[],
                },
                presence: Presence::Optional,
                sensitive: false,
                content: Content::Text,
                scan: &[
                    Class::Shell,
                    Class::Sql,
                    Class::Traversal,
                    Class::Template,
                    Class::Prompt,
                    Class::Html,
                    Class::Control,
                ],
                allow: &[],
            },
        ],
        origin: LOCALHOST_3000,
        path: &[
            Part::Text("/api/search"),
        ],
        query: &[
            Field {
                name: "type",
                value: &[
                    Part::Text("dash-db"),
                ],
            },
            Field {
                name: "limit",
                value: &[
                    Part::Arg("limit"),
                ],
            },
            Field {
                name: "query",
                value: &[
                    Part::Arg("query"),
                ],
            },
        ],
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
