//! Made-up worlds, in which something else may be said.

use super::sign::{Sign, Signs};
use crate::scan::lexicon::tag;
use crate::scan::tokens::Tokens;

/// `hypothetically`, `imagine you are a model`.
pub(super) fn fiction(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    let is_unbound = tokens.has_near(index, 12, tag::BOUND) && tokens.has_near(index, 12, tag::NONE);
    let is_model =
        tokens.is_any(index + 1, &["you"]) && tokens.next_tagged(index + 2, 5, tag::MODEL).is_some();
    let weight = match () {
        () if is_embedded(tokens, index) => 4,
        // `just for a hypothetical discussion`
        () if tokens.next_tagged(index + 1, 2, tag::TALK).is_some()
            && (index.saturating_sub(4)..index).any(|at| tokens.is_any(at, JUST))
            || tokens.at(index).is_scripted() && tokens.has_near(index, 2, tag::TALK) =>
        {
            4
        }
        () if is_unbound || is_model => 2,
        () => 1,
    };
    signs.add(Sign::Setting, weight, 1);
}

/// Words for `just`, `purely`.
const JUST: &[&str] = &[
    "just",
    "purely",
    "only",
    "merely",
    "nur",
    "rein",
    "juste",
    "simplement",
    "solo",
    "solamente",
    "apenas",
    "so",
    "tylko",
    "просто",
    "sadece",
    "hanya",
    "chi",
];

/// Whether a made-up world stands inside a document that somebody is to read, with what is to be said of it there.
fn is_embedded(tokens: &Tokens<'_>, index: usize) -> bool {
    const SAID: &[&str] = &[
        "state",
        "say",
        "says",
        "print",
        "prints",
        "output",
        "conclude",
        "conclusion",
        "report",
        "answer",
        "capital",
        "sum",
        "total",
        "admit",
        "result",
        "display",
        "returns",
        "return",
        "would",
        "called",
        "reads",
        "see",
        "click",
        "follow",
    ];
    // To say, a conclusion, a sum, a capital, an output: what documents are asked for.
    const FOREIGN: &[&str] = &[
        "sagen",
        "lautet",
        "hauptstadt",
        "fazit",
        "schlussfolgerung",
        "ausgabe",
        "dirait",
        "dirions",
        "somme",
        "sortie",
        "diriamos",
        "decimos",
        "capital",
        "conclusi",
        "salida",
        "diria",
        "dizemos",
        "saida",
        "somma",
        "diremmo",
        "uscita",
        "скаж",
        "говор",
        "столиц",
        "вывод",
        "сумм",
        "कह",
        "बता",
        "राजधानी",
        "निष्कर्ष",
        "योग",
        "आउटपुट",
        "ว่า",
        "เมืองหลวง",
        "ข้อสรุป",
        "ผลรวม",
        "ผลลัพธ์",
        "说",
        "首都",
        "结论",
        "总和",
        "输出",
        "言",
        "結論",
        "合計",
        "出力",
        "말",
        "수도",
        "결론",
        "출력",
        "berkata",
        "katakan",
        "ibu",
        "kesimpulan",
        "jumlah",
        "keluaran",
        "diyebil",
        "baskent",
        "sonuc",
        "toplam",
        "cikti",
        "نقول",
        "عاصم",
        "استنتاج",
        "مجموع",
        "বল",
        "রাজধানী",
        "উপসংহার",
        "ফলাফল",
        "noi",
        "thu",
        "luan",
    ];
    if !tokens.has_sign(b"<#/\"'") {
        return false;
    }
    // In a comment, an element, or a line of a program.
    let is_marked = (index.saturating_sub(16)..index).any(|at| {
        tokens.at(at).sign == b'>'
            && at > 2
            && tokens.is_any(at - 2, &["<", "/"])
            && tokens.before(at).is_name()
            || tokens.are(at, &["<", "!", "-", "-"])
            || tokens.at(at).sign == b'#' && !tokens.at(at + 1).is_end()
            || tokens.are(at, &["/", "/"])
    });
    // `.. this paper: 'Introduction ..`
    let is_quoted = index > 20
        && !["ficti", "imaginar"].iter().any(|stem| tokens.at(index).text.starts_with(stem))
        && (0..index - 10)
            .take(60)
            .any(|at| tokens.at(at).text == ":" && tokens.is_any(at + 1, &["'", "\"", "<", "{", "`"]));
    (is_marked || is_quoted)
        && (index + 1..index + 24)
            .filter(|at| tokens.at(*at).is_name())
            .any(|at| tokens.is_any(at, SAID) || FOREIGN.iter().any(|stem| tokens.at(at).text.contains(stem)))
}

/// A late grandmother who used to read out what nobody may.
pub(super) fn kin(tokens: &Tokens<'_>, index: usize, signs: &mut Signs) {
    if tokens.at(index).text.starts_with("gran") {
        signs.add(Sign::Setting, 1, 0);
    }
    if tokens.has_near(index, 16, tag::SECRET)
        && (index..index + 24).any(|at| {
            tokens.is_any(at, &["used", "sleep", "asleep", "bedtime", "lullaby", "story", "stories"])
        })
    {
        signs.add(Sign::Setting, 4, 0);
    }
    if !(index.saturating_sub(3)..index)
        .any(|at| tokens.is_any(at, &["late", "deceased", "dead", "departed"]))
    {
        return;
    }
    let is_to_be_played = |at: usize| {
        tokens.is_any(at, &["pretend", "act", "roleplay"])
            || tokens.are(at, &["please", "be"])
            || tokens.are(at, &["be", "her"])
            || tokens.are(at, &["be", "him"])
            || tokens.are(at, &["to", "be", "my"])
            || tokens.are(at, &["are", "my"])
    };
    if (index.saturating_sub(12)..index + 40).any(is_to_be_played) {
        signs.add(Sign::Part, 3, 0);
    }
}
