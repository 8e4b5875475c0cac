//! `search_movies`: read, GET `http://localhost:7878/api/v3/movie/lookup`

use crate::policy::LOCALHOST_7878;
use crate::policy::RADARR_API_KEY_TO_LOCALHOST_7878;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct SearchMovies;

impl Tool<Tier> for SearchMovies {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "search_movies",
        title: "Look up a film",
        about: "Look up films by name in the online catalogue that Radarr uses, whether they are in the library or not. Does not search indexers and downloads nothing.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
            Param {
                name: "term",
                about: "A name such as Inception, or tmdb:27205 or imdb:tt1375666 for one exact film.",
                kind: Kind::Text {
                    min: 1,
                    max: 200,
                    pattern: "",
                    one_of: &[],
                },
                presence: Presence::Required,
                sensitive: false,
                content: Content::Text,
                scan: &[
                    Class::Shell,
                    Class::Sql,
                    Class::Traversal,
                    Class::Template,
                    Class::Prompt,
                    Class::Html,
                    Class::Control,
                ],
                allow: &[],
            },
        ],
        origin: LOCALHOST_7878,
        path: &[
            Part::Text("/api/v3/movie/lookup"),
        ],
        query: &[
            Field {
                name: "term",
                value: &[
                    Part::Arg("term"),
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
