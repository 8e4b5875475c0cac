//! Text that speaks to a model instead of about something: instructions to forget instructions, parts to play, secrets to
//! give away. Signs are weighed; one alone is often innocent.

mod addressed;
mod comments;
mod disclosure;
mod encoded;
mod exfiltration;
mod hidden;
mod inner;
mod overriding;
mod personas;
mod pieces;
mod ranks;
mod refusals;
mod roles;
mod secrets;
mod settings;
mod sign;

use super::lexicon::tag;
use super::literals::{Found, Group};
use super::tokens::{Token, Tokens};
use super::words::PHRASES;
pub(super) use sign::Sign;
use sign::Signs;

/// What fired, if enough did. `raw` is the text as it came.
pub(super) fn detect(tokens: &Tokens<'_>, literals: &Found, raw: &str) -> Option<&'static str> {
    if literals.any(Group::Mark).is_some() {
        return Some("mark of a system prompt");
    }
    let found = if tokens.len() < 2 { None } else { weighed(tokens) };
    found.or_else(|| pieces::detect(tokens, raw)).or_else(|| {
        // Where escapes were undone, the text as it came may have longer pieces.
        let is_long = tokens.longest >= encoded::SHORTEST || tokens.text.len() < raw.len();
        if is_long && !tokens.text.is_empty() { encoded::detect(raw) } else { None }
    })
}

/// What the words of a text weigh together.
fn weighed(tokens: &Tokens<'_>) -> Option<&'static str> {
    const SIGNS: u64 = tag::OF_PROMPTS
        & !(tag::PRIOR
            | tag::YOURS
            | tag::GIVE
            | tag::NOT
            | tag::NONE
            | tag::NOW
            | tag::NOTE
            | tag::DATA
            | tag::OFF
            | tag::VOID
            | tag::PORTION
            | tag::RECORDS
            | tag::VERSE
            | tag::TALK);
    let mut signs = Signs::default();
    for (sign, weight, _) in tokens.phrases.iter().filter_map(|index| PHRASES.get(usize::from(*index))) {
        signs.add(*sign, *weight, (*weight).min(2));
    }
    if tokens.tags & SIGNS != 0 {
        for (index, token) in tokens.telling().filter(|(_, token)| token.has(tag::OF_PROMPTS)) {
            relate(tokens, index, token, &mut signs);
        }
    }
    roles::weigh(tokens, &mut signs);
    comments::weigh(tokens, &mut signs);
    exfiltration::weigh(tokens, &mut signs);
    secrets::named(tokens, &mut signs);
    hidden::weigh(tokens, &mut signs);
    signs.verdict()
}

/// What a word says together with those around it. Inlined, its many loops slow down the one that calls it.
#[inline(never)]
fn relate(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    if token.has(tag::DROP) {
        overriding::dropped(tokens, index, signs);
    }
    if token.has(tag::FOLLOW) {
        overriding::disobeyed(tokens, index, token, signs);
    }
    if token.has(tag::RULES) {
        disclosure::revealed(tokens, index, token, signs);
    }
    if token.has(tag::SECRET) {
        secrets::secret(tokens, index, token, signs);
    }
    if token.has(tag::CONFIDENTIAL) {
        secrets::confidential(tokens, index, token, signs);
    }
    if token.has(tag::PERSON) {
        secrets::private(tokens, index, token, signs);
    }
    if token.has(tag::LIVES) {
        secrets::home(tokens, index, token, signs);
    }
    if token.has(tag::ACT | tag::UNBOUND | tag::NONE | tag::MODEL | tag::HENCE) {
        personas::part(tokens, index, token, signs);
    }
    if token.has(tag::RANK) {
        ranks::rank(tokens, index, token, signs);
    }
    if token.has(tag::RULES | tag::INNER) {
        overriding::voided(tokens, index, token, signs);
    }
    if token.has(tag::RULES) {
        inner::system_prompt(tokens, index, token, signs);
    }
    if token.has(tag::INNER) {
        inner::inner(tokens, index, token, signs);
    }
    if token.has(tag::ECHO) || token.has(tag::GIVE) && inner::is_foreign_request(token) {
        inner::echoed(tokens, index, token, signs);
    }
    if token.has(tag::TOLD) {
        inner::told(tokens, index, signs);
    }
    if token.has(tag::MODEL) {
        addressed::model(tokens, index, signs);
    }
    if token.has(tag::READS) {
        addressed::conditional(tokens, index, signs);
    }
    if token.has(tag::PERSON) {
        addressed::others(tokens, index, signs);
    }
    if token.has(tag::SEND) || token.text == "copy" {
        addressed::sent(tokens, index, signs);
    }
    if token.has(tag::PERSON) {
        addressed::kept(tokens, index, signs);
    }
    if token.has(tag::AWARE) {
        addressed::acknowledged(tokens, index, signs);
    }
    if token.has(tag::GRANT) {
        addressed::granted(tokens, index, token, signs);
    }
    if token.has(tag::GUARD) {
        addressed::unguarded(tokens, index, signs);
    }
    if token.has(tag::REFUSE) {
        refusals::ruled_out(tokens, index, token, signs);
    }
    if token.has(tag::KIN) {
        settings::kin(tokens, index, signs);
    }
    if token.has(tag::CIPHER) {
        signs.add(Sign::Hidden, 2, 0);
    }
    if token.has(tag::CIPHERED) {
        signs.add(Sign::Hidden, 2, 2);
    }
    if token.has(tag::FICTION) {
        settings::fiction(tokens, index, signs);
    }
}
