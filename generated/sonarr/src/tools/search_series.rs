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
    const NAME: &'static str = "search_series";
    const TITLE: &'static str = "Look up a series";
    const ABOUT: &'static str = "Look up series by name in the online catalogue that Sonarr uses, whether they are in the library or not. Does not search indexers and downloads nothing.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
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
    ];
    const ORIGIN: Origin = LOCALHOST_8989;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v3/series/lookup"),
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
                Part::Secret(&SONARR_API_KEY_TO_LOCALHOST_8989),
            ],
        },
    ];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[];
    const RETURNS: Returns = Returns::Text;
}
