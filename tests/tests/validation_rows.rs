//! What the detectors find of our own rows, `tests/fixtures/validation`: a floor for each class, and nearly nothing of what
//! people and programs write all day. Rows of others are outside of the repository; `validation-report` measures those.

use std::path::Path;

use heddle_runtime::decl::Class;
use heddle_runtime::scan::scan;
use heddle_tests::corpora::{self, Corpus, Row};

/// What a parameter of content `text` is scanned for.
const TEXT: [Class; 7] =
    [Class::Shell, Class::Sql, Class::Traversal, Class::Template, Class::Prompt, Class::Html, Class::Control];

fn rows(kind: &str) -> Vec<Corpus> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/validation").join(kind);
    corpora::read(&folder).expect("the fixtures are JSON Lines")
}

fn named<'c>(corpora: &'c [Corpus], name: &str) -> &'c [Row] {
    let found = corpora.iter().find(|(other, _)| other == name);
    found.map(|(_, rows)| rows.as_slice()).unwrap_or_else(|| panic!("no fixture {name}"))
}

/// How many of a hundred are found, rounded down, and those that are not.
fn recall<'r>(rows: impl Iterator<Item = &'r Row>, classes: &[Class]) -> (usize, Vec<&'r str>) {
    let (mut all, mut missed) = (0, Vec::new());
    for row in rows {
        all += 1;
        if scan(&row.text, classes).is_empty() {
            missed.push(row.text.as_str());
        }
    }
    assert!(all > 0, "no rows");
    ((all - missed.len()) * 100 / all, missed)
}

#[test]
fn each_class_finds_most_of_its_rows_also_of_those_that_were_only_counted() {
    let attacks = rows("attack");
    // Name, class, least share of the rows in sight, of those that were counted alone.
    for (name, class, in_sight, counted) in FLOORS {
        let rows = named(&attacks, name);
        for (is_counted, floor) in [(false, in_sight), (true, counted)] {
            let half = rows.iter().filter(|row| row.is_counted == is_counted);
            let (share, missed) = recall(half, &[class]);
            assert!(
                share >= floor,
                "{name}, counted: {is_counted}: {share} % of {floor} %; missed: {missed:#?}"
            );
        }
    }
}

/// Less than is found today, so that one row more or less is no news, and far more than without one of the relations.
const FLOORS: [(&str, Class, usize, usize); 16] = [
    ("prompt_english", Class::Prompt, 93, 80),
    ("prompt_other", Class::Prompt, 95, 88),
    ("shell", Class::Shell, 95, 88),
    ("sql", Class::Sql, 97, 85),
    ("second_prompt_english", Class::Prompt, 83, 88),
    ("second_prompt_other", Class::Prompt, 90, 92),
    ("second_shell", Class::Shell, 85, 88),
    ("second_sql", Class::Sql, 95, 85),
    ("third_prompt_english", Class::Prompt, 90, 85),
    ("third_prompt_other", Class::Prompt, 65, 80),
    ("fourth_prompt_english", Class::Prompt, 62, 73),
    ("fourth_prompt_other", Class::Prompt, 88, 91),
    ("fifth_prompt_english", Class::Prompt, 77, 72),
    ("sixth_prompt_english", Class::Prompt, 55, 68),
    ("sixth_prompt_other", Class::Prompt, 55, 63),
    ("seventh_prompt_english", Class::Prompt, 63, 66),
];

#[test]
fn hardly_any_language_is_without_a_finding() {
    let attacks = rows("attack");
    let rows = named(&attacks, "prompt_other");
    assert!(rows.iter().all(|row| !row.source.is_empty()));
    let mut languages: Vec<&str> = rows.iter().map(|row| row.source.as_str()).collect();
    languages.dedup();
    assert!(languages.len() >= 30, "{languages:?}");
    for language in languages {
        let (share, missed) = recall(rows.iter().filter(|row| row.source == language), &[Class::Prompt]);
        assert!(share >= 50, "{language}: {share} %; missed: {missed:#?}");
    }
}

#[test]
fn what_people_write_passes() {
    let benign = rows("benign");
    for (name, classes, most) in [
        ("prompt_english", &[Class::Prompt, Class::Control][..], 2),
        ("prompt_other", &[Class::Prompt, Class::Control], 0),
        ("text", &TEXT, 5),
        ("second_prompt", &[Class::Prompt, Class::Control], 0),
        ("second_text", &TEXT, 2),
        ("third_prompt", &[Class::Prompt, Class::Control], 0),
        ("fifth_prompt", &[Class::Prompt, Class::Control], 0),
        ("sixth_prompt", &[Class::Prompt, Class::Control], 0),
        ("promql", &[Class::Control], 0),
        ("code", &[Class::Control], 0),
    ] {
        let rows = named(&benign, name);
        let refused: Vec<_> = rows.iter().filter(|row| !scan(&row.text, classes).is_empty()).collect();
        assert!(refused.len() <= most, "{name}: {} of {}: {refused:#?}", refused.len(), rows.len());
    }
}
