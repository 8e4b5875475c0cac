//! `alerts`: read, GET `http://localhost:9090/api/v1/alerts`

use crate::policy::LOCALHOST_9090;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Alerts;

impl Tool<Tier> for Alerts {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "alerts";
    const TITLE: &'static str = "Active alerts";
    const ABOUT: &'static str = "List the alerts that are pending or firing now, with their labels, annotations and start.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[];
    const ORIGIN: Origin = LOCALHOST_9090;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v1/alerts"),
    ];
    const QUERY: &'static [Field] = &[];
    const HEADERS: &'static [Field] = &[];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[
        "data",
        "alerts",
    ];
    const RETURNS: Returns = Returns::Text;
}
