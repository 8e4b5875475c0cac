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
    const NAME: &'static str = "dashboards";
    const TITLE: &'static str = "Find dashboards";
    const ABOUT: &'static str = "List dashboards with their uid, title, folder and tags.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
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
    ];
    const ORIGIN: Origin = LOCALHOST_3000;
    const PATH: &'static [Part] = &[
        Part::Text("/api/search"),
    ];
    const QUERY: &'static [Field] = &[
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
    ];
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
