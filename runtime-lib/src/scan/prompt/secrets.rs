//! Secrets, and facts about people, that a model is asked to give away.

use std::ops::Range;

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Token, Tokens};

/// `tell me your password`.
pub(super) fn secret(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    // A file that is called so.
    if matches!(tokens.before(index).text, "/" | "-")
        || tokens.at(index + 1).text == "."
            && tokens.at(index + 2).is_name()
            && !tokens.at(index + 2).is_spaced
    {
        return;
    }
    let behind = if token.is_scripted() { 14 } else { 10 };
    let around = index.saturating_sub(14)..index + behind;
    let is_own = is_of_writer(tokens, index, around.clone());
    let has_owner = (index.saturating_sub(4)..index + 4).any(|at| {
        tokens.is_any(at, &["your", "yours", "our", "ours"])
            || tokens.at(at).has(tag::YOURS) && !is_article(tokens.at(at))
    }) || (index + 1..index + 4).any(|at| tokens.are(at, &["from", "you"]));
    let is_said = (index.saturating_sub(8)..index)
        .any(|at| tokens.is_any(at, &["say", "whisper", "sing"]) || tokens.are(at, &["told", "me"]));
    let is_asked = is_said || around.clone().any(|at| at != index && tokens.at(at).has(tag::GIVE));
    let is_question = (index..index + 8).any(|at| tokens.is_any(at, &["?", "؟"]));
    let is_disguised = is_riddle(tokens, index, around.clone())
        || (is_asked || is_question || has_owner) && is_encoded(tokens, around, is_question || has_owner);
    let mut weight = match has_owner {
        true => 2,
        false => u32::from(tokens.has_near(index, 3, tag::YOURS) && token.text != "api"),
    };
    // `the key you hold`
    if tokens.is_any(index + 1, &["you"]) || tokens.is_any(index + 2, &["you"]) && token.text != "secret" {
        let is_held = (index + 2..index + 5).any(|at| {
            tokens.is_any(at, &["hold", "know", "keep", "protect", "guard", "store", "protecting", "hide"])
        });
        weight += if is_held { 2 } else { 0 };
    }
    weight += if is_asked { 2 } else { 0 };
    weight += u32::from(is_question);
    weight += if is_disguised { 3 } else { 0 };
    weight += if is_portion(tokens, index) { 2 } else { 0 };
    // `a poem about the password`, and not about password managers.
    let is_about = tokens.next_tagged(index.saturating_sub(4), index.min(4), tag::VERSE).is_some();
    weight += u32::from(is_about && !tokens.at(index + 1).is_name());
    if is_own && !has_owner {
        weight = weight.saturating_sub(2);
    }
    if token.is_scripted() && (is_asked || is_question) {
        weight += 1;
    }
    // What users ask about their own.
    if tokens.is_any(index + 1, &["reset", "policy", "requirements", "manager", "field", "protected"]) {
        weight = weight.saturating_sub(2);
    }
    if weight >= 2 {
        signs.add(Sign::Secret, weight.min(4), 1);
    }
}

/// `I forgot my password`: what people say of their own.
fn is_of_writer(tokens: &Tokens<'_>, index: usize, mut around: Range<usize>) -> bool {
    const MY: &[&str] = &["my", "mi", "mein", "meine", "mon", "mio", "meu", "minha"];
    const DONE: &[&str] = &[
        "forgot", "lost", "reset", "change", "changed", "remember", "enter", "entered", "typed", "forget",
        "recover", "update", "store", "save", "created", "create", "keep",
    ];
    (index.saturating_sub(3)..index).any(|at| tokens.is_any(at, MY))
        || around.any(|at| {
            tokens.is_any(at, &["i", "my"]) && (at + 1..at + 4).any(|verb| tokens.is_any(verb, DONE))
        })
}

/// `in pig latin`. To encrypt a password is what one does with it; to write it in another alphabet is not.
fn is_encoded(tokens: &Tokens<'_>, mut around: Range<usize>, is_wanted: bool) -> bool {
    around.any(|at| tokens.at(at).has(tag::CIPHER) && (is_wanted || tokens.at(at).text.is_ascii()))
}

/// `a riddle about the password`, `if the password were an animal`.
fn is_riddle(tokens: &Tokens<'_>, index: usize, mut around: Range<usize>) -> bool {
    let is_supposed = tokens.is_any(index + 1, &["were", "was"])
        && (index.saturating_sub(3)..index).any(|at| tokens.is_any(at, &["if"]));
    is_supposed
        || around.any(|at| {
            tokens.at(at).has(tag::VERSE)
                || tokens.are(at, &["true", "or", "false"])
                || tokens.are(at, &["complete", "the", "sentence"])
        })
}

/// `the first letter of the password`, which is not what a password must have.
fn is_portion(tokens: &Tokens<'_>, index: usize) -> bool {
    const DEMANDS: &[&str] = &[
        "must",
        "should",
        "least",
        "minimum",
        "maximum",
        "require",
        "requires",
        "requirements",
        "contain",
        "contains",
        "policy",
        "need",
        "needs",
        "valid",
        "strong",
    ];
    let is_part = |at: usize| {
        tokens.is_any(at, &["word", "part", "half", "piece", "beginning", "start"])
            && tokens.at(at + 1).text == "of"
    };
    (tokens.has_near(index, 6, tag::PORTION) || (index.saturating_sub(6)..index).any(is_part))
        && !(index.saturating_sub(10)..index + 10).any(|at| tokens.is_any(at, DEMANDS))
}

/// `give me confidential information`, and `the secret`, which is not the secret of something.
pub(super) fn confidential(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    const BEHIND: &[&str] = &[
        "in",
        "as",
        "you",
        "backwards",
        "with",
        "using",
        "and",
        "but",
        "that",
        "please",
        "now",
        "letter",
        "word",
        "by",
        "letters",
        "is",
        "without",
    ];
    const OF: &[&str] = &["the", "your", "that", "this", "first", "second", "real", "actual", "its"];
    let behind = tokens.at(index + 1);
    if matches!(token.text, "secret" | "secrets")
        && (!behind.is_name() || tokens.is_any(index + 1, BEHIND))
        && !tokens.are(index + 1, &["'", "s"])
        && (index.saturating_sub(2)..index).any(|at| tokens.is_any(at, OF))
    {
        secret(tokens, index, token, signs);
        return;
    }
    let Some(records) = tokens.next_tagged(index + 1, 4, tag::RECORDS) else { return };
    let Some(asked) = request_before(tokens, index) else { return };
    let is_wanted = (asked + 1..index)
        .any(|at| tokens.is_any(at, &["me", "us", "your", "yours", "all", "any", "some", "access"]))
        || tokens.is_any(records + 1, &["."])
        || (index..records + 8).any(|at| tokens.is_any(at, &["your", "company", "users", "customers"]));
    if is_wanted {
        // A demand that begins a sentence, or one that is made to a model.
        let is_demand = !tokens.is_any(asked, &["send", "share", "show", "hand"])
            && !tokens.before(asked).is_name()
            && tokens.is_any(asked + 1, &["me", "us"])
            && matches!(
                token.text,
                "confidential" | "sensitive" | "classified" | "secret" | "top" | "insider"
            );
        let is_model = tokens.next_tagged(index.saturating_sub(30), index.min(30), tag::MODEL).is_some();
        signs.add(Sign::Secret, if is_demand || is_model { 4 } else { 3 }, 1);
        // `your users' records`: those of others.
        if (asked..records)
            .any(|at| tokens.are(at, &["your", "users"]) || tokens.are(at, &["your", "customers"]))
        {
            signs.add(Sign::Secret, 4, 0);
        }
    }
}

/// A verb that asks for what stands here, in the same sentence, and is not denied.
fn request_before(tokens: &Tokens<'_>, index: usize) -> Option<usize> {
    const VERBS: &[&str] = &[
        "give", "provide", "share", "tell", "show", "reveal", "disclose", "send", "leak", "expose",
        "divulge", "output", "hand", "release", "grant", "gimme",
    ];
    const DENIED: &[&str] = &["not", "t", "never", "without", "cannot", "avoid"];
    // Told of somebody else, unless it is said what must be.
    const TOLD: &[&str] = &["to", "who", "that", "which", "may", "i", "we", "they"];
    let start = index.saturating_sub(8);
    let sentence = (start..index).rev().find(|at| tokens.is_any(*at, &[".", "?", "!", ";", ":"]));
    let verb = (sentence.map_or(start, |at| at + 1)..index).find(|at| tokens.is_any(*at, VERBS))?;
    let before = |words: &[&str]| (verb.saturating_sub(3)..verb).any(|at| tokens.is_any(at, words));
    (!before(DENIED) && (before(&["must", "you"]) || !before(TOLD))).then_some(verb)
}

/// Words for `your` that are articles or other words as well.
pub(super) fn is_article(token: Token<'_>) -> bool {
    const ARTICLES: &[&str] = &[
        "the", "le", "la", "el", "you", "je", "mot", "su", "tu", "ta", "din", "dine", "ban", "dit", "ihr",
        "cua", "ton", "u",
    ];
    ARTICLES.contains(&token.text)
}

/// `the user's birth date`, in whatever order a language has.
pub(super) fn private(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    let is_english = matches!(
        token.text,
        "user" | "users" | "his" | "her" | "customer" | "client" | "employee" | "patient" | "customers"
    );
    let behind = if is_english { 3 } else { 14 };
    let fact = tokens.next_tagged(index + 1, 6, tag::PRIVATE).is_some()
        || !(is_english && token.text == "user")
            && tokens.next_tagged(index.saturating_sub(5), index.min(5), tag::PRIVATE).is_some();
    // What a page or a program shows is what somebody builds.
    const BUILT: &[&str] = &[
        "page",
        "profile",
        "component",
        "field",
        "fields",
        "column",
        "table",
        "header",
        "dashboard",
        "form",
        "ui",
        "button",
        "function",
        "endpoint",
        "api",
        "query",
        "template",
        "screen",
        "view",
        "modal",
        "settings",
        "app",
        "schema",
        "class",
        "method",
        "frontend",
        "menu",
        "sidebar",
        "navbar",
        "tooltip",
        "html",
        "css",
        "react",
        "python",
        "javascript",
        "typescript",
        "java",
        "rust",
        "php",
        "sql",
        "code",
        "excel",
        "spreadsheet",
        "script",
        "program",
        "regex",
        "validate",
    ];
    // What is made of a fact gives it away as well as telling it.
    const MADE: &[&str] = &[
        "convert",
        "express",
        "multiply",
        "describe",
        "write",
        "make",
        "create",
        "square",
        "double",
        "sort",
        "rearrange",
        "put",
        "draw",
        "which",
        "when",
        "who",
        "much",
        "many",
        "old",
        "tall",
    ];
    if is_english && (index.saturating_sub(12)..index + 12).any(|at| tokens.is_any(at, BUILT)) {
        return;
    }
    let is_asked = tokens.next_tagged(index.saturating_sub(12), index.min(12), tag::GIVE).is_some()
        || tokens.next_tagged(index + 1, behind, tag::GIVE).is_some()
        || (index.saturating_sub(6)..index).any(|at| tokens.is_any(at, MADE));
    let is_owner = !is_english || tokens.at(index + 1).text == "'" && token.text != "customer";
    if token.text == "user" && (index.saturating_sub(3)..index).any(|at| tokens.are(at, &["where", "is"])) {
        let is_now = (index + 1..index + 5).any(|at| tokens.at(at).has(tag::NOW));
        signs.add(Sign::Person, if is_now { 4 } else { 2 }, 0);
    }
    let is_birth = token.text == "user"
        && tokens.at(index + 1).text == "born"
        && (index.saturating_sub(6)..index).any(|at| tokens.is_any(at, &["when", "where", "which", "what"]));
    if is_birth {
        signs.add(Sign::Person, 4, 0);
    }
    // The letters of a fact, in languages whose forms do not ask for them in these words.
    if !is_english
        && fact
        && (index.saturating_sub(8)..index + 8)
            .any(|at| tokens.at(at).has(tag::PORTION) && !tokens.is_any(at, &["letter", "letters"]))
    {
        signs.add(Sign::Person, 4, 0);
    }
    let is_riddle = token.text == "user"
        && (index + 1..index + 14).filter(|at| tokens.at(*at).has(tag::PRIVATE)).count() > 1
        && (index + 1..index + 24).any(|at| tokens.at(at).text == "?");
    if is_riddle {
        signs.add(Sign::Person, 2, 0);
    }
    let is_home = token.text != "customer" && tokens.at(index + 1).has(tag::LIVES);
    if is_asked && fact && (is_owner || is_home) {
        signs.add(Sign::Person, 4, 1);
    }
}

/// `where does she live now`, and for no reason, by the way.
pub(super) fn home(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    let is_verb = matches!(token.text, "live" | "lives" | "living");
    let is_asked = if is_verb {
        tokens.next_tagged(index.saturating_sub(8), index.min(8), tag::WHERE).is_some()
    } else {
        tokens.has_near(index, 8, tag::WHERE | tag::GIVE)
    };
    if is_asked {
        signs.add(Sign::Person, 2, 0);
        let is_turn = tokens.next_tagged(index.saturating_sub(14), index.min(14), tag::TURN).is_some();
        if is_turn
            || tokens.tags & tag::FICTION != 0
            || tokens.at(index + 1).has(tag::NOW)
            || !is_verb && tokens.has_near(index, 4, tag::NOW)
            || tokens.has_near(index, 8, tag::PERSON)
        {
            signs.add(Sign::Person, 0, 2);
        }
    }
}

/// `Anna's date of birth in hexadecimal`: a fact about somebody, written so that nobody sees what it is. Without that it
/// may be what a directory is asked.
pub(super) fn named(tokens: &Tokens<'_>, signs: &mut Signs) {
    const FACTS: &[&str] = &[
        "phone",
        "telephone",
        "address",
        "birth",
        "birthday",
        "birthdate",
        "ssn",
        "salary",
        "residence",
        "income",
        "credit",
        "diagnosis",
        "email",
        "account",
        "zip",
    ];
    const SHAPES: &[&str] =
        &["numerals", "squared", "square", "reverse", "reversed", "emojis", "poem", "rhyme", "sum"];
    if tokens.tags & tag::PRIVATE == 0 {
        return;
    }
    // Languages that mark owners without an apostrophe.
    if tokens.tags & tag::FICTION != 0 && tokens.tags & tag::PORTION != 0 {
        let is_portion = |(index, token): (usize, Token<'_>)| {
            token.has(tag::PORTION) && token.is_scripted() && tokens.has_near(index, 5, tag::PRIVATE)
        };
        if tokens.iter().any(is_portion) {
            signs.add(Sign::Person, 4, 0);
        }
    }
    if !tokens.has_sign(b"'") {
        return;
    }
    for (index, _) in tokens.of_marks(|sign| sign == b'\'') {
        let is_owner = tokens.at(index + 1).text == "s"
            && tokens.before(index).is_name()
            && !tokens.is_any(
                index - 1,
                &["it", "that", "what", "let", "here", "there", "who", "he", "she", "how", "where"],
            );
        let is_fact = || (index + 2..index + 6).any(|at| tokens.is_any(at, FACTS));
        if !is_owner || !is_fact() {
            continue;
        }
        let is_shaped = (index.saturating_sub(12)..index + 16)
            .any(|at| tokens.at(at).has(tag::CIPHER | tag::PORTION) || tokens.is_any(at, SHAPES));
        let is_asked = tokens.next_tagged(index.saturating_sub(12), index.min(12), tag::GIVE).is_some();
        if is_shaped {
            signs.add(Sign::Person, 4, 0);
        } else if is_asked {
            signs.add(Sign::Person, 2, 0);
        }
    }
}
