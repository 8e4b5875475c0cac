//! What is known of a whole text: which of its quotation marks close a literal around it, and whether it cuts off a rest.

use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token, Tokens, is_same};

/// What is known of the whole text.
pub(super) struct Text<'a, 't> {
    pub(super) tokens: &'a Tokens<'t>,
    /// A quotation mark is left over, apostrophes not counted.
    pub(super) is_odd: bool,
    /// The first of the marks.
    pub(super) mark: Option<usize>,
    /// It ends in a comment.
    pub(super) is_cut: bool,
    /// The first mark closes what it did not open: `x' or y like '%z%`.
    pub(super) is_inverted: bool,
    /// A word that a query cannot do without stands in it.
    pub(super) has_query: bool,
}

impl<'a, 't> Text<'a, 't> {
    pub(super) fn read(tokens: &'a Tokens<'t>) -> Self {
        let (mut single, mut double, mut mark) = (0_usize, 0_usize, None);
        let has_inches = tokens.has_sign(b"\"") && are_inches(tokens);
        for (index, token) in tokens.of_marks(|sign| matches!(sign, b'\'' | b'"')) {
            let is_mark = match token.sign {
                b'\'' if is_apostrophe(tokens, index) || is_left_out(tokens, index) => false,
                b'\'' => {
                    single += 1;
                    true
                }
                b'"' if has_inches || is_inch(tokens, index) => false,
                b'"' => {
                    double += 1;
                    true
                }
                _ => false,
            };
            if is_mark && mark.is_none() {
                mark = Some(index);
            }
        }
        let is_odd = single % 2 == 1 || double % 2 == 1;
        let is_inverted = mark.is_some_and(|mark| {
            let (here, next) = (tokens.at(mark), tokens.at(mark + 1));
            (mark == 0 || !here.is_spaced) && next.is_spaced && next.has(tag::SQL_JOIN)
        });
        Self {
            tokens,
            is_odd,
            mark,
            is_cut: is_cut(tokens),
            is_inverted,
            has_query: tokens.tags & tag::SQL_QUERY != 0,
        }
    }

    /// A literal of the statement around was closed, or its rest was cut off.
    pub(super) const fn is_broken(&self) -> bool {
        self.is_odd || (self.is_cut && self.mark.is_some())
    }
}

/// Whether the mark stands inside or at the end of an English word, or in a name.
fn is_apostrophe(tokens: &Tokens<'_>, index: usize) -> bool {
    let (before, after) = (tokens.before(index), tokens.at(index + 1));
    let touches = before.kind == Kind::Word && !tokens.at(index).is_spaced;
    // `rock 'n' roll`
    let is_and = |at: usize| tokens.is_any(at, &["n", "em", "til", "cause"]);
    if is_and(index + 1) && !after.is_spaced && tokens.at(index + 2).text == "'" {
        return before.kind == Kind::Word;
    }
    if before.text == "n" && tokens.is_any(index.wrapping_sub(2), &["'"]) && touches {
        return true;
    }
    if !touches {
        return false;
    }
    let joined = after.kind == Kind::Word && !after.is_spaced && !after.has(tag::SQL_JOIN | tag::SQL_VERB);
    joined
        && (matches!(after.text, "s" | "t" | "re" | "ve" | "ll" | "d" | "m" | "n" | "em" | "clock" | "am")
            || (before.text.len() <= 3 && after.text.len() > 2))
        || (after.is_spaced
            && before.text.ends_with(['s', 'n'])
            && after.kind == Kind::Word
            && !after.has(tag::SQL_JOIN))
}

/// Whether the mark touches the end of a number.
fn is_behind_number(tokens: &Tokens<'_>, index: usize) -> bool {
    tokens.before(index).kind == Kind::Number && !tokens.at(index).is_spaced
}

/// `7" or 12"`: all of at least two marks stand for inches.
fn are_inches(tokens: &Tokens<'_>) -> bool {
    let marks = || tokens.of_marks(|sign| sign == b'"');
    let is_inch = |(index, _): (usize, Token<'_>)| {
        is_behind_number(tokens, index) && (tokens.at(index + 1).is_spaced || !tokens.at(index + 1).is_name())
    };
    marks().nth(1).is_some() && marks().all(is_inch)
}

/// `'tis`, `the '80s`, `5' 11"`.
fn is_left_out(tokens: &Tokens<'_>, index: usize) -> bool {
    let after = tokens.at(index + 1);
    let is_decade = after.text.len() == 3 && after.text.ends_with("0s");
    let is_word = matches!(after.text, "tis" | "twas" | "cause" | "bout" | "round");
    let is_foot =
        is_behind_number(tokens, index) && after.kind == Kind::Number && tokens.at(index + 2).text == "\"";
    is_foot || (is_decade || is_word) && !after.is_spaced
}

/// `3" x 4"`
fn is_inch(tokens: &Tokens<'_>, index: usize) -> bool {
    let is_number = is_behind_number(tokens, index);
    let is_by = |at: usize| tokens.is_any(at, &["x", "by"]);
    is_number
        && (is_by(index + 1) && tokens.at(index + 2).kind == Kind::Number || is_by(index.wrapping_sub(2)))
}

/// How many tokens a text has at least that is a quotation with its author.
const PROSE: usize = 10;

/// Whether the rest of a statement would be a comment.
fn is_cut(tokens: &Tokens<'_>) -> bool {
    let last = tokens.len().saturating_sub(1);
    let mut index = last;
    // What stands behind the comment does not matter; a few tokens of it are looked through.
    for _ in 0..6 {
        let token = tokens.at(index);
        let is_comment = match token.text {
            // A line that begins with it says who is quoted above.
            "-" => {
                let first = tokens.before(index);
                first.text == "-" && !tokens.at(index).is_spaced && !(first.is_line && index > PROSE)
            }
            "#" => !tokens.at(index + 1).is_name() || tokens.at(index + 1).is_spaced,
            "*" => tokens.before(index).text == "/",
            _ => false,
        };
        if is_comment {
            return true;
        }
        let Some(before) = index.checked_sub(1) else { return false };
        index = before;
    }
    false
}

pub(super) fn is_mark(token: Token<'_>) -> bool {
    matches!(token.sign, b'\'' | b'"' | b'`')
}

/// The first of the tokens from here on that is not passed over; eight are at most.
pub(super) fn skip(tokens: &Tokens<'_>, from: usize, is_passed: impl Fn(Token<'_>) -> bool) -> usize {
    let mut index = from;
    while index < from + 8 && is_passed(tokens.at(index)) {
        index += 1;
    }
    index
}

pub(super) fn is_any(token: Token<'_>, texts: &[&str]) -> bool {
    texts.iter().any(|text| is_same(token.text, text))
}

pub(super) fn has_next(tokens: &Tokens<'_>, from: usize, reach: usize, texts: &[&str]) -> bool {
    (from + 1..(from + 1 + reach).min(tokens.len())).any(|index| tokens.is_any(index, texts))
}
