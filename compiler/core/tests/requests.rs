//! Bridges as requests: what of a URL, header and body reaches the plan, and what is refused where.

use heddle_compiler::check::{Granted, Grants};
use heddle_compiler::compile;
use heddle_compiler::diag::{
    Code, HD0201, HD0202, HD0204, HD0207, HD0301, HD0302, HD0303, HD0305, HD0306, HD0310, HD0401, HD0402,
    HD0403, HD0404, HD0405, HD0406, HD0407, HD0408, HD0409, HD0410, HD0411, HD0413, HD0414, HD0416,
};
use heddle_compiler::plan::{Addresses, Field, GrantId, Json, Node, Origin, Part, Plan, Scheme, Slot};
use heddle_compiler::source::Sources;

/// An agent of one tool with the parameters `id`, `opt` and `list`, as far as its bridge mentions them.
fn check(bridge: &str) -> (Option<Plan>, Vec<Code>) {
    let parameters = [
        ("id", "        id: { type: string }\n"),
        ("opt", "        opt: { type: integer, required: false }\n"),
        ("list", "        list: { type: array, items: { type: string } }\n"),
    ];
    let declared: String =
        parameters.iter().filter(|(name, _)| bridge.contains(name)).map(|(_, line)| *line).collect();
    let declared = if declared.is_empty() { declared } else { format!("      parameters:\n{declared}") };
    let config = format!(
        "agent:\n  name: shop\n  exposes:\n    - name: tool\n      description: \"A tool.\"\n      access: write\n{declared}  \
         http_bridge:\n    - tool_name: tool\n      {bridge}\n  runtime:\n    trust_tier: 2\n"
    );
    let key = Granted { key: "key".to_owned(), span: None };
    let grants =
        Grants { source: Some("grants".to_owned()), agents: [("shop".to_owned(), vec![key])].into() };
    let compiled = compile(&mut Sources::default(), "agent.yaml", config.as_bytes(), &grants);
    let errors =
        compiled.diagnostics.iter().filter(|found| found.severity == heddle_compiler::diag::Severity::Error);
    (compiled.plan, errors.map(|found| found.code).collect())
}

fn text(text: &str) -> Part {
    Part::Text(text.to_owned())
}

fn arg(name: &str) -> Part {
    Part::Arg(name.to_owned())
}

#[test]
fn a_url_is_taken_apart() {
    for (url, origin, path, query) in [
        ("http://localhost", (Scheme::Http, "localhost", 80), vec![text("/")], vec![]),
        ("HTTPS://API.Example.com", (Scheme::Https, "api.example.com", 443), vec![text("/")], vec![]),
        ("http://[::1]:8080/a", (Scheme::Http, "[::1]", 8080), vec![text("/a")], vec![]),
        (
            "http://localhost/a/{{id}}/b-{{id}}.json",
            (Scheme::Http, "localhost", 80),
            vec![text("/a/"), arg("id"), text("/b-"), arg("id"), text(".json")],
            vec![],
        ),
        (
            "http://localhost/%7euser/%2f ü".replace(' ', "").leak(),
            (Scheme::Http, "localhost", 80),
            vec![text("/~user/%2F%C3%BC")],
            vec![],
        ),
        (
            "http://localhost?a=1+2&b=x%26{{id}}&c={{opt}}&d",
            (Scheme::Http, "localhost", 80),
            vec![text("/")],
            vec![
                ("a", vec![text("1 2")]),
                ("b", vec![text("x&"), arg("id")]),
                ("c", vec![arg("opt")]),
                ("d", vec![]),
            ],
        ),
    ] {
        let (plan, codes) = check(&format!("url: \"{url}\""));
        let plan = plan.unwrap_or_else(|| panic!("{url} is refused: {codes:?}"));
        let tool = &plan.tools["tool"];
        let (scheme, host, port) = origin;
        assert_eq!(
            tool.origin,
            Origin { scheme, host: host.to_owned(), port, addresses: Addresses::of(host) },
            "{url}"
        );
        assert_eq!(tool.path, path, "{url}");
        let query: Vec<Field> =
            query.into_iter().map(|(name, value)| Field { name: name.to_owned(), value }).collect();
        assert_eq!(tool.query, query, "{url}");
    }
}

#[test]
fn urls_that_lead_elsewhere_are_refused() {
    for (url, codes) in [
        ("{{id}}/a", vec![HD0401]),
        ("{{id}}://host/a", vec![HD0401]),
        ("http://{{id}}/a", vec![HD0401]),
        ("http://{{id}}.host/a", vec![HD0401]),
        ("http://host{{id}}", vec![HD0401]),
        ("http://host:{{id}}/", vec![HD0401]),
        ("http://host:80{{id}}/", vec![HD0401]),
        ("http://{{secret:key}}.host/", vec![HD0302]),
        ("http://user:pw@host/", vec![HD0404]),
        ("http://good.example@evil.example/", vec![HD0404]),
        ("/a", vec![HD0402]),
        ("http:/a", vec![HD0402]),
        ("http:///a", vec![HD0402]),
        ("//host/a", vec![HD0402]),
        ("ftp://host/a", vec![HD0403]),
        ("file:///etc/passwd", vec![HD0403]),
        ("http://host:0/", vec![HD0408]),
        ("http://host:/", vec![HD0408]),
        ("http://host:65536/", vec![HD0408]),
        ("http://host:+80/", vec![HD0408]),
        ("http://bücher.example/", vec![HD0405]),
        ("http://a_b-.example/", vec![HD0405]),
        ("http://[::1/", vec![HD0405]),
        ("http://127.1/", vec![HD0406]),
        ("http://0x7f000001/", vec![HD0406]),
        ("http://[::ffff:127.0.0.1]/", vec![HD0406]),
        ("http://169.254.169.254/", vec![HD0407]),
        ("http://[::ffff:169.254.169.254]/", vec![HD0407]),
        ("http://metadata.google.internal/", vec![HD0407]),
        ("http://0.0.0.0/", vec![HD0416]),
        ("http://host/a#b", vec![HD0409]),
        ("http://host/a/../b", vec![HD0410]),
        ("http://host/a/%2E%2e/b", vec![HD0410]),
        ("http://host/./b", vec![HD0410]),
        ("http://host/a%", vec![HD0411]),
        ("http://host/a%00", vec![HD0411]),
        ("http://host/{id}", vec![HD0411, HD0202]),
        ("http://host/?a=%ff", vec![HD0411]),
        ("http://host/?=1", vec![HD0411]),
        ("http://host/{{opt}}", vec![HD0204]),
        ("http://host/?a=x{{opt}}", vec![HD0204]),
        ("http://host/{{list}}", vec![HD0207]),
        ("http://host/{{secret:key}}", vec![HD0302]),
        ("https://host/?key=abc", vec![HD0306]),
        ("https://host/{{x}}", vec![HD0201]),
    ] {
        let mut expected = codes;
        expected.sort();
        let (plan, mut found) = check(&format!("url: \"{url}\""));
        found.sort();
        assert_eq!(found, expected, "{url}");
        assert_eq!(plan, None, "{url}");
    }
}

#[test]
fn headers_are_sorted_and_bounded() {
    let url = "url: \"https://host/\"\n      headers:";
    let (plan, codes) = check(&format!(
        "{url} {{ X-B: \"v {{{{id}}}}\", x-a: \"{{{{opt}}}}\", Authorization: \"Bearer {{{{secret:key}}}}\" }}"
    ));
    let plan = plan.unwrap_or_else(|| panic!("refused: {codes:?}"));
    let secret = Part::Secret("key".to_owned());
    let field = |name: &str, value| Field { name: name.to_owned(), value };
    assert_eq!(
        plan.tools["tool"].headers,
        [
            field("authorization", vec![text("Bearer "), secret]),
            field("x-a", vec![arg("opt")]),
            field("x-b", vec![text("v "), arg("id")]),
        ]
    );
    let origin =
        Origin { scheme: Scheme::Https, host: "host".to_owned(), port: 443, addresses: Addresses::Public };
    let grant = GrantId { key: "key".to_owned(), origin };
    let slots = [Slot::Header("authorization".to_owned())].into();
    assert_eq!(plan.grants, [(grant, slots)].into());
    for (headers, codes) in [
        ("{ Authorization: \"Bearer abc\" }", vec![HD0305]),
        ("{ X-Api-Key: \"abc\" }", vec![HD0305]),
        ("{ Cookie: \"a=b\" }", vec![HD0305]),
        ("{ X-Other: \"{{secret:other}}\" }", vec![HD0301]),
        ("{ Host: \"evil\" }", vec![HD0413]),
        ("{ Content-Length: \"5\" }", vec![HD0413]),
        ("{ Transfer-Encoding: \"chunked\" }", vec![HD0413]),
        ("{ X-A: \"a\\nB: c\" }", vec![HD0414]),
        ("{ X-A: \"ü\" }", vec![HD0414]),
        ("{ Content-Type: \"text/plain\" }", vec![HD0414]),
        ("{ X-A: \"a {{opt}}\" }", vec![HD0204]),
    ] {
        assert_eq!(check(&format!("{url} {headers}")).1, codes, "{headers}");
    }
}

#[test]
fn a_secret_over_plain_http_stays_on_this_machine() {
    for (host, codes) in [
        ("localhost:80", vec![]),
        ("127.0.0.9", vec![]),
        ("[::1]", vec![]),
        ("10.0.0.1", vec![HD0303]),
        ("nas", vec![HD0303]),
    ] {
        let bridge = format!("url: \"http://{host}/\"\n      headers: {{ X-T: \"{{{{secret:key}}}}\" }}");
        assert_eq!(check(&bridge).1, codes, "{host}");
    }
}

#[test]
fn a_body_keeps_types_and_leaves_out() {
    let url = "method: POST\n      url: \"https://host/\"\n      body_template:";
    let body = |template: &str| {
        let (plan, codes) = check(&format!("{url} {template}"));
        plan.map(|plan| plan.tools["tool"].body.clone()).ok_or(codes)
    };
    assert_eq!(
        body(
            "{ a: \"{{opt}}\", b: [\"{{list}}\", 1], c: \"x{{id}}\", d: { e: null }, f: \"{{secret:key}}\" }"
        ),
        Ok(Some(Node::Map(
            [
                ("a".to_owned(), Node::Arg("opt".to_owned())),
                ("b".to_owned(), Node::List(vec![Node::Arg("list".to_owned()), Node::Fixed(Json::Int(1))])),
                ("c".to_owned(), Node::Text(vec![text("x"), arg("id")])),
                ("d".to_owned(), Node::Fixed(Json::Map([("e".to_owned(), Json::Null)].into()))),
                ("f".to_owned(), Node::Text(vec![Part::Secret("key".to_owned())])),
            ]
            .into()
        )))
    );
    assert_eq!(body("\"{{list}}\""), Ok(Some(Node::Arg("list".to_owned()))));
    for (template, codes) in [
        ("\"{{opt}}\"", vec![HD0204]),
        ("{ a: \"x{{opt}}\" }", vec![HD0204]),
        ("{ a: \"x{{list}}\" }", vec![HD0207]),
        ("{ password: \"hunter2\" }", vec![HD0310]),
        ("{ a: \"{{x}}\" }", vec![HD0201]),
    ] {
        assert_eq!(body(template), Err(codes), "{template}");
    }
}
