//! Tokens of an authorization server of our own, on a socket of its own.

use super::*;
use crate::decl::{Addresses, Origin, Scheme};
use ::ring::rand::SystemRandom;
use ::ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::timeout;

const ISSUER: &str = "http://127.0.0.1";
const RESOURCE: &str = "https://mcp.example.org/mcp";

fn url64(bytes: &[u8]) -> String {
    crate::text::base64(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

struct Server {
    ec: EcdsaKeyPair,
    ed: Ed25519KeyPair,
    oauth: OAuth,
    asked: Arc<AtomicUsize>,
    served: Arc<Mutex<String>>,
}

impl Server {
    fn start() -> Self {
        Self::slow(&[])
    }

    /// One that takes its time: so many milliseconds for the first request, the second, ...
    fn slow(delays: &'static [u64]) -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let ec =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).unwrap();
        let document = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let ed = Ed25519KeyPair::from_pkcs8(document.as_ref()).unwrap();
        let point = ec.public_key().as_ref();
        let keys = json!({"keys": [
            {"kty": "EC", "crv": "P-256", "kid": "ec", "use": "sig", "alg": "ES256",
             "x": url64(&point[1..33]), "y": url64(&point[33..])},
            {"kty": "OKP", "crv": "Ed25519", "kid": "ed", "x": url64(ed.public_key().as_ref())},
            {"kty": "OKP", "crv": "Ed25519", "kid": "enc", "use": "enc", "x": url64(ed.public_key().as_ref())},
            {"kty": "oct", "kid": "oct", "k": url64(b"a secret in a public set")},
        ]})
        .to_string();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let served = Arc::new(Mutex::new(keys));
        let set = served.clone();
        std::thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let number = counted.fetch_add(1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4096]);
                std::thread::sleep(Duration::from_millis(delays.get(number).copied().unwrap_or(0)));
                let keys = set.lock().unwrap().clone();
                let length = keys.len();
                let answer =
                    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{keys}");
                let _ = stream.write_all(answer.as_bytes());
            }
        });
        let authorization = Authorization::OAuth {
            resource: RESOURCE,
            issuer: ISSUER,
            keys_origin: Origin {
                scheme: Scheme::Http,
                host: "127.0.0.1",
                port,
                addresses: Addresses::Loopback,
            },
            keys_path: "/keys",
            read_scope: "tools:read",
            write_scope: "tools:write",
        };
        let oauth = OAuth::of(&authorization, &Trust::default()).unwrap().unwrap();
        Self { ec, ed, oauth, asked, served }
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let message =
            format!("{}.{}", url64(header.to_string().as_bytes()), url64(claims.to_string().as_bytes()));
        let signature = match header["kid"].as_str() {
            Some("ec") => self.ec.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref().to_vec(),
            _ => self.ed.sign(message.as_bytes()).as_ref().to_vec(),
        };
        format!("{message}.{}", url64(&signature))
    }
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

fn claims(changes: Value) -> Value {
    let mut claims =
        json!({"iss": ISSUER, "aud": RESOURCE, "sub": "ada", "exp": now() + 300, "scope": "tools:read"});
    for (key, value) in changes.as_object().unwrap() {
        claims[key] = value.clone();
    }
    claims
}

fn holder(server: &Server, token: &str) -> Result<Principal, Denied> {
    crate::proof::fixture::block_on(server.oauth.holder(token.as_bytes()))
}

#[test]
fn a_token_of_the_server_lets_its_holder_in() {
    let server = Server::start();
    for header in
        [json!({"alg": "ES256", "kid": "ec"}), json!({"alg": "EdDSA", "kid": "ed", "typ": "at+jwt"})]
    {
        let token = server.token(&header, &claims(json!({})));
        assert_eq!(holder(&server, &token), Ok(Principal::named("oauth:ada", false)), "{header}");
        let token =
            server.token(&header, &claims(json!({"scope": "other tools:write", "aud": ["x", RESOURCE]})));
        assert_eq!(holder(&server, &token), Ok(Principal::named("oauth:ada", true)));
    }
    assert_eq!(server.asked.load(Ordering::SeqCst), 1, "the keys are read once");
}

#[test]
fn any_other_token_lets_nobody_in() {
    let server = Server::start();
    let good = json!({"alg": "EdDSA", "kid": "ed"});
    for wrong in [
        json!({"iss": "http://127.0.0.1/"}),
        json!({"iss": "https://evil.example"}),
        json!({"iss": null}),
        json!({"aud": "https://mcp.example.org/"}),
        json!({"aud": "https://other.example"}),
        json!({"aud": []}),
        json!({"aud": null}),
        json!({"exp": now() - 60}),
        json!({"exp": null}),
        json!({"exp": "tomorrow"}),
        json!({"nbf": now() + 600}),
        json!({"nbf": "yesterday"}),
        json!({"sub": null}),
        json!({"sub": 7}),
        json!({"sub": ""}),
        json!({"sub": "a".repeat(256)}),
        json!({"iss": [ISSUER]}),
        json!({"scope": ["tools:read"]}),
    ] {
        let token = server.token(&good, &claims(wrong.clone()));
        assert_eq!(holder(&server, &token), Err(Denied::Invalid), "{wrong}");
    }
    for header in [
        json!({"alg": "none", "kid": "ed"}),
        json!({"alg": "HS256", "kid": "ed"}),
        json!({"alg": "HS256", "kid": "oct"}),
        json!({"alg": "ES256", "kid": "ed"}),
        json!({"alg": "RS256", "kid": "ed"}),
        json!({"alg": "EdDSA", "kid": "enc"}),
        json!({"alg": "EdDSA", "kid": "nobody"}),
        json!({"alg": "EdDSA"}),
        json!({"alg": "EdDSA", "kid": "ed", "crit": ["b64"], "b64": false}),
        json!({"alg": "EdDSA", "kid": "ed", "crit": []}),
        json!({"alg": "EdDSA", "kid": "ed", "crit": ["exp"]}),
        json!({"alg": "EdDSA", "kid": ["ed"]}),
        json!({"alg": ["EdDSA"], "kid": "ed"}),
    ] {
        let token = server.token(&header, &claims(json!({})));
        assert_eq!(holder(&server, &token), Err(Denied::Invalid), "{header}");
    }
    let token = server.token(&good, &claims(json!({})));
    let (message, signature) = token.rsplit_once('.').unwrap();
    let forged = server.token(&good, &claims(json!({"sub": "eve"})));
    for token in [
        format!("{message}."),
        message.to_owned(),
        format!("{}.{signature}", forged.rsplit_once('.').unwrap().0),
        "x".repeat(LONGEST + 1),
        String::new(),
    ] {
        assert_eq!(holder(&server, &token), Err(Denied::Invalid));
    }
    // Keys that nobody has are asked for once in a while, not for each token.
    assert_eq!(server.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn who_hangs_up_takes_the_keys_from_nobody() {
    let server = Server::slow(&[400]);
    let token = server.token(&json!({"alg": "EdDSA", "kid": "ed"}), &claims(json!({})));
    crate::proof::fixture::block_on(async {
        let gone = timeout(Duration::from_millis(100), server.oauth.holder(token.as_bytes())).await;
        assert!(gone.is_err(), "it was to be slower than that");
        assert_eq!(server.oauth.holder(token.as_bytes()).await, Ok(Principal::named("oauth:ada", false)));
    });
    assert_eq!(server.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn who_names_a_known_key_does_not_wait_for_those_who_do_not() {
    let server = Server::slow(&[0, 1500]);
    let token = |kid: &str| server.token(&json!({"alg": "EdDSA", "kid": kid}), &claims(json!({})));
    let (known, unknown) = (token("ed"), token("nobody"));
    crate::proof::fixture::block_on(async {
        let ada = Ok(Principal::named("oauth:ada", false));
        assert_eq!(server.oauth.holder(known.as_bytes()).await, ada);
        server.oauth.keys.may_ask_again();
        let waiting = server.oauth.holder(unknown.as_bytes());
        let others = async {
            // The other one is first in asking.
            while server.asked.load(Ordering::SeqCst) < 2 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            timeout(Duration::from_millis(700), server.oauth.holder(known.as_bytes())).await
        };
        let (refused, let_in) = tokio::join!(waiting, others);
        assert_eq!(refused, Err(Denied::Invalid));
        assert_eq!(let_in.expect("it waited for somebody else's key"), ada);
    });
}

#[test]
fn a_key_that_is_exchanged_is_read_when_it_is_named_and_the_old_one_is_none() {
    let server = Server::start();
    let token = |kid: &str| server.token(&json!({"alg": "EdDSA", "kid": kid}), &claims(json!({})));
    let (old, new) = (token("ed"), token("ed-2"));
    assert!(holder(&server, &old).is_ok());
    let exchanged = server.served.lock().unwrap().replace("\"ed\"", "\"ed-2\"");
    *server.served.lock().unwrap() = exchanged;
    // Strangers could name keys at random: nothing is read so soon after the last time.
    assert_eq!(holder(&server, &new), Err(Denied::Invalid));
    server.oauth.keys.may_ask_again();
    assert!(holder(&server, &new).is_ok());
    assert_eq!(holder(&server, &old), Err(Denied::Invalid));
    assert_eq!(server.asked.load(Ordering::SeqCst), 2);
}

#[test]
fn a_token_without_our_scopes_is_told_so() {
    let server = Server::start();
    for scope in ["", "tools", "tools:readx tools:reader", "TOOLS:READ"] {
        let token = server.token(&json!({"alg": "EdDSA", "kid": "ed"}), &claims(json!({"scope": scope})));
        assert_eq!(holder(&server, &token), Err(Denied::Scope), "{scope}");
    }
}

#[test]
fn the_metadata_says_where_to_get_a_token() {
    let server = Server::start();
    let metadata: Value = serde_json::from_slice(&server.oauth.metadata()).unwrap();
    assert_eq!(metadata["resource"], RESOURCE);
    assert_eq!(metadata["authorization_servers"], json!([ISSUER]));
    assert_eq!(
        server.oauth.metadata_url(),
        "https://mcp.example.org/.well-known/oauth-protected-resource/mcp"
    );
    assert_eq!(server.oauth.host(), "mcp.example.org");
    for (path, is) in [("", true), ("/mcp", true), ("/", false), ("/mcp/", false), ("x", false)] {
        assert_eq!(
            server.oauth.is_metadata_path(&format!("/.well-known/oauth-protected-resource{path}")),
            is
        );
    }
}
