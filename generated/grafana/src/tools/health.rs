//! `health`: read, GET `http://localhost:3000/api/health`

use crate::policy::LOCALHOST_3000;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Health;

impl Tool<Tier> for Health {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "health";
    const TITLE: &'static str = "Health";
    const ABOUT: &'static str = "Say whether Grafana and its database are up, and which version runs. Sends no secret.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[];
    const ORIGIN: Origin = LOCALHOST_3000;
    const PATH: &'static [Part] = &[
        Part::Text("/api/health"),
    ];
    const QUERY: &'static [Field] = &[];
    const HEADERS: &'static [Field] = &[];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[];
    const RETURNS: Returns = Returns::Text;
}
