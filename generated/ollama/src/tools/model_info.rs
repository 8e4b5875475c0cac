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
    const NAME: &'static str = "model_info";
    const TITLE: &'static str = "Facts about a model";
    const ABOUT: &'static str = "Return what is known about one installed model: parameters, prompt template, capabilities, licence.";
    const READS: Reads = Reads::Because("Ollama takes the name of the model in a POST body here, and only looks it up");
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[
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
    ];
    const ORIGIN: Origin = LOCALHOST_11434;
    const PATH: &'static [Part] = &[
        Part::Text("/api/show"),
    ];
    const QUERY: &'static [Field] = &[];
    const HEADERS: &'static [Field] = &[];
    const BODY: Body = Body::Json(Node::Map(&[
        ("model", Node::Arg("name")),
    ]));
    const ANSWER: &'static [&'static str] = &[];
    const RETURNS: Returns = Returns::Text;
}
