//! `get_queue`: read, GET `http://localhost:8989/api/v3/queue`

use crate::policy::LOCALHOST_8989;
use crate::policy::SONARR_API_KEY_TO_LOCALHOST_8989;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct GetQueue;

impl Tool<Tier> for GetQueue {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "get_queue",
        title: "Download queue",
        about: "List what is being downloaded or waits for import, with series, episode, progress and errors.",
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
                presence: Presence::Default(Json::Int(50)),
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
        ],
        origin: LOCALHOST_8989,
        path: &[
            Part::Text("/api/v3/queue"),
        ],
        query: &[
            Field {
                name: "includeSeries",
                value: &[
                    Part::Text("true"),
                ],
            },
            Field {
                name: "includeEpisode",
                value: &[
                    Part::Text("true"),
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
                    Part::Secret(&SONARR_API_KEY_TO_LOCALHOST_8989),
                ],
            },
        ],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}
