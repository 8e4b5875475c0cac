//! `get_calendar`: read, GET `http://localhost:7878/api/v3/calendar`

use crate::policy::LOCALHOST_7878;
use crate::policy::RADARR_API_KEY_TO_LOCALHOST_7878;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct GetCalendar;

impl Tool<Tier> for GetCalendar {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "get_calendar";
    const TITLE: &'static str = "Calendar";
    const ABOUT: &'static str = "List the monitored films that come to cinemas, to disc or online between two moments.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
        Param {
            name: "end",
            about: "Last moment in RFC 3339. Left out: two days after the start of today.",
            kind: Kind::Text {
                min: 0,
                max: 40,
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
        Param {
            name: "start",
            about: "First moment in RFC 3339, such as 2026-01-31T00:00:00Z. Left out: the start of today.",
            kind: Kind::Text {
                min: 0,
                max: 40,
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
    const ORIGIN: Origin = LOCALHOST_7878;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v3/calendar"),
    ];
    const QUERY: &'static [Field] = &[
        Field {
            name: "end",
            value: &[
                Part::Arg("end"),
            ],
        },
        Field {
            name: "start",
            value: &[
                Part::Arg("start"),
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
