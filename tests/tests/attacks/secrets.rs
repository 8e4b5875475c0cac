//! Secrets: sent where they may go and shown nowhere.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::{Mutex, MutexGuard, OnceLock};

use heddle_tests::agent::{self, Agent};
use heddle_tests::backend::{Backend, Then, reply};
use heddle_tests::client::Client;
use heddle_tests::home::{Home, run_at};
use serde_json::json;

/// With characters that percent- and base64-encoding and JSON change.
const SECRET: &str = "s3cr/t+c%n\"ary==";
const ENCODED: [&str; 6] = [
    SECRET,
    "s3cr%2Ft%2Bc%25n%22ary%3D%3D",
    "s3cr%2ft%2bc%25n%22ary%3d%3d",
    "czNjci90K2MlbiJhcnk9PQ",
    "s3cr/t+c%n\\\"ary==",
    "s3cr\\/t+c%n\\\"ary==",
];

struct Rig {
    agent: Agent,
    backend: Backend,
}

/// One test at a time: each looks at all that the backend was asked.
fn rig() -> MutexGuard<'static, Rig> {
    static RIG: OnceLock<Mutex<Rig>> = OnceLock::new();
    RIG.get_or_init(|| {
        let agent = agent::build("secrets", include_str!("secrets.yaml"));
        // Betrays what it was given, in each form that servers are known to echo, as an error when asked by header.
        let backend = Backend::scripted(agent.backend, |request, stream| {
            let status = if request.path() == "/header" { 403 } else { 200 };
            let said = format!("{{\"said\":\"{}\",\"you\":{:?}}}", ENCODED.join(" and "), request.headers);
            reply(stream, status, "text/plain", said.as_bytes());
            Then::Keep
        });
        Mutex::new(Rig { agent, backend })
    })
    .lock()
    .unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn assert_clean(what: &str, text: &str) {
    for form in ENCODED {
        assert!(!text.contains(form), "{what} shows the secret as {form}: {text}");
    }
}

/// All files under `folder` but the store itself, as one text.
fn everything_under(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            text += &everything_under(&path);
        } else if path.file_name().is_some_and(|name| name != "secrets.json") {
            text += &String::from_utf8_lossy(&fs::read(&path).expect("a readable file"));
        }
    }
    text
}

#[test]
fn a_secret_is_sent_in_its_slot_and_shown_nowhere() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    home.grant("secrets", &[("canary", SECRET)]);
    let mut client = Client::connect(&rig.agent, home.path());

    let result = client.call("in_header", json!({}));
    assert_eq!(rig.backend.take_one().header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
    assert!(result.refused().contains("403"), "{}", result.text);
    assert_clean("an error", &result.answer.to_string());

    let result = client.call("in_body", json!({"text": "hello"}));
    let sent = rig.backend.take_one().json();
    assert_eq!(sent, json!({"token": SECRET, "login": format!("me:{SECRET}"), "text": "hello"}));
    result.ok();
    assert_clean("an answer", &result.answer.to_string());
    assert_clean("the answer's text", &result.text);

    let stderr = client.stderr();
    assert!(client.close().success());
    assert_clean("standard error", &stderr);
    assert_clean("the heddle home", &everything_under(home.path()));
}

#[test]
fn a_denied_secret_stops_the_call_before_anything_is_sent() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    home.write("secrets.json", &json!({"canary": SECRET}).to_string());
    home.write("credential_policy.json", r#"{"another": ["canary"], "secrets": ["other"]}"#);
    let mut client = Client::connect(&rig.agent, home.path());
    for tool in ["in_header", "in_body"] {
        let arguments = if tool == "in_body" { json!({"text": "t"}) } else { json!({}) };
        let result = client.call(tool, arguments);
        assert!(result.refused().contains("***CREDENTIAL_DENIED***"), "{}", result.text);
        assert!(result.text.contains("canary"), "the secret's name helps: {}", result.text);
    }
    assert_eq!(rig.backend.take().len(), 0);
    let records = heddle_tests::audit::records(home.path());
    let denied =
        records.iter().find(|record| record["event"] == "credential_access").expect("a record of it");
    assert_eq!(denied["granted"], false, "{denied}");
    assert_eq!(denied["credential_key"], "canary", "{denied}");
    // A tool that needs no secret is not concerned.
    client.call("without", json!({})).ok();
}

#[test]
fn a_missing_secret_stops_the_call_before_anything_is_sent() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    let mut client = Client::connect(&rig.agent, home.path());
    let result = client.call("in_header", json!({}));
    assert!(result.refused().contains("canary"), "{}", result.text);
    assert_eq!(rig.backend.take().len(), 0);
}

#[test]
fn revoke_and_rotate_work_at_once() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    home.grant("secrets", &[("canary", "first")]);
    let mut client = Client::connect(&rig.agent, home.path());
    client.call("in_header", json!({}));
    assert_eq!(rig.backend.take_one().header("authorization"), Some("Bearer first"));
    home.grant("secrets", &[("canary", "second")]);
    client.call("in_header", json!({}));
    assert_eq!(rig.backend.take_one().header("authorization"), Some("Bearer second"));
    home.write("credential_policy.json", r#"{"secrets": []}"#);
    client.call("in_header", json!({})).refused();
    assert_eq!(rig.backend.take().len(), 0);
    home.grant("secrets", &[("canary", "third")]);
    client.call("in_header", json!({}));
    assert_eq!(rig.backend.take_one().header("authorization"), Some("Bearer third"));
}

/// kB of locked memory of a process.
fn locked(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("a running process");
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmLck:")).expect("what Linux says of memory");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

#[test]
fn secrets_lie_on_locked_pages_and_rotations_leave_none_behind() {
    let rig = rig();
    let home = Home::new();
    home.grant("secrets", &[("canary", SECRET)]);
    let mut client = Client::connect(&rig.agent, home.path());
    assert_eq!(locked(client.pid()), 0, "no secret was asked for yet");
    client.call("in_header", json!({})).refused();
    let one = locked(client.pid());
    assert!((4..=128).contains(&one), "{one} kB");
    for n in 0..100 {
        home.grant("secrets", &[("canary", &format!("{SECRET}{n}"))]);
        client.call("in_header", json!({})).refused();
    }
    // The last call's may still be there.
    assert!(locked(client.pid()) <= 2 * one, "{} kB after one had {one} kB", locked(client.pid()));
    rig.backend.take();
}

#[test]
fn a_grant_can_be_to_one_build() {
    let rig = rig();
    rig.backend.take();
    let home = Home::new();
    home.grant("secrets", &[("canary", SECRET)]);
    let version = Command::new(&rig.agent.binary).arg("--version").output().expect("the agent runs");
    let version = String::from_utf8(version.stdout).expect("UTF-8");
    let build = version.lines().find_map(|line| line.strip_prefix("plan ")).expect("it says its plan");
    let other = "ab".repeat(32);
    let mut client = Client::connect(&rig.agent, home.path());
    let secrets = |arguments: &[&str]| {
        let output = run_at(home.path(), &[&["secrets"], arguments].concat(), "");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8")
    };

    // To another build only: this one is denied, at once, and nothing is sent.
    secrets(&["grant", "secrets", "canary", "--build", &other]);
    let denied = client.call("in_header", json!({}));
    assert!(denied.refused().contains(&format!("--build {build}")), "{}", denied.text);
    assert_eq!(rig.backend.take().len(), 0);
    let policy: serde_json::Value = serde_json::from_str(&secrets(&["policy"])).expect("JSON");
    assert_eq!(policy, json!({"secrets": [format!("canary@{other}")]}), "the shape of the file is the same");

    // To this one as well.
    secrets(&["grant", "secrets", "canary", "--build", build]);
    client.call("in_header", json!({}));
    assert_eq!(rig.backend.take().len(), 1);
    assert!(secrets(&["list"]).contains("secrets (build "), "{}", secrets(&["list"]));
    secrets(&["revoke", "secrets", "canary", "--build", build]);
    client.call("in_header", json!({})).refused();
    // To every build of that name.
    secrets(&["grant", "secrets", "canary"]);
    client.call("in_header", json!({}));
    secrets(&["revoke", "secrets", "canary"]);
    client.call("in_header", json!({})).refused();
    assert_eq!(rig.backend.take().len(), 1);
    assert_eq!(secrets(&["policy"]).trim(), "{}");
    let wrong = run_at(home.path(), &["secrets", "grant", "secrets", "canary", "--build", "abc"], "");
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_store_that_others_can_read_or_that_does_not_parse_is_refused() {
    let rig = rig();
    rig.backend.take();
    type Spoil = fn(&Path);
    let spoils: [(&str, Spoil); 4] = [
        ("readable by others", |store| {
            fs::set_permissions(store, fs::Permissions::from_mode(0o644)).expect("our file");
        }),
        ("a link", |store| {
            let real = store.with_extension("real");
            fs::rename(store, &real).expect("our file");
            std::os::unix::fs::symlink(real, store).expect("our folder");
        }),
        ("cut off", |store| fs::write(store, "{\"canary\": \"fir").expect("our file")),
        ("not text for text", |store| fs::write(store, "{\"canary\": [1]}").expect("our file")),
    ];
    for (what, spoil) in spoils {
        for file in ["secrets.json", "credential_policy.json"] {
            if file == "credential_policy.json" && what == "not text for text" {
                continue;
            }
            let home = Home::new();
            home.grant("secrets", &[("canary", SECRET)]);
            let store = home.path().join(file);
            spoil(&store);
            let before = fs::read(&store).expect("our file");
            let mut client = Client::connect(&rig.agent, home.path());
            let result = client.call("in_header", json!({}));
            assert!(result.is_error, "{file} {what}");
            assert!(result.text.contains(file), "{file} {what}: {}", result.text);
            assert_eq!(rig.backend.take().len(), 0, "{file} {what}");
            assert_eq!(fs::read(&store).expect("our file"), before, "a damaged store is left as it is");
        }
    }
}
