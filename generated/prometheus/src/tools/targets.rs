//! `targets`: read, GET `http://localhost:9090/api/v1/targets`

use crate::policy::LOCALHOST_9090;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Targets;

impl Tool<Tier> for Targets {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "targets";
    const TITLE: &'static str = "Scrape targets";
    const ABOUT: &'static str = "List what the server scrapes, with the health, last error and last scrape of each target.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
        Param {
            name: "state",
            about: "Which targets: those scraped, those dropped by relabelling, or both. Left out: both.",
            kind: Kind::Text {
                min: 0,
                max: 10_000,
                pattern: "",
                one_of: &[
                    "active",
                    "dropped",
                    "any",
                ],
            },
            presence: Presence::Optional,
            sensitive: false,
            content: Content::Unspecified,
            scan: &[],
            allow: &[],
        },
    ];
    const ORIGIN: Origin = LOCALHOST_9090;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v1/targets"),
    ];
    const QUERY: &'static [Field] = &[
        Field {
            name: "state",
            value: &[
                Part::Arg("state"),
            ],
        },
    ];
    const HEADERS: &'static [Field] = &[];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[
        "data",
    ];
    const RETURNS: Returns = Returns::Text;
}
