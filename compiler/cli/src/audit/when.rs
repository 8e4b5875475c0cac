//! Points in time on the command line: `15m` ago, a day, or an RFC 3339 timestamp.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What a `--since` or `--until` means as a timestamp of the log (UTC, six digits).
pub fn timestamp(text: &str) -> Result<String, String> {
    if let Some(ago) = duration(text) {
        let then = SystemTime::now().checked_sub(ago).ok_or("that is before time began")?;
        return Ok(rfc3339(then));
    }
    let day = text.get(..10).filter(|day| is_like(day, "dddd-dd-dd"));
    let Some(day) = day else {
        return Err("write `15m`, `2h`, `3d`, `2026-11-23` or `2026-11-23T10:00:00Z`".into());
    };
    let time = text.get(10..).unwrap_or_default();
    let time = time.strip_prefix(['T', 't', ' ']).unwrap_or(time);
    let time = time.strip_suffix(['Z', 'z']).unwrap_or(time);
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let clock = match clock.len() {
        0 => String::from("00:00:00"),
        5 => format!("{clock}:00"),
        _ => clock.to_owned(),
    };
    if !is_like(&clock, "dd:dd:dd") || fraction.len() > 6 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return Err("the log's times are UTC: write `2026-11-23T10:00:00Z`".into());
    }
    Ok(format!("{day}T{clock}.{fraction:0<6}Z"))
}

fn is_like(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(t, s)| if s == b'd' { t.is_ascii_digit() } else { t == s })
}

fn duration(text: &str) -> Option<Duration> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
    Some(Duration::from_secs(number.checked_mul(seconds)?))
}

/// A point in time the way the log writes it.
pub fn rfc3339(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:06}Z", since.subsec_micros())
}

/// Days since 1970 as a date. Counted in years that begin in March, so that the leap day comes last; 400 years are an era.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_around_leap_days() {
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(11_016), (2000, 2, 29));
        assert_eq!(date(11_017), (2000, 3, 1));
        assert_eq!(date(20_780), (2026, 11, 23));
    }

    #[test]
    fn every_way_to_say_a_time_has_the_shape_of_the_log() {
        assert_eq!(timestamp("2026-11-23").unwrap(), "2026-11-23T00:00:00.000000Z");
        assert_eq!(timestamp("2026-11-23T10:00").unwrap(), "2026-11-23T10:00:00.000000Z");
        assert_eq!(timestamp("2026-11-23T10:00:07.25Z").unwrap(), "2026-11-23T10:00:07.250000Z");
        assert_eq!(timestamp("15m").unwrap().len(), 27);
        assert!(timestamp("1d").unwrap() < timestamp("1h").unwrap());
    }

    #[test]
    fn what_is_not_a_time_is_told_apart() {
        for wrong in ["", "yesterday", "5w", "2026-11-23T10:00:00+02:00", "é", "2026-1-1"] {
            assert!(timestamp(wrong).is_err(), "{wrong}");
        }
    }
}
