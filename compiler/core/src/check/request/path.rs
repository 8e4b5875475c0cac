//! The path of a URL: segments of text and parameters, each parameter inside its segment.

use super::uses::{Place, Uses};
use crate::check::place::{exactly_inside, inside};
use crate::check::template::{Piece, What, split};
use crate::diag::{Diagnostic, HD0224, HD0410, HD0411, Sink};
use crate::plan::{Json, Part, Presence};
use crate::source::Spanned;

/// The path as parts; adjacent texts are one.
pub(super) fn parts(
    url: &Spanned<String>,
    path: &str,
    begin: usize,
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<Vec<Part>> {
    let mut offset = begin + 1;
    let mut text = String::from("/");
    let mut parts = Vec::new();
    let mut whole = true;
    for (index, segment) in path.strip_prefix('/').unwrap_or_default().split('/').enumerate() {
        if index > 0 {
            text.push('/');
        }
        match self::segment(url, segment, offset, uses, sink) {
            Some(found) => {
                for part in found {
                    match part {
                        Part::Text(words) => text.push_str(&words),
                        Part::Arg(_) | Part::Secret(_) => {
                            if !text.is_empty() {
                                parts.push(Part::Text(std::mem::take(&mut text)));
                            }
                            parts.push(part);
                        }
                    }
                }
            }
            None => whole = false,
        }
        offset += segment.len() + 1;
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    whole.then_some(parts)
}

fn segment(
    url: &Spanned<String>,
    segment: &str,
    offset: usize,
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<Vec<Part>> {
    let pieces: Vec<Piece<'_>> = split(segment)?
        .into_iter()
        .map(|piece| Piece { what: piece.what, at: offset + piece.at.start..offset + piece.at.end })
        .collect();
    for piece in &pieces {
        if let What::Arg(name) = piece.what {
            refuse_default_that_climbs(name, url, piece, uses, sink)?;
        }
    }
    let fixed = |words: &str, piece: &Piece<'_>, sink: &mut Sink| match encoded(words) {
        Ok(words) => Some(words),
        Err(why) => {
            sink.push(
                Diagnostic::error(HD0411, "this path is not one", inside(url, &piece.at), why)
                    .help("write such a character percent-encoded, a `%` as `%25`; a placeholder has two braces: `{{name}}`"),
            );
            None
        }
    };
    let parts = uses.parts(url, &pieces, &Place::Path, fixed, sink)?;
    if let [Part::Text(words)] = parts.as_slice()
        && matches!(words.as_str(), "." | "..")
    {
        let at = offset..offset + segment.len();
        sink.push(
            Diagnostic::error(
                HD0410,
                format!("`{segment}` climbs in the path"),
                inside(url, &at),
                "not a segment",
            )
            .note("clients resolve `.` and `..` before they send, each in its own way")
            .help("write the path that is meant"),
        );
        return None;
    }
    Some(parts)
}

/// A default goes the way of every argument: in a path it must not be empty, `.` or `..`.
fn refuse_default_that_climbs(
    name: &str,
    url: &Spanned<String>,
    piece: &Piece<'_>,
    uses: &mut Uses<'_>,
    sink: &mut Sink,
) -> Option<()> {
    let Some(Some(param)) = uses.take(name) else { return Some(()) };
    let Presence::Default(Json::Text(default)) = &param.presence else { return Some(()) };
    if !matches!(default.as_str(), "" | "." | "..") {
        return Some(());
    }
    let at = exactly_inside(url, &piece.at).unwrap_or(url.span);
    sink.push(
        Diagnostic::error(
            HD0224,
            format!("the default of `{name}` cannot be a path segment"),
            at,
            "stands in the path",
        )
        .note("an empty segment, `.` and `..` would name another resource; at run time they are refused")
        .help("give it another default, or make it required"),
    );
    None
}

/// The author's text with only what a path holds: escapes in upper case, what need not be escaped as it is.
fn encoded(text: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                let (Some(high), Some(low)) = (digit(bytes.next()), digit(bytes.next())) else {
                    return Err("`%` without two hexadecimal digits");
                };
                let value = u8::try_from(high * 16 + low).unwrap_or_default();
                if value < 0x20 || value == 0x7f {
                    return Err("a control character");
                }
                if value.is_ascii_alphanumeric() || matches!(value, b'-' | b'.' | b'_' | b'~') {
                    out.push(char::from(value));
                } else {
                    push_escape(&mut out, value);
                }
            }
            b'{' | b'}' => return Err("a single brace"),
            b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b','
            | b';' | b'=' | b':' | b'@' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => push_escape(&mut out, byte),
        }
    }
    Ok(out)
}

fn push_escape(out: &mut String, byte: u8) {
    out.push('%');
    for digit in [byte >> 4, byte & 15] {
        out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0').to_ascii_uppercase());
    }
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn text_is_normalised_once() {
        for (text, expected) in [
            ("api", Ok("api")),
            ("%2e%2E", Ok("..")),
            ("a%2fb", Ok("a%2Fb")),
            ("ü|", Ok("%C3%BC%7C")),
            ("a%", Err("`%` without two hexadecimal digits")),
            ("a%g0", Err("`%` without two hexadecimal digits")),
            ("%0a", Err("a control character")),
            ("{id}", Err("a single brace")),
        ] {
            assert_eq!(encoded(text).as_deref(), expected.as_ref().copied(), "{text}");
        }
    }
}
