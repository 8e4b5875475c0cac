//! Punycode (RFC 3492, section 6.3), one way: only to say how a name that is not ASCII is written.

/// The host as DNS writes it, without the mappings of IDNA beyond lower case.
pub(super) fn host(host: &str) -> Option<String> {
    let labels: Option<Vec<String>> = host
        .to_lowercase()
        .split('.')
        .map(|label| {
            if label.is_ascii() {
                Some(label.to_owned())
            } else {
                encode(label).map(|code| format!("xn--{code}"))
            }
        })
        .collect();
    labels.map(|labels| labels.join("."))
}

fn encode(label: &str) -> Option<String> {
    const BASE: u32 = 36;
    const T_MIN: u32 = 1;
    const T_MAX: u32 = 26;
    // A DNS label is shorter than this in any spelling, and the algorithm is quadratic.
    if label.len() > 256 {
        return None;
    }
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    let total = u32::try_from(label.chars().count()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut next, mut delta, mut bias, mut done) = (128_u32, 0_u32, 72_u32, basic);
    while done < total {
        let least = label.chars().map(u32::from).filter(|c| *c >= next).min()?;
        delta = delta.checked_add((least - next).checked_mul(done + 1)?)?;
        next = least;
        for c in label.chars().map(u32::from) {
            if c < next {
                delta = delta.checked_add(1)?;
            } else if c == next {
                let mut rest = delta;
                let mut step = BASE;
                loop {
                    let threshold = step.saturating_sub(bias).clamp(T_MIN, T_MAX);
                    if rest < threshold {
                        break;
                    }
                    out.push(
                        char::from_digit(threshold + (rest - threshold) % (BASE - threshold), BASE)
                            .map(digit)?,
                    );
                    rest = (rest - threshold) / (BASE - threshold);
                    step += BASE;
                }
                out.push(char::from_digit(rest, BASE).map(digit)?);
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta = delta.checked_add(1)?;
        next += 1;
    }
    Some(out)
}

/// Punycode's digits are `a`-`z` for 0 to 25 and `0`-`9` for 26 to 35; Rust's are the other way round.
fn digit(rust: char) -> char {
    let value = rust.to_digit(36).unwrap_or_default();
    let byte = if value < 26 {
        b'a' + u8::try_from(value).unwrap_or_default()
    } else {
        b'0' + u8::try_from(value - 26).unwrap_or_default()
    };
    char::from(byte)
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / 700 } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > 455 {
        delta /= 35;
        k += 36;
    }
    k + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn names_are_written_as_dns_does() {
        for (name, ascii) in [
            ("bücher.example", "xn--bcher-kva.example"),
            ("münchen.de", "xn--mnchen-3ya.de"),
            ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("аpple.com", "xn--pple-43d.com"),
        ] {
            assert_eq!(host(name).as_deref(), Some(ascii));
        }
    }
}
