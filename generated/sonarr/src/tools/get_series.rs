//! `get_series`: read, GET `http://localhost:8989/api/v3/series`

use crate::policy::LOCALHOST_8989;
use crate::policy::SONARR_API_KEY_TO_LOCALHOST_8989;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct GetSeries;

impl Tool<Tier> for GetSeries {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "get_series",
        title: "Library",
        about: "List every series in the library with its status, seasons, episode counts and size on disk.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[],
        origin: LOCALHOST_8989,
        path: &[
            Part::Text("/api/v3/series"),
        ],
        query: &[],
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
