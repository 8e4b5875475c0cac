//! `query`: read, GET `http://localhost:9090/api/v1/query`

use crate::policy::LOCALHOST_9090;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Query;

impl Tool<Tier> for Query {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "query";
    const TITLE: &'static str = "Instant query";
    const ABOUT: &'static str = "Evaluate a PromQL expression at one moment and return a value for each matching series.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
        Param {
            name: "query",
            about: "PromQL expression, such as `up` or `sum by (job) (rate(http_requests_total[5m]))`.",
            kind: Kind::Text {
                min: 1,
                max: 10_000,
                pattern: "",
                one_of: &[],
            },
            presence: Presence::Required,
            sensitive: false,
            content: Content::Promql,
            scan: &[
                Class::Control,
            ],
            allow: &[],
        },
        Param {
            name: "time",
            about: "The moment to evaluate at: RFC 3339, such as 2026-01-31T12:00:00Z, or Unix seconds, such as 1769860800. Left out, it is the server's present. Relative times are not understood; write `offset 1h` in the query.",
            kind: Kind::Text {
                min: 0,
                max: 10_000,
                pattern: "",
                one_of: &[],
            },
            presence: Presence::Optional,
            sensitive: false,
            content: Content::Identifier,
            scan: &[
                Class::Traversal,
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
        Field {
            name: "time",
            value: &[
                Part::Arg("time"),
            ],
        },
    ];
    const HEADERS: &'static [Field] = &[];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[];
    const RETURNS: Returns = Returns::Text;
}
