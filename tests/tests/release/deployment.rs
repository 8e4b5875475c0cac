use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use heddle_tests::{home, tools};
use tempfile::TempDir;

use super::ends;

/// Two origins with names, one that is an address, one that is this machine; and a secret.
const CONFIG: &str = r#"agent:
  name: shop_desk
  version: "1.2.0"
  exposes:
    - { name: stock, description: "What is there.", parameters: { item: { type: string } } }
    - { name: prices, description: "What it costs.", parameters: { item: { type: string } } }
    - { name: metrics, description: "How it runs.", parameters: {} }
  http_bridge:
    - tool_name: stock
      method: GET
      url: "https://stock.example.org/items/{{item}}"
      headers: { Authorization: "Bearer {{secret:stock-token}}" }
    - { tool_name: prices, method: GET, url: "http://10.11.12.13:8080/prices/{{item}}" }
    - { tool_name: metrics, method: GET, url: "http://localhost:9090/metrics" }
  runtime:
    trust_tier: 1
"#;

fn emit(config: &str, kinds: &str) -> (TempDir, Output) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("a.yaml"), config).expect("our folder");
    let key = config.split("{{secret:").nth(1).and_then(|rest| rest.split("}}").next()).unwrap_or("none");
    fs::write(folder.path().join("heddle.grants.yaml"), format!("shop_desk: [{key}]\n")).expect("our folder");
    let mut command = home::heddle();
    command.current_dir(&folder).args(["build", "--emit-only", "a.yaml", "--emit", kinds]);
    let output = command.output().expect("heddle runs");
    (folder, output)
}

fn emitted(kinds: &str) -> TempDir {
    let (folder, output) = emit(CONFIG, kinds);
    ends(&output, 0, &[]);
    folder
}

fn read(folder: &TempDir, file: &str) -> String {
    fs::read_to_string(folder.path().join("deploy/shop_desk").join(file)).expect(file)
}

#[test]
fn the_files_name_what_the_plan_reaches_and_nothing_else() {
    let folder = emitted("systemd,containerfile,kubernetes");
    let unit = read(&folder, "shop_desk.service");
    let allowed: Vec<&str> = unit.lines().filter(|line| line.starts_with("IPAddressAllow=")).collect();
    assert_eq!(allowed, ["IPAddressAllow=localhost", "IPAddressAllow=10.11.12.13"]);
    assert!(unit.contains("# https://stock.example.org:443 is a name"), "{unit}");
    assert!(unit.contains("LoadCredential=stock-token:/etc/heddle/shop_desk/stock-token"), "{unit}");
    let manifest = read(&folder, "kubernetes.yaml");
    assert!(manifest.contains("cidr: 10.11.12.13/32") && manifest.contains("readOnlyRootFilesystem: true"));
    assert!(manifest.contains("https://stock.example.org") && !manifest.contains("valueFrom"), "{manifest}");
    let container = read(&folder, "Containerfile");
    assert_eq!(
        container.lines().filter(|line| line.starts_with("FROM ")).collect::<Vec<_>>(),
        ["FROM scratch"]
    );
    let policy = folder.path().join("deploy/shop_desk/home/credential_policy.json");
    assert_eq!(fs::read_to_string(&policy).unwrap(), "{\"shop_desk\":[\"stock-token\"]}\n");
    assert_eq!(fs::metadata(policy).unwrap().permissions().mode() & 0o777, 0o600);
    // The same plan is the same files.
    let again = emitted("systemd,containerfile,kubernetes");
    assert_eq!(read(&again, "kubernetes.yaml"), manifest);
    assert_eq!(read(&again, "shop_desk.service"), unit);
}

#[test]
fn the_container_copies_what_is_there() {
    let folder = emitted("containerfile");
    let container = read(&folder, "Containerfile");
    let copied: Vec<PathBuf> = container
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .filter_map(|line| line.split(' ').find(|word| !word.starts_with("--")).map(PathBuf::from))
        .collect();
    assert_eq!(copied, [Path::new("dist/shop_desk"), Path::new("deploy/shop_desk/home/")]);
    assert!(folder.path().join(&copied[1]).is_dir());
}

#[test]
fn a_secret_named_like_the_policy_is_refused() {
    let config = CONFIG.replace("secret:stock-token", "secret:credential_policy.json");
    let (folder, output) = emit(&config, "kubernetes");
    ends(&output, 1, &["the secret `credential_policy.json` cannot be a file of a mounted folder"]);
    assert!(!folder.path().join("deploy").exists());
}

#[test]
fn an_agent_that_is_not_served_over_http_is_no_service() {
    let config = format!("{CONFIG}    transports: [stdio]\n");
    for kind in ["systemd", "kubernetes"] {
        let (folder, output) = emit(&config, kind);
        ends(&output, 1, &["`transports` lists `stdio` alone"]);
        assert!(!folder.path().join("deploy").exists());
    }
    let (_folder, output) = emit(&config, "containerfile");
    ends(&output, 0, &[]);
}

#[test]
fn systemd_accepts_the_unit_and_finds_little_exposed() {
    let Some(analyze) = tools::command("systemd-analyze") else { return };
    let folder = emitted("systemd");
    // The binary is not installed here.
    let unit = read(&folder, "shop_desk.service").replace("/usr/local/bin/shop_desk", "/bin/true");
    let file = folder.path().join("shop_desk.service");
    fs::write(&file, &unit).expect("our folder");
    let said = tools::content(Command::new(&analyze).arg("verify").arg(&file));
    assert!(said.stderr.is_empty(), "{}", String::from_utf8_lossy(&said.stderr));
    let security = |file: &Path| {
        let mut command = Command::new(&analyze);
        command.args(["security", "--offline=yes", "--no-pager", "--threshold=12"]).arg(file);
        command.output().expect("it runs").status.success()
    };
    assert!(security(&file));
    fs::write(
        &file,
        unit.replace("ProtectSystem=strict\n", "")
            .replace("NoNewPrivileges=yes\n", "")
            .replace("DynamicUser=yes\n", ""),
    )
    .expect("our folder");
    assert!(!security(&file), "the judge finds nothing wrong with an open unit");
}

#[test]
fn the_manifests_fit_the_schemas_of_kubernetes() {
    let Some(judge) = tools::installed("python/bin/kubernetes-validate") else { return };
    let folder = emitted("kubernetes");
    let file = folder.path().join("deploy/shop_desk/kubernetes.yaml");
    tools::content(Command::new(&judge).args(["--strict", "-k", "1.37"]).arg(&file));
    let wrong = fs::read_to_string(&file).unwrap().replace("readOnlyRootFilesystem", "readOnlyRoot");
    fs::write(&file, wrong).expect("our folder");
    let status = Command::new(&judge).args(["--strict", "-k", "1.37"]).arg(&file).output().expect("it runs");
    assert!(!status.status.success());
}
