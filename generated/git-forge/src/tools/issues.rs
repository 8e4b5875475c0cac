//! `issues`: read, GET `http://localhost:3000/api/v1/repos/{owner}/{repo}/issues`

use crate::policy::GIT_FORGE_TOKEN_TO_LOCALHOST_3000;
use crate::policy::LOCALHOST_3000;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Issues;

impl Tool<Tier> for Issues {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "issues",
        title: "Issues of a repository",
        about: "List the issues of a repository. Pull requests are issues too on these forges: they carry a `pull_request` member that is not null.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
            Param {
                name: "limit",
                about: "Issues per page.",
                kind: Kind::Integer {
                    min: 1,
                    max: 50,
                    one_of: &[],
                },
                presence: Presence::Default(Json::Int(20)),
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
            Param {
                name: "owner",
                about: "Owner of the repository.",
                kind: Kind::Text {
                    min: 1,
                    max: 100,
                    pattern: "",
                    one_of: &[],
                },
                presence: Presence::Required,
                sensitive: false,
                content: Content::Identifier,
                scan: &[
                    Class::Traversal,
                    Class::Control,
                ],
                allow: &[],
            },
            Param {
                name: "page",
                about: "Which page, from 1.",
                kind: Kind::Integer {
                    min: 1,
                    max: 100_000,
                    one_of: &[],
                },
                presence: Presence::Default(Json::Int(1)),
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
            Param {
                name: "repo",
                about: "Name of the repository.",
                kind: Kind::Text {
                    min: 1,
                    max: 100,
                    pattern: "",
                    one_of: &[],
                },
                presence: Presence::Required,
                sensitive: false,
                content: Content::Unspecified,
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
            Param {
                name: "state",
                about: "Which issues.",
                kind: Kind::Text {
                    min: 0,
                    max: 10_000,
                    pattern: "",
                    one_of: &[
                        "open",
                        "closed",
                        "all",
                    ],
                },
                presence: Presence::Default(Json::Text("open")),
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
        ],
        origin: LOCALHOST_3000,
        path: &[
            Part::Text("/api/v1/repos/"),
            Part::Arg("owner"),
            Part::Text("/"),
            Part::Arg("repo"),
            Part::Text("/issues"),
        ],
        query: &[
            Field {
                name: "per_page",
                value: &[
                    Part::Arg("limit"),
                ],
            },
            Field {
                name: "limit",
                value: &[
                    Part::Arg("limit"),
                ],
            },
            Field {
                name: "page",
                value: &[
                    Part::Arg("page"),
                ],
            },
            Field {
                name: "state",
                value: &[
                    Part::Arg("state"),
                ],
            },
        ],
        headers: &[
            Field {
                name: "authorization",
                value: &[
                    Part::Text("Bearer "),
                    Part::Secret(&GIT_FORGE_TOKEN_TO_LOCALHOST_3000),
                ],
            },
        ],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}
