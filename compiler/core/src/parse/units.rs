//! Numbers with units.

use super::keys::Unit;

/// What a text with a unit means, or why it means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    /// In the unit that was asked for.
    Is(i64),
    /// A number without a unit.
    Bare,
    /// Not a whole number of that unit, or more than 64 bits.
    TooFine,
    /// Anything else.
    Unreadable,
}

/// Reads `500ms`, `30s`, `2m`, `1h`.
pub(super) fn duration(text: &str, unit: Unit) -> Amount {
    let (number, suffix) = split(text);
    let Ok(number) = number.parse::<i64>() else { return Amount::Unreadable };
    let milliseconds = match suffix {
        "ms" => 1,
        "s" => 1000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "" => return Amount::Bare,
        _ => return Amount::Unreadable,
    };
    let Some(total) = number.checked_mul(milliseconds) else { return Amount::TooFine };
    match unit {
        Unit::Milliseconds => Amount::Is(total),
        Unit::Seconds if total % 1000 == 0 => Amount::Is(total / 1000),
        Unit::Seconds => Amount::TooFine,
    }
}

/// Reads `512B`, `64KiB`, `1MiB`, `1GiB`.
pub(super) fn size(text: &str) -> Amount {
    let (number, suffix) = split(text);
    let Ok(number) = number.parse::<i64>() else { return Amount::Unreadable };
    let bytes = match suffix {
        "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Amount::Unreadable,
    };
    number.checked_mul(bytes).map_or(Amount::TooFine, Amount::Is)
}

/// The binary unit that someone who wrote this one most likely meant.
pub(super) fn binary_unit(text: &str) -> Option<String> {
    let (number, suffix) = split(text);
    let unit = match suffix.to_ascii_lowercase().as_str() {
        "b" | "bytes" => "B",
        "k" | "kb" | "kib" => "KiB",
        "m" | "mb" | "mib" => "MiB",
        "g" | "gb" | "gib" => "GiB",
        _ => return None,
    };
    (!number.is_empty()).then(|| format!("{number}{unit}"))
}

fn split(text: &str) -> (&str, &str) {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, suffix) = text.split_at_checked(digits).unwrap_or((text, ""));
    (number, suffix.trim_start_matches(' '))
}
