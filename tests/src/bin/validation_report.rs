//! `validation-report DIR`: what the detectors find in rows that others wrote, as the tables of `docs/validation.md`.
//!
//! `tests/fixtures/validation` is a `DIR` of our own rows. `DIR/attack/<class>.jsonl` and `DIR/benign/<kind>.jsonl` hold one JSON object a line, with `text` and `src`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use heddle_compiler::plan::{self, Field, Kind, Param, Part, Presence, fill_scans};
use heddle_runtime::decl::{Class, Content};
use heddle_runtime::scan::{misfit, scan};
use heddle_tests::corpora::{self, Row};

/// File of attacks -> the class that should find them; the others are judged by all classes of a text.
const ATTACKS: [(&str, Class); 27] = [
    ("cmdi", Class::Shell),
    ("sqli", Class::Sql),
    ("path_traversal", Class::Traversal),
    ("ssti", Class::Template),
    ("xss", Class::Html),
    ("ssrf", Class::Ssrf),
    ("open_redirect", Class::Ssrf),
    ("prompt_injection", Class::Prompt),
    ("prompt_injection_indirect_plain", Class::Prompt),
    ("prompt_injection_multilingual", Class::Prompt),
    ("prompt_jailbreak", Class::Prompt),
    // Our own rows, `tests/fixtures/validation`.
    ("prompt_english", Class::Prompt),
    ("prompt_other", Class::Prompt),
    ("shell", Class::Shell),
    ("sql", Class::Sql),
    ("second_prompt_english", Class::Prompt),
    ("second_prompt_other", Class::Prompt),
    ("second_shell", Class::Shell),
    ("second_sql", Class::Sql),
    ("third_prompt_english", Class::Prompt),
    ("third_prompt_other", Class::Prompt),
    ("fourth_prompt_english", Class::Prompt),
    ("fourth_prompt_other", Class::Prompt),
    ("fifth_prompt_english", Class::Prompt),
    ("sixth_prompt_english", Class::Prompt),
    ("sixth_prompt_other", Class::Prompt),
    ("seventh_prompt_english", Class::Prompt),
];

/// Kind of benign rows -> what a parameter that takes them would be declared as.
const BENIGN: [(&str, Content, plan::Content); 26] = [
    ("code_lines", Content::Code, plan::Content::Code),
    ("dev_titles", Content::Text, plan::Content::Text),
    ("file_paths", Content::Path, plan::Content::Path),
    ("hard_dev_titles_security_sql", Content::Text, plan::Content::Text),
    ("hard_gotestwaf_fp", Content::Text, plan::Content::Text),
    ("hard_libinjection_fp", Content::Text, plan::Content::Text),
    ("hard_notinject", Content::Prompt, plan::Content::Prompt),
    ("logql", Content::Logql, plan::Content::Logql),
    ("nl_prompts", Content::Prompt, plan::Content::Prompt),
    ("nl_prompts_long", Content::Prompt, plan::Content::Prompt),
    ("nl_queries", Content::Text, plan::Content::Text),
    ("person_data", Content::Text, plan::Content::Text),
    ("promql", Content::Promql, plan::Content::Promql),
    ("sql_statements", Content::Sql, plan::Content::Sql),
    ("tool_args", Content::Text, plan::Content::Text),
    ("tool_args_ids", Content::Text, plan::Content::Text),
    ("urls", Content::Url, plan::Content::Url),
    // Our own rows; those of `promql` are under the name above.
    ("code", Content::Code, plan::Content::Code),
    ("prompt_english", Content::Prompt, plan::Content::Prompt),
    ("prompt_other", Content::Prompt, plan::Content::Prompt),
    ("text", Content::Text, plan::Content::Text),
    ("second_prompt", Content::Prompt, plan::Content::Prompt),
    ("second_text", Content::Text, plan::Content::Text),
    ("third_prompt", Content::Prompt, plan::Content::Prompt),
    ("fifth_prompt", Content::Prompt, plan::Content::Prompt),
    ("sixth_prompt", Content::Prompt, plan::Content::Prompt),
];

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("usage: validation-report DIR");
        return ExitCode::from(2);
    };
    match report(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("validation-report: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn report(folder: &Path) -> Result<(), String> {
    let attacks = corpora::read(&folder.join("attack"))?;
    let benign = corpora::read(&folder.join("benign"))?;
    let text = classes(plan::Content::Text);
    println!(
        "| attacks | source | rows | found by its class | of the fifth kept aside | found by any class of `text` |"
    );
    println!("|---|---|---|---|---|---|");
    for (name, rows) in &attacks {
        let own = ATTACKS.iter().find(|(attack, _)| attack == name).map(|(_, class)| *class);
        let own = own.map_or(text.clone(), |class| vec![class]);
        for (source, rows) in by_source(rows, name) {
            let found = |row: &&Row| !scan(&row.text, &own).is_empty();
            let any = rows.iter().filter(|row| !scan(&row.text, &text).is_empty()).count();
            let aside: Vec<&Row> = rows.iter().copied().filter(|row| row.is_aside).collect();
            println!(
                "| {name} | {source} | {} | {} | {} | {} |",
                rows.len(),
                share(rows.iter().copied().filter(|row| found(row)).count(), rows.len()),
                share(aside.iter().copied().filter(|row| found(row)).count(), aside.len()),
                share(any, rows.len()),
            );
        }
    }
    println!();
    println!(
        "| benign rows | rows | declared as | refused | of the fifth kept aside | refused as `text` | as an unspecified string |"
    );
    println!("|---|---|---|---|---|---|---|");
    let unspecified = classes(plan::Content::Unspecified);
    for (name, rows) in &benign {
        let Some((_, content, declared)) = BENIGN.iter().find(|(kind, ..)| kind == name) else { continue };
        let own = classes(*declared);
        let is_refused =
            |row: &&Row| misfit(*content, &row.text).is_some() || !scan(&row.text, &own).is_empty();
        let by = |classes: &[Class]| rows.iter().filter(|row| !scan(&row.text, classes).is_empty()).count();
        let aside: Vec<&Row> = rows.iter().filter(|row| row.is_aside).collect();
        println!(
            "| {name} | {} | `{}` | {} | {} | {} | {} |",
            rows.len(),
            content.as_str(),
            share(rows.iter().filter(|row| is_refused(row)).count(), rows.len()),
            share(aside.iter().copied().filter(|row| is_refused(row)).count(), aside.len()),
            share(by(&text), rows.len()),
            share(by(&unspecified), rows.len()),
        );
    }
    println!();
    speed(&attacks, &benign);
    Ok(())
}

/// What a text of this content is scanned for in a query.
fn classes(content: plan::Content) -> Vec<Class> {
    let kind = Kind::Text { min: 0, max: 1, pattern: String::new(), one_of: Vec::new() };
    let param = Param {
        about: String::new(),
        kind,
        presence: Presence::Required,
        sensitive: false,
        content,
        scan: std::collections::BTreeSet::new(),
        allow: BTreeMap::new(),
    };
    let mut params = BTreeMap::from([("q".to_owned(), param)]);
    let query = [Field { name: "q".to_owned(), value: vec![Part::Arg("q".to_owned())] }];
    fill_scans(&mut params, &[], &query, &[]);
    let asked = params.values().flat_map(|param| param.scan.iter().map(|class| class.word()));
    asked.filter_map(|word| Class::ALL.into_iter().find(|class| class.as_str() == word)).collect()
}

/// The rows by where they are from.
fn by_source<'r>(rows: &'r [Row], name: &str) -> BTreeMap<String, Vec<&'r Row>> {
    // Of our own rows, the source is a style or a language; of these there are few for each.
    if ["prompt_english", "prompt_other", "shell", "sql"].iter().any(|own| name.ends_with(own)) {
        return BTreeMap::from([("our own".to_owned(), rows.iter().collect())]);
    }
    let mut sources: BTreeMap<String, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        let first = row.source.split([' ', '/']).next().unwrap_or_default();
        let is_foreign = row.source.contains("different_user_input_language");
        let name = if is_foreign { format!("{first}, other languages") } else { first.to_owned() };
        sources.entry(name).or_default().push(row);
    }
    sources
}

fn share(part: usize, of: usize) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a few thousand rows")]
    let percent = part as f64 * 100.0 / of as f64;
    if of == 0 { "-".to_owned() } else { format!("{percent:.1} % ({part}/{of})") }
}

fn speed(attacks: &[corpora::Corpus], benign: &[corpora::Corpus]) {
    println!("| all classes on | characters | scans | per scan | per character |");
    println!("|---|---|---|---|---|");
    for (name, corpora) in [("attack rows", attacks), ("benign rows", benign)] {
        let rows: Vec<&Row> = corpora.iter().flat_map(|(_, rows)| rows).collect();
        let characters: usize = rows.iter().map(|row| row.text.chars().count()).sum();
        let start = Instant::now();
        let found: usize = rows.iter().map(|row| scan(&row.text, &Class::ALL).len()).sum();
        let taken = start.elapsed();
        assert!(found > 0);
        let per = |count: usize| taken.as_nanos() / u128::try_from(count.max(1)).unwrap_or(1);
        println!(
            "| {name} | {characters} | {} | {} ns | {} ns |",
            rows.len(),
            per(rows.len()),
            per(characters)
        );
    }
}
