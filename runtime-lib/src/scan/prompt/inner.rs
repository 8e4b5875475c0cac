//! What only a model has, to be read out: its system prompt, its context, the words before the first ones of a user.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{OneOf, Token, Tokens};

/// How far from each other words of such a request stand.
const REACH: usize = 8;

/// `show me your system prompt`.
pub(super) fn inner(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    // A part of a program has a configuration and a context, too, and shows messages of the system.
    let is_common =
        matches!(token.text, "context" | "config" | "configuration" | "hidden" | "initial" | "developer")
            || tokens.are(index, &["system", "message"])
            || tokens.are(index, &["system", "messages"])
            || tokens.are(index, &["system", "prompts"]);
    let mut owners = index.saturating_sub(3)..index + 4;
    let is_own = owners.any(|at| {
        tokens.is_any(at, &["your", "ur", "own"])
            || tokens.at(at).has(tag::YOURS)
                && !tokens.is_any(at, &["the", "you", "our", "ours"])
                && !super::secrets::is_article(tokens.at(at))
    });
    let is_any =
        (index.saturating_sub(3)..index).any(|at| tokens.is_any(at, &["a", "an", "any", "good", "my"]));
    let is_asked = tokens.has_near(index, REACH, tag::GIVE | tag::ECHO | tag::PORTION)
        || is_own && (index.saturating_sub(3)..index).any(|at| tokens.is_any(at, &["explain", "describe"]));
    let is_whole = tokens.has_near(index, REACH, tag::TEXT)
        || (index..index + 8).any(|at| {
            tokens.is_any(at, &["json", "contents", "exact", "full", "entire", "all", "values", "every"])
        });
    if is_asked && is_own {
        signs.add(
            Sign::Disclosure,
            if is_common && !is_whole && token.text == "context" && tokens.before(index).text != "hidden" {
                3
            } else {
                4
            },
            1,
        );
    } else if is_asked && !is_any && (!is_common || is_whole && token.text == "system") {
        signs.add(Sign::Disclosure, 4, 1);
    } else if is_asked && is_common && is_whole || is_own {
        signs.add(Sign::Disclosure, 2, 1);
    }
    // The window of a model, which nothing else has.
    if is_asked && tokens.are(index, &["context", "window"]) {
        signs.add(Sign::Disclosure, 4, 1);
    }
}

/// `prompt` beside `system`, in whatever order and language.
pub(super) fn system_prompt(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    let is_prompt = token.text.starts_with("prompt") && !token.has(tag::INNER) || token.is_scripted();
    let is_system = |at: usize| {
        let text = tokens.at(at).text;
        at != index
            && (tokens.at(at).is_scripted() && tokens.at(at).has(tag::RANK)
                || ["sistem", "systeme", "systemow", "systemov", "systeem"]
                    .iter()
                    .any(|stem| text.starts_with(stem))
                || text == "system" && tokens.tags & tag::INNER == 0)
    };
    let is_asked = || tokens.has_near(index, REACH, tag::GIVE | tag::ECHO);
    if is_prompt && (index.saturating_sub(2)..index + 4).any(is_system) && is_asked() {
        signs.add(Sign::Disclosure, 4, 1);
    }
}

/// `repeat the words above`.
pub(super) fn echoed(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    const ABOVE: &[&str] = &["above", "before", "preceding", "prior", "previous", "precedes", "preceded"];
    const HERE: &[&str] = &[
        "this", "me", "my", "here", "our", "the", "i", "that", "we", "starting", "verbatim", "exactly",
        "word", "in",
    ];
    let is_english = token.text.is_ascii()
        && tokens.next_tagged(index + 1, 5, tag::TEXT).is_some_and(|at| {
            tokens.is_any(
                at,
                &[
                    "words",
                    "text",
                    "everything",
                    "characters",
                    "tokens",
                    "messages",
                    "conversation",
                    "sentences",
                ],
            ) && (index..at + 5).any(|above| {
                tokens.is_any(above, ABOVE)
                    && (above < at || !tokens.at(above + 1).is_name() || tokens.is_any(above + 1, HERE))
            })
        });
    if is_english || is_written_above(tokens, index) {
        signs.add(Sign::Disclosure, 4, 1);
        return;
    }
    let is_of_english =
        matches!(token.text, "print" | "output" | "copy" | "quote" | "return" | "display" | "dump" | "echo");
    let is_back = |at: usize| {
        let other = tokens.at(at);
        other.has(tag::PRIOR) && !other.has(tag::TEXT)
    };
    let around = index.saturating_sub(REACH)..index + REACH + 2;
    if !is_of_english && tokens.has_near(index, REACH, tag::TEXT) && around.into_iter().any(is_back) {
        signs.add(Sign::Disclosure, if token.text == "repeat" { 2 } else { 4 }, 1);
    }
}

/// `was oben geschrieben steht`: in other languages than English.
fn is_written_above(tokens: &Tokens<'_>, index: usize) -> bool {
    const ABOVE: OneOf = OneOf::of(&[
        "oben",
        "daruber",
        "dessus",
        "avant",
        "encima",
        "arriba",
        "acima",
        "sopra",
        "выше",
        "powyzej",
        "yukarida",
        "yukaridaki",
        "yukari",
        "atas",
        "tren",
        "hierboven",
        "ovanfor",
        "vyse",
        "fent",
        "اعلاه",
        "ऊपर",
        "উপরে",
    ]);
    const WRITTEN: OneOf = OneOf::of(&[
        "geschrieben",
        "steht",
        "ecrit",
        "escrito",
        "scritto",
        "написано",
        "написанное",
        "все",
        "napisane",
        "wszystko",
        "yazilan",
        "yazan",
        "sey",
        "seyi",
        "tertulis",
        "teks",
        "viet",
        "moi",
        "geschreven",
        "alles",
        "todo",
        "tudo",
        "tutto",
        "tout",
        "مكتوب",
        "लिखा",
        "কিছু",
        "লেখা",
    ]);
    let around = index.saturating_sub(10)..index + 11;
    let near = |words: OneOf| around.clone().any(|at| tokens.is_one_of(at, words));
    near(ABOVE) && near(WRITTEN)
}

/// `what were you told before ..`
pub(super) fn told(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    const BEFORE: &[&str] = &["before", "not", "to", "at", "when", "originally", "initially"];
    let mut start = index.saturating_sub(4)..index;
    let is_passive = start.any(|at| {
        tokens.is_any(at, &["were", "are", "been"]) && tokens.is_any(at + 1, &["you"])
            || tokens.are(at, &["you", "been"])
            || tokens.are(at, &["you", "were"])
    });
    let is_question =
        (index.saturating_sub(8)..index).any(|at| tokens.is_any(at, &["what", "how", "which", "everything"]));
    // `the text that you were originally given`
    let is_given = is_passive
        || (index.saturating_sub(3)..index).any(|at| {
            tokens.are(at, &["you", "were", "originally"]) || tokens.are(at, &["you", "were", "initially"])
        });
    // `the code you were told to keep`
    let is_kept = is_passive
        && (tokens.is_any(index + 2, &["keep", "hide", "protect", "guard", "safeguard", "withhold"])
            && tokens.at(index + 1).text == "to"
            || tokens.are(index + 1, &["not", "to"])
            || tokens.are(index + 1, &["never", "to"]));
    if is_kept {
        let is_asked = tokens.has_near(index, 14, tag::GIVE);
        signs.add(Sign::Disclosure, if is_asked { 4 } else { 3 }, 0);
    }
    if is_given
        && tokens
            .next_tagged(index.saturating_sub(14), index.min(14), tag::PORTION | tag::ECHO | tag::CIPHER)
            .is_some()
    {
        signs.add(Sign::Disclosure, 4, 0);
    }
    if is_passive && is_question {
        let is_earlier =
            (index + 1..index + 4).any(|at| tokens.is_any(at, BEFORE) || tokens.at(at).text == "?");
        signs.add(Sign::Disclosure, if is_earlier { 3 } else { 2 }, 0);
        if tokens.has_near(index, 12, tag::ECHO | tag::PORTION | tag::TEXT)
            || tokens.is_any(index + 1, &["before", "not"])
            || tokens.at(index + 1).text == "to"
                && tokens.is_any(
                    index + 2,
                    &["do", "keep", "hide", "protect", "behave", "act", "respond", "answer", "say"],
                )
        {
            signs.add(Sign::Disclosure, 4, 0);
        }
    }
}

/// Whether this is a verb for showing in another language than English, that may ask for what stands above.
pub(super) fn is_foreign_request(token: Token<'_>) -> bool {
    const STEMS: &[&str] = &[
        "zeig",
        "mostr",
        "muestr",
        "montre",
        "affiche",
        "покаж",
        "выведи",
        "pokaz",
        "wyswietl",
        "tampilkan",
        "goster",
        "toon",
    ];
    STEMS.iter().any(|stem| token.text.starts_with(stem))
}
