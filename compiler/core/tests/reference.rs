//! What is generated from the tables of the language is what the repository holds.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

use std::path::Path;

use heddle_compiler::schema;

#[test]
fn the_reference_page_is_fresh() {
    fresh("docs/reference/config.md", &schema::reference());
}

#[test]
fn the_schema_is_fresh() {
    fresh("docs/reference/heddle.schema.json", &schema::json_schema());
}

fn fresh(path: &str, truth: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    if std::env::var_os("HEDDLE_BLESS").is_some() {
        assert!(std::env::var_os("CI").is_none(), "HEDDLE_BLESS is not for CI");
        std::fs::write(&file, truth).unwrap();
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == truth, "{path} is stale; HEDDLE_BLESS=1 writes it anew");
}
