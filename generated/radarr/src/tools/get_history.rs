//! `get_history`: read, GET `http://localhost:7878/api/v3/history`

use crate::policy::LOCALHOST_7878;
use crate::policy::RADARR_API_KEY_TO_LOCALHOST_7878;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct GetHistory;

impl Tool<Tier> for GetHistory {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "get_history",
        title: "History",
        about: "List what was grabbed, imported, renamed, deleted or has failed, latest first.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
            Param {
                name: "page",
                about: "Which page, from 1.",
                kind: Kind::Integer {
                    min: 1,
                    max: 100_000,
                    one_of: &[],
                },
                presence: Presence::Default(Json::Int(1)),
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
            Param {
                name: "page_size",
                about: "Entries per page.",
                kind: Kind::Integer {
                    min: 1,
                    max: 200,
                    one_of: &[],
                },
                presence: Presence::Default(Json::Int(20)),
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
        ],
        origin: LOCALHOST_7878,
        path: &[
            Part::Text("/api/v3/history"),
        ],
        query: &[
            Field {
                name: "sortKey",
                value: &[
                    Part::Text("date"),
                ],
            },
            Field {
                name: "sortDirection",
                value: &[
                    Part::Text("descending"),
                ],
            },
            Field {
                name: "page",
                value: &[
                    Part::Arg("page"),
                ],
            },
            Field {
                name: "pageSize",
                value: &[
                    Part::Arg("page_size"),
                ],
            },
        ],
        headers: &[
            Field {
                name: "x-api-key",
                value: &[
                    Part::Secret(&RADARR_API_KEY_TO_LOCALHOST_7878),
                ],
            },
        ],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}
