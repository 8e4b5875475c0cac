//! Markup that runs: elements, handlers, addresses with code in them.

use super::lexicon::tag;
use super::literals::{Found, Group};
use super::tokens::{Kind, Tokens};

/// What fired, if something did.
pub(super) fn detect(tokens: &Tokens<'_>, literals: &Found) -> Option<&'static str> {
    let text = tokens.text;
    if !tokens.has_sign(b"<=:(`[") {
        return None;
    }
    if let Some(found) = literals.any(Group::Code)
        && is_code(text, found)
    {
        return Some("code for a browser");
    }
    if tokens.has_sign(b":") && is_spaced_script(text) {
        return Some("code for a browser");
    }
    let may_handle = tokens.has_sign(b"=") && text.contains("on");
    if !tokens.has_sign(b"<") && !may_handle {
        return None;
    }
    for (index, token) in tokens.iter() {
        if token.sign == b'<'
            && let Some(found) = element(tokens, index)
        {
            return Some(found);
        }
        // A handler behind a quotation mark that ends an attribute.
        if token.kind == Kind::Word
            && is_handler(token.text)
            && tokens.at(index + 1).text == "="
            && (text.contains('<')
                || text.contains('(')
                || matches!(tokens.before(index).text, "'" | "\"" | "/" | "`"))
        {
            return Some("handler of an event");
        }
    }
    None
}

/// Words of code that also stand in prose need a bracket or a sign beside them.
fn is_code(text: &str, found: &str) -> bool {
    match found {
        "eval(" | "alert(" | "expression(" | "innerhtml" | "top[" | "self[" | "xmlhttprequest" => {
            text.contains([')', ']', '=', '`', '(']) && !text.contains("()")
        }
        "@import" => text.contains(['\'', '"', '(']),
        _ => true,
    }
}

/// `j a v a s c r i p t :`
fn is_spaced_script(text: &str) -> bool {
    let Some(colon) = text.find(':') else { return false };
    let head = text.get(..colon).unwrap_or_default();
    if !head.contains(['\t', '\n', '\r', '\0', '\u{1}', '\\', '&', '\u{fffd}']) {
        return false;
    }
    let letters: Vec<u8> = head.bytes().rev().filter(u8::is_ascii_lowercase).take(10).collect();
    letters.starts_with(b"tpircsavaj") || letters.starts_with(b"tpircsbv")
}

fn is_handler(word: &str) -> bool {
    word.len() >= 5
        && word.len() <= 28
        && word.starts_with("on")
        && !matches!(
            word,
            "online" | "ongoing" | "oncall" | "onion" | "onset" | "ontology" | "onward" | "onprem"
        )
}

/// An element that begins at `<`.
fn element(tokens: &Tokens<'_>, index: usize) -> Option<&'static str> {
    let mut at = index + 1;
    while at < index + 4 && matches!(tokens.at(at).text, "/" | "!" | "?" | "<" | "%") {
        at += 1;
    }
    let name = tokens.at(at);
    if name.kind != Kind::Word
        || name.is_spaced && !tokens.at(at + 1).is_spaced && tokens.at(at + 1).text != ">"
    {
        return None;
    }
    let behind = tokens.at(at + 1);
    let is_ended = behind.is_spaced
        || matches!(behind.text, ">" | "/" | "<" | "\\" | "\"" | "'" | "&" | "`" | "+")
        || behind.is_end();
    if name.has(tag::ACTIVE_TAG) && is_ended {
        // `a < b` in a formula is no element.
        let is_named = !name.is_spaced
            && (!tokens.at(index).is_spaced || index == 0 || !behind.is_spaced || tokens.text.contains('='));
        let is_closed =
            tokens.text.contains('>') || behind.is_spaced || behind.text == "/" || tokens.text.contains('=');
        let is_loud = !is_any_of(name.text)
            || tokens.text.contains('=')
            || tokens.at(index + 1).text == "/"
            || behind.text == ">";
        if is_named && is_closed && is_loud {
            return Some("element that runs or loads something");
        }
    }
    let reach = (at + 1..(at + 40).min(tokens.len()))
        .take_while(|at| tokens.at(*at).text != ">" || tokens.before(*at).text == "=");
    for index in reach {
        let attribute = tokens.at(index);
        if attribute.kind == Kind::Word && tokens.at(index + 1).text == "=" {
            if is_handler(attribute.text) {
                return Some("handler of an event");
            }
            let is_link =
                attribute.text == "href" && matches!(name.text, "a" | "area") && !tokens.text.contains("&#");
            if attribute.has(tag::ATTRIBUTE) && !is_link && name.has(tag::PLAIN_TAG | tag::ACTIVE_TAG) {
                return Some("element with an address or a style");
            }
        }
    }
    (name.text.starts_with("script") || name.text == "scr" && tokens.text.contains("ipt"))
        .then_some("element that runs or loads something")
}

/// Elements whose names are words of other languages, types or placeholders too.
fn is_any_of(name: &str) -> bool {
    matches!(
        name,
        "object"
            | "link"
            | "base"
            | "form"
            | "style"
            | "input"
            | "button"
            | "source"
            | "set"
            | "import"
            | "select"
            | "handler"
            | "template"
            | "comment"
            | "image"
            | "video"
            | "audio"
            | "include"
            | "frame"
            | "layer"
            | "xml"
            | "html"
            | "body"
            | "math"
            | "entity"
            | "listener"
    )
}
