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
    const FACTS: Facts = Facts {
        name: "get_calendar",
        title: "Calendar",
        about: "List the monitored films that come to cinemas, to disc or online between two moments.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
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
        ],
        origin: LOCALHOST_7878,
        path: &[
            Part::Text("/api/v3/calendar"),
        ],
        query: &[
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
