//! The shape of a request does not depend on what its arguments say: payloads of every class, and anything at all, in every
//! place at once.

use super::compose::{Filling, Reader, compose};
use super::route::Route;
use crate::broker::Secrets;
use crate::call::{Call, ToolState, access_mode, escalation, input_validation, rate_limit, trust_tier};
use crate::decl::{Body, Field, Kind, Node, Param, Part};
use crate::proof::Row;
use crate::proof::fixture::{ROW, leak, members, required};
use proptest::prelude::*;
use reqwest::Request;
use serde_json::{Value, json};
use std::time::Instant;

const LONG: Kind = Kind::Text { min: 0, max: u32::MAX, pattern: "", one_of: &[] };
const PARAMS: &[Param] =
    &[required("body", LONG), required("header", LONG), required("path", LONG), required("query", LONG)];

/// A tool that puts one argument into each place.
const EVERYWHERE: Row = Row {
    params: PARAMS,
    path: &[Part::Text("/a/"), Part::Arg("path"), Part::Text("/b")],
    query: &[
        Field { name: "fixed", value: &[Part::Text("1")] },
        Field { name: "q", value: &[Part::Arg("query")] },
        Field { name: "r", value: &[Part::Text("is:"), Part::Arg("query")] },
    ],
    headers: &[Field { name: "x-text", value: &[Part::Text("t "), Part::Arg("header")] }],
    body: Body::Json(Node::Map(&[
        ("alone", Node::Arg("body")),
        ("inside", Node::List(&[Node::Text(&[Part::Text("<"), Part::Arg("body"), Part::Text(">")])])),
    ])),
    ..ROW
};

/// What a server sees of a request, without the arguments themselves.
fn shape(request: &Request) -> Value {
    let url = request.url();
    let body = request
        .body()
        .and_then(|body| body.as_bytes())
        .map(|bytes| serde_json::from_slice::<Value>(bytes).unwrap());
    json!({
        "origin": [url.scheme(), url.host_str(), url.port(), url.username(), url.password(), url.fragment()],
        "segments": url.path_segments().map(Iterator::count),
        "keys": url.query().unwrap().split('&').map(|field| field.split('=').next().unwrap()).collect::<Vec<_>>(),
        "headers": request.headers().keys().map(|name| name.as_str()).collect::<Vec<_>>(),
        "body": body.as_ref().map(kinds),
    })
}

/// The JSON with each text as `""`.
fn kinds(value: &Value) -> Value {
    match value {
        Value::String(_) => json!(""),
        Value::Array(items) => items.iter().map(kinds).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(key, member)| (key.clone(), kinds(member)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

/// Sends a text through every place. Where one place refuses it, harmless words stand there instead.
fn keeps_its_shape(tool: &ToolState, route: &Route, harmless: &Value, text: &str) {
    let mut arguments = json!({ "body": text, "header": text, "path": text, "query": text });
    for _ in 0..3 {
        let given = members(arguments.clone());
        let call = Call::receive(tool, &given, Instant::now());
        let passed = rate_limit(call)
            .and_then(access_mode)
            .and_then(escalation)
            .and_then(input_validation)
            .and_then(trust_tier);
        let call = passed.unwrap_or_else(|refusal| panic!("{text:?}: {}", refusal.reason()));
        let secrets = Secrets::default();
        match compose(route, Filling { values: call.values(), secrets: &secrets, reader: Reader::Log }) {
            Ok((request, _)) => {
                assert_eq!(&shape(&request), harmless, "{text:?}");
                let body: Value =
                    serde_json::from_slice(request.body().unwrap().as_bytes().unwrap()).unwrap();
                assert_eq!(body["alone"], json!(text), "the argument arrives as it was given");
                return;
            }
            Err(problem) if problem.contains("`header`") => arguments["header"] = json!("x"),
            Err(problem) if problem.contains("`path`") => arguments["path"] = json!("x"),
            Err(problem) => panic!("{text:?}: {problem}"),
        }
    }
    panic!("{text:?} is refused everywhere");
}

fn rig() -> (ToolState, Route, Value) {
    let row = leak(Row { limit: crate::decl::Limit { per_minute: u32::MAX, burst: u32::MAX }, ..EVERYWHERE });
    let (tool, route) = (ToolState::new(row, 0).unwrap(), Route::new(row).unwrap());
    let given = members(json!({ "body": "x", "header": "x", "path": "x", "query": "x" }));
    let call = Call::receive(&tool, &given, Instant::now());
    let call = rate_limit(call)
        .and_then(access_mode)
        .and_then(escalation)
        .and_then(input_validation)
        .and_then(trust_tier)
        .unwrap();
    let secrets = Secrets::default();
    let (request, _) =
        compose(&route, Filling { values: call.values(), secrets: &secrets, reader: Reader::Log }).unwrap();
    let harmless = shape(&request);
    (tool, route, harmless)
}

/// Payloads of our own; with `HEDDLE_TEST_CORPORA`, each attack row of that folder, too.
#[test]
fn payloads_of_every_class_keep_the_shape_of_the_request() {
    let (tool, route, harmless) = rig();
    let mut count = 0;
    let mut keep = |text: &str| {
        keeps_its_shape(&tool, &route, &harmless, text);
        count += 1;
    };
    for text in crate::scan::payloads() {
        keep(text);
    }
    if let Some(folder) = std::env::var_os("HEDDLE_TEST_CORPORA") {
        for file in std::fs::read_dir(std::path::Path::new(&folder).join("attack")).unwrap() {
            for line in std::fs::read_to_string(file.unwrap().path()).unwrap().lines() {
                let row: Value = serde_json::from_str(line).unwrap();
                if let Some(text) = row["text"].as_str() {
                    keep(text);
                }
            }
        }
    }
    assert!(count > 80, "{count}");
}

proptest! {
    #[test]
    fn any_text_keeps_the_shape_of_the_request(text in "\\PC{0,60}|[\\x00-\\x7f]{0,60}") {
        let (tool, route, harmless) = rig();
        keeps_its_shape(&tool, &route, &harmless, &text);
    }
}
