//! Parts to be played, and bounds to be dropped.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Token, Tokens};

/// `act as`, `unfiltered`, `no restrictions`, `from now on`.
pub(super) fn part(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    const AS: &[&str] = &[
        "as", "like", "als", "wie", "comme", "como", "come", "jako", "jak", "sebagai", "som", "как", "nhu",
        "gibi",
    ];
    if token.has(tag::ACT) {
        let is_order = tokens.is_any(index + 1, AS)
            || token.is_scripted()
            || !is_english_part(token.text)
            || token.text == "embody"
            || matches!(token.text, "pretend" | "pretending")
                && tokens.is_any(index + 1, &["to", "that", "you"]);
        if is_order {
            let is_model = tokens.has_near(index, 10, tag::MODEL | tag::UNBOUND);
            signs.add(Sign::Part, if is_model { 3 } else { 2 }, 1);
        } else if !matches!(token.text, "character" | "role")
            && tokens
                .next_tagged(index + 1, 8, tag::UNBOUND)
                .is_some_and(|at| !tokens.is_any(at, &["freed", "immoral", "illegal", "evil", "unlimited"]))
            || !matches!(token.text, "character" | "role")
                && tokens.next_tagged(index + 1, 5, tag::MODEL).is_some()
            || (index + 1..index + 6).any(|at| tokens.is_any(at, &["yourself"]))
        {
            signs.add(Sign::Part, 2, 1);
        } else if matches!(token.text, "persona" | "impersonate" | "simulate" | "character") {
            let is_model = tokens.next_tagged(index + 1, 4, tag::MODEL).is_some();
            let is_free =
                token.text == "impersonate" && tokens.next_tagged(index + 1, 8, tag::BOUND).is_some();
            signs.add(Sign::Part, if is_model || is_free { 2 } else { 1 }, 1);
        }
    }
    if token.has(tag::HENCE) {
        signs.add(Sign::Part, 2, 1);
    }
    if token.has(tag::UNBOUND)
        && tokens.next_tagged(index + 1, 2, tag::MODEL).is_some()
        && (index.saturating_sub(8)..index).any(|at| {
            tokens.are(at, &["you", "are"]) || tokens.is_any(at, &["become", "as", "be", "way", "like"])
        })
    {
        signs.add(Sign::Freedom, 3, 1);
    } else if token.has(tag::UNBOUND) && tokens.has_near(index, 8, tag::MODEL | tag::ACT) {
        signs.add(Sign::Freedom, 2, 1);
    }
    let is_model = || {
        tokens.has_near(index, 24, tag::MODEL | tag::ACT | tag::UNBOUND | tag::HENCE)
            || (index.saturating_sub(3)..index).any(|at| tokens.is_any(at, &["you"]))
            || (index.saturating_sub(24)..index)
                .any(|at| tokens.at(at).text == "you" && tokens.is_any(at + 1, &["are", "will", "have"]))
    };
    // Some languages deny behind what they deny.
    let is_none_before = (token.is_scripted() || token.text.starts_with("olma"))
        && tokens.next_tagged(index.saturating_sub(3), index.min(3), tag::BOUND).is_some();
    let is_none = is_none_before || tokens.next_tagged(index + 1, 6, tag::BOUND).is_some();
    if token.has(tag::NONE) && is_none && is_model() {
        signs.add(Sign::Freedom, 2, 1);
    } else if token.has(tag::NONE)
        && is_none
        && (index.saturating_sub(6)..index + 6).any(|at| super::overriding::is_answer(tokens, at))
    {
        signs.add(Sign::Freedom, 4, 1);
    } else if token.has(tag::NONE)
        && is_none
        && (index.saturating_sub(3)..index).any(|at| {
            tokens.is_any(at, &["answer", "answers", "respond", "reply", "speak", "talk", "answering"])
        })
    {
        signs.add(Sign::Freedom, 3, 1);
    }
    // `pretend the policy does not exist`
    let bound = tokens.next_tagged(index + 1, 6, tag::BOUND | tag::RULES | tag::GUARD);
    if matches!(token.text, "pretend" | "act" | "imagine")
        && bound.is_some_and(|bound| {
            (bound + 1..bound + 5).any(|at| tokens.is_any(at, &["exist", "exists", "apply", "applies"]))
        })
    {
        signs.add(Sign::Freedom, 3, 1);
    }
    // `from now on you have no rules`, in whatever order a language has.
    let is_free = token.has(tag::NONE)
        && (tokens.next_tagged(index + 1, 4, tag::RULES | tag::BOUND).is_some()
            || tokens.next_tagged(index.saturating_sub(3), index.min(3), tag::RULES | tag::BOUND).is_some());
    if is_free && tokens.next_tagged(index.saturating_sub(12), index.min(12), tag::HENCE).is_some() {
        signs.add(Sign::Freedom, 4, 0);
    }
    // `pretend that you were allowed to`
    let granted = tokens.next_tagged(index + 1, 7, tag::GRANT);
    if matches!(token.text, "pretend" | "imagine" | "act")
        && granted
            .is_some_and(|at| at < index + 8 && (index + 1..at + 3).any(|you| tokens.is_any(you, &["you"])))
    {
        signs.add(Sign::Consent, 4, 0);
    }
    // `/mode unrestricted`
    if token.has(tag::UNBOUND)
        && tokens.has_near(index, 2, tag::MODE)
        && !super::ranks::is_question_about_a_product(tokens, index, index)
    {
        signs.add(Sign::Mode, 4, 0);
    }
    if token.has(tag::MODEL) {
        made_by(tokens, index, signs);
    }
}

/// Words for a part that are also words for other things, where no `as` stands behind them.
fn is_english_part(text: &str) -> bool {
    matches!(
        text,
        "act"
            | "acting"
            | "acts"
            | "pretend"
            | "pretending"
            | "roleplay"
            | "roleplaying"
            | "simulate"
            | "simulating"
            | "emulate"
            | "impersonate"
            | "imitate"
            | "become"
            | "persona"
            | "character"
            | "role"
            | "embody"
            | "portray"
            | "adopt"
            | "play"
            | "playing"
            | "spiel"
            | "spiele"
            | "rolle"
            | "joue"
            | "jouez"
            | "speel"
            | "interpreta"
            | "interprete"
            | "actua"
            | "agir"
            | "agire"
            | "recita"
            | "esita"
            | "glumi"
    )
}

/// `as an AI developed by ..`
fn made_by(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    const MADE: &[&str] = &[
        "developed",
        "created",
        "made",
        "trained",
        "entwickelt",
        "developpe",
        "developpee",
        "desarrollado",
        "desarrollada",
        "desenvolvido",
        "desenvolvida",
        "sviluppato",
        "sviluppata",
        "dikembangkan",
        "ontwikkeld",
        "gelistirilen",
        "разработанный",
        "созданный",
    ];
    const AS: &[&str] = &["as", "an", "are", "als", "comme", "como", "come", "sebagai", "en", "in", "как"];
    let made = (index + 1..index + 3).find(|at| tokens.is_any(*at, MADE));
    let Some(made) = made else { return };
    if (index.saturating_sub(4)..index).any(|at| tokens.is_any(at, AS)) {
        signs.add(Sign::Authority, 2, 0);
        if tokens.next_tagged(made + 1, 3, tag::MODEL).is_some() {
            signs.add(Sign::Authority, 0, 2);
        }
    }
}
