//! `generate`: write, POST `http://localhost:11434/api/generate`

use crate::policy::LOCALHOST_11434;
use crate::policy::Tier;
use heddle_runtime::access::Write;
use heddle_runtime::decl::*;
use heddle_runtime::method::Post;

pub struct Generate;

impl Tool<Tier> for Generate {
    type Access = Write;
    type Method = Post;
    const FACTS: Facts = Facts {
        name: "generate",
        title: "Generate text",
        about: "Have an installed model continue a prompt, and return its text. Loads the model first if it must.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 30,
            burst: 5,
        },
        holds: &[],
        params: &[
            Param {
                name: "max_tokens",
                about: "Stop after this many tokens. Left out: the model decides, within two minutes.",
                kind: Kind::Integer {
                    min: 1,
                    max: 32_768,
                    one_of: &[],
                },
                presence: Presence::Optional,
                sensitive: false,
                content: Content::Unspecified,
                scan: &[],
                allow: &[],
            },
            Param {
                name: "model",
                about: "A name that `models` lists, with its tag, such as qwen3:14b.",
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
            Param {
                name: "prompt",
                about: "What to continue or answer.",
                kind: Kind::Text {
                    min: 1,
                    max: 100_000,
                    pattern: "",
                    one_of: &[],
                },
                presence: Presence::Required,
                sensitive: false,
                content: Content::Prompt,
                scan: &[
                    Class::Prompt,
                    Class::Control,
                ],
                allow: &[],
            },
            Param {
                name: "system",
                about: "Instructions that replace the model's own system prompt. Left out: the model's own.",
                kind: Kind::Text {
                    min: 0,
                    max: 10_000,
                    pattern: "",
                    one_of: &[],
                },
                presence: Presence::Optional,
                sensitive: false,
                content: Content::Prompt,
                scan: &[
                    Class::Prompt,
                    Class::Control,
                ],
                allow: &[],
            },
        ],
        origin: LOCALHOST_11434,
        path: &[
            Part::Text("/api/generate"),
        ],
        query: &[],
        headers: &[],
        body: Body::Json(Node::Map(&[
            ("model", Node::Arg("model")),
            ("options", Node::Map(&[
                ("num_predict", Node::Arg("max_tokens")),
            ])),
            ("prompt", Node::Arg("prompt")),
            ("stream", Node::Fixed(Json::Bool(false))),
            ("system", Node::Arg("system")),
        ])),
        answer: &[
            "response",
        ],
        returns: Returns::Text,
    };
}
