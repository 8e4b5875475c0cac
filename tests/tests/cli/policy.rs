//! `heddle test`: calls against the compiled agent, without a network.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::{ended, err, out, run};

const SHOP: &str = r#"agent:
  name: policy-shop
  version: "1.0.0"
  exposes:
    - name: list_orders
      description: "Orders of a customer"
      rate_limit: { per_minute: 5, burst: 2 }
      parameters:
        customer: { type: string, max_length: 40, description: "Which" }
        limit: { type: integer, min: 1, max: 50, default: 20, description: "How many" }
    - name: place_order
      description: "Place an order"
      access: write
      parameters:
        item: { type: string, max_length: 20, description: "What" }
        count: { type: integer, min: 1, max: 500, description: "How many" }
    - name: forgotten
      description: "Nobody tests it"
  http_bridge:
    - tool_name: list_orders
      url: "http://localhost:1/orders/{{customer}}"
      query_params: { limit: limit }
      headers: { Authorization: "Bearer {{secret:shop-token}}" }
    - tool_name: place_order
      method: POST
      url: "http://localhost:1/orders"
      body_template: { item: "{{item}}", count: "{{count}}" }
    - tool_name: forgotten
      url: "http://localhost:1/x"
  escalation_rules:
    - { name: large, tool: place_order, param_gt: { count: 100 } }
    - { name: gold, tool: place_order, action: deny, param_contains: { item: gold } }
    - { name: untried, tool: place_order, param_contains: { item: silver } }
  runtime:
    trust_tier: 2
"#;

const TESTS: &str = r#"tests:
  - name: orders are asked for with the token, and the customer stays in its segment
    call: list_orders
    with: { customer: "a/b c" }
    expect:
      allowed:
        method: GET
        url: "http://localhost:1/orders/a%2Fb%20c?limit=20"
        headers: { authorization: "Bearer {{secret:shop-token}}", cookie: null }
        body: null
  - name: the second call at once is fine
    call: list_orders
    with: { customer: a }
    times: 2
    expect: { allowed: true }
  - name: the third call at once is too many
    call: list_orders
    with: { customer: a }
    times: 3
    expect: { refused: rate_limit, says: "2 at once" }
  - name: an order is sent as it is
    call: place_order
    with: { item: apple, count: "3" }
    expect: { allowed: { method: POST, body: { item: apple, count: 3 } } }
  - name: a large order waits
    call: place_order
    with: { item: apple, count: 101 }
    expect: { held: large }
  - name: gold is not for sale
    call: place_order
    with: { item: GOLDEN, count: 1 }
    expect: { denied: gold, says: [gold, "Nothing was sent"] }
  - name: a missing count is refused
    call: place_order
    with: { item: apple }
    expect: { refused: input_validation, says: "`count` is missing" }
  - name: there is no such tool
    call: drop_orders
    expect: { refused: unknown_tool }
"#;

fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "shop.yaml", SHOP);
    write(folder.path(), "shop.test.yaml", TESTS);
    write(folder.path(), "heddle.grants.yaml", "policy-shop: [shop-token]\n");
    folder
}

fn write(folder: &Path, path: &str, text: &str) {
    fs::write(folder.join(path), text).expect("the folder can be written");
}

#[test]
fn what_becomes_of_calls_is_what_the_tests_say_and_what_they_leave_out_is_listed() {
    let folder = folder();
    let here = folder.path();
    let output = run(here, &["test", "shop.yaml"]);
    ended(&output, 0);
    let said = out(&output);
    assert!(said.contains("no test makes rule `untried` fire"), "{said}");
    assert!(said.contains("no test calls `forgotten`"), "{said}");
    assert!(said.ends_with("policy-shop: 8 passed, 0 failed\n"), "{said}");
    ended(&run(here, &["test", "--require-coverage", "shop.test.yaml"]), 1);

    // One that is wrong is told with its line and with what happened instead.
    let wrong = TESTS.replace("held: large", "held: gold").replace("?limit=20", "?limit=21");
    write(here, "shop.test.yaml", &wrong);
    let output = run(here, &["test", "shop.yaml"]);
    ended(&output, 1);
    let said = out(&output);
    assert!(said.contains("shop.test.yaml:2: orders are asked for"), "{said}");
    assert!(
        said.contains("the URL should be http://localhost:1/orders/a%2Fb%20c?limit=21, and is"),
        "{said}"
    );
    assert!(said.contains("`gold` should hold it, and it is held in escalation, by rule `large`"), "{said}");
    assert!(said.ends_with("policy-shop: 6 passed, 2 failed\n"), "{said}");

    let output = run(here, &["test", "--format", "json", "shop.yaml"]);
    ended(&output, 1);
    let report: Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!((&report["passed"], &report["failed"]), (&6.into(), &2.into()));
    assert_eq!(report["uncovered"]["rules"], serde_json::json!(["untried"]));
    assert_eq!(report["tests"][0]["line"], 2);

    // A change of the config changes the verdict: it is the compiled policy that is asked.
    write(here, "shop.test.yaml", TESTS);
    write(here, "shop.yaml", &SHOP.replace("count: 100", "count: 200"));
    let output = run(here, &["test", "shop.yaml"]);
    ended(&output, 1);
    assert!(out(&output).contains("`large` should hold it, and it is allowed: POST"), "{}", out(&output));
}

#[test]
fn a_file_of_tests_that_makes_no_sense_is_refused() {
    let folder = folder();
    let here = folder.path();
    let one = |expect: &str| format!("tests:\n  - name: n\n    call: forgotten\n    expect: {expect}\n");
    let schema = schema();
    for (text, why) in [
        (one("{ allowed: true, finds: { item: [magic] } }"), "data did not match any variant"),
        (one("{ finds: { item: shell } }"), "line 2: `expect` has one of"),
        (one("{}"), "line 2: `expect` has one of"),
        (one("{ allowed: true, held: x }"), "line 2: `expect` has one of"),
        (one("{ allowed: false }"), "say which layer refuses it"),
        (one("{ allowed: true, says: hello }"), "has no message"),
        (one("{ refused: somewhere }"), "unknown variant"),
        (one("{ alowed: true }"), "unknown field"),
        (one("{ allowed: true }\n    times: 0"), "`times` is 1 to"),
        ("tests: []\n".to_owned(), "it has no tests"),
        ("tests: [\n".to_owned(), "cannot be read"),
        ("tests: &a []\n".to_owned(), "cannot be read"),
    ] {
        write(here, "shop.test.yaml", &text);
        let output = run(here, &["test", "shop.yaml"]);
        ended(&output, 1);
        assert!(err(&output).contains(why), "{text}: {}", err(&output));
        // An editor says so, too; what is no YAML of ours never gets to the schema.
        if why != "cannot be read" {
            let document: Value = serde_yaml::from_str(&text).unwrap();
            assert!(!schema.is_valid(&document), "the schema takes {text}");
        }
    }
    fs::remove_file(here.join("shop.test.yaml")).unwrap();
    let output = run(here, &["test", "shop.yaml"]);
    ended(&output, 1);
    assert!(err(&output).contains("write `shop.test.yaml`"), "{}", err(&output));
}

fn schema() -> jsonschema::Validator {
    let output = run(Path::new("."), &["schema", "--tests"]);
    ended(&output, 0);
    jsonschema::validator_for(&serde_json::from_str(&out(&output)).unwrap()).unwrap()
}

#[test]
fn the_schema_takes_what_runs() {
    let schema = schema();
    let packs = heddle_tests::home::checkout().join("packs");
    let packs = ["prometheus", "grafana", "git-forge", "ollama", "sonarr", "radarr"]
        .map(|pack| fs::read_to_string(packs.join(format!("{pack}.test.yaml"))).unwrap());
    for text in packs.iter().map(String::as_str).chain([TESTS, FINDS]) {
        let document: Value = serde_yaml::from_str(text).unwrap();
        assert!(schema.is_valid(&document), "{:#?}", schema.iter_errors(&document).collect::<Vec<_>>());
    }
}

/// What an agent that only records what it finds lets pass is still something that a test can ask for.
const FINDS: &str = r#"tests:
  - name: a command passes, and is on record
    call: place_order
    with: { item: "$(id)", count: 1 }
    expect: { allowed: { method: POST }, finds: { item: shell } }
  - name: two things at once
    call: place_order
    with: { item: "' OR 1=1; $(id)", count: 1 }
    expect: { allowed: true, finds: { item: [sql, shell] } }
  - name: an apple is an apple
    call: place_order
    with: { item: apple, count: 1 }
    expect: { allowed: true, finds: {} }
"#;

#[test]
fn what_is_found_and_passes_can_be_asked_for() {
    let folder = folder();
    let here = folder.path();
    write(here, "shop.test.yaml", FINDS);
    write(here, "shop.yaml", &SHOP.replace("trust_tier: 2", "trust_tier: 2\n    validation: permissive"));
    let output = run(here, &["test", "shop.yaml"]);
    assert!(out(&output).contains("policy-shop: 3 passed, 0 failed"), "{}{}", out(&output), err(&output));
    // What is not found, and what is found and not named, fail.
    let wrong = FINDS.replace("finds: { item: shell }", "finds: { item: html }");
    write(here, "shop.test.yaml", &wrong);
    let output = run(here, &["test", "shop.yaml"]);
    ended(&output, 1);
    assert!(out(&output).contains("`html` should be found in `item`, and is not"), "{}", out(&output));
    assert!(
        out(&output).contains("`shell` is found in `item`, and `finds` does not name it"),
        "{}",
        out(&output)
    );
    // Where findings refuse, the refusal says which.
    write(here, "shop.yaml", SHOP);
    write(here, "shop.test.yaml", &FINDS.replace("allowed: { method: POST }", "refused: input_validation"));
    let output = run(here, &["test", "shop.yaml"]);
    ended(&output, 1);
    assert!(out(&output).contains("policy-shop: 2 passed, 1 failed"), "{}", out(&output));
}

#[test]
fn no_emitted_crate_and_no_binary_can_rehearse() {
    let agent = heddle_tests::agent::build("policy", &SHOP.replace("http://localhost:1", "{origin}"));
    let manifest = fs::read_to_string(agent.generated.join("Cargo.toml")).unwrap();
    assert!(!manifest.contains("rehearsal"), "{manifest}");
    let binary = fs::read(&agent.binary).unwrap();
    let told = |words: &str| binary.windows(words.len()).any(|window| window == words.as_bytes());
    assert!(told("rate limit") && !told("no case: "), "the rehearsal is in a binary that serves");
}

#[test]
fn the_packs_pass_their_tests() {
    let packs = heddle_tests::home::checkout().join("packs");
    let tests: Vec<_> = fs::read_dir(&packs)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".test.yaml"))
        .collect();
    assert_eq!(tests.len(), 6, "each pack has tests: {tests:?}");
    for name in tests {
        ended(&run(&packs, &["test", &name]), 0);
    }
}
