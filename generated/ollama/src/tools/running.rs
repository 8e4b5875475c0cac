//! `running`: read, GET `http://localhost:11434/api/ps`

use crate::policy::LOCALHOST_11434;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Running;

impl Tool<Tier> for Running {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "running";
    const TITLE: &'static str = "Loaded models";
    const ABOUT: &'static str = "List the models that are in memory now, with the memory they hold and when they will be unloaded.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[];
    const ORIGIN: Origin = LOCALHOST_11434;
    const PATH: &'static [Part] = &[
        Part::Text("/api/ps"),
    ];
    const QUERY: &'static [Field] = &[];
    const HEADERS: &'static [Field] = &[];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[
        "models",
    ];
    const RETURNS: Returns = Returns::Text;
}
