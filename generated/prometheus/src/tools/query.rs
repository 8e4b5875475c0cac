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
    const FACTS: Facts = Facts {
        name: "query",
        title: "Instant query",
        about: "Evaluate a PromQL expression at one moment and return a value for each matching series.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
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
        ],
        origin: LOCALHOST_9090,
        path: &[
            Part::Text("/api/v1/query"),
        ],
        query: &[
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
        ],
        headers: &[],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}
