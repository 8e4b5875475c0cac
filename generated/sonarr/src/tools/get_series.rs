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
    const NAME: &'static str = "get_series";
    const TITLE: &'static str = "Library";
    const ABOUT: &'static str = "List every series in the library with its status, seasons, episode counts and size on disk.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[];
    const ORIGIN: Origin = LOCALHOST_8989;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v3/series"),
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
