//! What a scalar without quotes is, by the core schema of YAML 1.2.

use super::{Kind, Text};

/// The kind of a plain scalar.
pub(super) fn resolve(written: &str) -> Kind {
    match written {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        _ => number(written).unwrap_or_else(|| Kind::Text(Text { value: written.to_owned(), plain: true })),
    }
}

fn number(written: &str) -> Option<Kind> {
    let unsigned = written.strip_prefix(['-', '+']).unwrap_or(written);
    let digits = |text: &str, radix: u32| !text.is_empty() && text.chars().all(|c| c.is_digit(radix));
    if let Some(rest) = written.strip_prefix("0x").filter(|rest| digits(rest, 16)) {
        return Some(i64::from_str_radix(rest, 16).map_or(Kind::BadNumber, Kind::Int));
    }
    if let Some(rest) = written.strip_prefix("0o").filter(|rest| digits(rest, 8)) {
        return Some(i64::from_str_radix(rest, 8).map_or(Kind::BadNumber, Kind::Int));
    }
    if digits(unsigned, 10) {
        return Some(written.parse().map_or(Kind::BadNumber, Kind::Int));
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(written, ".nan" | ".NaN" | ".NAN") {
        return Some(Kind::BadNumber);
    }
    if !is_float(unsigned) {
        return None;
    }
    let value = written.parse::<f64>().ok().filter(|value| value.is_finite());
    Some(value.map_or(Kind::BadNumber, Kind::Float))
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_fits = exponent.is_none_or(|text| {
        let text = text.strip_prefix(['-', '+']).unwrap_or(text);
        !text.is_empty() && digits(text)
    });
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty()),
        None => !mantissa.is_empty() && digits(mantissa),
    };
    exponent_fits && mantissa_fits
}

/// What YAML 1.1, which older tools and the Python heddle read, makes of a plain scalar, where it is not what 1.2 makes of
/// it.
pub fn as_older_yaml(written: &str) -> Option<&'static str> {
    let unsigned = written.strip_prefix(['-', '+']).unwrap_or(written);
    let bytes = unsigned.as_bytes();
    match written.to_ascii_lowercase().as_str() {
        "yes" | "on" => return Some("`true`"),
        "no" | "off" => return Some("`false`"),
        _ => {}
    }
    if !bytes.first().is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let only = |allowed: &str| bytes.iter().all(|byte| allowed.as_bytes().contains(byte));
    if bytes.len() > 1 && bytes.first() == Some(&b'0') && only("01234567_") {
        return Some("an octal number");
    }
    if unsigned.starts_with("0b") && bytes.len() > 2 && unsigned.bytes().skip(2).all(|b| b"01_".contains(&b))
    {
        return Some("a binary number");
    }
    if only("0123456789_") && bytes.contains(&b'_') {
        return Some("a number with `_` between its digits");
    }
    let sixties = unsigned.contains(':')
        && unsigned
            .split(':')
            .skip(1)
            .all(|part| part.len() <= 2 && part.parse::<u8>().is_ok_and(|n| n < 60));
    if sixties && only("0123456789:_") {
        return Some("a number in base 60");
    }
    None
}
