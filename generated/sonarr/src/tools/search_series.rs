//! `search_series`: read, GET `http://localhost:8989/api/v3/series/lookup`

use crate::policy::LOCALHOST_8989;
use crate::policy::SONARR_API_KEY_TO_LOCALHOST_8989;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct SearchSeries;

impl Tool<Tier> for SearchSeries {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "search_series",
        title: "Look up a series",
        about: "Look up series by name in the online catalogue that Sonarr uses, whether they are in the library or not. Does not search indexers and downloads nothing.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
            Param {
                name: "term",
                about: "A name such as Breaking Bad, or tvdb:81189 for one exact series.",
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
        origin: LOCALHOST_8989,
        path: &[
            Part::Text("/api/v3/series/lookup"),
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
                    Part::Secret(&SONARR_API_KEY_TO_LOCALHOST_8989),
                ],
            },
        ],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}
