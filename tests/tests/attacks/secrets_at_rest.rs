//! Secrets that others keep: folders that a service manager mounts, and the memory of a busy process.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use heddle_tests::agent::{self, Agent};
use heddle_tests::backend::{Backend, Then, reply};
use heddle_tests::client::Client;
use heddle_tests::home::Home;
use serde_json::json;

const SECRET: &str = "Zk7/plantedCanary+0451";
/// Plain, percent-encoded, the part of base64 that does not depend on what follows, and a piece of it.
const FORMS: [&str; 4] =
    [SECRET, "Zk7%2FplantedCanary%2B0451", "Wms3L3BsYW50ZWRDYW5hcnkrMDQ1M", "plantedCanary"];

fn build(label: &str) -> (Agent, Backend) {
    let agent = agent::build(label, include_str!("secrets.yaml"));
    // Tells everybody what it was told.
    let backend = Backend::scripted(agent.backend, |request, stream| {
        let status = if request.path() == "/header" { 403 } else { 200 };
        let said = format!("{:?} {}", request.headers, FORMS[..3].join(" "));
        reply(stream, status, "text/plain", said.as_bytes());
        Then::Keep
    });
    (agent, backend)
}

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).expect("our folder");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("our file");
}

fn start(agent: &Agent, home: &Path, secrets_dir: &Path) -> Client {
    let mut command = Command::new(&agent.binary);
    command.env_clear().env("HEDDLE_HOME", home).arg("--secrets-dir").arg(secrets_dir);
    let mut client = Client::start_command(&mut command);
    client.initialize();
    client
}

fn self_check(agent: &Agent, home: &Path, secrets_dir: &Path) -> (Output, String) {
    let mut command = Command::new(&agent.binary);
    command.env_clear().env("HEDDLE_HOME", home).arg("--self-check").arg("--secrets-dir").arg(secrets_dir);
    let output = command.output().expect("the agent runs");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, said)
}

#[test]
fn a_mounted_folder_comes_first_needs_a_grant_and_is_read_again() {
    let (agent, backend) = build("secrets-mounted");
    let home = Home::new();
    home.write("secrets.json", r#"{"canary": "from the store"}"#);
    // As Kubernetes lays it out: the folder open to all and sticky, the files 0644 behind two links.
    let mount = tempfile::tempdir().expect("a temporary folder");
    let path = mount.path();
    for (version, secret) in [("..1", "mounted one\n"), ("..2", "mounted two\n")] {
        fs::create_dir(path.join(version)).expect("our folder");
        write(&path.join(version).join("canary"), secret, 0o644);
    }
    symlink("..1", path.join("..data")).expect("our folder");
    symlink("..data/canary", path.join("canary")).expect("our folder");
    fs::set_permissions(path, fs::Permissions::from_mode(0o1777)).expect("our folder");

    let mut client = start(&agent, home.path(), path);
    let denied = client.call("in_header", json!({}));
    assert!(denied.refused().contains("***CREDENTIAL_DENIED***"), "{}", denied.text);
    assert_eq!(backend.take().len(), 0, "being mounted is no grant");

    home.write("credential_policy.json", r#"{"secrets": ["canary"]}"#);
    let mut sent = || {
        client.call("in_header", json!({}));
        backend.take_one().header("authorization").expect("it was granted").to_owned()
    };
    assert_eq!(sent(), "Bearer mounted one");
    symlink("..2", path.join("..new")).expect("our folder");
    fs::rename(path.join("..new"), path.join("..data")).expect("our folder");
    assert_eq!(sent(), "Bearer mounted two");
    fs::remove_file(path.join("canary")).expect("our folder");
    assert_eq!(sent(), "Bearer from the store");
    // A link that leads out would give away any file that the agent can read.
    write(&home.path().join("elsewhere"), "another", 0o600);
    symlink(home.path().join("elsewhere"), path.join("canary")).expect("our folder");
    let refused = client.call("in_header", json!({}));
    assert!(refused.refused().contains("leaves the secrets folder"), "{}", refused.text);
    assert_eq!(backend.take().len(), 0);
    assert!(client.close().success());
}

#[test]
fn the_self_check_says_where_each_secret_would_come_from() {
    let agent = agent::build("secrets-mounted", include_str!("secrets.yaml"));
    let home = Home::new();
    home.grant("secrets", &[("canary", "from the store")]);
    let mount = tempfile::tempdir().expect("a temporary folder");
    let place = mount.path().join("canary");

    let (output, said) = self_check(&agent, home.path(), mount.path());
    assert!(output.status.success(), "{said}");
    assert!(said.contains("secrets.json"), "{said}");
    write(&place, SECRET, 0o400);
    let (output, said) = self_check(&agent, home.path(), mount.path());
    assert!(output.status.success() && said.contains(&place.display().to_string()), "{said}");
    assert!(!said.contains("from the store") && FORMS.iter().all(|form| !said.contains(form)), "{said}");
    assert!(said.contains("left out of core dumps"), "{said}");

    fs::set_permissions(mount.path(), fs::Permissions::from_mode(0o777)).expect("our folder");
    let (output, said) = self_check(&agent, home.path(), mount.path());
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("chmod go-w"), "{said}");
    let (output, said) = self_check(&agent, home.path(), &mount.path().join("nowhere"));
    assert_eq!(output.status.code(), Some(1), "{said}");
}

#[test]
fn a_busy_agent_leaves_its_secret_nowhere() {
    let (agent, backend) = build("secrets-planted");
    let home = Home::new();
    home.grant("secrets", &[("canary", SECRET)]);
    // Where the kernel writes core files is the working folder, where it is told nothing else.
    let work = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -c unlimited || true; exec \"$0\""]).arg(&agent.binary);
    command.env_clear().env("HEDDLE_HOME", home.path()).current_dir(work.path());
    let mut client = Client::start_command(&mut command);
    client.initialize();
    let mut answers = Vec::new();
    for number in 0..50 {
        answers.push(client.call("in_header", json!({})).answer.to_string());
        answers.push(client.call("in_body", json!({"text": number.to_string()})).answer.to_string());
    }
    assert_eq!(backend.take().len(), 100, "it was sent each time");
    client.call("in_header", json!({"{{secret:canary}}": 1})).refused();

    let process = Path::new("/proc").join(client.pid().to_string());
    let filter = fs::read_to_string(process.join("coredump_filter")).expect("a Linux kernel");
    assert_eq!(filter.trim(), "00000000", "no memory goes into a core dump");
    for facts in ["environ", "cmdline"] {
        assert_absent(facts, &fs::read(process.join(facts)).expect("our own process"));
    }
    heddle_tests::process::signal(client.pid(), "ABRT");
    client.wait(heddle_tests::client::PATIENCE);
    assert_absent("standard error", client.stderr().as_bytes());
    assert_absent("standard output", answers.concat().as_bytes());
    let seen = scan(home.path()) + scan(work.path());
    assert!(seen >= 3, "the log, its key and its head were looked at");
}

/// Looks through all files but the store; says how many they were.
fn scan(folder: &Path) -> usize {
    let mut seen = 0;
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            seen += scan(&path);
        } else if path.file_name().is_some_and(|name| name != "secrets.json") {
            assert_absent(&path.display().to_string(), &fs::read(&path).expect("a readable file"));
            seen += 1;
        }
    }
    seen
}

#[track_caller]
fn assert_absent(place: &str, bytes: &[u8]) {
    for form in FORMS {
        let found = bytes.windows(form.len()).any(|window| window == form.as_bytes());
        assert!(!found, "the secret stands in {place}, as {form}");
    }
}
