//! Configs that must not be accepted, each with its code and its line.

use std::process::Output;

use heddle_tests::home;

/// A sound config, to be spoiled in one place by each test.
const SOUND: &str = r#"agent:
  name: sound
  version: "1.0.0"
  exposes:
    - name: look
      description: "Look."
      parameters:
        word: { type: string }
  http_bridge:
    - tool_name: look
      method: GET
      url: "http://localhost:9090/look"
      query_params: { word: word }
  runtime:
    trust_tier: 1
"#;

fn check(config: &str, options: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("agent.yaml");
    std::fs::write(&file, config).expect("our folder");
    home::heddle().arg("check").args(options).arg(&file).current_dir(&folder).output().expect("heddle runs")
}

/// Spoils the sound config and asserts that it is refused at the line that holds `place`, with a code and these words.
fn refused(from: &str, to: &str, place: &str, words: &[&str]) {
    assert!(SOUND.contains(from), "{from}");
    refused_config(&SOUND.replacen(from, to, 1), place, words);
}

fn refused_config(config: &str, place: &str, words: &[&str]) {
    let output = check(config, &[]);
    let said =
        String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{config}\n{said}");
    assert!(said.contains("error[HD0"), "{said}");
    let line = config.lines().position(|line| line.contains(place)).expect("the place is in the config") + 1;
    assert!(said.contains(&format!("agent.yaml:{line}:")), "line {line} is not named:\n{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not said:\n{said}");
    }
}

#[test]
fn the_sound_config_is_sound() {
    let output = check(SOUND, &["--deny-warnings"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_misspelt_tier_is_no_tier() {
    refused("trust_tier: 1", "trust_teir: 1", "trust_teir", &["trust_tier"]);
}

#[test]
fn no_tier_is_no_tier() {
    refused("    trust_tier: 1\n", "    max_execution_time: 30s\n", "runtime:", &["trust_tier"]);
}

#[test]
fn a_key_that_stands_twice_is_refused() {
    refused(
        "    trust_tier: 1\n",
        "    trust_tier: 1\n    trust_tier: 4\n",
        "trust_tier: 4",
        &["trust_tier"],
    );
}

#[test]
fn tier_1_does_not_post() {
    refused("method: GET", "method: POST", "method: POST", &["HD0102", "tier 1"]);
}

#[test]
fn tier_1_does_not_write() {
    refused("- name: look", "- name: look\n      access: write", "access: write", &["tier 1"]);
}

#[test]
fn tier_2_does_not_delete() {
    let config = SOUND.replace("trust_tier: 1", "trust_tier: 2").replace("method: GET", "method: DELETE");
    refused_config(&config, "method: DELETE", &["HD0102"]);
}

#[test]
fn a_placeholder_names_a_parameter() {
    refused("/look\"", "/look/{{wrod}}\"", "{{wrod}}", &["wrod", "word"]);
}

#[test]
fn a_parameter_that_nothing_uses_is_refused() {
    refused("{ word: word }", "{ wrod: word }", "wrod: word", &["wrod"]);
    refused("      query_params: { word: word }\n", "", "word: { type: string }", &["word"]);
}

#[test]
fn a_tool_has_one_bridge() {
    let second = "  runtime:\n";
    let bridge =
        "    - tool_name: look\n      method: GET\n      url: \"http://localhost:9090/second\"\n  runtime:\n";
    let config = SOUND.replacen(second, bridge, 1);
    // The second `tool_name` is the fault, whatever line names the first.
    let output = check(&config, &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("agent.yaml:14:"), "{said}");
    refused("tool_name: look", "tool_name: lock", "tool_name: lock", &["lock", "look"]);
}

#[test]
fn other_schemes_are_refused() {
    for scheme in ["file", "ftp", "gopher", "unix", "javascript", "data"] {
        refused("http://localhost", &format!("{scheme}://localhost"), &format!("{scheme}://"), &[scheme]);
    }
}

#[test]
fn the_authority_is_constant() {
    for url in [
        "http://{{word}}.example.com/look",
        "http://localhost{{word}}/look",
        "http://localhost:{{word}}/look",
        "{{word}}://localhost/look",
        "{{word}}",
        "http://user:{{word}}@localhost/look",
        "http://{{secret:key}}.example.com/look",
    ] {
        refused("http://localhost:9090/look", url, url, &["HD0"]);
    }
}

#[test]
fn a_secret_has_no_place_in_the_path() {
    refused("/look\"", "/look/{{secret:key}}\"", "{{secret:key}}", &["secret"]);
}

#[test]
fn a_url_holds_no_credentials() {
    refused("http://localhost", "http://me:pass@localhost", "me:pass", &["HD0"]);
}

#[test]
fn a_time_is_a_time() {
    for time in ["banana", "-1s", "0s", "1 fortnight", "1e9h"] {
        let to = format!("trust_tier: 1\n    max_execution_time: \"{time}\"");
        refused("trust_tier: 1", &to, "max_execution_time", &["max_execution_time"]);
    }
}

#[test]
fn a_rule_is_about_a_parameter_that_exists() {
    let rule = "  escalation_rules:\n    - name: r\n      reason: \"r\"\n      tool: look\n      param_contains: { wrod: \"x\" }\n  runtime:\n";
    refused("  runtime:\n", rule, "wrod", &["wrod"]);
    let rule = "  escalation_rules:\n    - name: r\n      reason: \"r\"\n      tool: \"lock*\"\n  runtime:\n";
    refused("  runtime:\n", rule, "lock*", &["lock"]);
}

#[test]
fn names_are_names() {
    for name in ["../../evil", "a/b", "A\"; fn main", "x y", "-x", "ümlaut", ""] {
        let to = format!("name: {}", serde_json::Value::from(name));
        refused("name: sound", &to, &to, &["name"]);
        refused("name: look", &to, &to, &["name"]);
    }
}

#[test]
fn hidden_characters_are_refused() {
    for hidden in ["\u{202e}", "\u{2066}", "\u{0}", "\u{7}", "\u{1b}"] {
        let to = format!("Look{hidden}.");
        let config = SOUND.replacen("Look.", &to, 1);
        let output = check(&config, &[]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{hidden:?}: {said}");
        assert!(!said.contains(hidden), "the message repeats {hidden:?}");
    }
}

#[test]
fn keys_that_would_do_nothing_are_refused() {
    let env = "trust_tier: 1\n    env: { TOKEN: x }";
    refused("trust_tier: 1", env, "env:", &["env"]);
    let cron = "  triggers:\n    - type: cron\n      schedule: \"* * * * *\"\n  runtime:\n";
    refused("  runtime:\n", cron, "cron", &["cron"]);
}

#[test]
fn anchors_aliases_and_tags_are_refused() {
    refused("description: \"Look.\"", "description: &a \"Look.\"", "&a", &["HD00"]);
    refused("description: \"Look.\"", "description: !!binary TG9vay4=", "!!binary", &["HD00"]);
    refused("{ word: word }", "{ <<: { word: word } }", "<<", &["HD0"]);
}
