//! A built agent behind an authorization server: which tokens let their holders in, what everybody else is told, and where
//! no token goes.

use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock};
use std::time::Instant;

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::backend::Backend;
use heddle_tests::client::CallResult;
use heddle_tests::home::Home;
use heddle_tests::hosts;
use heddle_tests::http::{Answer, Server, bearer, hello};
use heddle_tests::issuer::{Issuer, now};
use heddle_tests::tls::{Authority, Manner, TlsServer};
use serde_json::{Value, json};

use crate::accept;

const CONFIG: &str = r#"
agent:
  name: delegated
  version: "1.0.0"
  exposes:
    - { name: look, description: "Looks." }
    - { name: change, description: "Changes something.", access: write }
  http_bridge:
    - { tool_name: look, method: GET, url: "{origin}/look" }
    - { tool_name: change, method: POST, url: "{origin}/change" }
  runtime:
    trust_tier: 2
    sandbox: require
    http:
      resource: "https://mcp.example.org/mcp"
      issuer: "{issuer}"
      jwks: "{issuer}/keys"
      read_scope: "tools:read"
      write_scope: "tools:write"
"#;
const METADATA: &str =
    "resource_metadata=\"https://mcp.example.org/.well-known/oauth-protected-resource/mcp\"";

struct Rig {
    agent: Agent,
    backend: Backend,
    issuer: Issuer,
}

fn rig() -> &'static Rig {
    static RIG: OnceLock<Rig> = OnceLock::new();
    RIG.get_or_init(|| {
        let address = agent::address("issuer");
        let agent = agent::build("delegated", &CONFIG.replace("{issuer}", &format!("http://{address}")));
        let backend = Backend::scripted(agent.backend, accept);
        Rig { agent, backend, issuer: Issuer::start(address) }
    })
}

/// For tests that count the changes that the backend was asked for: one at a time.
fn alone() -> MutexGuard<'static, ()> {
    static CHANGES: Mutex<()> = Mutex::new(());
    CHANGES.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The claims of a good token, with these in their place.
fn claims(changes: Value) -> Value {
    let mut claims = json!({
        "iss": format!("http://{}", rig().issuer.backend.address()), "aud": "https://mcp.example.org/mcp",
        "sub": "ada", "exp": now() + 300, "scope": "tools:read tools:write",
    });
    for (key, value) in changes.as_object().expect("claims") {
        claims[key] = value.clone();
    }
    claims
}

fn token(header: Value, changes: Value) -> String {
    rig().issuer.token(&header, &claims(changes))
}

fn call(server: &Server, token: &str, tool: &str) -> Answer {
    let params = json!({"name": tool, "arguments": {}});
    server.stateless(&[("authorization", &bearer(token))], &json!(1), "tools/call", params)
}

#[test]
fn a_good_token_lets_its_holder_in_and_goes_nowhere() {
    let _alone = alone();
    let Rig { agent, backend, .. } = rig();
    let home = Home::new();
    let server = Server::start(agent, home.path());
    let mut used = Vec::new();
    for header in [
        json!({"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}),
        json!({"alg": "ES256", "kid": "ec"}),
        json!({"alg": "EdDSA", "kid": "ed"}),
    ] {
        let token = token(header.clone(), json!({}));
        for tool in ["look", "change"] {
            let answer = call(&server, &token, tool);
            assert_eq!(answer.status, 200, "{header}: {answer:?}");
            assert_eq!(CallResult::of(&answer.json()).ok(), "{}");
        }
        used.push(token);
    }
    let session = server.initialize(&[("authorization", &bearer(&used[0]))]);
    assert_eq!(session.len(), 32);
    let signature = |token: &str| token.rsplit('.').next().expect("three parts").to_owned();
    let shown = format!("{:?} {:?} {}", backend.requests(), audit::records(home.path()), server.stderr());
    for token in &used {
        assert!(!shown.contains(&signature(token)), "a token is in a request, the log or the complaints");
    }
    for request in backend.requests() {
        assert!(request.header("authorization").is_none(), "{request:?}");
    }
    for record in audit::records(home.path()) {
        let by = if record["event"] == "agent_lifecycle" { json!(null) } else { json!("oauth:ada") };
        assert_eq!(record["principal"], by, "{record}");
    }
}

#[test]
fn any_other_token_is_refused_with_where_to_get_one() {
    let _alone = alone();
    let Rig { agent, backend, .. } = rig();
    let home = Home::new();
    let server = Server::start(agent, home.path());
    let good = json!({"alg": "RS256", "kid": "rsa"});
    let mut wrong = vec![];
    for changes in [
        json!({"aud": "https://mcp.example.org"}),
        json!({"aud": "https://other.example/mcp"}),
        json!({"aud": null}),
        json!({"iss": "https://evil.example"}),
        json!({"iss": null}),
        json!({"exp": now() - 120}),
        json!({"exp": null}),
        json!({"nbf": now() + 600}),
        json!({"sub": null}),
    ] {
        wrong.push((changes.to_string(), token(good.clone(), changes)));
    }
    for header in [
        json!({"alg": "none"}),
        json!({"alg": "none", "kid": "rsa"}),
        json!({"alg": "HS256", "kid": "rsa"}),
        json!({"alg": "HS256", "kid": "ec"}),
        json!({"alg": "HS256", "kid": "ed"}),
        json!({"alg": "RS256", "kid": "nobody"}),
        json!({"alg": "RS256"}),
        json!({"alg": "RS256", "kid": "ec"}),
        json!({"alg": "ES256", "kid": "rsa"}),
        json!({"alg": "RS256", "kid": "../rsa"}),
    ] {
        wrong.push((header.to_string(), token(header, json!({}))));
    }
    let whole = token(good.clone(), json!({}));
    let (message, signature) = whole.rsplit_once('.').expect("three parts");
    let forged = token(good, json!({"sub": "eve"}));
    let (forged, _) = forged.rsplit_once('.').expect("three parts");
    wrong.push(("no signature".to_owned(), format!("{message}.")));
    wrong.push(("another's signature".to_owned(), format!("{forged}.{signature}")));
    wrong.push(("no token at all".to_owned(), "opaque".to_owned()));
    let before = backend.requests().iter().filter(|request| request.path() == "/change").count();
    for (what, token) in wrong {
        let refused = call(&server, &token, "change");
        assert_eq!(refused.status, 401, "{what}: {refused:?}");
        let told = refused.header("www-authenticate").unwrap_or_default();
        assert_eq!(
            told,
            format!("Bearer error=\"invalid_token\", scope=\"tools:read\", {METADATA}"),
            "{what}"
        );
        assert!(!String::from_utf8_lossy(&refused.body).contains("kid"), "{refused:?}");
    }
    let after = backend.requests().iter().filter(|request| request.path() == "/change").count();
    assert_eq!(before, after, "nothing was sent");
    assert_eq!(call(&server, &whole, "look").status, 200);
}

#[test]
fn a_scope_is_for_what_it_says() {
    let _alone = alone();
    let Rig { agent, backend, .. } = rig();
    let home = Home::new();
    let server = Server::start(agent, home.path());
    let header = json!({"alg": "ES256", "kid": "ec"});
    let reader = token(header.clone(), json!({"scope": "tools:read", "sub": "reader"}));
    assert_eq!(CallResult::of(&call(&server, &reader, "look").json()).ok(), "{}");
    let before = backend.requests().iter().filter(|request| request.path() == "/change").count();
    let nobody = token(header, json!({"scope": "openid tools", "sub": "nobody"}));
    for (token, tool) in [(&reader, "change"), (&nobody, "look"), (&nobody, "change")] {
        let refused = call(&server, token, tool);
        assert_eq!(refused.status, 403, "{refused:?}");
        assert_eq!(
            refused.header("www-authenticate"),
            Some(
                format!("Bearer error=\"insufficient_scope\", scope=\"tools:read tools:write\", {METADATA}")
                    .as_str()
            )
        );
    }
    let after = backend.requests().iter().filter(|request| request.path() == "/change").count();
    assert_eq!(before, after, "nothing was sent");
    let refused = audit::of_tool(home.path(), "change");
    assert_eq!(refused.len(), 1, "who is not let in makes no call: {refused:#?}");
    let [record] = &refused[..] else { unreachable!("there is one") };
    assert_eq!((&record["layer"], &record["principal"]), (&json!("access_mode"), &json!("oauth:reader")));
}

#[test]
fn who_has_no_token_is_told_where_to_get_one() {
    let Rig { agent, issuer, .. } = rig();
    let home = Home::new();
    let server = Server::start(agent, home.path());
    for fields in [&[][..], &[("authorization", "Basic YTpi")], &[("authorization", "Bearer")]] {
        let refused = server.post(fields, &hello());
        assert_eq!(refused.status, 401, "{refused:?}");
        assert!(
            refused.header("www-authenticate").is_some_and(|told| told.ends_with(METADATA)),
            "{refused:?}"
        );
    }
    // In the address it is no token.
    let good = token(json!({"alg": "EdDSA", "kid": "ed"}), json!({}));
    let body = hello().to_string();
    let json_type = [("content-type", "application/json")];
    let refused = server.request("POST", &format!("/mcp?access_token={good}"), &json_type, body.as_bytes());
    assert_eq!(refused.status, 401);
    for path in ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"] {
        let metadata = server.request("GET", path, &[("host", "mcp.example.org")], b"");
        assert_eq!(metadata.status, 200, "{metadata:?}");
        assert_eq!(
            metadata.json(),
            json!({
                "resource": "https://mcp.example.org/mcp",
                "authorization_servers": [format!("http://{}", issuer.backend.address())],
                "bearer_methods_supported": ["header"],
                "scopes_supported": ["tools:read", "tools:write"],
            })
        );
    }
}

#[test]
fn tokens_that_name_no_key_do_not_make_the_agent_ask_each_time() {
    let Rig { agent, issuer, .. } = rig();
    let home = Home::new();
    let server = Server::start(agent, home.path());
    issuer.backend.take();
    for number in 0..50 {
        let stranger = token(json!({"alg": "RS256", "kid": format!("k{number}")}), json!({}));
        assert_eq!(call(&server, &stranger, "look").status, 401);
    }
    // Other tests ask it too, each agent once or twice.
    let asked = issuer.backend.requests().len();
    assert!(asked <= 12, "{asked} requests for the keys");
}

#[test]
fn strangers_do_not_fill_the_log_while_the_keys_cannot_be_read() {
    // Nobody listens there.
    let nowhere = format!("http://{}/keys", agent::address("no issuer"));
    let config = CONFIG
        .replace("name: delegated", "name: stranded")
        .replace("{issuer}/keys", &nowhere)
        .replace("{issuer}", "https://login.example.org");
    let built = agent::build("stranded", &config);
    let home = Home::new();
    let server = Server::start(&built, home.path());
    let stranger = token(json!({"alg": "RS256", "kid": "rsa"}), json!({"iss": "https://login.example.org"}));
    let began = Instant::now();
    for _ in 0..40 {
        let refused = call(&server, &stranger, "look");
        assert_eq!(refused.status, 503, "{refused:?}");
        assert!(!String::from_utf8_lossy(&refused.body).contains(&nowhere), "{refused:?}");
    }
    assert!(server.complains_of("nobody is let in: "), "{}", server.stderr());
    // One line every ten seconds, however many ask.
    let said = server.stderr().matches("nobody is let in: ").count() as u64;
    assert!(said <= 1 + began.elapsed().as_secs() / 10, "{}", server.stderr());
}

#[test]
fn keys_are_taken_from_a_server_that_proves_itself() {
    let (address, company) = (agent::address("issuer with TLS"), Authority::new("the company"));
    let host = address.ip().to_string();
    let config = CONFIG
        .replace("name: delegated", "name: federated")
        .replace("\"{issuer}/keys\"", &format!("\"https://{address}/keys\""))
        .replace("{issuer}", "https://login.example.org");
    let built = agent::build("federated", &config);
    let _backend = Backend::scripted(built.backend, accept);
    let issuer = Issuer::start(agent::address("issuer behind TLS"));
    let _tls = TlsServer::serving(address, Manner::Good, &[&host], &company, &issuer.keys);
    let mut claims = claims(json!({}));
    claims["iss"] = json!("https://login.example.org");
    let token = issuer.token(&json!({"alg": "RS256", "kid": "rsa"}), &claims);
    // Nobody knows its authority: nobody is let in, and the operator is told why.
    let home = Home::new();
    let server = Server::start(&built, home.path());
    let refused = call(&server, &token, "look");
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(!String::from_utf8_lossy(&refused.body).contains(&host), "{refused:?}");
    assert!(server.complains_of("no TLS with"), "{}", server.stderr());
    // The operator does.
    let home = Home::new();
    std::fs::create_dir(home.path().join("authorities")).expect("the home can be written");
    home.write(&format!("authorities/{host}.pem"), &company.pem);
    let server = Server::start(&built, home.path());
    assert_eq!(CallResult::of(&call(&server, &token, "look").json()).ok(), "{}");
}

/// A login server of the company's own: its name leads into a private network.
#[test]
fn keys_are_read_inside_only_with_a_reason() {
    if !hosts::can_be_given() {
        return;
    }
    let (address, company) = (agent::address("issuer inside"), Authority::new("the company"));
    let host = "login.heddle.test";
    let config = CONFIG
        .replace("\"{issuer}/keys\"", &format!("\"https://{host}:{}/keys\"", address.port()))
        .replace("{issuer}", "https://login.example.org");
    let inside = config.replace("name: delegated", "name: inside").replace(
        "      read_scope",
        "      allow_private: \"the login server stands in this house\"\n      read_scope",
    );
    let outside = config.replace("name: delegated", "name: outside");
    let issuer = Issuer::start(agent::address("issuer behind the name"));
    let _tls = TlsServer::serving(address, Manner::Good, &[host], &company, &issuer.keys);
    let mut claims = claims(json!({}));
    claims["iss"] = json!("https://login.example.org");
    let token = issuer.token(&json!({"alg": "RS256", "kid": "rsa"}), &claims);
    let loopback = address.ip().to_string();
    let reason = "the login server stands in this house";
    let policy = Command::new(agent::build("inside", &inside).binary).arg("--policy").env_clear().output();
    assert!(String::from_utf8_lossy(&policy.expect("the agent runs").stdout).contains(reason));
    for (label, config, leads_to, complaint) in [
        ("inside", &inside, loopback.as_str(), None),
        ("inside", &inside, "169.254.169.254", Some("never dialled")),
        ("outside", &outside, loopback.as_str(), Some("which the policy does not let this name lead to")),
    ] {
        let built = agent::build(label, config);
        let home = Home::new();
        std::fs::create_dir(home.path().join("authorities")).expect("the home can be written");
        home.write(&format!("authorities/{host}.pem"), &company.pem);
        home.write("hosts", &format!("{leads_to} {host}\n"));
        let mut command = hosts::under(&home.path().join("hosts"), &built.binary);
        let server = Server::start_command(command.args(["--http", "0"]).env("HEDDLE_HOME", home.path()));
        let listed =
            server.stateless(&[("authorization", &bearer(&token))], &json!(1), "tools/list", json!({}));
        match complaint {
            None => assert_eq!(listed.status, 200, "{listed:?} {}", server.stderr()),
            Some(complaint) => {
                assert_eq!(listed.status, 503, "{label} {leads_to}: {listed:?}");
                assert!(server.complains_of(complaint), "{label} {leads_to}: {}", server.stderr());
            }
        }
    }
}
