//! `repo_detail`: read, GET `http://localhost:3000/api/v1/repos/{owner}/{repo}`

use crate::policy::GIT_FORGE_TOKEN_TO_LOCALHOST_3000;
use crate::policy::LOCALHOST_3000;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct RepoDetail;

impl Tool<Tier> for RepoDetail {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "repo_detail",
        title: "One repository",
        about: "Return one repository: description, default branch, visibility, counts of stars, forks and open issues.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
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
        ],
        origin: LOCALHOST_3000,
        path: &[
            Part::Text("/api/v1/repos/"),
            Part::Arg("owner"),
            Part::Text("/"),
            Part::Arg("repo"),
        ],
        query: &[],
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
