//! Values: dates, times, amounts, identifiers with check digits.

/// Whether `text` is a day that exists, CCYYMMDD.
pub(crate) fn is_date(text: &str) -> bool {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(4..6), number(6..8)) else { return false };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day) && year > 0
}

/// Whether `text` is a time of day: HHMM, HHMMSS, and tenths or hundredths of a second.
pub(crate) fn is_time(text: &str) -> bool {
    if !matches!(text.len(), 4 | 6 | 7 | 8) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let below = |range: std::ops::Range<usize>, limit: u32| {
        text.get(range).is_none_or(|part| part.parse::<u32>().is_ok_and(|number| number < limit))
    };
    below(0..2, 24) && below(2..4, 60) && below(4..6, 60)
}

/// Whether a period fits its format qualifier: `None` for a qualifier not known here.
pub(crate) fn is_period(qualifier: &str, text: &str) -> Option<bool> {
    let is_moment = |text: &str| text.split_at_checked(8).is_some_and(|(day, time)| is_date(day) && is_time(time));
    match qualifier {
        "D8" => Some(is_date(text)),
        "RD8" => {
            Some(text.split_once('-').is_some_and(|(first, last)| is_date(first) && is_date(last) && first <= last))
        }
        "DT" => Some(is_moment(text)),
        "TM" => Some(is_time(text)),
        _ => None,
    }
}

/// The first day of a D8 or RD8 period.
pub(crate) fn first_day(text: &str) -> &str {
    text.split_once('-').map_or(text, |(first, _)| first)
}

/// The number of a day that exists, CCYYMMDD, counted so that days can be subtracted from each other.
pub(crate) fn day_number(text: &str) -> Option<i32> {
    if !is_date(text) {
        return None;
    }
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<i32>().ok());
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    // Years begin in March, so that the leap day is the last; 153 days are five months.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day)
}

/// An amount in cents: an optional minus, digits, at most two decimals that count. Empty is zero, as an absent amount.
pub(crate) fn cents(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let (digits, is_negative) = text.strip_prefix('-').map_or((text, false), |rest| (rest, true));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let (kept, rest) = fraction.split_at_checked(2).unwrap_or((fraction, ""));
    if whole.len().saturating_add(fraction.len()) == 0 || !is_number(whole) || !is_number(fraction) {
        return None;
    }
    if rest.bytes().any(|byte| byte != b'0') {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let fraction: i64 = match kept.len() {
        0 => 0,
        1 => kept.parse::<i64>().ok()?.checked_mul(10)?,
        _ => kept.parse().ok()?,
    };
    let total = whole.checked_mul(100)?.checked_add(fraction)?;
    Some(if is_negative { total.checked_neg()? } else { total })
}

/// Cents as people write them.
pub(crate) fn amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let whole = cents.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}

/// Whether an NPI has ten digits and its check digit (Luhn over `80840` and the number; CMS, NPI check digit).
pub(crate) fn is_npi(text: &str) -> bool {
    if text.len() != 10 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let digits = text.bytes().rev().map(|byte| u32::from(byte.saturating_sub(b'0')));
    let sum: u32 = digits.enumerate().map(|(index, digit)| if index % 2 == 1 { doubled(digit) } else { digit }).sum();
    // The prefix 80840 always adds 24.
    sum.saturating_add(24).is_multiple_of(10)
}

const fn doubled(digit: u32) -> u32 {
    if digit > 4 { digit * 2 - 9 } else { digit * 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_must_exist() {
        assert!(is_date("20240229") && is_date("20261231"));
        assert!(!is_date("20230229") && !is_date("20261301") && !is_date("20260431") && !is_date("2026011"));
        assert!(!is_date("2026０１"));
        assert!(is_time("2359") && is_time("235959") && is_time("23595999"));
        assert!(!is_time("2400") && !is_time("1260") && !is_time("12345"));
        assert_eq!(is_period("RD8", "20260101-20260102"), Some(true));
        assert_eq!(is_period("RD8", "20260102-20260101"), Some(false));
        assert_eq!(is_period("DT", "202601012359"), Some(true));
        assert_eq!(is_period("UN", "1"), None);
    }

    #[test]
    fn days_can_be_subtracted() {
        let between = |from, to| day_number(to).unwrap() - day_number(from).unwrap();
        assert_eq!(between("20240228", "20240301"), 2);
        assert_eq!(between("20230228", "20230301"), 1);
        assert_eq!(between("20251231", "20260101"), 1);
        assert_eq!(between("20000101", "20260101"), 9_497);
        assert_eq!(day_number("20230229"), None);
    }

    #[test]
    fn amounts_are_exact() {
        assert_eq!(cents("106.32"), Some(10_632));
        assert_eq!(cents("-.5"), Some(-50));
        assert_eq!(cents("250"), Some(25_000));
        assert_eq!(cents("1.2300"), Some(123));
        assert_eq!(cents(""), Some(0));
        assert_eq!(cents("1.234"), None);
        assert_eq!(cents("12A"), None);
        assert_eq!(cents("."), None);
        assert_eq!(cents("99999999999999999999"), None);
        assert_eq!(amount(-50), "-0.50");
    }

    #[test]
    fn npi_check_digit() {
        assert!(is_npi("1234567893"));
        assert!(!is_npi("1234567890") && !is_npi("123456789") && !is_npi("123456789X"));
    }
}
