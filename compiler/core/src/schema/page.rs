//! The reference page of the language.

use crate::parse::keys::{Is, Key, Need, Table, Word};
use crate::parse::tables;

const HEAD: &str = "\
# The config, key by key

<!-- Written by `HEDDLE_BLESS=1 cargo test -p heddle-compiler --test reference` from the tables that the parser reads. -->

One YAML file describes one agent: one MCP server, one binary. There is no key that does nothing: each one is enforced or
refused. `heddle schema` prints the same facts as a JSON Schema; [editors.md](editors.md) says how an editor shows them while
you type, and [from-python.md](from-python.md) what became of the Python heddle's keys.

The file is a strict subset of YAML 1.2: one document of UTF-8, at most 1 MiB and 64 levels, no anchors, aliases, merge keys
or tags, no key twice, only text as keys, no control or invisible characters. Plain values are read as YAML 1.2 reads them:
`true` and `false` are the only truth values, and `010` is ten. Every fault of a file is reported in one run.
";

/// The page, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = String::from(HEAD);
    for table in tables::ALL {
        section(table, &mut page);
    }
    page
}

fn section(table: &Table, page: &mut String) {
    let path = if table.path.is_empty() { "The file".to_owned() } else { format!("`{}`", table.path) };
    page.push_str(&format!("\n## {path}\n\n{}\n\n", table.doc));
    page.push_str("| key | takes | left out |\n|---|---|---|\n");
    for key in table.keys.iter().filter(|key| key.is_accepted()) {
        let absent = match key.need {
            Need::Required => "an error",
            Need::Else(absent) => absent,
        };
        page.push_str(&format!("| `{}` | {} | {absent} |\n", key.name, takes(&key.is)));
    }
    for key in table.keys.iter().filter(|key| key.is_accepted()) {
        entry(key, page);
    }
    let mut refused = table.keys.iter().filter(|key| !key.is_accepted()).peekable();
    if refused.peek().is_some() {
        page.push_str("\nRefused here, with HD0008:\n\n");
    }
    for key in refused {
        if let Is::Refused { because, instead } = &key.is {
            page.push_str(&format!("* `{}` {because}; {instead}\n", key.name));
        }
    }
}

fn entry(key: &Key, page: &mut String) {
    page.push_str(&format!("\n### `{}`\n\n{}\n", key.name, key.doc));
    if !key.aliases.is_empty() {
        let aliases: Vec<String> = key.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        page.push_str(&format!("\nAlso spelt {}.\n", aliases.join(", ")));
    }
    if let Is::OneOf(words) | Is::Level(words) = &key.is {
        page.push('\n');
        for word in *words {
            page.push_str(&meaning(word));
        }
    }
    if !key.example.is_empty() {
        page.push_str(&format!("\n```yaml\n{}\n```\n", key.example));
    }
}

fn meaning(word: &Word) -> String {
    let aliases: String = word.aliases.iter().map(|alias| format!(", `{alias}`")).collect();
    if word.refused {
        return format!("* `{}` is refused with HD0008: {}\n", word.word, word.doc);
    }
    format!("* `{}`{aliases}: {}\n", word.word, word.doc)
}

fn takes(is: &Is) -> String {
    match is {
        Is::Text | Is::Shaped(_) => "text".into(),
        Is::Int { min } => format!("whole number from {min}"),
        Is::Num => "number".into(),
        Is::Bool => "`true`, `false`".into(),
        Is::Duration(_) => "duration".into(),
        Is::Size => "size in bytes".into(),
        Is::OneOf(words) | Is::Level(words) => {
            let words: Vec<String> =
                words.iter().filter(|word| !word.refused).map(|word| format!("`{}`", word.word)).collect();
            words.join(", ")
        }
        Is::Data => "any value".into(),
        Is::BoolOrNames => "`true`, `false` or a list of names".into(),
        Is::Table(table) => format!("mapping, see {}", link(table)),
        Is::List(Is::Table(table)) => format!("list of mappings, see {}", link(table)),
        Is::List(item) => format!("list of {}", takes(item)),
        Is::Named(Is::Table(table)) => format!("mapping from names, see {}", link(table)),
        Is::Named(inner) => format!("mapping from names to {}", takes(inner)),
        Is::Refused { .. } => "nothing".into(),
    }
}

/// A link to a table's section; its anchor is what Markdown makes of the heading.
fn link(table: &Table) -> String {
    let anchor: String = table.path.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    format!("[`{}`](#{anchor})", table.path)
}
