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
    const FACTS: Facts = Facts {
        name: "targets",
        title: "Scrape targets",
        about: "List what the server scrapes, with the health, last error and last scrape of each target.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
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
        ],
        origin: LOCALHOST_9090,
        path: &[
            Part::Text("/api/v1/targets"),
        ],
        query: &[
            Field {
                name: "state",
                value: &[
                    Part::Arg("state"),
                ],
            },
        ],
        headers: &[],
        body: Body::Empty,
        answer: &[
            "data",
        ],
        returns: Returns::Text,
    };
}
