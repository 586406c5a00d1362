//! Values: dates, times, amounts, identifiers with check digits.

/// The number that ASCII digits make, `None` when one of them is no digit.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number.wrapping_mul(10).wrapping_add(u32::from(digit)))
    })
}

/// The number that eight ASCII digits make.
fn eight_digits(text: &[u8]) -> Option<u32> {
    let digits = u64::from_le_bytes(text.try_into().ok()?) ^ 0x3030_3030_3030_3030;
    // More than nine and this overflow into the highest bit of the byte.
    if (digits | digits.wrapping_add(0x7676_7676_7676_7676)) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    // Neighbours are joined at once: digits to numbers of two, of four, of eight digits.
    let twos = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00FF_00FF_00FF_00FF;
    let fours = twos.wrapping_mul(100).wrapping_add(twos >> 16) & 0x0000_FFFF_0000_FFFF;
    Some(fours.wrapping_mul(10_000).wrapping_add(fours >> 32) as u32)
}

/// A count or place, as `str::parse` reads it.
pub(crate) fn whole(text: &[u8]) -> Option<usize> {
    match text {
        [first, ..] if text.len() < 10 && first.is_ascii_digit() => number(text).map(|number| number as usize),
        _ => std::str::from_utf8(text).ok()?.parse().ok(),
    }
}

/// Whether `text` is a day that exists, CCYYMMDD.
pub(crate) fn is_date(text: impl AsRef<[u8]>) -> bool {
    let text = text.as_ref();
    let Some(day) = eight_digits(text) else { return false };
    let (year, month, day) = (day / 10_000, day / 100 % 100, day % 100);
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
pub(crate) fn is_time(text: impl AsRef<[u8]>) -> bool {
    let text = text.as_ref();
    if !matches!(text.len(), 4 | 6 | 7 | 8) || !text.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let below = |range: std::ops::Range<usize>, limit: u32| {
        text.get(range).is_none_or(|part| number(part).is_some_and(|number| number < limit))
    };
    below(0..2, 24) && below(2..4, 60) && below(4..6, 60)
}

/// Whether a period fits its format qualifier: `None` for a qualifier not known here.
pub(crate) fn is_period(qualifier: &[u8], text: &[u8]) -> Option<bool> {
    let is_moment = |text: &[u8]| text.split_at_checked(8).is_some_and(|(day, time)| is_date(day) && is_time(time));
    let is_range = |text: &[u8]| match (text.get(..8), text.get(8), text.get(9..)) {
        (Some(first), Some(b'-'), Some(last)) => is_date(first) && is_date(last) && first <= last,
        _ => false,
    };
    match qualifier {
        b"D8" => Some(is_date(text)),
        b"RD8" => Some(is_range(text)),
        b"DT" => Some(is_moment(text)),
        b"TM" => Some(is_time(text)),
        _ => None,
    }
}

/// First and last day of an RD8 period; a single day is both.
pub(crate) fn period(text: &[u8]) -> (&[u8], &[u8]) {
    let hyphen = text.iter().position(|byte| *byte == b'-');
    let days = hyphen.and_then(|at| Some((text.get(..at)?, text.get(at.checked_add(1)?..)?)));
    days.unwrap_or((text, text))
}

/// The number of a day that exists, CCYYMMDD, counted so that days can be subtracted from each other.
pub(crate) fn day_number(text: &[u8]) -> Option<i32> {
    if !is_date(text) {
        return None;
    }
    let part =
        |range: std::ops::Range<usize>| text.get(range).and_then(number).and_then(|part| i32::try_from(part).ok());
    let (year, month, day) = (part(0..4)?, part(4..6)?, part(6..8)?);
    // Years begin in March, so that the leap day is the last; 153 days are five months.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day)
}

/// An amount in cents: an optional minus, digits, at most two decimals that count. Empty is zero, as an absent amount.
pub(crate) fn cents(text: impl AsRef<[u8]>) -> Option<i64> {
    let text = text.as_ref();
    let (digits, is_negative) = text.strip_prefix(b"-").map_or((text, false), |rest| (rest, true));
    let (mut cents, mut decimals, mut has_point, mut has_digit) = (0_i64, 0_u32, false, false);
    for byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            has_digit = true;
            decimals = decimals.saturating_add(u32::from(has_point));
            if decimals < 3 {
                cents = cents.checked_mul(10)?.checked_add(i64::from(digit))?;
            } else if digit > 0 {
                return None;
            }
        } else if *byte == b'.' && !has_point {
            has_point = true;
        } else {
            return None;
        }
    }
    if !has_digit {
        return text.is_empty().then_some(0);
    }
    for _ in decimals.min(2)..2 {
        cents = cents.checked_mul(10)?;
    }
    Some(if is_negative { cents.checked_neg()? } else { cents })
}

/// Cents as people write them.
pub(crate) fn amount(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let whole = cents.unsigned_abs();
    format!("{sign}{}.{:02}", whole / 100, whole % 100)
}

/// Whether an NPI has ten digits and its check digit (Luhn over `80840` and the number; CMS, NPI check digit).
pub(crate) fn is_npi(text: &[u8]) -> bool {
    /// What a digit adds in every second place, counted from the check digit.
    const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let Ok(digits) = <[u8; 10]>::try_from(text) else { return false };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let digit = |byte: &u8| u32::from(byte.wrapping_sub(b'0'));
    let doubled = |byte: &u8| DOUBLED.get(usize::from(byte.wrapping_sub(b'0'))).copied().unwrap_or_default();
    let sum: u32 = digits
        .chunks_exact(2)
        .flat_map(|pair| pair.first().map(doubled).into_iter().chain(pair.last().map(digit)))
        .sum();
    // The prefix 80840 always adds 24.
    sum.saturating_add(24).is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_must_exist() {
        assert!(is_date("20240229") && is_date("20261231"));
        assert!(!is_date("20230229") && !is_date("20261301") && !is_date("20260431") && !is_date("2026011"));
        assert!(!is_date("2026０１") && !is_date("2026/101") && !is_date("20:60101") && !is_date("2026010 "));
        assert!(is_time("2359") && is_time("235959") && is_time("23595999"));
        assert!(!is_time("2400") && !is_time("1260") && !is_time("12345"));
        assert_eq!(is_period(b"RD8", b"20260101-20260102"), Some(true));
        assert_eq!(is_period(b"RD8", b"20260102-20260101"), Some(false));
        assert_eq!(is_period(b"DT", b"202601012359"), Some(true));
        assert_eq!(is_period(b"UN", b"1"), None);
    }

    #[test]
    fn days_can_be_subtracted() {
        let between = |from: &str, to: &str| day_number(to.as_bytes()).unwrap() - day_number(from.as_bytes()).unwrap();
        assert_eq!(between("20240228", "20240301"), 2);
        assert_eq!(between("20230228", "20230301"), 1);
        assert_eq!(between("20251231", "20260101"), 1);
        assert_eq!(between("20000101", "20260101"), 9_497);
        assert_eq!(day_number(b"20230229"), None);
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
        assert!(is_npi(b"1234567893"));
        assert!(!is_npi(b"1234567890") && !is_npi(b"123456789") && !is_npi(b"123456789X"));
    }
}
