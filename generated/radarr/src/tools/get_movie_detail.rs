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
    const FACTS: Facts = Facts {
        name: "get_movie_detail",
        title: "One film",
        about: "Return one film of the library.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
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
        ],
        origin: LOCALHOST_7878,
        path: &[
            Part::Text("/api/v3/movie/"),
            Part::Arg("id"),
        ],
        query: &[],
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
