//! `query_prometheus`: read, GET `http://localhost:9090/api/v1/query`

use crate::policy::LOCALHOST_9090;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct QueryPrometheus;

impl Tool<Tier> for QueryPrometheus {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "query_prometheus";
    const TITLE: &'static str = "";
    const ABOUT: &'static str = "Run a PromQL query";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
        Param {
            name: "query",
            about: "",
            kind: Kind::Text {
                min: 0,
                max: 10_000,
                pattern: "",
                one_of: &[],
            },
            presence: Presence::Required,
            sensitive: false,
            content: Content::Unspecified,
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
    const ORIGIN: Origin = LOCALHOST_9090;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v1/query"),
    ];
    const QUERY: &'static [Field] = &[
        Field {
            name: "query",
            value: &[
                Part::Arg("query"),
            ],
        },
    ];
    const HEADERS: &'static [Field] = &[];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[];
    const RETURNS: Returns = Returns::Text;
}
