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
    const FACTS: Facts = Facts {
        name: "get_movies",
        title: "Library",
        about: "List every film in the library with its status, quality and size on disk.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[],
        origin: LOCALHOST_7878,
        path: &[
            Part::Text("/api/v3/movie"),
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
