//! One spelling for each text: escapes undone, look-alikes folded, lower case.
//!
//! Whoever reads an argument further on may undo percent signs, entities or escapes, so the detectors look at what is
//! behind them. Each step reads its input once and never makes it longer than four times itself; percent signs are undone
//! three times, which is deeper than real decoders go.

mod escapes;
mod fold;

use std::borrow::Cow;

/// A text in the spelling that detectors read.
#[derive(Debug)]
pub(super) struct Normal<'t> {
    /// Decoded, folded, in lower case.
    pub(super) text: Cow<'t, str>,
    /// An escape stood for a character that has a shorter spelling: no honest encoder writes those.
    pub(super) has_overlong: bool,
    /// A percent sign stood in it as it came.
    pub(super) has_percent: bool,
}

const DEPTH: usize = 3;

/// Brings a text into its one spelling.
pub(super) fn normalise(text: &str) -> Normal<'_> {
    let mut has_overlong = false;
    let mut decoded = Cow::Borrowed(text);
    let mut bytes = Bytes::of(text);
    let has_percent = bytes.has(Bytes::PERCENT);
    for _ in 0..DEPTH {
        if !bytes.has(Bytes::PERCENT) {
            break;
        }
        let Some(next) = escapes::without_percent(&decoded, &mut has_overlong) else { break };
        bytes = Bytes::of(&next);
        decoded = Cow::Owned(next);
    }
    if bytes.has(Bytes::ESCAPE)
        && let Some(next) = escapes::without_escapes(&decoded)
    {
        bytes = Bytes::of(&next);
        decoded = Cow::Owned(next);
    }
    if bytes.has(Bytes::WIDE) {
        decoded = Cow::Owned(fold::folded(&decoded));
    } else if bytes.has(Bytes::CAPITAL) {
        decoded = Cow::Owned(decoded.to_ascii_lowercase());
    }
    Normal { text: decoded, has_overlong, has_percent }
}

/// Which kinds of bytes a text has, and so which steps it needs.
#[derive(Clone, Copy)]
struct Bytes(u8);

impl Bytes {
    const PERCENT: u8 = 1;
    /// `\\`, `&` and the `x` of `0x2e`.
    const ESCAPE: u8 = 2;
    const CAPITAL: u8 = 4;
    const WIDE: u8 = 8;

    fn of(text: &str) -> Self {
        let (mut found, mut before) = (0, 0);
        for byte in text.bytes() {
            found |= match byte {
                b'%' => Self::PERCENT,
                b'\\' | b'&' => Self::ESCAPE,
                b'x' if before == b'0' => Self::ESCAPE,
                b'X' if before == b'0' => Self::ESCAPE | Self::CAPITAL,
                b'A'..=b'Z' => Self::CAPITAL,
                0x80.. => Self::WIDE,
                _ => 0,
            };
            before = byte;
        }
        Self(found)
    }

    const fn has(self, kind: u8) -> bool {
        self.0 & kind != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn normal(text: &str) -> String {
        normalise(text).text.into_owned()
    }

    #[test]
    fn undoes_what_a_reader_further_on_may_undo() {
        assert_eq!(normal("%2e%2e%2f"), "../");
        assert_eq!(normal("%252e%252e%252f"), "../");
        assert_eq!(normal("%%32%65"), ".");
        assert_eq!(normal("%25252e"), ".");
        assert_eq!(normal("%u002e%u2215"), "./");
        assert_eq!(normal("\\u003cscript\\x3e"), "<script>");
        assert_eq!(normal("&lt;IMG&#x20;src&#61x"), "<img src=x");
        assert_eq!(normal("a+b%20c"), "a+b c");
        assert_eq!(normal("1'%6fr+1=1"), "1'or 1=1");
        assert_eq!(normal("100% of 5%"), "100% of 5%");
    }

    #[test]
    fn knows_overlong_forms() {
        for text in ["%c0%ae%c0%ae%c0%af", "%e0%80%ae%e0%80%ae%e0%80%af", "%uff0e%uff0e%u2215"] {
            let Normal { text, has_overlong, .. } = normalise(text);
            assert_eq!(text, "../");
            assert!(has_overlong);
        }
        assert!(!normalise("caf%C3%A9").has_overlong);
        assert_eq!(normal("caf%C3%A9"), "cafe");
    }

    #[test]
    fn folds_what_looks_alike() {
        assert_eq!(normal("ＳＥＬＥＣＴ"), "select");
        assert_eq!(normal("ig\u{200b}nore"), "ignore");
        assert_eq!(normal("𝐢𝐠𝐧𝐨𝐫𝐞"), "ignore");
        assert_eq!(normal("іgnоre"), "ignore");
        assert_eq!(normal("Игнорируйте"), "игнорируйте");
        assert_eq!(normal("‘ or 1=1"), "' or 1=1");
        assert_eq!(normal("Oublié"), "oublie");
        assert_eq!(normal("Αγνόησε"), "αγνοησε");
        assert_eq!(normal("أَعْطِنِي"), "اعطني");
        assert_eq!(normal("नज़रअंदाज"), "नजरअंदाज");
    }

    #[test]
    fn composes_what_is_written_in_pieces() {
        assert_eq!(normal("\u{30cf}\u{309a}\u{30b9}\u{30ef}\u{30fc}\u{30c8}\u{3099}"), "パスワード");
        assert_eq!(normal("ﾊﾟｽﾜｰﾄﾞ"), "パスワード");
        assert_eq!(normal("\u{1106}\u{116e}\u{1109}\u{1175}"), "무시");
        assert_eq!(normal("\u{1103}\u{1161}\u{11bc}"), "당");
        assert_eq!(normal("ค\u{e4d}\u{e32}สั่ง"), "คำสั่ง");
    }

    proptest! {
        #[test]
        fn ends_in_bounds_and_says_the_same_twice(text in any::<String>()) {
            let once = normal(&text);
            prop_assert!(once.len() <= text.len() * 4 + 4);
            prop_assert_eq!(&once, &normal(&text));
        }
    }
}
