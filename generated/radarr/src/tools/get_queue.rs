//! `get_queue`: read, GET `http://localhost:7878/api/v3/queue`

use crate::policy::LOCALHOST_7878;
use crate::policy::RADARR_API_KEY_TO_LOCALHOST_7878;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct GetQueue;

impl Tool<Tier> for GetQueue {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "get_queue";
    const TITLE: &'static str = "Download queue";
    const ABOUT: &'static str = "List what is being downloaded or waits for import, with film, progress and errors.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
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
    ];
    const ORIGIN: Origin = LOCALHOST_7878;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v3/queue"),
    ];
    const QUERY: &'static [Field] = &[
        Field {
            name: "includeMovie",
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
    ];
    const HEADERS: &'static [Field] = &[
        Field {
            name: "x-api-key",
            value: &[
                Part::Secret(&RADARR_API_KEY_TO_LOCALHOST_7878),
            ],
        },
    ];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[];
    const RETURNS: Returns = Returns::Text;
}
