//! `models`: read, GET `http://localhost:11434/api/tags`

use crate::policy::LOCALHOST_11434;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Models;

impl Tool<Tier> for Models {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "models";
    const TITLE: &'static str = "Installed models";
    const ABOUT: &'static str = "List the installed models with size, family, parameter count and quantisation.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[];
    const ORIGIN: Origin = LOCALHOST_11434;
    const PATH: &'static [Part] = &[
        Part::Text("/api/tags"),
    ];
    const QUERY: &'static [Field] = &[];
    const HEADERS: &'static [Field] = &[];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[
        "models",
    ];
    const RETURNS: Returns = Returns::Text;
}
