//! Moments as text.

/// A time as RFC 3339 in UTC with milliseconds. Later than the year 9999, which RFC 3339 cannot write, counts as its last moment.
pub(crate) fn rfc3339(unix_millis: u64) -> String {
    let unix_millis = unix_millis.min(MAX_TIME);
    let (days, millis) = (unix_millis / DAY, unix_millis % DAY);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (millis / 3_600_000, millis / 60_000 % 60, millis / 1000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", millis % 1000)
}

/// A time as HTTP writes it (RFC 9110 §5.6.7): `Sat, 21 Nov 2026 20:00:00 GMT`.
pub(crate) fn http_date(unix_millis: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let unix_millis = unix_millis.min(MAX_TIME);
    let days = unix_millis / DAY;
    let (year, month, day) = civil(days);
    let name =
        |names: &[&'static str], index: u64| usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default();
    let (weekday, month) = (name(&DAYS, days % 7), name(&MONTHS, month.saturating_sub(1)));
    let time = rfc3339(unix_millis);
    format!("{weekday}, {day:02} {month} {year:04} {} GMT", time.get(11..19).unwrap_or_default())
}

/// Year, month and day in the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
#[expect(clippy::arithmetic_side_effects, reason = "days are below 3 million, and every difference is of a part from its whole")]
fn civil(days_since_1970: u64) -> (u64, u64, u64) {
    // Years begin in March, so that the leap day comes last; eras of 400 years have 146097 days.
    let days = days_since_1970 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let (month, next_year) = if month_from_march < 10 { (month_from_march + 3, 0) } else { (month_from_march - 9, 1) };
    (era * 400 + year_of_era + next_year, month, day)
}

const DAY: u64 = 86_400_000;
/// 9999-12-31T23:59:59.999Z
const MAX_TIME: u64 = 253_402_300_799_999;

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        #[rustfmt::skip]
        let rows = [
            (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (951_868_800_000, "2000-03-01T00:00:00.000Z"),
            (1_704_067_199_001, "2023-12-31T23:59:59.001Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (4_107_456_000_000, "2100-02-28T00:00:00.000Z"),
            (MAX_TIME, "9999-12-31T23:59:59.999Z"),
            (u64::MAX, "9999-12-31T23:59:59.999Z"),
        ];
        for (millis, expected) in rows {
            assert_eq!(rfc3339(millis), expected);
        }
    }

    #[test]
    fn http_dates() {
        for (millis, expected) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_795_291_200_999, "Sat, 21 Nov 2026 20:00:00 GMT"),
            (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (u64::MAX, "Fri, 31 Dec 9999 23:59:59 GMT"),
        ] {
            assert_eq!(http_date(millis), expected);
        }
    }
}
