//! `get_movie_detail`: read, GET `http://localhost:7878/api/v3/movie/{id}`

use crate::policy::LOCALHOST_7878;
use crate::policy::RADARR_API_KEY_TO_LOCALHOST_7878;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct GetMovieDetail;

impl Tool<Tier> for GetMovieDetail {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "get_movie_detail";
    const TITLE: &'static str = "One film";
    const ABOUT: &'static str = "Return one film of the library.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
        Param {
            name: "id",
            about: "The `id` that `get_movies` lists; not a TMDB id.",
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
    const ORIGIN: Origin = LOCALHOST_7878;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v3/movie/"),
        Part::Arg("id"),
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
