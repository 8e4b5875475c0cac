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
    const FACTS: Facts = Facts {
        name: "datasources",
        title: "Data sources",
        about: "List the data sources with name, type, uid and address. The token needs permission to read them.",
        reads: Reads::ByMethod,
        limit: Limit {
            per_minute: 120,
            burst: 120,
        },
        holds: &[],
        params: &[],
        origin: LOCALHOST_3000,
        path: &[
            Part::Text("/api/datasources"),
        ],
        query: &[],
        headers: &[
            Field {
                name: "authorization",
                value: &[
                    Part::Text("Bearer "),
                    Part::Secret(&GRAFANA_TOKEN_TO_LOCALHOST_3000),
                ],
            },
        ],
        body: Body::Empty,
        answer: &[],
        returns: Returns::Text,
    };
}
