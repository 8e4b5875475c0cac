//! Requests out of hostile arguments, and replies out of every kind of answer.

use super::answer::{Reading, Received, Reply, read};
use super::compose::{Filling, Reader, compose};
use super::route::Route;
use crate::broker::Secrets;
use crate::call::{Call, ToolState, access_mode, escalation, input_validation, rate_limit, trust_tier};
use crate::decl::{Body, Field, Grant, Json, Kind, Node, Param, Part, Returns, Slot};
use crate::proof::Row;
use crate::proof::fixture::{INTEGER, NUMBER, ROW, TEXT, leak, members, optional, required};
use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, StatusCode};
use serde_json::{Value, json};
use std::time::Instant;

const GRANT: Grant =
    Grant { key: "key", origin: ROW.origin, slots: &[Slot::Header("authorization"), Slot::Body] };

fn secrets(text: &str) -> Secrets {
    Secrets::of_text("key", text)
}

/// Composes the request of a call with these arguments, and says what the log would show.
fn request_with(row: Row, arguments: Value, secrets: &Secrets) -> Result<(Request, String), String> {
    let row = leak(row);
    let tool = ToolState::new(row, 0)?;
    let arguments = members(arguments);
    let call = Call::receive(&tool, &arguments, Instant::now());
    let call = rate_limit(call)
        .and_then(access_mode)
        .and_then(escalation)
        .and_then(input_validation)
        .and_then(trust_tier)
        .map_err(|refusal| refusal.reason().to_owned())?;
    let route = Route::new(row)?;
    compose(&route, Filling { values: call.values(), secrets, reader: Reader::Log })
}

fn request(row: Row, arguments: Value) -> Result<Request, String> {
    request_with(row, arguments, &Secrets::default()).map(|(request, _)| request)
}

fn body_of(request: &Request) -> String {
    String::from_utf8(request.body().unwrap().as_bytes().unwrap().to_vec()).unwrap()
}

const LONG: Kind = Kind::Text { min: 0, max: 10_000, pattern: "", one_of: &[] };

const TEMPLATE: Row = Row {
    params: &[optional("key", LONG), required("owner", LONG), required("query", LONG)],
    path: &[
        Part::Text("/repos/"),
        Part::Arg("owner"),
        Part::Text("/v"),
        Part::Arg("owner"),
        Part::Text("/issues"),
    ],
    query: &[
        Field { name: "fixed", value: &[Part::Text("a b&c")] },
        Field { name: "k[]", value: &[Part::Arg("key")] },
        Field { name: "q", value: &[Part::Text("is:"), Part::Arg("query")] },
    ],
    ..ROW
};

#[test]
fn every_place_has_its_encoding() {
    let request = request(TEMPLATE, json!({"owner": "a/b?c#d", "query": "x&y=z #%", "key": "1+1"})).unwrap();
    assert_eq!(
        request.url().as_str(),
        "http://localhost:9090/repos/a%2Fb%3Fc%23d/va%2Fb%3Fc%23d/issues?fixed=a%20b%26c&k%5B%5D=1%2B1&q=is%3Ax%26y%3Dz%20%23%25"
    );
}

#[test]
fn what_is_absent_is_left_out() {
    let composed = request(TEMPLATE, json!({"owner": "o", "query": ""})).unwrap();
    assert_eq!(composed.url().query(), Some("fixed=a%20b%26c&q=is%3A"));
    assert!(composed.body().is_none());
    let alone = Row {
        query: &[Field { name: "k", value: &[Part::Arg("key")] }],
        params: const { &[optional("key", TEXT)] },
        ..ROW
    };
    assert_eq!(request(alone, json!({})).unwrap().url().as_str(), "http://localhost:9090/");
    assert_eq!(request(alone, json!({"key": ""})).unwrap().url().as_str(), "http://localhost:9090/?k=");
}

#[test]
fn no_segment_climbs_or_vanishes() {
    for owner in [".", "..", ""] {
        let problem = request(TEMPLATE, json!({"owner": owner, "query": "x"})).unwrap_err();
        assert!(problem.contains("`owner`: a path segment may not be"), "{problem}");
    }
    // Beside other text they are text: here `v..`.
    let beside = Row {
        params: const { &[required("owner", LONG)] },
        path: &[Part::Text("/v"), Part::Arg("owner"), Part::Text("/x")],
        ..ROW
    };
    assert_eq!(request(beside, json!({"owner": ".."})).unwrap().url().path(), "/v../x");
    assert_eq!(request(beside, json!({"owner": ""})).unwrap().url().path(), "/v/x");
    // Together with the author's own dot they climb.
    for dot in [".", "%2e", "%2E"] {
        let path =
            Box::leak(Box::new([Part::Text("/a/"), Part::Text(dot), Part::Arg("owner"), Part::Text("/x")]));
        assert!(
            request(Row { path, ..beside }, json!({"owner": "."})).unwrap_err().contains("`..`"),
            "{dot}"
        );
        assert!(request(Row { path, ..beside }, json!({"owner": "b"})).is_ok(), "{dot}");
    }
}

#[test]
fn a_path_that_the_url_type_would_change_is_refused() {
    let climbs = Row { path: &[Part::Text("/items/%2e%2e/admin")], ..ROW };
    assert!(request(climbs, json!({})).unwrap_err().contains("shape"));
}

#[test]
fn header_values_are_visible_ascii() {
    let row = Row {
        params: const { &[optional("x", LONG)] },
        headers: &[
            Field { name: "x-fixed", value: &[Part::Text("fixed")] },
            Field { name: "x-trace", value: &[Part::Arg("x")] },
        ],
        ..ROW
    };
    let composed = request(row, json!({"x": "a b~"})).unwrap();
    assert_eq!(composed.headers().get("x-trace").unwrap(), "a b~");
    assert_eq!(composed.headers().get("x-fixed").unwrap(), "fixed");
    assert_eq!(composed.headers().get("accept").unwrap(), "application/json, */*;q=0.5");
    assert!(composed.headers().get("user-agent").unwrap().to_str().unwrap().starts_with("heddle/"));
    assert!(request(row, json!({})).unwrap().headers().get("x-trace").is_none());
    for hostile in ["a\r\nb: c", "a\nb", "a\0", "\u{e9}", "\u{7f}", "\t"] {
        let problem = request(row, json!({"x": hostile})).unwrap_err();
        assert!(problem.contains("visible ASCII"), "{problem}");
    }
}

#[test]
fn a_header_of_the_client_is_not_the_authors() {
    for name in ["host", "content-length", "transfer-encoding"] {
        let headers = Box::leak(Box::new([Field { name, value: &[Part::Text("x")] }]));
        assert!(request(Row { headers, ..ROW }, json!({})).unwrap_err().contains("client's own"));
    }
}

const ALL: Row = Row {
    params: &[
        required("any", Kind::Any),
        required("flag", Kind::Boolean),
        optional("gone", TEXT),
        required("list", Kind::List { items: &INTEGER, min: 0, max: 9 }),
        required("number", NUMBER),
        required("text", LONG),
    ],
    body: Body::Json(Node::Map(&[
        ("any", Node::Arg("any")),
        (
            "fixed",
            Node::Fixed(Json::List(&[
                Json::Int(1),
                Json::Num(1.5),
                Json::Null,
                Json::Map(&[("a", Json::Bool(true))]),
            ])),
        ),
        ("flag", Node::Arg("flag")),
        ("gone", Node::Arg("gone")),
        ("items", Node::List(&[Node::Arg("gone"), Node::Arg("text")])),
        ("list", Node::Arg("list")),
        ("number", Node::Arg("number")),
        ("said", Node::Text(&[Part::Text("n="), Part::Arg("number"), Part::Text(" t="), Part::Arg("text")])),
    ])),
    ..ROW
};

#[test]
fn bodies_keep_types_and_leave_out_what_is_absent() {
    let arguments =
        json!({"any": {"deep": [null]}, "flag": "true", "list": ["1"], "number": 2, "text": "\"},{\""});
    let request = request(ALL, arguments).unwrap();
    assert_eq!(
        body_of(&request),
        r#"{"any":{"deep":[null]},"fixed":[1,1.5,null,{"a":true}],"flag":true,"items":["\"},{\""],"list":[1],"number":2,"said":"n=2 t=\"},{\""}"#
    );
    assert_eq!(request.headers().get("content-type").unwrap(), "application/json");
}

#[test]
fn a_body_that_is_one_absent_argument_is_none() {
    let row = Row { params: const { &[optional("x", TEXT)] }, body: Body::Json(Node::Arg("x")), ..ROW };
    assert!(request(row, json!({})).unwrap().body().is_none());
    assert_eq!(body_of(&request(row, json!({"x": "y"})).unwrap()), "\"y\"");
}

const SECRETIVE: Row = Row {
    params: &[required("x", LONG)],
    query: &[
        Field { name: "a", value: &[Part::Arg("x")] },
        Field { name: "token", value: &[Part::Text("t-"), Part::Secret(&GRANT)] },
        Field { name: "z", value: &[Part::Arg("x")] },
    ],
    headers: &[Field { name: "authorization", value: &[Part::Text("Bearer "), Part::Secret(&GRANT)] }],
    body: Body::Json(Node::Map(&[("key", Node::Text(&[Part::Secret(&GRANT)])), ("x", Node::Arg("x"))])),
    ..ROW
};

#[test]
fn secrets_stand_in_their_slots_and_nowhere_in_the_log() {
    let (request, shown) =
        request_with(SECRETIVE, json!({"x": "{{secret:key}}"}), &secrets("s&\"1")).unwrap();
    let argument = "%7B%7Bsecret%3Akey%7D%7D";
    assert_eq!(request.url().query(), Some(format!("a={argument}&token=t-s%26%221&z={argument}").as_str()));
    assert_eq!(shown, format!("http://localhost:9090/?a={argument}&token=t-***&z={argument}"));
    let header = request.headers().get("authorization").unwrap();
    assert_eq!(header, "Bearer s&\"1");
    assert!(header.is_sensitive());
    assert_eq!(body_of(&request), r#"{"key":"s&\"1","x":"{{secret:key}}"}"#);
}

#[cfg(feature = "approvals")]
#[test]
fn an_approver_is_shown_all_but_the_secrets() {
    let private = Param { sensitive: true, ..required("x", LONG) };
    let row = leak(Row {
        params: Box::leak(Box::new([private])),
        path: &[Part::Text("/of/"), Part::Arg("x")],
        ..SECRETIVE
    });
    let (tool, route) = (ToolState::new(row, 0).unwrap(), Route::new(row).unwrap());
    let given = members(json!({"x": "{{secret:key}}"}));
    let call = Call::receive(&tool, &given, Instant::now());
    let passed = rate_limit(call).and_then(access_mode).and_then(escalation).and_then(input_validation);
    let call = passed.and_then(trust_tier).unwrap();
    let names = Secrets::names(&route.secrets);
    let filling = Filling { values: call.values(), secrets: &names, reader: Reader::Approver };
    let (_, shown) = compose(&route, filling).unwrap();
    // An argument that looks like the name of a secret is told from it.
    let argument = "%7B%7Bsecret%3Akey%7D%7D";
    let secret = "{{secret:key}}";
    assert_eq!(
        shown,
        format!("http://localhost:9090/of/{argument}?a={argument}&token=t-{secret}&z={argument}")
    );
    let (_, logged) = compose(&route, Filling { reader: Reader::Log, ..filling }).unwrap();
    assert_eq!(logged, "http://localhost:9090/of/***?a=***&token=t-***&z=***");
}

#[test]
fn a_secret_that_no_header_can_carry_is_refused_without_being_shown() {
    let problem = request_with(SECRETIVE, json!({"x": "a"}), &secrets("two\nlines")).unwrap_err();
    assert!(problem.contains("secret `key`") && !problem.contains("two"), "{problem}");
}

proptest! {
    #[test]
    fn no_argument_leaves_its_place(owner in any::<String>(), query in any::<String>(), key in any::<String>()) {
        let arguments = json!({"owner": owner, "query": query, "key": key});
        let Ok(request) = request(TEMPLATE, arguments) else {
            // Too long, or a segment that would vanish.
            prop_assert!(owner.is_empty() || owner == "." || owner == "..");
            return Ok(());
        };
        let url = request.url();
        prop_assert_eq!(url.origin().ascii_serialization(), "http://localhost:9090");
        let segments: Vec<_> = url.path_segments().unwrap().collect();
        prop_assert_eq!(segments.len(), 4);
        prop_assert_eq!((segments[0], segments[3]), ("repos", "issues"));
        let pairs: Vec<_> = url.query_pairs().into_owned().collect();
        prop_assert_eq!(pairs, vec![
            ("fixed".to_owned(), "a b&c".to_owned()),
            ("k[]".to_owned(), key),
            ("q".to_owned(), format!("is:{query}")),
        ]);
        prop_assert_eq!(url.fragment(), None);
    }

    #[test]
    fn no_argument_changes_the_shape_of_a_body(text in any::<String>(), number in any::<i32>()) {
        let arguments = json!({"any": text, "flag": false, "list": [number], "number": number, "text": text});
        let body: Value = serde_json::from_str(&body_of(&request(ALL, arguments).unwrap())).unwrap();
        prop_assert_eq!(body, json!({
            "any": text, "fixed": [1, 1.5, null, {"a": true}], "flag": false, "items": [text], "list": [number],
            "number": number, "said": format!("n={number} t={text}"),
        }));
    }

    #[test]
    fn no_header_is_added(text in any::<String>()) {
        let row = Row {
            params: const { &[required("x", LONG)] },
            headers: &[Field { name: "x-trace", value: &[Part::Text("<"), Part::Arg("x"), Part::Text(">")] }],
            ..ROW
        };
        match request(row, json!({"x": text})) {
            Ok(request) => {
                prop_assert_eq!(request.headers().len(), 3);
                prop_assert_eq!(request.headers().get("x-trace").unwrap().to_str().unwrap(), format!("<{text}>"));
            }
            Err(_) => prop_assert!(text.chars().any(|c| !matches!(c, ' '..='~'))),
        }
    }
}

struct Said<'s> {
    status: u16,
    headers: &'s [(&'static str, &'static str)],
    body: &'s [u8],
    is_cut: bool,
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json; charset=utf-8")];

fn said(body: &str) -> Said<'_> {
    Said { status: 200, headers: JSON, body: body.as_bytes(), is_cut: false }
}

fn reply_with(row: Row, said: Said<'_>, secrets: &Secrets) -> Reply {
    let row = leak(row);
    let tool = ToolState::new(row, 0).unwrap();
    let mut headers = HeaderMap::new();
    for (name, value) in said.headers {
        headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let received = Received {
        status: StatusCode::from_u16(said.status).unwrap(),
        headers,
        body: said.body.to_vec(),
        is_cut: said.is_cut,
    };
    read(received, Reading { route: &Route::new(row).unwrap(), patterns: tool.patterns(), secrets })
}

fn reply(row: Row, said: Said<'_>) -> Reply {
    reply_with(row, said, &Secrets::default())
}

fn text(row: Row, said: Said<'_>) -> String {
    let reply = reply(row, said);
    assert!(!reply.is_error, "{reply:?}");
    reply.text
}

fn error(row: Row, said: Said<'_>) -> String {
    let reply = reply(row, said);
    assert!(reply.is_error, "{reply:?}");
    reply.text
}

#[test]
fn images_and_sounds_are_shown_whole_or_not_at_all() {
    let png =
        |is_cut| Said { headers: &[("content-type", "image/png")], body: b"\x89PNG", is_cut, ..said("") };
    let media = reply(ROW, png(false)).media.unwrap();
    assert_eq!((media.is_image, media.kind.as_str(), media.base64.as_str()), (true, "image/png", "iVBORw=="));
    let sound = Said { headers: &[("content-type", "audio/wav")], body: b"RIFF", ..said("") };
    assert!(!reply(ROW, sound).media.unwrap().is_image);
    let cut = reply(ROW, png(true));
    assert!(
        cut.media.is_none()
            && cut.text.contains("more than 4 bytes")
            && cut.text.contains("max_response_bytes")
    );
    for (status, kind) in
        [(404, "image/png"), (200, "image/"), (200, "image/svg+xml"), (200, "application/pdf")]
    {
        let headers: &'static [(&str, &str)] = Box::leak(Box::new([("content-type", kind)]));
        assert!(reply(ROW, Said { status, headers, body: b"\x89PNG", ..said("") }).media.is_none(), "{kind}");
    }
}

#[test]
fn answers_hide_nothing() {
    assert_eq!(text(ROW, said("a\u{202e}b\u{1b}[2J")), "a\\u202eb\\u001b[2J");
    assert_eq!(text(ROW, said("{\"a\":\"\u{2066}\"}")), "{\"a\":\"\\u2066\"}");
    let failed = Said { status: 500, headers: &[("content-type", "text/plain")], ..said("\u{9b}31m") };
    assert!(error(ROW, failed).ends_with("\\u009b31m"));
}

#[test]
fn text_answers_pass() {
    assert_eq!(text(ROW, said("{ \"b\": 1.0,\n \"a\": [] }")), "{\"b\":1.0,\"a\":[]}");
    assert_eq!(text(ROW, said("\"plain\\n\"")), "plain\n");
    assert_eq!(text(ROW, said("not JSON  at all")), "not JSON  at all");
    assert_eq!(
        text(ROW, Said { headers: &[("content-type", "text/plain")], ..said("{ \"a\": 1 }") }),
        "{ \"a\": 1 }"
    );
    assert_eq!(text(ROW, Said { headers: &[], ..said("{ \"a\": 1 }") }), "{\"a\":1}");
    let latin = Said { headers: &[("content-type", "text/plain")], body: b"caf\xe9", ..said("") };
    assert_eq!(text(ROW, latin), "caf\u{fffd}");
    assert_eq!(text(ROW, Said { status: 204, ..said("") }), "HTTP 204 No Content, no body");
    let head = Row { verb: crate::method::Verb::Head, ..ROW };
    assert_eq!(
        text(head, Said { headers: &[("etag", "\"1\""), ("set-cookie", "a=b")], ..said("") }),
        "HTTP 200 OK, no body\netag: \"1\""
    );
}

#[test]
fn bytes_are_named_and_not_shown() {
    let video = Said { headers: &[("content-type", "video/mp4")], body: b"\x00mp4", ..said("") };
    assert_eq!(text(ROW, video), "the answer is 4 bytes of `video/mp4`, which is not text");
    let octets = Said { headers: &[("content-type", "application/octet-stream")], body: b"a\0b", ..said("") };
    assert!(text(ROW, octets).contains("not text"));
    let octets = Said { headers: &[("content-type", "application/octet-stream")], ..said("only text") };
    assert_eq!(text(ROW, octets), "only text");
    let packed = Said { headers: &[("content-encoding", "gzip")], body: b"\x1f\x8b", ..said("") };
    assert!(error(ROW, packed).contains("packed as `gzip`"));
}

#[test]
fn errors_keep_their_body() {
    let reply = reply(ROW, Said { status: 404, ..said("{\"message\": \"no such metric\"}") });
    assert_eq!(reply.text, "HTTP 404 Not Found from localhost:9090\n{\"message\": \"no such metric\"}");
    assert_eq!((reply.is_error, reply.status), (true, Some(404)));
    let long = "x".repeat(20_000);
    let told = error(ROW, Said { status: 500, ..said(&long) });
    assert!(told.ends_with("x\n[truncated]") && told.len() < 17_000, "{}", told.len());
    assert_eq!(
        error(ROW, Said { status: 503, ..said("") }),
        "HTTP 503 Service Unavailable from localhost:9090, without a body"
    );
}

#[test]
fn redirects_are_told_and_not_followed() {
    let to = |location| error(ROW, Said { status: 302, headers: &[("location", location)], ..said("") });
    assert_eq!(
        to("https://user:pw@evil.example/steal?token=1"),
        "HTTP 302 Found: the API redirects to `evil.example`, and redirects are not followed"
    );
    assert!(to("/login").contains("`localhost`"));
    assert!(error(ROW, Said { status: 304, ..said("") }).contains("304"));
}

#[test]
fn a_cut_answer_says_so() {
    let cut = Said { is_cut: true, body: "caf\u{e9}".as_bytes().get(..4).unwrap(), ..said("") };
    let text = text(ROW, cut);
    assert!(text.starts_with("caf\n[truncated: the answer was cut after 3 bytes"), "{text}");
    let path = Row { answer: &["data"], ..ROW };
    let told = error(path, Said { is_cut: true, ..said("{\"data\": [1,") });
    assert!(told.contains("longer than 12 bytes") && told.contains("searched for `data`"), "{told}");
}

#[test]
fn a_path_finds_or_says_what_is_there() {
    let path = Row { answer: &["data", "result"], ..ROW };
    assert_eq!(text(path, said("{\"data\": {\"result\": [ {\"b\": 1, \"a\": 2} ]}}")), "[{\"b\":1,\"a\":2}]");
    assert_eq!(text(path, said("{\"data\": {\"result\": \"up\"}}")), "up");
    assert_eq!(
        error(path, said("{\"data\": {\"results\": 1}}")),
        "HTTP 200 OK: the answer has nothing at `data.result`; in `data` there are `results`"
    );
    assert_eq!(
        error(path, said("{\"error\": \"x\"}")),
        "HTTP 200 OK: the answer has nothing at `data.result`; in the answer there are `error`"
    );
    let told = error(path, Said { headers: &[("content-type", "text/html")], ..said("<html>\u{202e}") });
    assert_eq!(
        told,
        "HTTP 200 OK: the answer is not JSON (type `text/html`; fault at line 1, column 1), so it cannot be searched for \
         `data.result`; it begins `<html>\\u{202e}`"
    );
    assert!(error(path, said("")).contains("the answer is empty, which is not JSON"));
}

const STATUS: Param =
    required("status", Kind::Text { min: 0, max: 100, pattern: "", one_of: &["ok", "bad"] });

fn returning(kind: Kind) -> Row {
    Row { returns: Returns::Json { about: "", kind }, ..ROW }
}

#[test]
fn a_promise_about_the_answer_is_checked() {
    let row = returning(Kind::Object { fields: const { &[optional("n", INTEGER), STATUS] } });
    let good = reply(row, said("{ \"status\": \"ok\", \"n\": 5.0 }"));
    assert_eq!(good.structured, Some(json!({"status": "ok", "n": 5})));
    let good = reply(row, said("{ \"status\": \"ok\", \"n\": null }"));
    assert_eq!((good.structured, good.text.as_str()), (Some(json!({"status": "ok"})), "{\"status\":\"ok\"}"));
    let bad = error(row, said("{\"status\": \"odd\"}"));
    assert!(
        bad.contains(
            "not what this tool returns\n- `answer.status` is the text `odd`; it wants one of `ok`, `bad`"
        ),
        "{bad}"
    );
    // An answer is not coerced.
    assert!(error(row, said("{\"status\": \"ok\", \"n\": \"5\"}")).contains("`answer.n`"));
    assert!(error(row, said("{\"status\": \"ok\", \"more\": 1}")).contains("`answer.more`"));
    assert!(error(row, said("")).contains("the answer is empty, which is not JSON"));
}

#[test]
fn an_answer_that_is_no_object_is_wrapped() {
    let row = returning(Kind::List { items: &INTEGER, min: 0, max: 9 });
    let reply = reply(row, said("[1, 2]"));
    assert_eq!((reply.text.as_str(), reply.structured), ("[1,2]", Some(json!({"result": [1, 2]}))));
}

#[test]
fn secrets_come_back_nowhere() {
    let secrets = secrets("tops3cret");
    let told = |row, said| reply_with(row, said, &secrets);
    let echo = "{\"a\": \"x tops3cret y\", \"tops3cret\": 1}";
    let open = returning(Kind::OpenObject);
    let path = Row { answer: &["b"], ..ROW };
    for reply in [
        told(ROW, said(echo)),
        told(ROW, Said { status: 401, ..said(echo) }),
        told(ROW, Said { is_cut: true, ..said("it is tops3c") }),
        told(ROW, Said { status: 500, is_cut: true, ..said("it is tops3c") }),
        told(open, said(echo)),
        told(path, said(echo)),
        told(path, said("tops3cret")),
        told(path, said("no JSON, it was dG9wczNjcmV0")),
        told(returning(INTEGER), said("\"tops3cret\"")),
        told(Row { answer: &["a"], ..ROW }, said(echo)),
    ] {
        let all = format!("{reply:?}");
        assert!(!all.contains("tops3c") && all.contains("***") && !all.contains("wczNjcmV0"), "{all}");
    }
}
