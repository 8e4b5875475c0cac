//! A redirect takes nothing along: clients that follow one drop `Authorization` on the way to another host and keep
//! `X-Api-Key`, so an agent follows none.

use std::net::SocketAddr;

use heddle_tests::agent;
use heddle_tests::audit;
use heddle_tests::backend::{Backend, Then};
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use serde_json::json;

use crate::accept;

const CONFIG: &str = r#"
agent:
  name: redirected
  exposes:
    - name: read
      description: "Reads."
      parameters: { kind: { type: integer, min: 0, max: 99 } }
    - name: write
      description: "Writes."
      access: write
      parameters: { kind: { type: integer, min: 0, max: 99 } }
  http_bridge:
    - tool_name: read
      method: GET
      url: "{origin}/away/{{kind}}"
      headers: { X-Api-Key: "{{secret:api-key}}", Authorization: "Bearer {{secret:token}}" }
    - tool_name: write
      method: POST
      url: "{origin}/away/{{kind}}"
      headers: { X-Api-Key: "{{secret:api-key}}" }
      body_template: { key: "{{secret:body-key}}" }
  runtime:
    trust_tier: 2
    max_execution_time: 5s
"#;

/// Where a redirect can point, `{away}` being a server that is not the agent's.
fn places(away: SocketAddr, home: SocketAddr) -> Vec<String> {
    vec![
        format!("http://{away}/canary"),
        format!("//{away}/canary"),
        format!("http://{home}@{away}/canary"),
        format!("http:\\\\{away}\\canary"),
        format!("https://{away}/canary"),
        // Nor on the same server: what it names was not in the config.
        "/admin".to_owned(),
        "../admin".to_owned(),
        format!("http://{home}/admin"),
    ]
}

#[test]
fn a_redirect_takes_no_credentials_anywhere() {
    let away = Backend::scripted(agent::address("redirected away"), accept);
    let built = agent::build("redirected", CONFIG);
    let places = places(away.address(), built.backend);
    let served = places.clone();
    let backend = Backend::scripted(built.backend, move |request, stream| {
        let number: usize = request.segments()[1].parse().expect("a number");
        let status = [301, 302, 303, 307, 308][number / served.len() % 5];
        let to = &served[number % served.len()];
        let head = format!("HTTP/1.1 {status} Moved\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let _ = std::io::Write::write_all(stream, head.as_bytes());
        Then::Keep
    });
    let home = Home::new();
    let keys = [("api-key", "k3y-of-the-api"), ("token", "t0ken"), ("body-key", "b0dy")];
    home.grant("redirected", &keys);
    let mut client = Client::connect(&built, home.path());
    for kind in 0..5 * places.len() {
        for tool in ["read", "write"] {
            let result = client.call(tool, json!({"kind": kind}));
            assert!(result.refused().contains("redirects are not followed"), "{kind}: {}", result.text);
            assert!(keys.iter().all(|(_, secret)| !result.text.contains(secret)), "{}", result.text);
            let sent = backend.take_one();
            assert_eq!(sent.path(), format!("/away/{kind}"));
            assert_eq!(sent.header("x-api-key"), Some("k3y-of-the-api"));
        }
    }
    assert!(client.close().success());
    assert_eq!(away.connections(), 0, "nobody knocked elsewhere");
    assert!(backend.take().is_empty());
    let calls = 2 * 5 * places.len();
    let records = audit::records(home.path());
    assert_eq!(["http_bridge", "tool_call"].map(|event| audit::count(&records, event)), [calls; 2]);
}
