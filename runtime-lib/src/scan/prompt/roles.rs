//! Turns of a conversation and results of tools that a text pretends to hold.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Tokens, is_same};

pub(super) fn weigh(tokens: &Tokens<'_>, signs: &mut Signs) {
    if !tokens.has_sign(b":<[|") {
        return;
    }
    let (mut turns, mut steps) = (0_u32, 0_u32);
    let mut opened = 0_u32;
    for (index, token) in tokens.of_marks(|sign| matches!(sign, b':' | b'<' | b'[')) {
        match token.sign {
            b':' => {
                let name = tokens.before(index).text;
                match name {
                    "assistant" | "human" | "ai" | "chatbot" => turns += 1,
                    "system" if is_first(tokens, index) => turns += 1,
                    "thought" | "observation" | "action" => steps += 1,
                    _ => {}
                }
            }
            b'<' => {
                element(tokens, index, signs);
                closed(tokens, index, opened, signs);
                opened |= wrapping(tokens.at(index + 1).text);
            }
            b'[' => label(tokens, index, signs),
            _ => {}
        }
    }
    // One turn of a system, at the beginning.
    if tokens.is_any(0, &["system", "sysadmin"]) && tokens.at(1).text == ":" && tokens.len() > 6 {
        signs.add(Sign::Dialogue, 2, 0);
    }
    if turns >= 2 || steps >= 2 && tokens.tags & (tag::SEND | tag::MODEL | tag::RULES | tag::DATA) != 0 {
        signs.add(Sign::Dialogue, 4, 0);
    }
}

fn is_first(tokens: &Tokens<'_>, colon: usize) -> bool {
    colon == 1 || tokens.at(colon - 1).is_line || tokens.is_any(colon.wrapping_sub(2), &["#", ">", "]", "|"])
}

/// `<|name|>`, `<tool_result>`.
fn element(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    // `<|end of mail|>`: a few words between the bars.
    if tokens.at(index + 1).text == "|" && !tokens.at(index + 1).is_spaced {
        let bar = (index + 2..index + 8).find(|at| !tokens.at(*at).is_name());
        if bar.is_some_and(|bar| bar > index + 2 && tokens.are(bar, &["|", ">"])) {
            signs.add(Sign::Dialogue, 4, 0);
        }
    }
    let name = if tokens.at(index + 1).text == "/" { index + 2 } else { index + 1 };
    if tokens.at(name + 1).text != ">" || tokens.at(name).is_spaced {
        return;
    }
    match tokens.at(name).text {
        "tool_result" | "tool_response" | "function_results" | "function_calls" | "tool_call"
        | "assistant" | "system_message" | "developer" | "inst" => signs.add(Sign::Dialogue, 4, 0),
        "important" | "user" | "human" | "instructions" | "admin" => signs.add(Sign::Dialogue, 2, 1),
        _ => {}
    }
}

/// `</document> now ..`: the end of a wrapping that did not begin here; `opened` says which did.
fn closed(tokens: &Tokens<'_>, index: usize, opened: u32, signs: &mut Signs) {
    let is_end = tokens.at(index + 1).text == "/"
        && !tokens.at(index + 2).is_spaced
        && tokens.at(index + 3).text == ">"
        && tokens.at(index + 4).is_name();
    if is_end && wrapping(tokens.at(index + 2).text) & !opened != 0 {
        signs.add(Sign::Dialogue, 3, 0);
    }
}

/// A bit for each of the names that prompts wrap a text of somebody else in; 0: it is none of them.
fn wrapping(name: &str) -> u32 {
    const NAMES: [&str; 14] = [
        "document",
        "documents",
        "context",
        "input",
        "data",
        "email",
        "article",
        "query",
        "user_query",
        "user_input",
        "content",
        "prompt",
        "task",
        "untrusted",
    ];
    NAMES.iter().position(|known| is_same(known, name)).map_or(0, |position| 1 << position)
}

/// `[system note: ..]`, `[to the model: ..]`.
fn label(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    if tokens.at(index + 1).is_spaced {
        return;
    }
    let is_system = tokens.is_any(index + 1, &["system", "admin", "developer"])
        && (tokens.is_any(index + 2, &["note", "message", "prompt", "instruction", "override", "notice"])
            || tokens.are(index + 2, &["]", "("]));
    if is_system {
        signs.add(Sign::Dialogue, 4, 0);
    }
}
