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
    const NAME: &'static str = "get_series_detail";
    const TITLE: &'static str = "One series";
    const ABOUT: &'static str = "Return one series of the library.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
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
    ];
    const ORIGIN: Origin = LOCALHOST_8989;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v3/series/"),
        Part::Arg("id"),
    ];
    const QUERY: &'static [Field] = &[];
    const HEADERS: &'static [Field] = &[
        Field {
            name: "x-api-key",
            value: &[
                Part::Secret(&SONARR_API_KEY_TO_LOCALHOST_8989),
            ],
        },
    ];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[];
    const RETURNS: Returns = Returns::Text;
}
