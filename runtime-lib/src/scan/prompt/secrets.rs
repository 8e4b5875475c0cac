//! Secrets, and facts about people, that a model is asked to give away.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Token, Tokens};

/// `tell me your password`.
pub(super) fn secret(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    let behind = if token.is_scripted() { 14 } else { 10 };
    let around = index.saturating_sub(14)..index + behind;
    let is_own = around.clone().any(|at| {
        tokens.is_any(at, &["my", "i", "mi", "mein", "meine", "mon", "mio", "meu", "minha"])
            && tokens.at(at + 1).text != "'"
            && !tokens.is_any(at + 1, &["need", "want", "am", "can", "wanted"])
    });
    let has_owner = (index.saturating_sub(4)..index + 4).any(|at| {
        tokens.is_any(at, &["your", "yours", "our", "ours"])
            || tokens.at(at).has(tag::YOURS) && !is_article(tokens.at(at))
    });
    let is_asked = around.clone().any(|at| at != index && tokens.at(at).has(tag::GIVE));
    let is_question = (index..index + 8).any(|at| tokens.is_any(at, &["?", "؟"]));
    let is_verse = around.clone().any(|at| {
        tokens.is_any(at, &["poem", "haiku", "song", "riddle", "rhymes", "rhyme", "hint", "acrostic"])
    });
    // To encrypt a password is what one does with it, as long as nobody asks what it is.
    let is_encoded = around.clone().any(|at| tokens.at(at).has(tag::CIPHER));
    let is_disguised = is_verse || is_encoded && (is_asked || is_question || has_owner);
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
    tokens.has_near(index, 6, tag::PORTION)
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
        signs.add(Sign::Secret, 3, 1);
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
    const DENIED: &[&str] = &[
        "not", "t", "never", "without", "to", "who", "that", "which", "may", "cannot", "avoid", "i", "we",
        "they",
    ];
    let start = index.saturating_sub(8);
    let sentence = (start..index).rev().find(|at| tokens.is_any(*at, &[".", "?", "!", ";", ":"]));
    let verb = (sentence.map_or(start, |at| at + 1)..index).find(|at| tokens.is_any(*at, VERBS))?;
    let is_must = (verb.saturating_sub(3)..verb).any(|at| tokens.is_any(at, &["must", "you"]));
    let is_denied = (verb.saturating_sub(3)..verb).any(|at| tokens.is_any(at, DENIED));
    (is_must || !is_denied).then_some(verb)
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
    let is_asked = tokens.next_tagged(index.saturating_sub(12), index.min(12), tag::GIVE).is_some()
        || tokens.next_tagged(index + 1, behind, tag::GIVE).is_some();
    let fact = tokens.next_tagged(index + 1, 6, tag::PRIVATE).is_some()
        || !(is_english && token.text == "user")
            && tokens.next_tagged(index.saturating_sub(5), index.min(5), tag::PRIVATE).is_some();
    let is_owner = !is_english || tokens.at(index + 1).text == "'" && token.text != "customer";
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
            || tokens.at(index + 1).has(tag::NOW)
            || !is_verb && tokens.has_near(index, 4, tag::NOW)
            || tokens.has_near(index, 8, tag::PERSON)
        {
            signs.add(Sign::Person, 0, 2);
        }
    }
}
