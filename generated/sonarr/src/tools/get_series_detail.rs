//! `get_series_detail`: read, GET `http://localhost:8989/api/v3/series/{id}`

use crate::policy::LOCALHOST_8989;
use crate::policy::SONARR_API_KEY_TO_LOCALHOST_8989;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct GetSeriesDetail;

impl Tool<Tier> for GetSeriesDetail {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "get_series_detail",
        title: "One series",
        about: "Return one series of the library.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
            Param {
                name: "id",
                about: "The `id` that `get_series` lists; not a TVDB id.",
                kind: Kind::Integer {
                    min: 1,
                    max: 2_147_483_647,
                    one_of: &[],
                },
                presence: Presence::Required,
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
        ],
        origin: LOCALHOST_8989,
        path: &[
            Part::Text("/api/v3/series/"),
            Part::Arg("id"),
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
