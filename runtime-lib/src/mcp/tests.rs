use super::catalogue::Catalogue;
use super::decode::{self, Decoded, Malformed};
use super::schema;
use crate::access::Mode;
use crate::decl::{
    Agent, Authorization, Json, Kind, Origin, Param, Presence, Returns, Sandbox, Scheme, Transport,
};
use crate::proof::Row;
use crate::proof::fixture::{AUDIT, ROW, TEXT, defaulted, leak, optional, required};
use proptest::prelude::*;
use rmcp::model::{ClientRequest, RequestId};
use serde_json::{Value, json};

fn refusal(line: &[u8]) -> (Option<RequestId>, i32) {
    let decoded = decode::line(line);
    let Decoded::Refused(id, error) = decoded else { panic!("{decoded:?}") };
    (id, error.code.0)
}

fn number(id: i64) -> Option<RequestId> {
    Some(RequestId::Number(id))
}

#[test]
fn what_is_not_json_is_answered_with_its_number_where_one_can_be_read() {
    assert_eq!(refusal(b"{"), (None, -32700));
    assert_eq!(refusal(b"hello"), (None, -32700));
    assert_eq!(refusal(b"{\"id\": \xff}"), (None, -32700));
    assert_eq!(refusal(b"{\"params\":{\"id\":3},"), (None, -32700));
    assert_eq!(refusal(b"{\"a\":\"\\\"id\\\":4\",\"id\" : 5,\"x\":1e400}"), (number(5), -32700));
    assert_eq!(
        refusal(b"{\"id\":\"a\\n\",\"x\":\"\\ud800\"}"),
        (Some(RequestId::String("a\n".into())), -32700)
    );
    let deep = format!("{{\"id\":6,\"x\":{}", "[".repeat(10_000));
    assert_eq!(refusal(deep.as_bytes()), (number(6), -32700));
    assert_eq!(refusal(b"{\"id\":7,\"x\":\"\xff\"}"), (number(7), -32700));
}

#[test]
fn requests_of_the_wrong_shape_are_answered() {
    for (line, id, code) in [
        ("[]", None, -32600),
        ("1", None, -32600),
        (r#"{"id":1,"method":"ping"}"#, number(1), -32600),
        (r#"{"jsonrpc":"2.0","id":1}"#, number(1), -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, None, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":5}"#, number(1), -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#, number(1), -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#, number(1), -32600),
        (r#"{"jsonrpc":"2.0","id":1,"id":1,"method":"ping"}"#, number(1), -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping","Params":{}}"#, number(1), -32600),
        (r#"{"JSONRPC":"2.0","id":1,"method":"ping"}"#, number(1), -32600),
        (r#"{"jsonrpc":"2.0","ID":1,"method":"ping"}"#, None, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"Cursor":"a"}}"#, number(1), -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Name":"a"}}"#, number(1), -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"prompts/list"}"#, number(1), -32601),
        (r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}"#, number(1), -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":5}}"#, number(1), -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, number(1), -32602),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":5}}"#, number(1), -32602),
    ] {
        assert_eq!(refusal(line.as_bytes()), (id, code), "{line}");
    }
}

#[test]
fn what_wants_no_answer_gets_none() {
    for line in [
        "",
        "  \t",
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"nonsense","params":{"a":1,"a":2}}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{}}"#,
        r#"{"jsonrpc":"2.0","result":{}}"#,
    ] {
        assert!(matches!(decode::line(line.as_bytes()), Decoded::Nothing), "{line}");
    }
    for line in [
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}"#,
    ] {
        // The door hands on what answers a question of its own.
        let decoded = decode::line(line.as_bytes());
        #[cfg(feature = "approvals")]
        assert!(matches!(decoded, Decoded::Answer(..)), "{line}");
        #[cfg(not(feature = "approvals"))]
        assert!(matches!(decoded, Decoded::Nothing), "{line}");
    }
}

#[test]
fn a_call_that_names_a_tool_goes_on_so_that_it_is_recorded() {
    for (params, malformed) in [
        (r#"{"name":"a","arguments":{"x":1}}"#, false),
        (r#"{"name":"a"}"#, false),
        (r#"{"name":"a","arguments":[]}"#, true),
        (r#"{"name":"a","arguments":{"x":1,"x":2}}"#, true),
        (r#"{"name":"a","arguments":{"x":[{"y":1,"y":2}]}}"#, true),
        (r#"{"name":"a","_meta":7}"#, true),
        (r#"{"name":"a","Arguments":{"x":1}}"#, true),
        (r#"{"name":"a","NAME":"b"}"#, true),
    ] {
        let line = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#);
        let decoded = decode::line(line.as_bytes());
        let Decoded::Request(_, ClientRequest::CallToolRequest(call)) = decoded else {
            panic!("{decoded:?}")
        };
        assert_eq!(call.params.name, "a");
        assert_eq!(call.extensions.get::<Malformed>().is_some(), malformed, "{params}");
    }
}

proptest! {
    #[test]
    fn no_line_makes_the_decoder_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode::line(&bytes);
        let _ = decode::too_long(&bytes);
    }

    #[test]
    fn a_request_that_is_cut_off_is_refused(cut in 1_usize..70) {
        let line = br#"{"jsonrpc":"2.0","id":41,"method":"tools/call","params":{"name":"a","arguments":{}}}"#;
        let (id, code) = refusal(&line[..cut]);
        prop_assert!((id.is_none() || id == number(41)) && code == -32700);
    }
}

const FIELDS: &[Param] = &[required("b", Kind::Boolean), optional("a", Kind::Any)];
const PARAMS: &[Param] = &[
    defaulted("limit", Kind::Integer { min: 1, max: i64::MAX, one_of: &[] }, Json::Int(5)),
    required("q", Kind::Text { min: 1, max: 9, pattern: "^a", one_of: &["ab", "ac"] }),
    optional("list", Kind::List { items: &TEXT, min: 0, max: 3 }),
    optional("object", Kind::Object { fields: FIELDS }),
    optional("ratio", Kind::Number { min: f64::NEG_INFINITY, max: 0.5, one_of: &[] }),
];

#[test]
fn the_schema_says_what_is_checked() {
    assert_eq!(
        Value::Object(schema::object(PARAMS)),
        json!({
            "type": "object",
            "required": ["q"],
            "additionalProperties": false,
            "properties": {
                "limit": { "type": "integer", "minimum": 1, "default": 5 },
                "q": { "type": "string", "minLength": 1, "maxLength": 9, "pattern": "^a", "enum": ["ab", "ac"] },
                "list": { "type": "array", "maxItems": 3, "items": { "type": "string", "maxLength": 100 } },
                "object": {
                    "type": "object",
                    "required": ["b"],
                    "additionalProperties": false,
                    "properties": { "a": {}, "b": { "type": "boolean" } },
                },
                "ratio": { "type": "number", "maximum": 0.5 },
            },
        })
    );
}

#[test]
fn answers_that_are_not_objects_are_published_wrapped() {
    let wrapped = Value::Object(schema::output("about", &Kind::List { items: &TEXT, min: 0, max: u32::MAX }));
    assert_eq!(wrapped["required"], json!(["result"]));
    assert_eq!(wrapped["properties"]["result"]["type"], "array");
    assert_eq!(wrapped["description"], "about");
    let plain = Value::Object(schema::output("", &Kind::OpenObject));
    assert_eq!(plain, json!({ "type": "object" }));
}

const AGENT: Agent = Agent {
    name: "tested",
    version: "1.0.0",
    about: "",
    plan: "",
    origins: &[ROW.origin],
    grants: &[],
    deadline_ms: 1000,
    max_response_bytes: 1000,
    audit: AUDIT,
    validation: crate::decl::Validation::Strict,
    sandbox: Sandbox::Auto,
    transports: &[Transport::Stdio],
    authorization: Authorization::Tokens,
};

fn rows(count: usize) -> Vec<&'static Row> {
    (0..count).map(|n| leak(Row { name: Box::leak(format!("tool{n:04}").into_boxed_str()), ..ROW })).collect()
}

#[test]
fn long_lists_come_in_pages_and_only_our_cursors_turn_them() {
    let catalogue = Catalogue::new(&AGENT, rows(401));
    let (mut cursor, mut names) = (None, Vec::new());
    loop {
        let (tools, next) = catalogue.page(cursor.as_deref()).unwrap();
        assert!(tools.len() <= 200);
        names.extend(tools.iter().map(|tool| tool.name.to_string()));
        match next {
            Some(next) => cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(names.len(), 401);
    assert!(names.is_sorted());
    let (_, next) = Catalogue::new(&AGENT, rows(500)).page(None).unwrap();
    for wrong in ["", "0", "200", &next.unwrap()] {
        assert!(catalogue.page(Some(wrong)).is_none(), "{wrong:?}");
    }
    assert_eq!(Catalogue::new(&AGENT, rows(200)).page(None).unwrap().1, None);
}

#[test]
fn the_digest_follows_the_list() {
    let digest = |rows: Vec<&'static Row>| Catalogue::new(&AGENT, rows).digest().to_owned();
    assert_eq!(digest(rows(3)), digest(rows(3)));
    assert_ne!(digest(rows(3)), digest(rows(4)));
    assert_ne!(digest(vec![&ROW]), digest(vec![leak(Row { about: "other", ..ROW })]));
}

#[test]
fn hints_come_from_what_is_enforced() {
    let hints = |agent: &Agent, row: Row| {
        let catalogue = Catalogue::new(agent, [leak(row)]);
        serde_json::to_value(&catalogue.page(None).unwrap().0[0]).unwrap()["annotations"].clone()
    };
    let of = |read, destructive, idempotent, open| {
        json!({
            "readOnlyHint": read,
            "destructiveHint": destructive,
            "idempotentHint": idempotent,
            "openWorldHint": open,
        })
    };
    assert_eq!(hints(&AGENT, ROW), of(true, false, true, false));
    assert_eq!(hints(&AGENT, Row { mode: Mode::Write, ..ROW }), of(false, true, true, false));
    let far = Agent {
        origins: &[
            ROW.origin,
            Origin {
                scheme: Scheme::Https,
                host: "api.example.com",
                port: 443,
                addresses: crate::decl::Addresses::Public,
            },
        ],
        ..AGENT
    };
    assert_eq!(hints(&far, ROW), of(true, false, true, true));
    let typed = Row { title: "Title", returns: Returns::Json { about: "", kind: TEXT }, ..ROW };
    let tool = serde_json::to_value(&Catalogue::new(&AGENT, [leak(typed)]).page(None).unwrap().0[0]).unwrap();
    assert_eq!((&tool["title"], &tool["outputSchema"]["type"]), (&json!("Title"), &json!("object")));
}

#[test]
fn presence_decides_what_is_required() {
    let schema = schema::object(&[Param {
        name: "x",
        about: "say",
        kind: Kind::Boolean,
        presence: Presence::Optional,
        sensitive: false,
        content: crate::decl::Content::Unspecified,
        scan: &[],
        allow: &[],
    }]);
    assert_eq!(schema.get("required"), None);
    assert_eq!(schema["properties"]["x"], json!({ "type": "boolean", "description": "say" }));
}
