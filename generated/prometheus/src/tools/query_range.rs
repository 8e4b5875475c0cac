//! `query_range`: read, GET `http://localhost:9090/api/v1/query_range`

use crate::policy::LOCALHOST_9090;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct QueryRange;

impl Tool<Tier> for QueryRange {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "query_range",
        title: "Range query",
        about: "Evaluate a PromQL expression at regular steps between two moments, as a graph would.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
            Param {
                name: "end",
                about: "Last moment, not before `start`, in the same two forms.",
                kind: Kind::Text {
                    min: 1,
                    max: 10_000,
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
            Param {
                name: "query",
                about: "PromQL expression that yields a scalar or an instant vector.",
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
                name: "start",
                about: "First moment: RFC 3339, such as 2026-01-31T11:00:00Z, or Unix seconds, such as 1769857200. The server refuses relative times such as `1h` or `now`.",
                kind: Kind::Text {
                    min: 1,
                    max: 10_000,
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
            Param {
                name: "step",
                about: "Distance between two points: a duration such as 15s, 5m or 1h, or a number of seconds. The server returns at most 11000 points per series, so widen the step with the window.",
                kind: Kind::Text {
                    min: 1,
                    max: 10_000,
                    pattern: "",
                    one_of: &[],
                },
                presence: Presence::Default(Json::Text("60s")),
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
            Part::Text("/api/v1/query_range"),
        ],
        query: &[
            Field {
                name: "end",
                value: &[
                    Part::Arg("end"),
                ],
            },
            Field {
                name: "query",
                value: &[
                    Part::Arg("query"),
                ],
            },
            Field {
                name: "start",
                value: &[
                    Part::Arg("start"),
                ],
            },
            Field {
                name: "step",
                value: &[
                    Part::Arg("step"),
                ],
            },
        ],
        headers: &[],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}
