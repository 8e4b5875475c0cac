//! The schemas, asked by a validator that is not ours: the config's own accepts what the compiler accepts and refuses wrong
//! types, and SARIF logs are what their standard says.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::path::{Path, PathBuf};

use heddle_compiler::check::Grants;
use heddle_compiler::diag::{self, Severity};
use heddle_compiler::source::Sources;
use heddle_compiler::{compile, schema};
use jsonschema::Validator;
use serde_json::Value;

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(&schema::json_schema()).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The `yaml` blocks of the error pages, with the section each stands in.
fn page_configs() -> Vec<(String, bool, String)> {
    let mut configs = Vec::new();
    for entry in std::fs::read_dir(root().join("docs/errors")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let page = std::fs::read_to_string(&path).unwrap();
        let mut accepted = false;
        let mut lines = page.lines();
        while let Some(line) = lines.next() {
            accepted = if line.starts_with("## ") { line == "## Accepted" } else { accepted };
            if line == "```yaml" && name != "README.md" {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                configs.push((name.clone(), accepted, block.join("\n")));
            }
        }
    }
    configs
}

#[test]
fn the_schema_accepts_every_config_of_the_repository() {
    let validator = validator();
    let mut tried = 0;
    for entry in std::fs::read_dir(root().join("packs")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".yaml") || name.contains("grants") || name.ends_with(".test.yaml") {
            continue;
        }
        let config: Value = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let faults: Vec<String> = validator.iter_errors(&config).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
        tried += 1;
    }
    for (name, accepted, text) in page_configs() {
        let Ok(config) = serde_yaml::from_str::<Value>(&text) else { continue };
        let faults: Vec<String> = validator.iter_errors(&config).map(|fault| fault.to_string()).collect();
        assert!(!accepted || faults.is_empty(), "{name}: {faults:?}");
        tried += usize::from(accepted);
    }
    assert!(tried > 20, "{tried}");
}

#[test]
fn the_schema_refuses_what_the_parser_refuses_about_keys_and_types() {
    let validator = validator();
    let mut tried = 0;
    for (name, accepted, text) in page_configs() {
        let Ok(config) = serde_yaml::from_str::<Value>(&text) else { continue };
        let mut sources = Sources::default();
        let found = compile(&mut sources, "agent.yaml", text.as_bytes(), &Grants::default()).diagnostics;
        let by_table =
            found.iter().any(|found| found.severity == Severity::Error && (4..=8).contains(&found.code.0));
        // A number too large for JSON and a size in bytes of 0 are beyond a schema, and so is which spelling came twice.
        let beyond = text.contains(".inf");
        if by_table && !accepted && !beyond {
            assert!(!validator.is_valid(&config), "{name} is accepted:\n{text}");
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
}

#[test]
fn every_description_says_something() {
    let schema: Value = serde_json::from_str(&schema::json_schema()).unwrap();
    let definitions = schema["definitions"].as_object().unwrap();
    for (name, definition) in definitions {
        for (key, value) in definition["properties"].as_object().unwrap() {
            let text = value["description"].as_str().unwrap_or_default();
            assert!(text.len() > 10, "{name}.{key} teaches nothing");
        }
    }
    assert!(definitions.len() > 8);
}

#[test]
fn sarif_is_valid_by_its_published_schema() {
    // One pattern of it, which no log of ours meets, is no regular expression.
    let published = include_str!("fixtures/sarif-2.1.0.schema.json").replace("{2}]?$", "{2}$");
    let published: Value = serde_json::from_str(&published).unwrap();
    let validator = jsonschema::validator_for(&published).unwrap();
    let mut checks = Vec::new();
    for (name, _, text) in page_configs() {
        let mut sources = Sources::default();
        let name = format!("folder with blanks/{name}.yaml");
        checks.push((compile(&mut sources, &name, text.as_bytes(), &Grants::default()).diagnostics, sources));
    }
    for bytes in [&b""[..], b"\0", b"\xff", b"agent: \xc3\xa9\n"] {
        let mut sources = Sources::default();
        checks.push((
            compile(&mut sources, "/absolute/é.yaml", bytes, &Grants::default()).diagnostics,
            sources,
        ));
    }
    let log = diag::sarif("0.1.0", checks.iter().map(|(found, sources)| (found.as_slice(), sources)));
    let log: Value = serde_json::from_str(&log).unwrap();
    let faults: Vec<String> =
        validator.iter_errors(&log).map(|fault| format!("{fault} at {}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:#?}");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let found: usize = checks.iter().map(|(found, _)| found.len()).sum();
    assert_eq!(results.len(), found);
    assert!(found > 40, "{found}");
    assert!(validator.is_valid(&serde_json::from_str(&diag::sarif("0.1.0", [])).unwrap()), "an empty run");
}
