//! Functions of databases.

use super::text::{Text, is_mark, skip};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token};

/// Functions of databases.
pub(super) fn call(text: &Text<'_, '_>, index: usize, token: Token<'_>) -> Option<&'static str> {
    const FOUND: Option<&str> = Some("function of a database");
    let tokens = text.tokens;
    // `user ||(` is how filters are gone round.
    let open =
        skip(tokens, index + 1, |token| matches!(token.sign, b'|' | b'&' | b'=' | b'?' | b']' | b'/' | b'*'));
    if tokens.at(open).text != "(" || open > index + 5 {
        return None;
    }
    let inside = tokens.at(open + 1);
    if inside.is_end() && tokens.len() <= index + 8 && index <= 2 && !token.is_line {
        return FOUND;
    }
    if open > index + 1 || inside.text == ")" && !text.is_broken() {
        return None;
    }
    let is_after_break = text.is_broken() && text.mark.is_some_and(|mark| mark < index);
    let is_unmistakable = token.has(tag::SQL_RARE) && token.text.contains('_') && !tokens.at(open).is_spaced;
    if is_unmistakable
        && index <= 2
        && tokens.before(index).text != "."
        && !inside.is_end()
        && tokens.len() <= 24
    {
        return FOUND;
    }
    match token.text {
        "sleep" | "pg_sleep" | "benchmark"
            if inside.kind == Kind::Number || inside.text == "(" || is_mark(inside) || inside.is_name() =>
        {
            (token.text != "sleep" || !inside.has(!0) || is_after_break || inside.kind == Kind::Number)
                .then_some("delay in a database")
        }
        "extractvalue" | "updatexml" | "load_file" | "xmltype" | "openrowset" | "opendatasource"
        | "load_extension" | "utl_inaddr" | "utl_http" | "dbms_pipe" | "pg_read_file" | "group_concat"
        | "randomblob" | "json_keys" => FOUND,
        _ if is_after_break => FOUND,
        _ if token.has(tag::SQL_RARE)
            && (index == 0
                || tokens.is_any(index - 1, &["select", ",", "or", "and", "(", "=", "+", "'"])) =>
        {
            let is_sql = text.has_query
                || tokens.at(index.wrapping_sub(1)).text == "or"
                || index == 0 && !token.is_spaced && !tokens.before(index).is_name();
            (is_sql && tokens.len() <= 64).then_some("function of a database")
        }
        "if" if inside.kind == Kind::Number && tokens.at(open + 2).text == "=" => FOUND,
        "char" | "chr" if inside.kind == Kind::Number && tokens.is_any(open + 2, &[",", ")"]) => FOUND,
        _ => None,
    }
}
