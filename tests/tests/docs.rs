//! The documentation says what is so: links lead somewhere, excerpts are excerpts, shown output is real output, and
//! tables agree with what they describe.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use heddle_tests::home;
use heddle_tests::markdown::{self, Block};

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))
}

#[test]
fn every_link_leads_to_a_file() {
    let mut dead = Vec::new();
    for page in markdown::pages(&home::checkout()) {
        let folder = page.parent().expect("a page stands in a folder");
        for link in markdown::links(&read(&page)) {
            if !folder.join(&link).exists() {
                dead.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(dead.is_empty(), "{dead:#?}");
}

#[test]
fn every_excerpt_stands_in_its_file() {
    let mut seen = 0;
    for page in markdown::pages(&home::checkout()) {
        for block in markdown::blocks(&read(&page)) {
            let Some(file) = block.note("from") else { continue };
            let whole = read(&home::checkout().join(file));
            assert!(whole.contains(&block.text), "{}:{} is not in {file}", page.display(), block.line);
            seen += 1;
        }
    }
    assert!(seen > 0, "no page has an excerpt");
}

#[test]
fn the_output_that_the_readme_shows_is_real() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = markdown::blocks(&read(&home::checkout().join("README.md")));
    let mut shown = 0;
    for block in &page {
        if let Some(file) = block.note("file") {
            fs::write(folder.path().join(file), &block.text).expect("the folder can be written");
        }
        if block.language == "console" {
            show(block, folder.path());
            shown += 1;
        }
    }
    assert!(shown > 0, "the README shows no output");
}

fn show(block: &Block, folder: &Path) {
    let (commands, expected): (Vec<_>, Vec<_>) = block.text.lines().partition(|line| line.starts_with("$ "));
    let [command] = commands[..] else { panic!("README.md:{}: one command", block.line) };
    let words = command.strip_prefix("$ heddle ").expect("a heddle command").split(' ');
    let output = home::heddle().current_dir(folder).args(words).output().expect("heddle runs");
    let status = output.status.code().expect("it ended by itself").to_string();
    assert_eq!(status, block.note("exit").unwrap_or("0"), "README.md:{}", block.line);
    let printed = [output.stdout, output.stderr].concat();
    let printed = String::from_utf8(printed).expect("heddle prints UTF-8");
    assert!(markdown::agrees(&expected.join("\n"), &printed), "README.md:{}:\n{printed}", block.line);
}

#[test]
fn each_dependency_of_an_agent_is_justified() {
    let manifest = read(&home::checkout().join("runtime-lib/Cargo.toml"));
    // Those of one system count as well: agents run there.
    let sections = manifest.split("\n[").filter(|section| {
        section.lines().next().is_some_and(|head| {
            head == "dependencies]" || (head.starts_with("target.") && head.ends_with(".dependencies]"))
        })
    });
    let used: BTreeSet<&str> = sections
        .flat_map(|section| section.lines().skip(1))
        .filter_map(|line| line.split(['.', ' ']).next())
        .filter(|name| !name.is_empty())
        .collect();

    let page = read(&home::checkout().join("docs/decisions/0009-dependencies-of-an-agent.md"));
    let justified: BTreeSet<&str> = page
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert_eq!(used, justified);
}

#[test]
fn the_invariants_name_tests_that_exist() {
    let page = read(&home::checkout().join("docs/architecture.md"));
    let table = page.split("## Invariants").nth(1).expect("a section of invariants");
    let mut named = 0;
    for row in table.lines().filter(|line| line.starts_with("| ") && line.contains(".rs`")) {
        let cell = row.trim_end_matches(" |").rsplit("| ").next().expect("a row has cells");
        let mut code = cell.split('`').skip(1).step_by(2);
        let file = code.next().expect("a row names a file");
        let text = read(&home::checkout().join(file));
        for test in code {
            assert!(text.contains(&format!("fn {test}(")), "{file} has no `{test}`: {row}");
        }
        named += 1;
    }
    assert!(named > 10, "{named} rows");
}

#[test]
fn the_tests_that_answer_known_attacks_exist() {
    let mut sources = String::new();
    let mut folders = vec![home::checkout().join("tests/tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder of tests") {
            let path = entry.expect("a readable folder").path();
            match path.is_dir() {
                true => folders.push(path),
                false => sources.push_str(&read(&path)),
            }
        }
    }
    let page = read(&home::checkout().join("docs/known-attacks.md"));
    let mut named = 0;
    for span in page.split('`').skip(1).step_by(2) {
        let name = span.rsplit("::").next().unwrap_or(span);
        if name.contains('_')
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            assert!(sources.contains(name), "no test is called `{name}`");
            named += 1;
        }
    }
    assert!(named > 30, "{named} tests are named");
}

#[test]
fn the_table_of_packs_agrees_with_the_packs() {
    let packs = home::checkout().join("packs");
    let page = read(&packs.join("README.md"));
    let mut listed = BTreeMap::new();
    for row in page.lines().filter(|line| line.starts_with("| [")) {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let name = cells[1].split(['[', ']']).nth(1).expect("the first cell links to the pack");
        listed.insert(name.to_owned(), cells[2..].join("|"));
    }
    let mut found = BTreeMap::new();
    for file in fs::read_dir(&packs).expect("packs/") {
        let path = file.expect("a readable folder").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a name in UTF-8").to_owned();
        if path.extension().is_none_or(|kind| kind != "yaml")
            || name == "heddle.grants"
            || name.ends_with(".test")
        {
            continue;
        }
        found.insert(name, facts(&read(&path)));
    }
    assert_eq!(listed, found);
}

/// The cells of a pack's row, from its text: plain enough for that, since packs are written in one style.
fn facts(config: &str) -> String {
    let after = |key: &'static str| {
        config.lines().filter_map(move |line| line.trim().strip_prefix(key)).map(str::trim)
    };
    let tier = match after("trust_tier:").next() {
        Some("1") => "1 observer",
        Some("2") => "2 worker",
        Some("3") => "3 operator",
        other => panic!("tier {other:?}"),
    };
    let (mut origins, mut secrets) = (BTreeSet::new(), BTreeSet::new());
    for url in after("url:") {
        let url = url.trim_matches('"');
        origins.insert(format!("`{}`", url.splitn(4, '/').take(3).collect::<Vec<_>>().join("/")));
    }
    for rest in config.split("{{secret:").skip(1) {
        secrets.insert(format!("`{}`", rest.split("}}").next().expect("a closed placeholder")));
    }
    let list = |set: BTreeSet<String>| match set.is_empty() {
        true => "none".to_owned(),
        false => set.into_iter().collect::<Vec<_>>().join(", "),
    };
    let read = after("access:").filter(|access| *access == "read").count();
    let write = after("access:").filter(|access| *access == "write").count();
    format!("{tier}|{}|{}|{read}|{write}|{}|", list(origins), read + write, list(secrets))
}
