//! Ranks and modes that are claimed.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::{Kind, Token, Tokens};

/// `system override`, `entering developer mode`, `I am your boss`.
pub(super) fn rank(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    let mode =
        (index + 1..index + 4).find(|at| tokens.at(*at).has(tag::MODE) || tokens.at(*at).text == "override");
    if is_question_about_a_product(tokens, index, mode.unwrap_or(index)) {
        return;
    }
    if token.has(tag::MODE) && !matches!(token.text, "debug" | "maintenance") && mode.is_none() {
        // One word for both: `Entwicklermodus`.
        let is_here = tokens.has_near(index, 5, tag::NOW | tag::HENCE);
        signs.add(Sign::Mode, if is_here { 4 } else { 2 }, 1);
    } else if let Some(mode) = mode {
        let is_override =
            tokens.at(mode).text == "override" || matches!(token.text, "god" | "dan" | "enforcement");
        let weight = 1 + u32::from(is_entered(tokens, index, mode)) * 2 + u32::from(is_override);
        let is_code = is_override && tokens.is_any(mode + 1, &["code", "key", "token", "pin"]);
        signs.add(Sign::Mode, if is_code { 4 } else { weight }, 1);
        if is_mark(tokens, index, mode) {
            signs.add(Sign::Mode, 4, 0);
        }
    } else if token.is_scripted() && tokens.has_near(index, 2, tag::MODE) {
        signs.add(Sign::Mode, if tokens.has_near(index, 6, tag::HENCE | tag::NOW) { 4 } else { 3 }, 1);
    } else if let Some(mode) = mode_before(tokens, index) {
        let is_begun = tokens.has_near(index, 8, tag::HENCE | tag::NOW);
        let weight = if is_begun { 4 } else { 1 + u32::from(is_entered(tokens, mode, index)) * 2 };
        signs.add(Sign::Mode, weight, 1);
        if is_mark(tokens, mode, index) {
            signs.add(Sign::Mode, 4, 0);
        }
    }
    const WANTED: u64 =
        tag::SECRET | tag::GIVE | tag::PRIVATE | tag::DROP | tag::OFF | tag::GUARD | tag::GRANT;
    if is_claimed(tokens, index) && tokens.tags & WANTED != 0 {
        let is_yours = tokens.is_any(index.wrapping_sub(1), &["your", "tu", "votre", "seu", "tuo", "dein"])
            || tokens
                .is_any(index, &["god", "president", "presidente", "dios", "gott", "dieu", "dio", "deus"]);
        signs.add(Sign::Authority, if is_yours { 4 } else { 2 }, 1);
    }
}

/// `how do I enable developer mode on my phone`, `turn on debug mode in Django`.
pub(super) fn is_question_about_a_product(tokens: &Tokens<'_>, from: usize, to: usize) -> bool {
    const QUESTIONS: &[&str] = &[
        "how", "where", "why", "does", "what", "wie", "comment", "como", "come", "hoe", "jak", "как",
        "nasil", "should", "explain",
    ];
    const PLACES: &[&str] = &["in", "on", "for", "of", "at", "when"];
    let is_asked = (from.saturating_sub(8)..from).any(|at| tokens.is_any(at, QUESTIONS));
    let is_placed = tokens.is_any(to + 1, PLACES) && !tokens.is_any(to + 2, &["now", "this", "and"]);
    is_asked || is_placed && tokens.at(to + 2).is_name()
}

/// `modo desarrollador`, `mode du développeur`.
fn mode_before(tokens: &Tokens<'_>, index: usize) -> Option<usize> {
    const MODES: &[&str] = &["mode", "modo", "modalita", "tryb", "modus", "режим", "وضع", "che"];
    (index.saturating_sub(3)..index).find(|at| tokens.is_any(*at, MODES))
}

/// Whether a mode is said to have begun.
fn is_entered(tokens: &Tokens<'_>, from: usize, to: usize) -> bool {
    const ENTERED: &[&str] = &[
        "entering",
        "begin",
        "enter",
        "entered",
        "activated",
        "activate",
        "enabled",
        "enable",
        "confirmed",
        "now",
        "initiating",
        "running",
        "on",
        "mode",
        "<",
        "[",
        "start",
        "engaged",
        "activado",
        "activada",
        "ativado",
        "active",
        "aktiviert",
        "attivata",
        "aktif",
        "memasuki",
        "entrando",
        "entrant",
        "активирован",
    ];
    (from.saturating_sub(6)..to + 6).any(|at| at != from && tokens.is_any(at, ENTERED))
}

/// `<SYSTEM MODE>`, `[ADMIN OVERRIDE]`: nothing else between the brackets.
fn is_mark(tokens: &Tokens<'_>, from: usize, to: usize) -> bool {
    to == from + 1
        && matches!(tokens.before(from).text, "<" | "[" | "{" | "/" | "\\")
        && tokens.is_any(to + 1, &[">", "]", "}"])
        && tokens.at(from).kind == Kind::Word
}

/// Whether somebody says to be what stands here.
fn is_claimed(tokens: &Tokens<'_>, index: usize) -> bool {
    const AM: &[&str] = &[
        "soy",
        "sou",
        "sono",
        "bin",
        "suis",
        "jestem",
        "jako",
        "como",
        "sebagai",
        "als",
        "ben",
        "sunt",
        "jsem",
        "vagyok",
        "olen",
        "saya",
        "aku",
        "toi",
        "sam",
        "eu",
        "ako",
        "я",
        "аз",
        "ειμαι",
        "انا",
        "من",
        "אני",
        "मैं",
        "আমি",
        "나는",
        "저는",
        "我是",
        "我",
        "私は",
        "俺は",
        "ฉันเป็น",
        "ผมเป็น",
    ];
    (index.saturating_sub(4)..index).any(|at| {
        tokens.are(at, &["as", "your"])
            || tokens.are(at, &["i", "'", "m"])
            || tokens.are(at, &["i", "am"])
            || tokens.are(at, &["i", "have"]) && tokens.is_any(index + 1, &["privileges", "rights", "access"])
            || tokens.are(at, &["this", "is"]) && tokens.at(index).text != "god"
            || tokens.is_any(at, AM)
    })
}
