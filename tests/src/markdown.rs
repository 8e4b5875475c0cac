//! The documentation as data: its code blocks and links.
//!
//! HTML comments directly above a block say what a test does with it:
//!
//! * `<!-- file: NAME -->`: the block is the content of this file;
//! * `<!-- from: PATH -->`: the block is an excerpt of this file of the repository;
//! * `<!-- exit: 1 -->`: the commands of the block end with this status;
//! * `<!-- not run: WHY -->`: the block is not run.
//!
//! A `sh` block is run as it stands. In a `console` block, lines that begin with `$ ` are commands and the others are
//! what they print. `...` in what is printed stands for anything.

use std::path::{Path, PathBuf};

/// A fenced code block.
#[derive(Debug, Clone)]
pub struct Block {
    /// The line of its opening fence, from 1.
    pub line: usize,
    /// The word after the fence.
    pub language: String,
    /// What is in it, every line ended.
    pub text: String,
    notes: Vec<String>,
}

impl Block {
    /// What the comment `<!-- key: value -->` above the block says.
    pub fn note(&self, key: &str) -> Option<&str> {
        self.notes.iter().find_map(|note| note.strip_prefix(key)?.strip_prefix(": "))
    }
}

/// The code blocks of a page, in order.
pub fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut notes = Vec::new();
    let mut lines = page.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text = lines
                .by_ref()
                .map(|(_, line)| line)
                .take_while(|line| *line != "```")
                .map(|line| format!("{line}\n"))
                .collect();
            let notes = std::mem::take(&mut notes);
            blocks.push(Block { line: index + 1, language: language.to_owned(), text, notes });
        } else if let Some(note) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) {
            notes.push(note.to_owned());
        } else if !line.is_empty() {
            notes.clear();
        }
    }
    blocks
}

/// The targets of the links of a page that stay inside the repository, without their fragments.
pub fn links(page: &str) -> Vec<String> {
    let mut prose = String::new();
    let mut code = false;
    for line in page.lines() {
        code ^= line.trim_start().starts_with("```");
        if !code {
            prose.push_str(line);
            prose.push('\n');
        }
    }
    prose
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.split('#').next().unwrap_or_default().to_owned())
        .filter(|target| !target.is_empty() && !target.contains("://"))
        .collect()
}

/// Whether `actual` is what `expected` says, `...` in it standing for anything.
pub fn agrees(expected: &str, actual: &str) -> bool {
    let mut pieces = expected.trim_end().split("...").peekable();
    let mut rest = actual.trim_end();
    let mut first = true;
    while let Some(piece) = pieces.next() {
        let piece = piece.trim_matches('\n');
        let last = pieces.peek().is_none();
        rest = match (first, last) {
            (true, true) => return rest == piece,
            (true, false) => match rest.strip_prefix(piece) {
                Some(rest) => rest,
                None => return false,
            },
            (false, true) => return rest.ends_with(piece),
            (false, false) => match rest.find(piece) {
                Some(at) => &rest[at + piece.len()..],
                None => return false,
            },
        };
        first = false;
    }
    true
}

/// The pages of the repository: its root, `docs/` and `packs/`.
pub fn pages(checkout: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut folders = vec![checkout.join("docs"), checkout.join("packs")];
    let mut here = files(checkout);
    while let Some(folder) = folders.pop() {
        let entries = files(&folder);
        folders.extend(entries.iter().filter(|entry| entry.is_dir()).cloned());
        here.extend(entries);
    }
    pages.extend(here.into_iter().filter(|file| file.extension().is_some_and(|kind| kind == "md")));
    pages.sort();
    pages
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|fault| panic!("{}: {fault}", folder.display()));
    entries.map(|entry| entry.expect("a readable folder").path()).collect()
}

#[cfg(test)]
mod tests {
    use super::{agrees, blocks, links};

    #[test]
    fn a_block_knows_the_comments_directly_above_it() {
        let found = blocks(
            "<!-- file: a.yaml -->\n\n```yaml\nx: 1\n```\n\n<!-- exit: 1 -->\nprose\n```sh\ntrue\n```\n",
        );
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].note("file"), Some("a.yaml"));
        assert_eq!(found[0].text, "x: 1\n");
        assert_eq!(found[1].note("exit"), None);
        assert_eq!((found[1].line, found[1].language.as_str()), (9, "sh"));
    }

    #[test]
    fn links_that_leave_the_repository_or_stand_in_code_are_passed_over() {
        let page = "[a](b.md#c) [d](https://e) [f](#g)\n```\n[h](i.md)\n```\n[j](k/)\n";
        assert_eq!(links(page), ["b.md", "k/"]);
    }

    #[test]
    fn dots_stand_for_anything_and_the_rest_is_exact() {
        assert!(agrees("one\n", "one"));
        assert!(!agrees("one", "one two"));
        assert!(agrees("one ... four\n...\nnine", "one two four\nfive\nsix\nnine"));
        assert!(!agrees("one ...", "two"));
        assert!(agrees("...\nlast\n", "first\nlast\n"));
        assert!(!agrees("a...b...c", "a c b"));
    }
}
