//! The pages of the codes, as `heddle explain` shows them. Each is a file under `docs/errors`, and a test renders its
//! refused config for real.

use crate::diag::{ALL, Code};

/// Each code that has a page, in order.
static PAGES: &[(Code, &str)] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// The page of a code.
pub fn page(code: Code) -> Option<&'static str> {
    let at = PAGES.binary_search_by_key(&code, |(code, _)| *code).ok()?;
    PAGES.get(at).map(|(_, page)| *page)
}

/// The code that `text` names: `HD0102`, `hd102`, `102`.
pub fn code(text: &str) -> Option<Code> {
    let digits = text.trim_start_matches(['H', 'h']).trim_start_matches(['D', 'd']);
    let number = digits.parse::<u16>().ok()?;
    ALL.iter().map(|(code, _)| *code).find(|code| code.0 == number)
}

/// Each code with its title, in order.
pub const fn list() -> &'static [(Code, &'static str)] {
    ALL
}
