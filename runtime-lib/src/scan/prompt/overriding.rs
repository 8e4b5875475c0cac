//! Instructions to set instructions aside.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token, Tokens};

/// How far words that belong together stand from each other, in whatever order a language has.
const REACH: usize = 9;

/// `ignore .. previous .. instructions`.
pub(super) fn dropped(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    // What was ignored is told; what is to be ignored is an order.
    if tokens.is_any(index, &["ignored", "disregarded", "bypassed"])
        && !(index.saturating_sub(3)..index).any(|at| tokens.is_any(at, &["be", "are"]))
    {
        return;
    }
    // `contrary to the earlier instructions`: opinions are contrary to all kinds of things.
    if tokens.is_any(index, &["contrary", "deviating", "irrespective", "notwithstanding", "departing"]) {
        let is_order = (index + 1..index + 7).any(|at| {
            tokens.is_any(at, &["instructions", "instruction", "orders", "prompt", "directives"])
                || tokens.are(at, &["you", "were"])
        });
        if is_order && tokens.has_near(index, 7, tag::PRIOR | tag::TOLD) {
            signs.add(Sign::Override, 4, 1);
        }
        return;
    }
    // What terms of use forbid.
    if tokens.is_any(index, &["violate", "break", "circumvent", "violates"])
        && (index.saturating_sub(12)..index).any(|at| {
            tokens.is_any(at, &["not", "if", "who", "that", "which", "shall", "may", "or", "they", "t"])
        })
    {
        return;
    }
    // `forget everything before that`; what is deleted stands before something in a text.
    let is_before = tokens.is_any(index, &["forget", "ignore", "disregard"])
        && tokens.is_any(index + 1, &["everything", "all", "anything", "whatever"])
        && (index + 2..index + 6).any(|at| {
            tokens.is_any(at, &["before", "until"])
                && (tokens.is_any(at + 1, &["that", "this", "now", "here", "me"])
                    && !tokens.at(at + 2).is_name()
                    || !tokens.at(at + 1).is_name())
        });
    let is_said = is_before
        || has_rules(tokens, index) && tokens.has_near(index, REACH, tag::PRIOR)
        || is_everything_told(tokens, index)
        || has_rules_told(tokens, index)
        || is_back_reference_on_its_own(tokens, index)
        || is_followed_by_an_order(tokens, index)
        || is_whole_order(tokens, index)
        || tokens.at(index).is_scripted()
            && (tokens.has_near(index, 6, tag::TOLD | tag::RULES | tag::MODEL)
                || (index.saturating_sub(6)..index + 7).any(|at| {
                    tokens.at(at).has(tag::PRIOR)
                        && !tokens
                            .is_any(at, &["すべて", "全て", "所有", "全部", "一切", "모든", "ทั้งหมด", "सभी"])
                }));
    // `whatever they told you, drop it`
    let is_told = tokens.is_any(index + 1, &["it", "them", "that"])
        && (index.saturating_sub(12)..index)
            .any(|at| tokens.at(at).has(tag::TOLD | tag::RULES) && tokens.is_any(at + 1, &["you"]));
    if (is_said || is_told) && !is_passive(tokens, index) {
        signs.add(Sign::Override, 4, 1);
        return;
    }
    let is_foreign = is_foreign_drop(tokens, index)
        && (tokens.next_tagged(index + 1, 4, tag::BOUND).is_some()
            || has_rules(tokens, index)
                && (index..index + 10).any(|at| {
                    is_answer(tokens, at) || is_and(tokens.at(at)) && tokens.at(at + 1).has(tag::GIVE)
                }));
    if is_foreign {
        signs.add(Sign::Override, 4, 1);
    }
    // Its own bounds, who runs it, and the part that it has.
    let is_own = |reach: usize, wanted: u64| {
        tokens.next_tagged(index + 1, reach, wanted).is_some_and(|at| {
            (index + 1..at).any(|between| tokens.is_any(between, &["your", "its", "their"]))
        })
    };
    let has_model = || tokens.next_tagged(index.saturating_sub(4), index.min(4), tag::MODEL).is_some();
    if is_own(5, tag::BOUND) || is_own(4, tag::RULES) && has_model() || is_foreign_part(tokens, index) {
        signs.add(Sign::Override, 4, 1);
    } else if is_own(4, tag::ACT)
        || tokens.is_any(index, &["disobey", "defy"]) && tokens.next_tagged(index + 1, 4, tag::RANK).is_some()
    {
        signs.add(Sign::Override, 3, 1);
    } else if tokens.next_tagged(index + 1, 3, tag::BOUND | tag::GUARD).is_some() {
        signs.add(Sign::Override, 2, 1);
    }
}

/// `被忽略`, `無視される`: what happens to something, in scripts whose verbs say so around them.
fn is_passive(tokens: &Tokens<'_>, index: usize) -> bool {
    let before = tokens.before(index).text;
    let behind = tokens.at(index + 1).text;
    tokens.at(index).is_scripted()
        && (before.ends_with(['被', '將', '将', '则', '則', '会', '會', '以']) || behind.starts_with('さ'))
}

/// `ignore the orders.`: nothing but which of them between the verb and what it is about, and nothing said about them.
fn is_whole_order(tokens: &Tokens<'_>, index: usize) -> bool {
    const WHICH: &[&str] = &[
        "the", "all", "any", "these", "those", "that", "this", "your", "my", "last", "previous", "old",
        "past", "every", "of", "prior", "other", "earlier", "current", "existing", "initial", "original",
        "first",
    ];
    const NAMES: &[&str] = &[
        "instruction",
        "instructions",
        "orders",
        "directive",
        "directives",
        "directions",
        "prompt",
        "prompts",
    ];
    let starts = index == 0
        || !tokens.before(index).is_name()
        || tokens.is_any(
            index.wrapping_sub(1),
            &["please", "now", "just", "can", "must", "should", "and", "to", "then", "may", "will"],
        );
    let end = (index + 1..index + 6).find(|at| !tokens.is_any(*at, WHICH));
    let Some(end) = end.filter(|end| starts && tokens.is_any(*end, NAMES)) else { return false };
    let behind = tokens.at(end + 1);
    // Shops have orders, too.
    let is_of_shops =
        tokens.at(end).text == "orders" && !tokens.is_any(index, &["ignore", "disobey", "forget"]);
    (!behind.is_name() && behind.text != "'" && behind.text != "-" && behind.text != "/"
        || is_and(behind)
        || tokens.is_any(end + 1, &["or", "then", "given", "i", "you"]))
        && !is_of_shops
}

/// `forget your part as an assistant`, in other languages than English.
fn is_foreign_part(tokens: &Tokens<'_>, index: usize) -> bool {
    const PARTS: &[&str] = &["rolle", "role", "papel", "rol", "ruolo", "роль", "rolunu", "peran"];
    is_foreign_drop(tokens, index)
        && (index + 1..index + 4).any(|at| tokens.is_any(at, PARTS))
        && (tokens.has_near(index, 12, tag::MODEL | tag::GIVE | tag::HENCE))
}

/// Whether a verb of setting aside is of another language than English.
fn is_foreign_drop(tokens: &Tokens<'_>, index: usize) -> bool {
    // `ignor` is of other languages, too, whose sentences have other signs.
    const ENGLISH: &[&str] = &[
        "ignor",
        "disregard",
        "forget",
        "over",
        "bypass",
        "circumvent",
        "discard",
        "neglect",
        "skip",
        "drop",
        "break",
        "violat",
        "delete",
        "remove",
        "dismiss",
        "wipe",
        "erase",
        "abandon",
        "cancel",
        "regardless",
        "unlearn",
        "unfollow",
        "disobey",
        "supersede",
        "nullify",
        "invalidate",
        "revoke",
        "defy",
    ];
    let text = tokens.at(index).text;
    !ENGLISH.iter().any(|stem| text.starts_with(stem))
        && !matches!(text, "pay" | "set" | "put" | "scratch" | "do" | "let" | "nevermind")
}

/// `answer`, in other languages.
pub(super) fn is_answer(tokens: &Tokens<'_>, at: usize) -> bool {
    const ANSWER: &[&str] = &[
        "antworte",
        "antwort",
        "reponds",
        "repondez",
        "responde",
        "responda",
        "rispondi",
        "odpowiedz",
        "odpovez",
        "odpovedz",
        "jawab",
        "cevap",
        "vastaa",
        "raspunde",
        "ответь",
        "отвечай",
        "जवाब",
        "উত্তর",
        "回答",
        "대답",
        "답해",
        "svara",
        "svar",
        "valaszolj",
        "ajib",
        "اجب",
        "اجبني",
        "απαντησε",
        "loi",
        "antwoord",
    ];
    tokens.is_any(at, ANSWER)
}

/// `forget the rules that you were given`.
fn has_rules_told(tokens: &Tokens<'_>, index: usize) -> bool {
    let Some(rules) = tokens.next_tagged(index.saturating_sub(4), 4 + REACH, tag::RULES) else {
        return false;
    };
    let Some(told) = tokens.next_tagged(rules + 1, 7, tag::TOLD) else { return false };
    !is_english_told(tokens, told) || (rules..told).any(|at| tokens.is_any(at, &["you", "your", "u"]))
}

pub(super) fn is_english_told(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.is_any(
        at,
        &[
            "told",
            "said",
            "instructed",
            "taught",
            "learned",
            "given",
            "read",
            "trained",
            "asked",
            "programmed",
            "wrote",
            "written",
            "know",
            "configured",
            "set",
        ],
    )
}

/// `all prior rules are void`: instructions that are said not to count.
pub(super) fn voided(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    // `none of the previous rules count`
    let is_none = (index.saturating_sub(5)..index).any(|at| tokens.are(at, &["none", "of"]));
    if is_none
        && (index.saturating_sub(4)..index)
            .any(|at| is_back_reference(tokens.at(at)) || tokens.at(at).text == "your")
    {
        signs.add(Sign::Override, 4, 1);
    }
    let Some(at) = tokens.next_tagged(index + 1, 6, tag::VOID) else { return };
    let is_prior = (index.saturating_sub(4)..=at).any(|at| is_back_reference(tokens.at(at)));
    let is_yours = (index.saturating_sub(2)..index).any(|at| tokens.is_any(at, &["your", "all", "my"]));
    if token.has(tag::INNER) || is_prior && !tokens.is_any(at, &["updated", "disabled"]) {
        signs.add(Sign::Override, 4, 1);
    } else if is_yours {
        let is_order = matches!(token.text, "instructions" | "directives" | "prompt")
            && tokens.is_any(index.wrapping_sub(1), &["your"]);
        signs.add(Sign::Override, if is_order { 4 } else { 3 }, 1);
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
    let around = index.saturating_sub(REACH)..=index + REACH;
    let is_back = around.clone().any(|at| is_back_reference(tokens.at(at)) || tokens.at(at).text == "your")
        || around.clone().any(|at| {
            tokens.at(at).has(tag::TOLD)
                && (!is_english || tokens.is_any(at.wrapping_sub(1), &["were", "been"]))
        });
    let is_model = is_english && tokens.next_tagged(index + 1, 5, tag::INNER).is_some();
    let is_other = (index + 1..index + 14).any(|at| {
        tokens.at(at).has(tag::FOLLOW) && tokens.is_any(at + 1, &["mine", "these", "my", "this", "me"])
    });
    if is_denied && is_other && tokens.has_near(index, REACH, tag::RULES) {
        signs.add(Sign::Override, 4, 1);
    }
    if is_denied && (is_back && tokens.has_near(index, REACH, tag::RULES) || is_model) {
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
        "anda", "sana", "size", "je", "u", "du", "jsi", "тебе", "вам", "si", "wat",
    ];
    let reach = index + 1..index + 12;
    let foreign = tokens.next_tagged(index + 1, 11, tag::TOLD).filter(|at| !is_english_told(tokens, *at));
    if foreign.is_some() && tokens.next_tagged(index + 1, 11, tag::PRIOR).is_some() {
        return true;
    }
    (tokens.has_near(index, 4, tag::PRIOR)
        || tokens.is_any(
            index + 1,
            &["what", "whatever", "that", "ce", "lo", "o", "was", "cio", "quello", "то", "wat", "co"],
        ))
        && reach.clone().any(|at| tokens.at(at).has(tag::TOLD))
        && reach.clone().any(|at| tokens.is_any(at, YOU) || tokens.at(at).has(tag::RANK))
}

/// `ignore the above and ..`.
fn is_back_reference_on_its_own(tokens: &Tokens<'_>, index: usize) -> bool {
    let reach = if tokens.before(index + 1).text == "haz" { 8 } else { 4 };
    // `ignore the message above` is about a message.
    let is_of_model = |at: usize| {
        let token = tokens.at(at);
        token.text.chars().nth(4).is_none()
            || token.has(tag::PRIOR | tag::TEXT | tag::RULES | tag::TOLD | tag::INNER | tag::MODEL)
            || tokens.is_any(
                at,
                &[
                    "document",
                    "article",
                    "information",
                    "input",
                    "thing",
                    "things",
                    "content",
                    "omiso",
                    "quanto",
                    "scritto",
                    "escrito",
                    "geschrieben",
                ],
            )
    };
    (index + 1..index + reach).filter(|at| is_back_reference(tokens.at(*at))).any(|at| {
        if !(index + 1..at).all(is_of_model) {
            return false;
        }
        let next = tokens.at(at + 1);
        matches!(next.kind, Kind::Sign | Kind::Nothing)
            || next.has(tag::GIVE)
            || is_and(next)
            || matches!(next.text, "messages" | "text" | "conversation" | "context" | "input")
            || tokens.is_any(
                at,
                &["hierboven", "oben", "encima", "arriba", "dessus", "acima", "sopra", "powyzej", "vyse"],
            )
            || tokens.is_any(at, &["above", "before", "preceding"])
                && matches!(next.text, "this" | "that" | "me" | "my" | "here" | "and" | "line")
            || tokens.at(index).is_scripted()
    })
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
