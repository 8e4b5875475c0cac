//! What an argument is known to attempt: detectors for each class, over one normalised spelling of the text.
//!
//! A detector is a second line. What keeps an argument from becoming part of a request is the encoding of its place, which
//! knows nothing of what arguments say. Every step here reads the text from left to right a bounded number of times;
//! nothing goes back, so a text costs time in proportion to its length.

mod control;
mod form;
mod html;
mod letters;
mod lexicon;
mod literals;
mod normal;
mod prompt;
mod shell;
mod sql;
mod ssrf;
mod template;
mod tokens;
mod traversal;
mod typos;
mod unspaced;
mod utf8;
mod words;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::payloads;

use crate::decl::{Class, Content};

/// Something that a detector found. The text itself is not in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// The class of attack.
    pub class: Class,
    /// What gave it away, in words.
    pub sign: &'static str,
}

/// What is found in a text, one finding for each class, in the order of `classes`.
pub fn scan(text: &str, classes: &[Class]) -> Vec<Finding> {
    let mut found = Vec::new();
    if classes.is_empty() {
        return found;
    }
    let normal = normal::normalise(text);
    let tokens = tokens::Tokens::of(&normal.text);
    let literals = literals::Found::of(&normal.text);
    for class in classes {
        let sign = match class {
            Class::Shell => shell::detect(&tokens, &literals),
            Class::Sql => sql::detect(&tokens),
            Class::Traversal => traversal::detect(&normal, &tokens, &literals, text),
            Class::Template => template::detect(&tokens, &literals),
            Class::Prompt => prompt::detect(&tokens, &literals, text),
            Class::Html => html::detect(&tokens, &literals),
            Class::Ssrf => ssrf::detect(&tokens),
            Class::Header => control::detect_line_end(&normal.text),
            Class::Control => control::detect(text),
        };
        if let Some(sign) = sign {
            found.push(Finding { class: *class, sign });
        }
    }
    found
}

/// What a text of this content must be, if it is none.
pub fn misfit(content: Content, text: &str) -> Option<&'static str> {
    form::misfit(content, text)
}
