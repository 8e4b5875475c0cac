//! The proof, asked at run time: what panics here stops a build there.

use super::fixture::{AUDIT, INTEGER, ROW, TEXT, defaulted, optional, required};
use super::*;
use crate::access::Read;
use crate::decl::{
    Action, Addresses, Allowed, Anomalies, Audit, Class, Content, Grant, Sandbox, Scheme, Slot, Threshold,
};
use crate::method::Get;
use crate::tier::Observer;

const ELSEWHERE: Origin =
    Origin { scheme: Scheme::Https, host: "elsewhere.example", port: 443, addresses: Addresses::Public };
const NAMED: Origin = Origin { host: "nas.lan", addresses: Addresses::Because("the NAS"), ..ROW.origin };
const SLOTS: &[Slot] = &[Slot::Header("authorization"), Slot::Query("token"), Slot::Body];
const GRANT: Grant = Grant { key: "key", origin: ROW.origin, slots: SLOTS };

const AGENT: Agent = Agent {
    name: "agent",
    version: "1.0.0",
    about: "",
    plan: "",
    origins: &[ROW.origin, ELSEWHERE],
    grants: &[GRANT, Grant { key: "other", origin: ELSEWHERE, slots: &[Slot::Body] }],
    deadline_ms: 1,
    max_response_bytes: 1,
    audit: AUDIT,
    validation: crate::decl::Validation::Strict,
    sandbox: Sandbox::Off,
    transports: &[crate::decl::Transport::Stdio],
    authorization: crate::decl::Authorization::Tokens,
};

/// What is looked for in a text of which nobody says what it is.
const IN_A_BODY: &[Class] =
    &[Class::Shell, Class::Sql, Class::Traversal, Class::Template, Class::Prompt, Class::Control];
/// The same where it goes into a path or a query.
const IN_A_LINE: &[Class] = &[
    Class::Shell,
    Class::Sql,
    Class::Traversal,
    Class::Template,
    Class::Prompt,
    Class::Html,
    Class::Control,
];

struct Whole;

impl Tool<Observer> for Whole {
    type Access = Read;
    type Method = Get;
    const FACTS: Facts = Facts {
        name: "whole",
        title: "",
        about: "",
        reads: Reads::ByMethod,
        limit: Limit { per_minute: 1, burst: 1 },
        holds: &[Hold {
            rule: "rule",
            reason: "",
            when: When::Any(&[Test { param: "a", op: Op::LenGt(3) }]),
            action: Action::Hold,
            expires_s: 1,
            wait_s: 0,
        }],
        params: &[
            Param { scan: IN_A_LINE, ..required("a", TEXT) },
            optional("b", INTEGER),
            defaulted("c", INTEGER, Json::Int(1)),
            Param { scan: IN_A_BODY, ..optional("d", Kind::Any) },
        ],
        origin: ROW.origin,
        path: &[Part::Text("/x/"), Part::Arg("a"), Part::Text("/"), Part::Arg("c")],
        query: &[
            Field { name: "b", value: &[Part::Arg("b")] },
            Field { name: "token", value: &[Part::Secret(&GRANT)] },
        ],
        headers: &[Field { name: "authorization", value: &[Part::Text("Bearer "), Part::Secret(&GRANT)] }],
        body: Body::Json(Node::Map(&[
            ("key", Node::List(&[Node::Text(&[Part::Secret(&GRANT)])])),
            ("text", Node::Text(&[Part::Text("a is "), Part::Arg("a")])),
            ("value", Node::Arg("d")),
        ])),
        answer: &[],
        returns: Returns::Text,
    };
}

/// Free constants: `cargo check` of this crate evaluates them.
const POLICY: Policy = prove_policy(&AGENT);
const WHOLE: Proven<Observer> = prove::<Observer, Whole>(&POLICY);

#[test]
fn a_sound_tool_is_proven_in_a_constant() {
    let row = WHOLE.row();
    assert_eq!((row.name, row.tier, row.mode, row.verb), ("whole", Level::Observer, Mode::Read, Verb::Get));
    assert!(!row.held_always);
}

/// The first word of the panic, if the row is refused.
fn code(row: Row) -> Option<String> {
    code_for(row, &AGENT)
}

fn code_for(row: Row, agent: &'static Agent) -> Option<String> {
    let refused = std::panic::catch_unwind(|| prove_row(&row, prove_policy(agent).agent())).err()?;
    let text = refused.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| refused.downcast_ref::<String>().cloned()).unwrap();
    Some(text.split(':').next().unwrap().to_owned())
}

#[track_caller]
fn refused(with: &str, row: Row) {
    assert_eq!(code(row).as_deref(), Some(with));
}

#[test]
fn a_plain_row_passes() {
    assert_eq!(code(ROW), None);
}

#[test]
fn limits_let_something_through() {
    refused("HD0501", Row { limit: Limit { per_minute: 0, burst: 1 }, ..ROW });
    refused("HD0501", Row { limit: Limit { per_minute: 1, burst: 0 }, ..ROW });
}

#[test]
fn origins_are_listed() {
    for origin in [
        Origin { port: 9091, ..ROW.origin },
        Origin { scheme: Scheme::Https, ..ROW.origin },
        Origin { host: "localhos", addresses: Addresses::Public, ..ROW.origin },
        Origin { host: "localhost2", addresses: Addresses::Public, ..ROW.origin },
        Origin { addresses: Addresses::Because("another reason"), ..NAMED },
    ] {
        refused("HD0401", Row { origin, ..ROW });
    }
}

#[test]
fn paths_begin_at_the_root_and_miss_nothing() {
    const A: &[Param] = &[optional("a", TEXT)];
    refused("HD0411", Row { path: &[], ..ROW });
    refused("HD0411", Row { path: &[Part::Text("x/")], ..ROW });
    refused("HD0411", Row { path: &[Part::Arg("a")], params: A, ..ROW });
    refused("HD0204", Row { path: &[Part::Text("/"), Part::Arg("a")], params: A, ..ROW });
    refused("HD0302", Row { path: &[Part::Text("/"), Part::Secret(&GRANT)], ..ROW });
    refused("HD0201", Row { path: &[Part::Text("/"), Part::Arg("b")], ..ROW });
}

#[test]
fn places_use_what_is_declared_and_can_be_written_there() {
    const A: &[Param] = &[Param { scan: IN_A_LINE, ..optional("a", TEXT) }];
    const LIST: Kind = Kind::List { items: &TEXT, min: 0, max: 1 };
    const L: &[Param] = &[Param { scan: IN_A_BODY, ..required("a", LIST) }];
    const ALONE: &[Field] = &[Field { name: "x", value: &[Part::Arg("a")] }];
    const MIXED: &[Field] = &[Field { name: "x", value: &[Part::Text("t"), Part::Arg("a")] }];
    const IN_TEXT: Node = Node::List(&[Node::Map(&[("x", Node::Text(&[Part::Text("t"), Part::Arg("a")]))])]);
    assert_eq!(code(Row { query: ALONE, params: A, ..ROW }), None);
    assert_eq!(code(Row { body: Body::Json(Node::Arg("a")), params: L, ..ROW }), None);
    for row in [
        Row { query: ALONE, ..ROW },
        Row { headers: MIXED, ..ROW },
        Row { body: Body::Json(Node::Arg("a")), ..ROW },
        Row { body: Body::Json(IN_TEXT), ..ROW },
    ] {
        refused("HD0201", row);
        if !matches!(row.body, Body::Json(Node::Arg(_))) {
            refused("HD0207", Row { params: L, ..row });
        }
    }
    for row in
        [Row { query: MIXED, ..ROW }, Row { headers: MIXED, ..ROW }, Row { body: Body::Json(IN_TEXT), ..ROW }]
    {
        refused("HD0204", Row { params: A, ..row });
    }
    refused("HD0202", Row { params: A, ..ROW });
}

#[test]
fn rules_look_at_what_is_declared() {
    const HOLDS: &[Hold] = &[Hold {
        rule: "rule",
        reason: "",
        when: When::All(&[Test { param: "a", op: Op::Gt(1.0) }]),
        action: Action::Hold,
        expires_s: 1,
        wait_s: 0,
    }];
    refused("HD0201", Row { holds: HOLDS, ..ROW });
    const EMPTY: &[Hold] = &[Hold { when: When::Any(&[]), ..HOLDS[0] }];
    refused("HD0505", Row { holds: EMPTY, ..ROW });
    const INFINITE: &[Hold] =
        &[Hold { when: When::Any(&[Test { param: "a", op: Op::Lt(f64::NAN) }]), ..HOLDS[0] }];
    refused("HD0508", Row { holds: INFINITE, params: const { &[required("a", INTEGER)] }, ..ROW });
    // A rule alone is no use of a parameter: its value would go nowhere.
    refused("HD0202", Row { holds: HOLDS, params: const { &[required("a", INTEGER)] }, ..ROW });
}

#[test]
fn secrets_stand_where_they_are_granted() {
    const NOT_GRANTED: Grant = Grant { key: "another", ..GRANT };
    const WIDENED: Grant = Grant { slots: &[Slot::Header("authorization"), Slot::Header("x-key")], ..GRANT };
    const FOREIGN: Grant = Grant { key: "other", origin: ELSEWHERE, slots: &[Slot::Body] };
    let header = |name, value: &'static [Part]| -> Row {
        Row { headers: Box::leak(Box::new([Field { name, value }])), ..ROW }
    };
    assert_eq!(code(header("authorization", &[Part::Secret(&GRANT)])), None);
    refused("HD0301", header("authorization", &[Part::Secret(&NOT_GRANTED)]));
    refused("HD0301", header("x-key", &[Part::Secret(&WIDENED)]));
    refused("HD0302", header("x-key", &[Part::Secret(&GRANT)]));
    refused("HD0302", header("token", &[Part::Secret(&GRANT)]));
    const IN_BODY: Node = Node::Map(&[("a", Node::List(&[Node::Text(&[Part::Secret(&FOREIGN)])]))]);
    refused("HD0301", Row { body: Body::Json(IN_BODY), ..ROW });
    assert_eq!(code(Row { body: Body::Json(IN_BODY), origin: ELSEWHERE, ..ROW }), None);
    let query = Box::leak(Box::new([Field { name: "q", value: &[Part::Secret(&GRANT)] }]));
    refused("HD0302", Row { query, ..ROW });
}

/// The code with which an origin that the policy lists is refused.
fn origin_code(host: &'static str, addresses: Addresses) -> Option<String> {
    let origin = Origin { scheme: Scheme::Http, host, port: 80, addresses };
    let agent: &'static Agent =
        Box::leak(Box::new(Agent { origins: Box::leak(Box::new([origin])), ..AGENT }));
    code_for(Row { origin, ..ROW }, agent)
}

#[test]
fn an_origin_says_truly_where_it_leads() {
    for (host, addresses) in [
        ("localhost", Addresses::Loopback),
        ("api.localhost", Addresses::Loopback),
        ("127.0.0.1", Addresses::Loopback),
        ("[::1]", Addresses::Loopback),
        ("192.168.1.1", Addresses::Private),
        ("[fd00::1]", Addresses::Private),
        ("8.8.8.8", Addresses::Public),
        ("example.org", Addresses::Public),
        ("nas.lan", Addresses::Because("the NAS stands in this house")),
    ] {
        assert_eq!(origin_code(host, addresses), None, "{host}");
    }
    for (host, addresses, code) in [
        ("192.168.1.1", Addresses::Public, "HD0451"),
        ("192.168.1.1", Addresses::Loopback, "HD0451"),
        ("192.168.1.1", Addresses::Because("x"), "HD0451"),
        ("127.0.0.1", Addresses::Public, "HD0451"),
        ("[::1]", Addresses::Private, "HD0451"),
        ("8.8.8.8", Addresses::Private, "HD0451"),
        ("localhost", Addresses::Public, "HD0451"),
        ("localhost", Addresses::Because("x"), "HD0451"),
        ("example.org", Addresses::Loopback, "HD0451"),
        ("example.org", Addresses::Private, "HD0451"),
        ("example.org", Addresses::Because(""), "HD0451"),
        ("169.254.169.254", Addresses::Private, "HD0407"),
        ("[fe80::1]", Addresses::Because("x"), "HD0407"),
        ("0.0.0.0", Addresses::Loopback, "HD0416"),
        ("0x7f.1", Addresses::Public, "HD0406"),
        ("2130706433", Addresses::Loopback, "HD0406"),
    ] {
        assert_eq!(origin_code(host, addresses).as_deref(), Some(code), "{host} {addresses:?}");
    }
}

#[test]
fn the_origins_of_one_host_agree() {
    let origin = Origin { host: "nas.lan", addresses: Addresses::Public, ..ROW.origin };
    let other = Origin { port: 1, addresses: Addresses::Because("x"), ..origin };
    let agent: &'static Agent =
        Box::leak(Box::new(Agent { origins: Box::leak(Box::new([origin, other])), ..AGENT }));
    assert_eq!(code_for(Row { origin, ..ROW }, agent).as_deref(), Some("HD0452"));
}

#[test]
fn logs_and_transports_can_work() {
    let policy = |agent: Agent| code_for(ROW, Box::leak(Box::new(agent)));
    let audit = |audit| policy(Agent { audit, ..AGENT });
    assert_eq!(audit(Audit { max_bytes: 0, ..AUDIT }).as_deref(), Some("HD0530"));
    assert_eq!(audit(Audit { max_age_s: 0, ..AUDIT }).as_deref(), Some("HD0530"));
    let never = Threshold { count: 0, within_s: 60 };
    let anomalies = Anomalies { refusals: never, ..AUDIT.anomalies };
    assert_eq!(audit(Audit { anomalies, ..AUDIT }).as_deref(), Some("HD0531"));
    assert_eq!(policy(Agent { transports: &[], ..AGENT }).as_deref(), Some("HD0440"));
}

/// A row whose one parameter goes into the query.
fn queried(param: Param) -> Row {
    const QUERY: &[Field] = &[Field { name: "a", value: &[Part::Arg("a")] }];
    Row { params: Box::leak(Box::new([param])), query: QUERY, ..ROW }
}

#[test]
fn texts_are_scanned_for_what_their_content_and_places_ask_for() {
    let text = required("a", TEXT);
    assert_eq!(code(queried(Param { scan: IN_A_LINE, ..text })), None);
    refused("HD0232", queried(text));
    refused("HD0232", queried(Param { scan: IN_A_BODY, ..text }));
    let promql = Param { content: Content::Promql, ..text };
    refused("HD0232", queried(promql));
    refused("HD0232", queried(Param { scan: IN_A_LINE, ..promql }));
    assert_eq!(code(queried(Param { scan: &[Class::Control], ..promql })), None);
    let listed = Kind::Text { min: 0, max: 9, pattern: "", one_of: &["x"] };
    assert_eq!(code(queried(required("a", listed))), None);
    refused("HD0230", queried(Param { content: Content::Text, ..required("a", INTEGER) }));
}

#[test]
fn a_path_asks_for_traversal_and_a_header_for_line_ends() {
    const PATH: &[Part] = &[Part::Text("/"), Part::Arg("a")];
    const HEADERS: &[Field] = &[Field { name: "x", value: &[Part::Arg("a")] }];
    let code_text = Param { content: Content::Code, scan: &[Class::Control], ..required("a", TEXT) };
    let with = |scan| Param { scan, ..code_text };
    let row = |param, path, headers| Row { params: Box::leak(Box::new([param])), path, headers, ..ROW };
    refused("HD0232", row(code_text, PATH, &[]));
    assert_eq!(code(row(with(&[Class::Traversal, Class::Control]), PATH, &[])), None);
    refused("HD0232", row(code_text, ROW.path, HEADERS));
    assert_eq!(code(row(with(&[Class::Header, Class::Control]), ROW.path, HEADERS)), None);
}

#[test]
fn what_is_allowed_has_a_reason_and_would_be_looked_for() {
    const NO_REASON: &[Allowed] = &[Allowed { class: Class::Control, reason: "" }];
    const IDLE: &[Allowed] = &[Allowed { class: Class::Ssrf, reason: "because" }];
    const CONTROL: &[Allowed] = &[Allowed { class: Class::Control, reason: "because" }];
    let promql = Param { content: Content::Promql, ..required("a", TEXT) };
    refused("HD0232", queried(Param { allow: NO_REASON, ..promql }));
    refused("HD0231", queried(Param { allow: IDLE, scan: &[Class::Control], ..promql }));
    refused("HD0232", queried(Param { allow: CONTROL, scan: &[Class::Control], ..promql }));
    assert_eq!(code(queried(Param { allow: CONTROL, ..promql })), None);
}
