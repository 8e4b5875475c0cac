//! Text that speaks to a model instead of about something: instructions to forget instructions, parts to play, secrets to
//! give away. Signs are weighed; one alone is often innocent.

use super::lexicon::tag;
use super::literals::{Found, Group};
use super::tokens::{Kind, Token, Tokens};

/// From here on a text is refused.
const ENOUGH: u32 = 4;

/// What fired, if enough did.
pub(super) fn detect(tokens: &Tokens<'_>, literals: &Found) -> Option<&'static str> {
    const SIGNS: u64 = tag::DROP
        | tag::RULES
        | tag::SECRET
        | tag::SECRET_HEAD
        | tag::UNBOUND
        | tag::ACT
        | tag::RANK
        | tag::CIPHER
        | tag::MODEL
        | tag::FICTION
        | tag::PRIVATE
        | tag::BOUND
        | tag::TOLD
        | tag::MODE;
    if literals.any(Group::Mark).is_some() {
        return Some("mark of a system prompt");
    }
    if tokens.len() < 2 {
        return None;
    }
    let mut signs = Signs::default();
    if tokens.tags & SIGNS != 0 {
        for (index, token) in tokens.iter() {
            if token.tags == 0 {
                continue;
            }
            if token.has(tag::DROP) {
                dropped(tokens, index, &mut signs);
            }
            if token.has(tag::RULES) {
                revealed(tokens, index, &mut signs);
            }
            if token.has(tag::SECRET) || token.has(tag::SECRET_HEAD) && is_secret_of_two_words(tokens, index)
            {
                secret(tokens, index, &mut signs);
            }
            if token.has(tag::PERSON | tag::PRIVATE) {
                private(tokens, index, token, &mut signs);
            }
            if token.has(tag::ACT | tag::UNBOUND | tag::NONE | tag::MODEL) {
                part(tokens, index, token, &mut signs);
            }
            if token.has(tag::RANK) {
                rank(tokens, index, &mut signs);
            }
            if token.has(tag::CIPHER) {
                signs.add("hidden text", 2, 0);
            }
            if token.has(tag::FICTION) {
                signs.add("made-up setting", 1, 1);
            }
        }
    }
    phrases(tokens, &mut signs);
    repetition(tokens, &mut signs);
    signs.verdict()
}

/// What was found, each kind counted up to its own bound.
#[derive(Default)]
struct Signs {
    total: u32,
    strongest: Option<(&'static str, u32)>,
    /// Kind, number and greatest weight.
    kinds: Vec<(&'static str, u32, u32)>,
}

impl Signs {
    /// Counts a sign of `kind`; its further ones count `again` each, twice at most.
    fn add(&mut self, kind: &'static str, weight: u32, again: u32) {
        match self.kinds.iter_mut().find(|(known, _, _)| *known == kind) {
            None => {
                self.kinds.push((kind, 1, weight));
                self.total += weight;
            }
            Some((_, count, greatest)) => {
                *count += 1;
                self.total += if *count <= 3 { again } else { 0 } + weight.saturating_sub(*greatest);
                *greatest = weight.max(*greatest);
            }
        }
        if self.strongest.is_none_or(|(_, strength)| strength < weight) {
            self.strongest = Some((kind, weight));
        }
    }

    fn verdict(&self) -> Option<&'static str> {
        self.strongest.filter(|_| self.total >= ENOUGH).map(|(kind, _)| kind)
    }
}

/// Whether one of the tokens around has one of the tags.
fn near(tokens: &Tokens<'_>, index: usize, reach: usize, tags: u64) -> bool {
    (index.saturating_sub(reach)..=index + reach).any(|at| at != index && tokens.at(at).has(tags))
}

/// `ignore .. previous .. instructions`, in whatever order a language has.
fn dropped(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    const OVERRIDE: &str = "override of instructions";
    let rules = (index.saturating_sub(9)..=index + 9).any(|at| {
        at != index
            && tokens.at(at).has(tag::RULES)
            && !(at > index + 1
                && tokens.is_any(at, &["commands", "orders"])
                && tokens.at(index).text == "skip")
    });
    let prior = near(tokens, index, 9, tag::PRIOR);
    if rules && prior {
        signs.add(OVERRIDE, 4, 1);
        return;
    }
    let reach = index + 1..index + 12;
    let is_everything =
        near(tokens, index, 4, tag::PRIOR) || tokens.is_any(index + 1, &["what", "whatever", "that"]);
    if is_everything
        && reach.clone().any(|at| tokens.at(at).has(tag::TOLD))
        && reach.clone().any(|at| tokens.is_any(at, &["you", "been", "te", "dir", "ihnen", "vous", "ti"]))
    {
        signs.add(OVERRIDE, 4, 1);
        return;
    }
    let prior_at = (index + 1..index + 4).find(|at| is_back_reference(tokens.at(*at)));
    if let Some(at) = prior_at {
        let next = tokens.at(at + 1);
        if next.kind != Kind::Word
            || next.has(tag::GIVE)
            || matches!(
                next.text,
                "and" | "y" | "et" | "und" | "e" | "messages" | "text" | "conversation" | "context" | "input"
            )
            || is_scripted(tokens.at(index))
        {
            signs.add(OVERRIDE, 4, 1);
            return;
        }
    }
    // `ignore the article and state that ..`
    let order = (index + 2..index + 9).find(|at| {
        matches!(tokens.at(*at).text, "and" | "y" | "et" | "und" | "e" | "i" | "и" | "ve" | "dan" | "en")
    });
    if let Some(at) = order
        && tokens.is_any(
            at + 1,
            &[
                "say", "state", "reply", "respond", "output", "print", "answer", "give", "tell", "do",
                "return", "just", "simply", "instead", "indiquez", "di", "dis", "dame", "sag", "gib", "diga",
                "follow",
            ],
        )
        && !tokens.before(index).has(tag::SQL_JOIN)
    {
        signs.add(OVERRIDE, 4, 1);
        return;
    }
    if is_scripted(tokens.at(index))
        && (near(tokens, index, 6, tag::TOLD | tag::PRIOR | tag::RULES | tag::MODEL))
    {
        signs.add(OVERRIDE, 4, 1);
    }
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
        )
}

/// Letters beyond the Latin ones: a word in such a list is no English homonym.
fn is_scripted(token: Token<'_>) -> bool {
    !token.text.is_ascii()
}

/// `reveal your instructions`, `repeat the prompt above`.
fn revealed(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    let whose = (index.saturating_sub(4)..index).any(|at| {
        tokens.is_any(at, &["your", "system", "initial", "hidden", "original", "above", "secret", "internal"])
    });
    let verb = (index.saturating_sub(9)..index).any(|at| {
        tokens.is_any(
            at,
            &[
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
            ],
        )
    });
    if whose && verb {
        signs.add("instructions to be given away", 4, 1);
    }
    if tokens.before(index).text == "new" || tokens.are(index.saturating_sub(2), &["your", "new"]) {
        signs.add("new instructions", 2, 1);
    }
}

/// `secret key`, `mot de passe`.
fn is_secret_of_two_words(tokens: &Tokens<'_>, index: usize) -> bool {
    let next = tokens.at(index + 1).text;
    match tokens.at(index).text {
        "secret" => matches!(next, "key" | "code" | "phrase" | "token" | "keys" | "codes"),
        "api" => matches!(next, "key" | "keys" | "token"),
        "mot" => next == "de" && tokens.at(index + 2).text == "passe",
        "mat" => next == "khau",
        "social" => next == "security",
        "clave" | "chave" | "chiave" | "cle" => matches!(next, "secreta" | "segreta" | "secrete"),
        "kata" => next == "sandi",
        "environment" => next == "variables",
        "database" => tokens.before(index).text == "your",
        _ => false,
    }
}

fn secret(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    const KIND: &str = "secret to be given away";
    let around = index.saturating_sub(14)..index + 6;
    let is_own = around.clone().any(|at| {
        tokens.is_any(at, &["my", "i", "mi", "mein", "meine", "mon", "mio", "meu", "minha"])
            && tokens.at(at + 1).text != "'"
            && !tokens.is_any(at + 1, &["need", "want", "am", "can", "wanted"])
    });
    let owner = (index.saturating_sub(4)..index + 4).any(|at| {
        tokens.is_any(at, &["your", "yours", "our", "ours"])
            || tokens.at(at).has(tag::YOURS) && !is_article(tokens.at(at))
    });
    let is_asked = around.clone().any(|at| at != index && tokens.at(at).has(tag::GIVE));
    let is_question =
        (index..(index + 8).min(tokens.len())).any(|at| matches!(tokens.at(at).text, "?" | "？"));
    let is_disguised = around
        .clone()
        .any(|at| tokens.at(at).has(tag::CIPHER) || tokens.is_any(at, &["poem", "haiku", "song", "riddle"]));
    let mut weight = 0;
    weight += if owner {
        2
    } else {
        u32::from(near(tokens, index, 3, tag::YOURS) && tokens.at(index).text != "api")
    };
    weight += if is_asked { 2 } else { 0 };
    weight += u32::from(is_question);
    weight += if is_disguised { 3 } else { 0 };
    if is_own && !owner {
        weight = weight.saturating_sub(2);
    }
    if is_scripted(tokens.at(index)) && (is_asked || is_question) {
        weight += 1;
    }
    if matches!(
        tokens.at(index + 1).text,
        "reset" | "policy" | "requirements" | "manager" | "field" | "protected"
    ) {
        weight = weight.saturating_sub(2);
    }
    if weight >= 2 {
        signs.add(KIND, weight.min(4), 1);
    }
}

fn is_article(token: Token<'_>) -> bool {
    matches!(
        token.text,
        "the"
            | "le"
            | "la"
            | "el"
            | "you"
            | "je"
            | "mot"
            | "su"
            | "tu"
            | "ta"
            | "din"
            | "ban"
            | "dit"
            | "ihr"
            | "cua"
    )
}

/// `the user's birth date`, `where does she live now`.
fn private(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    const KIND: &str = "facts about a person to be given away";
    let is_asked =
        (index.saturating_sub(12)..index + 3).any(|at| at != index && tokens.at(at).has(tag::GIVE));
    if token.has(tag::PERSON) && is_asked {
        let fact = tokens.next_tagged(index + 1, 6, tag::PRIVATE).or_else(|| {
            (is_scripted(token) || token.text != "user")
                .then(|| (index.saturating_sub(5)..index).find(|at| tokens.at(*at).has(tag::PRIVATE)))
                .flatten()
        });
        let is_owner = tokens.at(index + 1).text == "'"
            || is_scripted(token)
            || token.text != "user"
                && token.text != "users"
                && token.has(tag::PERSON)
                && !matches!(
                    token.text,
                    "his" | "her" | "customer" | "client" | "employee" | "patient" | "customers"
                );
        if fact.is_some()
            && (is_owner && token.text != "customer"
                || tokens.is_any(index + 1, &["live", "living", "lives"]))
        {
            signs.add(KIND, 4, 1);
        }
    }
    if matches!(token.text, "live" | "living" | "lives" | "residence") {
        let is_where = (index.saturating_sub(8)..index).any(|at| tokens.is_any(at, &["where", "current"]));
        if is_where {
            signs.add(KIND, 2, 0);
            if tokens.is_any(index + 1, &["now", "right", "currently"]) || near(tokens, index, 8, tag::PERSON)
            {
                signs.add(KIND, 0, 2);
            }
        }
    }
}

/// `act as`, `unfiltered`, `no restrictions`.
fn part(tokens: &Tokens<'_>, index: usize, token: Token<'_>, signs: &mut Signs) {
    if token.has(tag::ACT) {
        let is_order = tokens.is_any(index + 1, &["as", "like"])
            || matches!(token.text, "pretend" | "pretending")
                && tokens.is_any(index + 1, &["to", "that", "you"]);
        if is_order {
            let is_model = tokens.next_tagged(index + 1, 10, tag::MODEL | tag::UNBOUND).is_some();
            signs.add("part to be played", if is_model { 3 } else { 2 }, 1);
        } else if matches!(token.text, "persona" | "impersonate" | "simulate" | "character") {
            signs.add("part to be played", 1, 1);
        }
    }
    if token.has(tag::UNBOUND) && near(tokens, index, 8, tag::MODEL | tag::ACT) {
        signs.add("model without bounds", 2, 1);
    }
    if token.has(tag::NONE)
        && let Some(at) = tokens.next_tagged(index + 1, 6, tag::BOUND)
    {
        let is_model = near(tokens, index, 24, tag::MODEL | tag::ACT | tag::UNBOUND);
        let is_strong = tokens.at(at).has(tag::BOUND) && is_model;
        if is_strong {
            signs.add("model without bounds", 2, 1);
        }
    }
    if token.has(tag::MODEL)
        && tokens.is_any(index + 1, &["developed", "created", "made", "trained"])
        && (index.saturating_sub(4)..index).any(|at| tokens.is_any(at, &["as", "an", "are"]))
    {
        signs.add("claimed authority", 2, 0);
        if tokens.next_tagged(index + 2, 3, tag::MODEL).is_some() {
            signs.add("claimed authority", 0, 2);
        }
    }
}

/// `system override`, `entering developer mode`, `I am your boss`.
fn rank(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    let mode =
        (index + 1..index + 4).find(|at| tokens.at(*at).has(tag::MODE) || tokens.at(*at).text == "override");
    if let Some(mode) = mode {
        let is_entered = (index.saturating_sub(6)..mode + 6).any(|at| {
            tokens.is_any(
                at,
                &[
                    "entering",
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
                    "start",
                    "engaged",
                ],
            ) && at != index
        });
        let is_override = tokens.at(mode).text == "override"
            || matches!(tokens.at(index).text, "god" | "dan" | "enforcement");
        let weight = 1 + u32::from(is_entered) * 2 + u32::from(is_override);
        signs.add("claimed mode of the system", weight, 1);
    } else if is_scripted(tokens.at(index)) && near(tokens, index, 2, tag::MODE) {
        signs.add("claimed mode of the system", 3, 1);
    }
    let is_claimed = (index.saturating_sub(4)..index).any(|at| {
        tokens.are(at, &["as", "your"])
            || tokens.are(at, &["i", "'", "m"])
            || tokens.are(at, &["i", "am"])
            || tokens.is_any(
                at,
                &["soy", "sou", "sono", "bin", "suis", "jestem", "jako", "como", "sebagai", "als", "ben"],
            )
    });
    if is_claimed && tokens.tags & (tag::SECRET | tag::GIVE | tag::PRIVATE) != 0 {
        let is_yours = tokens.is_any(index.wrapping_sub(1), &["your", "tu", "votre", "seu", "tuo", "dein"])
            || tokens
                .is_any(index, &["god", "president", "presidente", "dios", "gott", "dieu", "dio", "deus"]);
        signs.add("claimed authority", if is_yours { 4 } else { 2 }, 1);
    }
}

/// The phrases that begin with one word: the kind of sign, its weight, and what follows.
type Phrases = &'static [(&'static str, u32, &'static [&'static str])];

/// Phrases by their first word, in the order of [`tag::phrase`].
pub(super) const PHRASES: &[(&str, Phrases)] = &[
    (
        "do",
        &[
            ("model without bounds", 4, &["anything", "now"]),
            ("new instructions", 2, &["this", "instead"]),
            ("new instructions", 2, &["the", "following", "first"]),
        ],
    ),
    (
        "bo",
        &[
            ("override of instructions", 4, &["qua", "moi", "huong", "dan"]),
            ("override of instructions", 4, &["qua", "tat", "ca"]),
            ("override of instructions", 4, &["qua", "cac", "huong", "dan"]),
            ("override of instructions", 4, &["qua", "huong", "dan"]),
        ],
    ),
    ("stay", &[("model without bounds", 2, &["in", "character"])]),
    ("never", &[("model without bounds", 2, &["refuse"])]),
    ("developer", &[("model without bounds", 2, &["mode"])]),
    ("language", &[("model without bounds", 1, &["model"])]),
    ("from", &[("part to be played", 2, &["now", "on"])]),
    (
        "you",
        &[
            ("part to be played", 2, &["are", "now"]),
            ("part to be played", 2, &["will", "act"]),
            ("part to be played", 2, &["are", "to", "act"]),
        ],
    ),
    ("going", &[("part to be played", 2, &["to", "act"])]),
    ("i", &[("part to be played", 2, &["want", "you", "to", "act"])]),
    ("immerse", &[("part to be played", 2, &["yourself"])]),
    (
        "your",
        &[("new instructions", 4, &["new", "task", "is"]), ("new instructions", 4, &["new", "instructions"])],
    ),
    ("the", &[("new instructions", 3, &["new", "task"])]),
    ("task", &[("new instructions", 3, &["that", "i", "gave", "you"])]),
    ("before", &[("new instructions", 3, &["you", "can", "solve"])]),
    ("important", &[("new instructions", 3, &["message", "from"])]),
    ("answer", &[("new instructions", 3, &["all", "of", "my", "questions"])]),
    ("instructions", &[("override of instructions", 4, &["are", "void"])]),
    ("no", &[("override of instructions", 4, &["longer", "bound"])]),
    ("despite", &[("override of instructions", 3, &["previous"])]),
    ("what", &[("hidden text", 2, &["it", "says"])]),
    ("decode", &[("hidden text", 2, &["this"]), ("hidden text", 2, &["the", "following"])]),
    ("a", &[("hidden text", 2, &["+", "b"])]),
    ("in", &[("hidden text", 2, &["reverse", "order"])]),
    ("write", &[("hidden text", 2, &["down", "the", "string"])]),
    ("just", &[("made-up setting", 2, &["for", "a", "hypothetical"])]),
    ("for", &[("made-up setting", 2, &["testing", "purposes"])]),
    ("by", &[("made-up setting", 1, &["the", "way"])]),
    ("personal", &[("made-up setting", 1, &["data"])]),
    ("data", &[("claimed mode of the system", 3, &["override"])]),
    (
        "part",
        &[
            ("text in parts", 2, &["1", "is"]),
            ("text in parts", 2, &["2", "is"]),
            ("text in parts", 2, &["1", ":"]),
            ("text in parts", 2, &["2", ":"]),
        ],
    ),
];

/// Whole phrases.
fn phrases(tokens: &Tokens<'_>, signs: &mut Signs) {
    for (index, token) in tokens.iter() {
        let Some((_, phrases)) = tag::phrase_of(token.tags).and_then(|number| PHRASES.get(number)) else {
            continue;
        };
        for (kind, weight, rest) in *phrases {
            if tokens.are(index + 1, rest) {
                signs.add(kind, *weight, (*weight).min(2));
            }
        }
    }
}

/// The same over and over, bytes written as numbers, and dialogues that never took place.
fn repetition(tokens: &Tokens<'_>, signs: &mut Signs) {
    let has_colon = tokens.has_sign(b":");
    let (mut runs, mut octets, mut speaker, mut questions, mut answers) =
        ([0_u32; 3], 0_u32, None, 0_u32, 0_u32);
    for (index, token) in tokens.iter() {
        if tokens.len() > 7 && token.text.len() > 1 {
            for (period, run) in runs.iter_mut().enumerate() {
                let is_same = index > period && tokens.at(index - period - 1).text == token.text;
                *run = if is_same { *run + 1 } else { 0 };
                if *run == 7 + 8 * u32::try_from(period).unwrap_or(1) {
                    signs.add("one word over and over", 4, 0);
                }
            }
        }
        let is_octet = token.kind == Kind::Number
            && token.text.len() == 8
            && token.text.bytes().all(|byte| matches!(byte, b'0' | b'1'));
        octets = if is_octet { octets + 1 } else { 0 };
        if octets == 8 || token.text.len() >= 32 && is_hex_of_text(token.text) {
            signs.add("hidden text", 4, 4);
        }
        if has_colon && tokens.at(index + 1).text == ":" && tokens.at(index + 2).is_spaced {
            let is_speaker = token.kind == Kind::Word
                && (token.text.chars().count() == 1
                    || matches!(token.text, "human" | "user" | "assistant" | "ai"));
            match speaker {
                _ if !is_speaker => {}
                None => speaker = Some(token.text),
                Some(first) if first == token.text => questions += 1,
                Some(_) => answers += 1,
            }
        }
    }
    if questions >= 1 && answers >= 1 && tokens.len() > 12 {
        signs.add("dialogue that did not take place", 4, 0);
    }
}

/// Whether the digits are the bytes of words: letters, with spaces between them.
fn is_hex_of_text(text: &str) -> bool {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let (mut letters, mut spaces) = (0, 0);
    for pair in text.as_bytes().chunks(2) {
        let [high, low] = pair else { return false };
        let (Some(high), Some(low)) = (digit(high), digit(low)) else { return false };
        match char::from_u32(high << 4 | low) {
            Some(' ') => spaces += 1,
            Some(c) if c.is_ascii_graphic() => letters += 1,
            _ => return false,
        }
    }
    spaces >= 2 && letters > spaces
}
