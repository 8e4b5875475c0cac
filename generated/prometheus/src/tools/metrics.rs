//! `metrics`: read, GET `http://localhost:9090/api/v1/label/__name__/values`

use crate::policy::LOCALHOST_9090;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Metrics;

impl Tool<Tier> for Metrics {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "metrics";
    const TITLE: &'static str = "Metric names";
    const ABOUT: &'static str = "List the name of every metric that the server knows. Use it to find out what can be queried.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[];
    const ORIGIN: Origin = LOCALHOST_9090;
    const PATH: &'static [Part] = &[
        Part::Text("/api/v1/label/__name__/values"),
    ];
    const QUERY: &'static [Field] = &[];
    const HEADERS: &'static [Field] = &[];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[
        "data",
    ];
    const RETURNS: Returns = Returns::Text;
}
