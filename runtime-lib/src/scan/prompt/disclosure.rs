//! Instructions to give instructions away.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Token, Tokens};

/// How far words that belong together stand from each other, in whatever order a language has.
const REACH: usize = 9;

/// `reveal your instructions`, `repeat the prompt above`.
pub(super) fn revealed(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    const OWN: &[&str] = &[
        "your",
        "system",
        "initial",
        "hidden",
        "original",
        "above",
        "secret",
        "internal",
        "sistema",
        "systeme",
        "confidential",
        "underlying",
        "developer",
        "previous",
        "prior",
        "preceding",
        "last",
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
        "copy",
        "quote",
        "reproduce",
        "return",
        "share",
        "paste",
        "provide",
        "summarise",
        "summary",
        "remember",
        "replay",
        "list",
        "turn",
        "rewrite",
        "convert",
        "rephrase",
        "paraphrase",
        "sing",
    ];
    let is_before = |reach: usize, texts: &[&str]| {
        (index.saturating_sub(reach)..index).any(|at| tokens.is_any(at, texts))
    };
    let is_asked = is_before(REACH, VERBS)
        || is_before(1, &["your"])
            && is_before(
                6,
                &["read", "narrate", "post", "type", "describe", "explain", "speak", "whisper", "present"],
            )
        || is_before(6, &["what", "whats"])
            && is_before(2, &["system", "initial", "hidden", "original", "secret", "last", "previous"])
            && matches!(token.text, "prompt" | "prompts" | "instruction" | "instructions")
        || is_before(1, &["your"])
            && is_before(4, &["what"])
            && !matches!(token.text, "policies" | "tasks")
            && !tokens.is_any(index + 1, &["on", "for", "about", "regarding", "in", "to"]);
    // Those that it was given, that it follows, that begin a conversation.
    let is_told = (index + 1..index + 5).any(|at| {
        tokens.are(at, &["you", "were"])
            || tokens.are(at, &["you", "have", "been"])
            || tokens.are(at, &["you", "are"])
            || tokens.are(at, &["you", "received"])
            || tokens.are(at, &["you", "got"])
            || tokens.are(at, &["you", "follow"])
            || tokens.are(at, &["you", "operate"])
            || tokens.are(at, &["you", "obey"])
            || tokens.are(at, &["you", "must"])
            || tokens.are(at, &["told", "you"])
    });
    if (index + 1..index + 3).any(|at| {
        tokens.are(at, &["are", "you"])
            && tokens.is_any(at + 2, &["following", "obeying", "under", "operating", "using", "given"])
    }) {
        signs.add(Sign::Disclosure, 4, 1);
    }
    // `what rules have you been given`
    let is_given = is_before(3, &["what", "which"])
        && (index + 1..index + 3).any(|at| {
            tokens.are(at, &["have", "you", "been"])
                || tokens.are(at, &["were", "you"])
                || tokens.are(at, &["do", "you", "follow"])
        });
    if is_given {
        signs.add(Sign::Disclosure, 4, 1);
    }
    let is_first = token.text == "prompt" && is_before(4, &["exact", "full", "entire", "whole"]);
    let is_listed =
        is_before(5, &["list", "state"]) && (token.text != "rule" || is_before(1, &["every", "each"]));
    if (is_asked || is_listed) && is_told || is_asked && is_first {
        signs.add(Sign::Disclosure, 4, 1);
    }
    // `your favourite rule` is none that it was given.
    let is_of_something = tokens
        .is_any(index + 1, &["for", "on", "about", "regarding", "in", "to", "from", "of", "and"])
        && !is_before(3, &["your", "system", "hidden"]);
    if is_asked && !is_of_something && is_before(4, OWN) && !(token.text == "rule" && is_before(4, &["your"]))
    {
        signs.add(Sign::Disclosure, 4, 1);
    }
    // `your prompt`, which is not one that arrives soon.
    let is_prompt = matches!(token.text, "prompt" | "prompts")
        && tokens.is_any(index.wrapping_sub(1), &["your", "ur"])
        && !tokens.at(index + 1).is_name()
            | !tokens.is_any(
                index + 1,
                &[
                    "reply",
                    "response",
                    "attention",
                    "answer",
                    "action",
                    "help",
                    "service",
                    "delivery",
                    "payment",
                ],
            );
    if is_prompt
        && (is_before(5, &["how", "what", "which"])
            || tokens.is_any(index + 1, &[",", ".", "?"]) && tokens.len() <= 16)
    {
        signs.add(Sign::Disclosure, 4, 1);
    }
    // `a story that begins with 'the prompt is'`, and the letters of which it is made.
    let is_begun = (index.saturating_sub(7)..index).any(|at| {
        tokens.is_any(at, &["start", "starts", "starting", "begin", "begins", "beginning"])
            && tokens.at(at + 1).text == "with"
    });
    let is_portion = tokens.next_tagged(index.saturating_sub(8), index.min(8), tag::PORTION).is_some()
        && is_before(4, &["of", "in", "from"])
        && is_before(5, &["your", "the", "system", "initial"]);
    let is_order =
        matches!(token.text, "prompt" | "instructions" | "instruction" | "guidelines" | "directives");
    if is_order && (is_begun || is_portion) {
        signs.add(Sign::Disclosure, 4, 1);
    }
    // `print previous instructions`, and nothing else.
    let is_short = tokens.len() <= 9 && (1..=5).contains(&index);
    if is_short
        && is_order
        && is_before(
            5,
            &["print", "repeat", "echo", "reveal", "output", "recite", "gimme", "provide", "dump"],
        )
        && !tokens.at(index + 1).is_name()
    {
        signs.add(Sign::Disclosure, 4, 1);
    }
    let is_told_foreign = (index + 1..index + 6)
        .any(|at| tokens.at(at).has(tag::TOLD) && !super::overriding::is_english_told(tokens, at));
    if is_told_foreign && tokens.next_tagged(index.saturating_sub(5), index.min(5), tag::GIVE).is_some() {
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
