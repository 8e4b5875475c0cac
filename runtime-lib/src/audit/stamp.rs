//! Points in time, in UTC.

use crate::text::put_digits;
use std::time::{SystemTime, UNIX_EPOCH};

/// A point in time as the calendar has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    year: u64,
    month: u64,
    day: u64,
    hour: u64,
    minute: u64,
    second: u64,
    micros: u64,
}

impl Stamp {
    /// A clock before 1970 reads as 1970.
    pub fn of(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let (days, rest) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
        let (year, month, day) = civil(days);
        Self {
            year,
            month,
            day,
            hour: rest / 3600,
            minute: rest / 60 % 60,
            second: rest % 60,
            micros: u64::from(since.subsec_micros()),
        }
    }

    /// As in `2026-11-23T03:29:05.000123Z` (RFC 3339).
    pub fn write(self, out: &mut Vec<u8>) {
        self.put(out, b"-", b":", b".");
    }

    /// As in `20261123T032905000123Z`, for file names: they sort by time.
    pub fn compact(self) -> String {
        let mut out = Vec::with_capacity(22);
        self.put(&mut out, b"", b"", b"");
        String::from_utf8_lossy(&out).into_owned()
    }

    fn put(self, out: &mut Vec<u8>, dash: &[u8], colon: &[u8], dot: &[u8]) {
        let parts: [(u64, usize, &[u8]); 7] = [
            (self.year, 4, dash),
            (self.month, 2, dash),
            (self.day, 2, b"T"),
            (self.hour, 2, colon),
            (self.minute, 2, colon),
            (self.second, 2, dot),
            (self.micros, 6, b"Z"),
        ];
        for (value, width, after) in parts {
            put_digits(out, value, width);
            out.extend_from_slice(after);
        }
    }
}

/// Year, month and day of the day that is `days` after 1970-01-01 (proleptic Gregorian calendar). Years are
/// counted from March, so that the leap day is the last of its year.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468; // since 0000-03-01
    let (era, of_era) = (days / 146_097, days % 146_097); // 400 years
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn text(seconds: u64, micros: u32) -> String {
        let mut out = Vec::new();
        Stamp::of(UNIX_EPOCH + Duration::new(seconds, micros * 1000)).write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn known_times_are_written_as_the_calendar_has_them() {
        assert_eq!(text(0, 0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(text(951_782_399, 999_999), "2000-02-28T23:59:59.999999Z");
        assert_eq!(text(951_782_400, 1), "2000-02-29T00:00:00.000001Z");
        assert_eq!(text(1_709_251_199, 0), "2024-02-29T23:59:59.000000Z");
        assert_eq!(text(1_795_404_545, 123), "2026-11-23T03:29:05.000123Z");
        assert_eq!(text(4_107_542_400, 0), "2100-03-01T00:00:00.000000Z");
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let leap = |y: u64| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..146_097 {
            assert_eq!(civil(days), (year, month, day));
            let last = match month {
                2 => 28 + u64::from(leap(year)),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > last {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }

    #[test]
    fn the_form_for_file_names_sorts_and_holds_no_separators() {
        assert_eq!(
            Stamp::of(UNIX_EPOCH + Duration::new(951_782_400, 7000)).compact(),
            "20000229T000000000007Z"
        );
    }
}
