//! `repos`: read, GET `http://localhost:3000/api/v1/users/{owner}/repos`

use crate::policy::GIT_FORGE_TOKEN_TO_LOCALHOST_3000;
use crate::policy::LOCALHOST_3000;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Repos;

impl Tool<Tier> for Repos {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "repos",
        title: "Repositories of an owner",
        about: "List the repositories of a user or an organisation that the token may see.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
            Param {
                name: "limit",
                about: "Repositories per page.",
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
                about: "User or organisation name.",
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
        ],
        origin: LOCALHOST_3000,
        path: &[
            Part::Text("/api/v1/users/"),
            Part::Arg("owner"),
            Part::Text("/repos"),
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
