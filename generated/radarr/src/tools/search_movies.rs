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
    const NAME: &'static str = "search_movies";
    const TITLE: &'static str = "Look up a film";
    const ABOUT: &'static str = "Look up films by name in the online catalogue that Radarr uses, whether they are in the library or not. Does not search indexers and downloads nothing.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
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
    ];
    const ORIGIN: Origin = LOCALHOST_7878;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v3/movie/lookup"),
    ];
    const QUERY: &'static [Field] = &[
        Field {
            name: "term",
            value: &[
                Part::Arg("term"),
            ],
        },
    ];
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
