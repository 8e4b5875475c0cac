//! Plans made by hand.

use std::collections::{BTreeMap, BTreeSet};

use heddle_compiler::plan::*;

pub fn origin(scheme: Scheme, host: &str, port: u16) -> Origin {
    Origin { scheme, host: host.to_owned(), port, addresses: Addresses::of(host) }
}

pub fn param(about: &str, presence: Presence) -> Param {
    let kind = Kind::Text { min: 0, max: 10_000, pattern: String::new(), one_of: Vec::new() };
    Param {
        about: about.to_owned(),
        kind,
        presence,
        sensitive: false,
        content: Content::Unspecified,
        scan: BTreeSet::new(),
        allow: BTreeMap::new(),
    }
}

/// A tool that reads `path` and hands its parameters on as query fields of the same names.
pub fn reader(origin: &Origin, path: &str, about: &str, params: &[(&str, Param)]) -> Tool {
    Tool {
        title: String::new(),
        about: about.to_owned(),
        access: Access::Read,
        method: Method::Get,
        reads: Reads::ByMethod,
        limit: Limit { per_minute: 120, burst: 120 },
        holds: Vec::new(),
        params: params.iter().map(|(name, param)| ((*name).to_owned(), param.clone())).collect(),
        origin: origin.clone(),
        path: vec![Part::Text(path.to_owned())],
        query: params
            .iter()
            .map(|(name, _)| Field { name: (*name).to_owned(), value: vec![Part::Arg((*name).to_owned())] })
            .collect(),
        headers: Vec::new(),
        body: None,
        answer: Vec::new(),
        returns: None,
    }
}

/// The audit log of a config that says nothing about it.
pub const AUDIT: Audit = Audit {
    sync: Sync::Os,
    max_bytes: 64 << 20,
    max_age_s: 86_400,
    anomalies: Anomalies {
        warm_up: 100,
        rate_limit_breaches: Threshold { count: 1, within_s: 60 },
        credential_denials: Threshold { count: 3, within_s: 300 },
        refusals: Threshold { count: 20, within_s: 60 },
    },
};

/// An agent of tier 1 that has `tools`.
pub fn observer(name: &str, tools: &[(&str, Tool)]) -> Plan {
    Plan {
        name: name.to_owned(),
        version: "1.0.0".to_owned(),
        about: String::new(),
        tier: Tier::Observer,
        origins: tools.iter().map(|(_, tool)| tool.origin.clone()).collect(),
        grants: BTreeMap::new(),
        deadline_ms: 30_000,
        max_response_bytes: 1_048_576,
        audit: AUDIT,
        validation: Validation::Strict,
        sandbox: Sandbox::Auto,
        transports: [Transport::Stdio].into(),
        oauth: None,
        tools: tools.iter().map(|(name, tool)| ((*name).to_owned(), scanned(tool.clone()))).collect(),
    }
}

/// The tool, its arguments scanned for what they should be.
pub fn scanned(mut tool: Tool) -> Tool {
    fill_scans(&mut tool.params, &tool.path, &tool.query, &tool.headers);
    tool
}

/// The agent of `tests/fixtures/readme-example.yaml`.
pub fn bridge() -> Plan {
    let at = origin(Scheme::Http, "localhost", 9090);
    observer(
        "prometheus-bridge",
        &[
            (
                "query_prometheus",
                reader(
                    &at,
                    "/api/v1/query",
                    "Run a PromQL query",
                    &[("query", param("", Presence::Required))],
                ),
            ),
            ("get_alerts", reader(&at, "/api/v1/alerts", "List active Prometheus alerts", &[])),
        ],
    )
}

/// An agent of tier 2 that has something of everything: two origins, a secret at each, rules, nested values.
pub fn shop() -> Plan {
    let shop = origin(Scheme::Http, "localhost", 8080);
    let mail = origin(Scheme::Https, "mail.example.com", 443);
    let secret = |key: &str| Part::Secret(key.to_owned());
    let text = |text: &str| Part::Text(text.to_owned());
    let arg = |name: &str| Part::Arg(name.to_owned());
    let bearer = |key| Field { name: "authorization".to_owned(), value: vec![text("Bearer "), secret(key)] };

    let mut orders =
        reader(&shop, "/orders/", "Read one order.", &[("fields", param("", Presence::Optional))]);
    orders.params.insert("id".to_owned(), param("Number of the order.", Presence::Required));
    orders.path.push(arg("id"));
    orders.headers = vec![bearer("shop-token")];
    orders.answer = vec!["data".to_owned(), "order".to_owned()];
    orders.returns = Some(Returns { about: "The order.".to_owned(), kind: Kind::OpenObject });

    let mut place = reader(&shop, "/orders", "Place an order; \"quotes\" and \u{202e}tricks are text.", &[]);
    place.access = Access::Write;
    place.method = Method::Post;
    place.limit = Limit { per_minute: 10, burst: 2 };
    place.headers = vec![bearer("shop-token")];
    place.holds = vec![Hold {
        rule: "large-order".to_owned(),
        reason: "Costs a lot".to_owned(),
        when: When::Any(vec![
            Test { param: "count".to_owned(), op: Op::Gt(100.0) },
            Test { param: "item".to_owned(), op: Op::In(vec![Json::Text("gold".to_owned()), Json::Null]) },
        ]),
        action: Action::Hold,
        expires_s: 900,
        wait_s: 60,
    }];
    let count = Kind::Integer { min: 1, max: i64::MAX, one_of: Vec::new() };
    let weights = Kind::List {
        items: Box::new(Kind::Number { min: -0.5, max: f64::MAX, one_of: Vec::new() }),
        min: 0,
        max: 20_000,
    };
    let note = Kind::Object { fields: BTreeMap::from([("text".to_owned(), param("", Presence::Optional))]) };
    place.params = BTreeMap::from([
        ("item".to_owned(), param("What.", Presence::Required)),
        (
            "count".to_owned(),
            Param {
                about: String::new(),
                kind: count,
                presence: Presence::Default(Json::Int(1)),
                sensitive: false,
                content: Content::Unspecified,
                scan: BTreeSet::new(),
                allow: BTreeMap::new(),
            },
        ),
        (
            "weights".to_owned(),
            Param {
                about: String::new(),
                kind: weights,
                presence: Presence::Optional,
                sensitive: false,
                content: Content::Unspecified,
                scan: BTreeSet::new(),
                allow: BTreeMap::new(),
            },
        ),
        (
            "note".to_owned(),
            Param {
                about: String::new(),
                kind: note,
                presence: Presence::Optional,
                sensitive: false,
                content: Content::Unspecified,
                scan: BTreeSet::new(),
                allow: BTreeMap::new(),
            },
        ),
    ]);
    place.body = Some(Node::Map(BTreeMap::from([
        ("count".to_owned(), Node::Arg("count".to_owned())),
        ("item".to_owned(), Node::Text(vec![text("item "), arg("item")])),
        ("note".to_owned(), Node::List(vec![Node::Arg("note".to_owned()), Node::Arg("weights".to_owned())])),
        (
            "source".to_owned(),
            Node::Fixed(Json::Map(BTreeMap::from([("by".to_owned(), Json::Text("heddle".to_owned()))]))),
        ),
    ])));

    let mut send = reader(&mail, "/send", "Send mail.", &[("to", param("", Presence::Required))]);
    send.access = Access::Write;
    send.method = Method::Post;
    send.headers = vec![Field { name: "x-key".to_owned(), value: vec![secret("mail-key")] }];

    let mut plan = observer("shop", &[("get_order", orders), ("place-order", place), ("send", send)]);
    plan.tier = Tier::Worker;
    plan.about = "Orders of a shop.".to_owned();
    let grant = |key: &str, origin: &Origin, header: &str| {
        let id = GrantId { key: key.to_owned(), origin: origin.clone() };
        (id, BTreeSet::from([Slot::Header(header.to_owned())]))
    };
    plan.grants =
        BTreeMap::from([grant("shop-token", &shop, "authorization"), grant("mail-key", &mail, "x-key")]);
    plan
}
