//! `datasources`: read, GET `http://localhost:3000/api/datasources`

use crate::policy::GRAFANA_TOKEN_TO_LOCALHOST_3000;
use crate::policy::LOCALHOST_3000;
use crate::policy::Tier;
use heddle_runtime::access::Read;
use heddle_runtime::decl::*;
use heddle_runtime::method::Get;

pub struct Datasources;

impl Tool<Tier> for Datasources {
    type Access = Read;
    type Method = Get;
    const NAME: &'static str = "datasources";
    const TITLE: &'static str = "Data sources";
    const ABOUT: &'static str = "List the data sources with name, type, uid and address. The token needs permission to read them.";
    const READS: Reads = Reads::ByMethod;
    const LIMIT: Limit = Limit {
        per_minute: 120,
        burst: 120,
    };
    const HOLDS: &'static [Hold] = &[];
    const PARAMS: &'static [Param] = &[];
    const ORIGIN: Origin = LOCALHOST_3000;
    const PATH: &'static [Part] = &[
        Part::Text("/api/datasources"),
    ];
    const QUERY: &'static [Field] = &[];
    const HEADERS: &'static [Field] = &[
        Field {
            name: "authorization",
            value: &[
                Part::Text("Bearer "),
                Part::Secret(&GRAFANA_TOKEN_TO_LOCALHOST_3000),
            ],
        },
    ];
    const BODY: Body = Body::Empty;
    const ANSWER: &'static [&'static str] = &[];
    const RETURNS: Returns = Returns::Text;
}
