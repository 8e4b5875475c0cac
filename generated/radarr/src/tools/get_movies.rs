//! `get_movies`: read, GET `http://localhost:7878/api/v3/movie`

use crate::policy::LOCALHOST_7878;
use crate::policy::RADARR_API_KEY_TO_LOCALHOST_7878;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct GetMovies;

impl Tool<Tier> for GetMovies {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "get_movies";
    const TITLE: &'static str = "Library";
    const ABOUT: &'static str = "List every film in the library with its status, quality and size on disk.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[];
    const ORIGIN: Origin = LOCALHOST_7878;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v3/movie"),
    ];
    const QUERY: &'static [Field] = &[];
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
