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
    const FACTS: Facts = Facts {
        name: "query_prometheus",
        title: "",
        about: "Run a PromQL query",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
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
        ],
        headers: &[],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}
