//! APIs whose TLS is wrong, in one way each: the call fails in time and in words, once on record, and nothing of the request,
//! its secret least of all, has reached a server that did not prove who it is. Authorities of the operator count for their
//! own host and for no other.

use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use heddle_tests::agent::{self, Agent};
use heddle_tests::audit;
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use heddle_tests::hosts;
use heddle_tests::tls::{Authority, Manner, TlsServer};
use serde_json::json;

/// The deadline in the config, and what a busy machine may add to it.
const DEADLINE: Duration = Duration::from_secs(3);
const GRACE: Duration = Duration::from_secs(4);

struct Rig {
    agent: Agent,
    authority: Authority,
    servers: Vec<(Manner, TlsServer)>,
    /// With a certificate of the same authority, at an address that no file is for.
    elsewhere: TlsServer,
    by_name: TlsServer,
}

fn tool(manner: Manner) -> String {
    format!("{manner:?}").to_lowercase()
}

fn rig() -> &'static Rig {
    static RIG: OnceLock<Rig> = OnceLock::new();
    RIG.get_or_init(|| {
        let base = agent::address("tls");
        let at = |port: usize| {
            SocketAddr::new(base.ip(), base.port() + u16::try_from(port).expect("a small number"))
        };
        let elsewhere = agent::address("tls elsewhere");
        let by_name = at(Manner::ALL.len());
        let origins = Manner::ALL
            .iter()
            .enumerate()
            .map(|(port, manner)| (tool(*manner), format!("https://{}", at(port)), ""))
            .chain([
                ("elsewhere".to_owned(), format!("https://{elsewhere}"), ""),
                (
                    "by_name".to_owned(),
                    format!("https://api.internal.example:{}", by_name.port()),
                    "      allow_private: the test leads it here\n",
                ),
            ]);
        let (mut exposes, mut bridge) = (String::new(), String::new());
        for (tool, origin, reason) in origins {
            exposes += &format!("    - {{ name: {tool}, description: \"Asks {tool}.\" }}\n");
            bridge += &format!(
                "    - tool_name: {tool}\n      url: \"{origin}/asked\"\n      headers: {{ Authorization: \"Bearer \
                 {{{{secret:of-{tool}}}}}\" }}\n{reason}"
            );
        }
        let config = format!(
            "agent:\n  name: careful\n  exposes:\n{exposes}  http_bridge:\n{bridge}  runtime:\n    trust_tier: 1\n    \
             max_execution_time: 3s\n    sandbox: require\n"
        );
        let authority = Authority::new("the company");
        let host = base.ip().to_string();
        let servers = Manner::ALL
            .iter()
            .enumerate()
            .map(|(port, manner)| (*manner, TlsServer::start(at(port), *manner, &[&host], &authority)))
            .collect();
        let strange = elsewhere.ip().to_string();
        Rig {
            agent: agent::build_config(&config, base),
            servers,
            elsewhere: TlsServer::start(elsewhere, Manner::Good, &[&strange], &authority),
            by_name: TlsServer::start(by_name, Manner::Good, &["api.internal.example"], &authority),
            authority,
        }
    })
}

/// A home with all secrets, and the authority for the hosts that it is for.
fn home() -> Home {
    let rig = rig();
    let home = Home::new();
    let tools = Manner::ALL.iter().map(|manner| tool(*manner));
    let keys: Vec<String> = tools
        .chain(["elsewhere".to_owned(), "by_name".to_owned()])
        .map(|tool| format!("of-{tool}"))
        .collect();
    let secrets: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "t0psecret")).collect();
    home.grant("careful", &secrets);
    let folder = home.path().join("authorities");
    fs::create_dir(&folder).expect("the home can be written");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("the folder is ours");
    for host in [rig.agent.backend.ip().to_string(), "api.internal.example".to_owned()] {
        home.write(&format!("authorities/{host}.pem"), &rig.authority.pem);
    }
    home
}

/// What the result has to say, as a list of words of which one has to stand there.
fn words(manner: Manner) -> &'static [&'static str] {
    match manner {
        Manner::Good | Manner::Older => &["{\"ok\":true}"],
        Manner::Expired => &["expired"],
        Manner::NotYet => &["not valid yet"],
        Manner::OtherHost | Manner::NoNames => &["not valid for"],
        Manner::OtherAuthority | Manner::SelfSigned => &["UnknownIssuer", "unknown"],
        Manner::ForClients => &["extended key usage"],
        Manner::AsksBack => &["CertificateRequired", "certificate"],
        Manner::Plain | Manner::Garbage => &["corrupt", "InvalidContentType"],
        Manner::Closes | Manner::Resets => &["closed the connection", "no connection"],
        Manner::Stalls => &["in time"],
        Manner::TooOld => &["incompatible", "version"],
        Manner::Weak => &["incompatible", "misbehaved", "ciphersuite", "CipherSuite"],
        Manner::Truncates => &["before the answer was complete", "close_notify"],
    }
}

#[test]
fn each_fault_ends_in_words_in_time_and_on_record() {
    let rig = rig();
    let home = home();
    let mut client = Client::connect(&rig.agent, home.path());
    for (manner, server) in &rig.servers {
        let start = Instant::now();
        let result = client.call(&tool(*manner), json!({}));
        assert!(start.elapsed() < DEADLINE + GRACE, "{manner:?}: {:?}", start.elapsed());
        let is_good = matches!(manner, Manner::Good | Manner::Older);
        assert_eq!(result.is_error, !is_good, "{manner:?}: {}", result.text);
        assert!(words(*manner).iter().any(|word| result.text.contains(word)), "{manner:?}: {}", result.text);
        assert!(!result.text.contains("t0psecret"), "{manner:?}: {}", result.text);
        let records = audit::of_tool(home.path(), &tool(*manner));
        let counted = ["http_bridge", "tool_call"].map(|event| audit::count(&records, event));
        assert_eq!(counted, [1, 1], "{manner:?}: {records:#?}");
        // Who proved itself got the request; the one that asks back may have had it before it looked.
        let proved = is_good || matches!(manner, Manner::Truncates | Manner::AsksBack);
        assert!(proved || !server.heard().contains("t0psecret"), "{manner:?} heard the secret");
        assert!(!is_good || server.heard().contains("authorization: Bearer t0psecret"), "{}", server.heard());
        assert!(server.connections.load(Ordering::Relaxed) > 0, "{manner:?} was not asked");
    }
    assert!(client.stderr().contains("sandbox: full"), "{}", client.stderr());
    assert!(client.close().success());
}

#[test]
fn an_authority_of_one_host_counts_for_no_other() {
    let rig = rig();
    let home = home();
    let mut client = Client::connect(&rig.agent, home.path());
    let result = client.call("elsewhere", json!({}));
    assert!(result.refused().contains("UnknownIssuer") || result.text.contains("unknown"), "{}", result.text);
    assert!(!rig.elsewhere.heard().contains("t0psecret"));
    assert!(client.close().success());
    // Nor does one that the environment names.
    let variable = home.path().join("everything.pem");
    fs::write(&variable, &rig.authority.pem).expect("the home can be written");
    let mut command = Command::new(&rig.agent.binary);
    command.env_clear().env("HEDDLE_HOME", home.path()).env("SSL_CERT_FILE", &variable);
    let mut client = Client::start_command(&mut command);
    client.call("elsewhere", json!({})).refused();
    let record = audit::records(home.path()).swap_remove(0);
    let told = record["authorities"].as_str().unwrap_or_default().to_owned();
    assert!(told.contains("api.internal.example sha256:") && !told.contains("elsewhere"), "{record}");
}

#[test]
fn a_name_and_tls_work_inside_the_sandbox() {
    if !hosts::can_be_given() {
        return;
    }
    let rig = rig();
    let home = home();
    let table = home.path().join("hosts");
    fs::write(&table, format!("{} api.internal.example\n", rig.by_name.address.ip()))
        .expect("the home can be written");
    let mut client =
        Client::start_command(hosts::under(&table, &rig.agent.binary).env("HEDDLE_HOME", home.path()));
    client.initialize();
    for _ in 0..3 {
        assert_eq!(client.call("by_name", json!({})).ok(), "{\"ok\":true}");
    }
    assert!(rig.by_name.heard().contains("authorization: Bearer t0psecret"));
    assert!(client.stderr().contains("sandbox: full"), "{}", client.stderr());
    assert_eq!(rig.by_name.connections.load(Ordering::Relaxed), 1, "one session for all calls");
    assert!(client.close().success());
}

#[test]
fn a_file_of_authorities_that_is_not_right_stops_the_agent() {
    let rig = rig();
    let host = rig.agent.backend.ip();
    let broken = rig.authority.pem.replace("MII", "MIX");
    let long = "#".repeat(2 << 20);
    for (text, mode, says) in [
        ("", 0o600, "holds no certificate"),
        ("not PEM at all\n", 0o600, "holds no certificate"),
        ("-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n", 0o600, "is not PEM"),
        (broken.as_str(), 0o600, "a certificate that is none"),
        (long.as_str(), 0o600, "is not a file of certificates"),
        (rig.authority.pem.as_str(), 0o666, "others can change"),
    ] {
        let home = home();
        let path = home.path().join(format!("authorities/{host}.pem"));
        fs::write(&path, text).expect("the home can be written");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("the file is ours");
        for arguments in [&[][..], &["--self-check"]] {
            let mut command = Command::new(&rig.agent.binary);
            let output = command
                .args(arguments)
                .env_clear()
                .env("HEDDLE_HOME", home.path())
                .output()
                .expect("it runs");
            assert_eq!(output.status.code(), Some(1), "{says}: {output:?}");
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said);
            assert!(said.contains(says) && said.contains(&path.display().to_string()), "{says}: {said}");
        }
    }
    // Others could put a file there.
    let home = home();
    let folder = home.path().join("authorities");
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o777)).expect("the folder is ours");
    let mut command = Command::new(&rig.agent.binary);
    let output = command.env_clear().env("HEDDLE_HOME", home.path()).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("others can change"), "{output:?}");
}
