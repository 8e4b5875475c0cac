//! Instructions to set instructions aside, and to give them away.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token, Tokens};

/// How far words that belong together stand from each other, in whatever order a language has.
const REACH: usize = 9;

/// `ignore .. previous .. instructions`.
pub(super) fn dropped(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    let is_said = has_rules(tokens, index) && tokens.has_near(index, REACH, tag::PRIOR)
        || is_everything_told(tokens, index)
        || is_back_reference_on_its_own(tokens, index)
        || is_followed_by_an_order(tokens, index)
        || tokens.at(index).is_scripted()
            && tokens.has_near(index, 6, tag::TOLD | tag::PRIOR | tag::RULES | tag::MODEL);
    if is_said {
        signs.add(Sign::Override, 4, 1);
    }
}

/// `do not follow the previous instructions`.
pub(super) fn disobeyed(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    // Other languages deny behind the verb.
    let is_english =
        token.text.starts_with("follow") || token.text.starts_with("obey") || token.text == "listen";
    let is_denied = if token.is_scripted() {
        tokens.has_near(index, 4, tag::NOT)
    } else {
        tokens.next_tagged(index.saturating_sub(4), index.min(4), tag::NOT).is_some()
            || !is_english && tokens.next_tagged(index + 1, 6, tag::NOT).is_some()
    };
    let is_back = (index.saturating_sub(REACH)..=index + REACH).any(|at| is_back_reference(tokens.at(at)));
    if is_denied && is_back && tokens.has_near(index, REACH, tag::RULES) {
        signs.add(Sign::Override, 4, 1);
    }
}

fn has_rules(tokens: &Tokens<'_>, index: usize) -> bool {
    // To skip commands is what people ask of tools, too.
    let is_of_tools = tokens.at(index).text == "skip";
    (index.saturating_sub(REACH)..=index + REACH).any(|at| {
        at != index
            && tokens.at(at).has(tag::RULES)
            && !(is_of_tools && at > index + 1 && tokens.is_any(at, &["commands", "orders"]))
    })
}

/// `forget everything you were told`.
fn is_everything_told(tokens: &Tokens<'_>, index: usize) -> bool {
    const YOU: &[&str] = &[
        "you", "been", "te", "dir", "euch", "ihnen", "vous", "t", "ti", "vi", "lhe", "voce", "ci", "kamu",
        "anda", "sana", "size", "je", "u",
    ];
    let reach = index + 1..index + 12;
    (tokens.has_near(index, 4, tag::PRIOR) || tokens.is_any(index + 1, &["what", "whatever", "that"]))
        && reach.clone().any(|at| tokens.at(at).has(tag::TOLD))
        && reach.clone().any(|at| tokens.is_any(at, YOU))
}

/// `ignore the above and ..`.
fn is_back_reference_on_its_own(tokens: &Tokens<'_>, index: usize) -> bool {
    let Some(at) = (index + 1..index + 4).find(|at| is_back_reference(tokens.at(*at))) else { return false };
    let next = tokens.at(at + 1);
    next.kind != Kind::Word
        || next.has(tag::GIVE)
        || is_and(next)
        || matches!(next.text, "messages" | "text" | "conversation" | "context" | "input")
        || tokens.at(index).is_scripted()
}

/// `above`, `previous` and their like, which point back to what a model was told.
fn is_back_reference(token: Token<'_>) -> bool {
    token.has(tag::PRIOR)
        && !matches!(
            token.text,
            "all"
                | "any"
                | "your"
                | "every"
                | "those"
                | "these"
                | "other"
                | "past"
                | "before"
                | "original"
                | "existing"
                | "former"
                | "alle"
                | "todo"
                | "todos"
                | "todas"
                | "tudo"
                | "tout"
                | "tous"
                | "toutes"
                | "tutto"
                | "tutti"
                | "tutte"
        )
}

/// `ignore the article and state that ..`
fn is_followed_by_an_order(tokens: &Tokens<'_>, index: usize) -> bool {
    const ORDERS: &[&str] = &[
        "say", "state", "reply", "respond", "output", "print", "answer", "give", "tell", "do", "return",
        "just", "simply", "instead", "follow", "dites", "dis", "indiquez", "reponds", "repondez", "dame",
        "di", "diga", "responde", "sag", "sage", "gib", "antworte", "rispondi", "scrivi", "escribe",
        "escreva",
    ];
    let and = (index + 2..index + 9).find(|at| is_and(tokens.at(*at)));
    and.is_some_and(|at| tokens.is_any(at + 1, ORDERS)) && !tokens.before(index).has(tag::SQL_JOIN)
}

fn is_and(token: Token<'_>) -> bool {
    matches!(
        token.text,
        "and" | "y" | "et" | "und" | "e" | "ed" | "i" | "и" | "ve" | "dan" | "en" | "och" | "og"
    )
}

/// `reveal your instructions`, `repeat the prompt above`.
pub(super) fn revealed(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    const OWN: &[&str] = &[
        "your", "system", "initial", "hidden", "original", "above", "secret", "internal", "sistema",
        "systeme",
    ];
    const VERBS: &[&str] = &[
        "reveal",
        "show",
        "print",
        "repeat",
        "output",
        "leak",
        "disclose",
        "expose",
        "recite",
        "dump",
        "give",
        "tell",
        "display",
        "spell",
        "divulge",
        "encode",
        "translate",
        "summarize",
        "write",
    ];
    let is_before = |reach: usize, texts: &[&str]| {
        (index.saturating_sub(reach)..index).any(|at| tokens.is_any(at, texts))
    };
    let is_asked = is_before(REACH, VERBS)
        || is_before(6, &["what", "whats"])
            && is_before(2, &["system", "initial", "hidden", "original", "secret"])
            && matches!(token.text, "prompt" | "prompts" | "instruction" | "instructions");
    if is_asked && is_before(4, OWN) {
        signs.add(Sign::Disclosure, 4, 1);
    }
    // Languages that are not English have words for whose it is in their lists.
    let is_foreign_owner = |at: usize| {
        let owner = tokens.at(at);
        owner.has(tag::YOURS) && !super::secrets::is_article(owner) && !matches!(owner.text, "your" | "our")
    };
    let around = index.saturating_sub(4)..index + 4;
    if around.into_iter().any(is_foreign_owner) && tokens.has_near(index, REACH, tag::GIVE) {
        signs.add(Sign::Disclosure, 4, 1);
    }
}
