//! The configs of the Python heddle as it ships them, where they lie beside the checkout: each is accepted unchanged,
//! or refused for the one reason that is known.

use std::path::Path;

use heddle_compiler::check::Grants;
use heddle_compiler::compile;
use heddle_compiler::diag::{self, Colour, Severity};
use heddle_compiler::source::Sources;
use heddle_tests::home::checkout;

/// Refused, with the only codes of errors that may be the reason: an undeclared placeholder; tools behind which nothing
/// stands until there are workflows.
const REFUSED: &[(&str, &[&str])] = &[
    ("rsshub-bridge.yaml", &["HD0201"]),
    ("daily-ops.yaml", &["HD0112", "HD0601"]),
    ("vram-orchestrator.yaml", &["HD0112"]),
];

#[test]
fn configs_of_the_original_mean_what_they_meant() {
    let folder = checkout().join("../shared/upstream");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        println!("SKIPPED: there is no {}", folder.display());
        return;
    };
    let mut files: Vec<_> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| is_yaml(path)).collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no config", folder.display());
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let bytes = std::fs::read(&path).expect("a config");
        let mut sources = Sources::default();
        let compiled = compile(&mut sources, name, &bytes, &Grants::default());
        let drawn = diag::human(&compiled.diagnostics, &sources, Colour::Never);
        let errors: Vec<String> = compiled
            .diagnostics
            .iter()
            .filter(|found| found.severity == Severity::Error)
            .map(|found| found.code.to_string())
            // Who may use which secret is written beside a config, not in it.
            .filter(|code| code != "HD0301")
            .collect();
        match REFUSED.iter().find(|(refused, _)| *refused == name) {
            Some((_, codes)) => {
                assert!(!errors.is_empty(), "{name} is accepted");
                assert!(errors.iter().all(|code| codes.contains(&code.as_str())), "{name}:\n{drawn}");
            }
            None => assert!(errors.is_empty(), "{name}:\n{drawn}"),
        }
        let over_post = compiled.diagnostics.iter().filter(|found| found.code == diag::HD0103).count();
        assert_eq!(over_post, usize::from(name == "ollama.yaml"), "{name}:\n{drawn}");
    }
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml")
}
