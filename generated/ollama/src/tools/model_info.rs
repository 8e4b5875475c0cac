//! `model_info`: read, POST `http://localhost:11434/api/show`

use crate::policy::LOCALHOST_11434;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Post;

pub struct ModelInfo;

impl Tool<Tier> for ModelInfo {
    type Access = Read;
    type Method = Post;
    const FACTS: Facts = Facts {
        name: "model_info",
        title: "Facts about a model",
        about: "Return what is known about one installed model: parameters, prompt template, capabilities, licence.",
        reads: Reads::Because("Ollama takes the name of the model in a POST body here, and only looks it up"),
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[
            Param {
                name: "name",
                about: "A name that `models` lists, with its tag.",
                kind: Kind::Text {
                    min: 1,
                    max: 200,
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
        ],
        origin: LOCALHOST_11434,
        path: &[
            Part::Text("/api/show"),
        ],
        query: &[],
        headers: &[],
        body: Body::Json(Node::Map(&[
            ("model", Node::Arg("name")),
        ])),
        answer: &[],
        returns: Returns::Text,
    };
}
