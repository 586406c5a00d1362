//! Minutes as therapists write them: "25 min", "8:05-8:20", "x 15'", a bare number in a column; and stated totals.

use crate::{
    document::{Document, word_position},
    numeral::cardinal,
};

/// Longest time of one service of one day that is believed.
const MINUTES_MAX: u32 = 600;
/// Longest time of one service that a bare number is believed to mean.
const BARE_MAX: u32 = 120;

/// The first "25 min", "25 minutes", "25'" or "10:02-10:27" of a text, with where it ends.
pub(crate) fn minutes(text: &str) -> Option<(u32, usize)> {
    let written = written(text).or_else(|| spoken(text));
    match (written, clocked(text)) {
        // "10:02-10:35 = 33 min" says it twice.
        (Some(written), Some(clocked)) if clocked.1 < written.1 && clocked.0 != written.0 => Some(clocked),
        (written, clocked) => written.or(clocked),
    }
}

/// "Twenty five minutes", as dictation writes it.
fn spoken(text: &str) -> Option<(u32, usize)> {
    let (start, end) = ["minutes", "minute"].iter().find_map(|word| word_position(text, word))?;
    let mut words = text.get(..start)?.rsplit(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let last = cardinal(words.next()?).filter(|value| *value > 0)?;
    let is_ten = |value: &u32| *value >= 20;
    let tens = words.next().filter(|_| last < 10).and_then(cardinal).filter(is_ten);
    let minutes = last + tens.unwrap_or(0);
    Some((minutes, end))
}

fn written(text: &str) -> Option<(u32, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += 1;
            continue;
        }
        let digits = text.get(at..)?.bytes().take_while(u8::is_ascii_digit).count();
        let end = at + digits;
        let rest = text.get(end..)?;
        let unit = rest.trim_start_matches([' ', '-', '\u{a0}']);
        let skipped = rest.len() - unit.len();
        let length = ["minutes", "minute", "mins", "min", "'", "\u{2032}", "\u{2019}"]
            .iter()
            .find(|w| unit.starts_with(**w))
            .map(|w| w.len())
            .or_else(|| (unit.starts_with('m') && !unit.get(1..)?.starts_with(char::is_alphanumeric)).then_some(1));
        let is_part =
            at > 0 && bytes.get(at - 1) == Some(&b'.') && at > 1 && bytes.get(at - 2).is_some_and(u8::is_ascii_digit);
        if let (Some(length), Ok(value), false) = (length, text.get(at..end)?.parse::<u32>(), is_part) {
            return Some((value, end + skipped + length)).filter(|(m, _)| *m <= MINUTES_MAX);
        }
        at = end;
    }
    None
}

/// The first "8:05-8:20", "0805 to 0820", "8:05 - 8:20 am": the minutes between, with where it ends.
fn clocked(text: &str) -> Option<(u32, usize)> {
    let mut from = 0;
    while let Some(start) = text.get(from..)?.find(|c: char| c.is_ascii_digit()).map(|n| from + n) {
        let (first, end) = clock(text, start)?;
        from = end;
        let rest = text.get(end..)?;
        let gap = rest.trim_start_matches([' ', '\t', '-', '\u{2013}', '\u{2014}', 'a', 'p', 'm']);
        let gap = gap.strip_prefix("to ").unwrap_or(gap);
        let between = rest.get(..rest.len() - gap.len())?;
        let is_joined = between.contains(['-', '\u{2013}', '\u{2014}']) || between.contains("to ")
            // Two times in columns beside each other.
            || between.trim().is_empty() && (between.len() > 1 || between.contains('\t'));
        let (Some(first), true) = (first, is_joined) else { continue };
        let Some((Some(last), end)) = clock(text, end + between.len()) else { continue };
        let last = if last < first { last + 12 * 60 } else { last };
        if let Some(minutes) = last.checked_sub(first).filter(|minutes| (1..=BARE_MAX * 2).contains(minutes)) {
            return Some((minutes, end));
        }
    }
    None
}

/// A time of day at a place: its minutes since midnight, when the number is one, and where the number ends.
fn clock(text: &str, start: usize) -> Option<(Option<u32>, usize)> {
    let digits = |at: usize| text.get(at..).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
    let length = digits(start);
    let end = start + length.max(1);
    if text.get(end..).is_some_and(|rest| rest.starts_with(':')) && (1..=2).contains(&length) && digits(end + 1) == 2 {
        let time = number(start, end).zip(number(end + 1, end + 3)).filter(|(h, m)| *h < 24 && *m < 60);
        return Some((time.map(|(hour, minute)| hour * 60 + minute), end + 3));
    }
    let time = (length == 4).then(|| number(start, start + 2).zip(number(start + 2, end))).flatten();
    Some((time.filter(|(h, m)| *h < 24 && *m < 60).map(|(hour, minute)| hour * 60 + minute), end))
}

/// A bare number that stands for minutes where a column or a total says so: the cell right behind the name, or the last
/// of the line. With its end.
pub(super) fn bare(after: &str) -> Option<(u32, usize)> {
    let rest = after.trim_start_matches(['|', ' ', '\t', ':', '.', '-', '=', 'x', '(', ')', '\u{2013}', '_']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let behind = rest.get(digits..)?;
    // "1 MHz" is a setting, "18  R knee" and "18 (bridges)" have a cell of their own.
    let is_joined = behind.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '%' | '-' | ':'));
    let is_measure = behind.strip_prefix(' ').is_some_and(|next| next.starts_with(char::is_alphabetic));
    let is_whole = !is_joined && !is_measure;
    let is_cell = digits > 0 && (is_whole || behind.starts_with(". ") || behind.trim() == ".");
    if is_cell {
        let number = rest.get(..digits)?.parse().ok().filter(|n| (1..=BARE_MAX).contains(n));
        return Some((number?, after.len() - rest.len() + digits));
    }
    let line = after.trim_end_matches([' ', '\t', '\n', '\r', '|', ')', '.']);
    let number = line.bytes().rev().take_while(u8::is_ascii_digit).count();
    let start = line.len() - number;
    let gap = line.get(..start)?;
    let is_apart = gap.ends_with("  ")
        || gap.ends_with(['\t', '|', '.', '_'])
        || gap.ends_with(' ') && gap.trim_end().ends_with(['|', '.', '_', ':', '-', '=']);
    let value = line.get(start..)?.parse().ok().filter(|n| (1..=BARE_MAX).contains(n))?;
    (number > 0 && is_apart).then_some((value, line.len()))
}

/// Units written instead of minutes: "2 units", "x2u", "1 unit".
pub(super) fn units(text: &str) -> Option<u32> {
    let (start, _) = ["units", "unit", "u"].iter().find_map(|word| {
        let at = text.find(word)?;
        let before = text.get(..at)?.trim_end();
        let ends = text.get(at + word.len()..).is_none_or(|rest| !rest.starts_with(char::is_alphanumeric));
        (ends && before.ends_with(|c: char| c.is_ascii_digit())).then_some((before.len(), at))
    })?;
    let before = text.get(..start)?;
    let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
    before.get(start - digits..)?.parse().ok().filter(|units| (1..=8).contains(units))
}

/// How totals of the timed services, and of the visit, are labelled.
pub(super) const TIMED: &[&str] = &[
    "total timed code treatment minutes",
    "total timed treatment minutes",
    "total timed treatment time",
    "total timed code minutes",
    "total timed minutes",
    "total timed min",
    "timed code treatment minutes",
    "timed code minutes",
    "timed minutes",
    "timed total",
    "total timed",
    "timed min",
    "timed tx",
    "timed codes",
    "timed code",
    "tct",
    "total 1:1",
    "minutes in water",
    "1:1 minutes",
    "1:1 time",
    "one-on-one time",
    "one on one time",
    "direct time",
    "timed:",
];
pub(super) const VISIT: &[&str] = &[
    "total treatment time",
    "total treatment minutes",
    "total treatment",
    "total tx time",
    "total tx",
    "total time",
    "total minutes",
    "total min",
    "total session",
    "session time",
    "session length",
    "session",
    "treatment time",
    "time in/out",
    "total",
];

/// How far behind its label a total may stand.
const TOTAL_BYTES: usize = 40;

/// The first total with one of these labels, with its span in the note.
pub(super) fn stated(document: &Document<'_>, labels: &[&str]) -> Option<(u32, usize, usize)> {
    let lower = document.lower.as_str();
    labels.iter().find_map(|label| {
        let (start, end) = word_position(lower, label.trim_end_matches(':'))?;
        let line = lower.get(end..)?.lines().next()?;
        // "1:1" and "$40" are no minutes.
        let (digits, number) = line.char_indices().filter(|(_, c)| c.is_ascii_digit()).find_map(|(at, _)| {
            let before = line.get(..at)?;
            let number: String = line.get(at..)?.chars().take_while(char::is_ascii_digit).collect();
            let after = line.get(at + number.len()..)?;
            let is_apart = !before.ends_with(|c: char| c.is_ascii_digit() || matches!(c, ':' | '/' | '$' | '.'))
                || before.trim_end().len() < before.len()
                || before.trim() == ":";
            (is_apart && !after.starts_with([':', '/'])).then_some((at, number))
        })?;
        let value = number.parse().ok().filter(|n| (1..=MINUTES_MAX).contains(n) && digits <= TOTAL_BYTES)?;
        Some((value, start, end + digits + number.len()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_in_every_shape() {
        for (text, expected) in [
            ("25 min of it", Some(25)),
            ("x 15'", Some(15)),
            ("(20 minutes)", Some(20)),
            ("8:05-8:20", Some(15)),
            ("0805 to 0825", Some(20)),
            ("11:50 - 12:10 pm", Some(20)),
            ("12:50-1:15", Some(25)),
            ("10:02-10:35 = 33 min", Some(33)),
            ("15m", Some(15)),
            ("twenty five minutes on it", Some(25)),
            ("9:00   9:24   24", Some(24)),
            ("15 mm", None),
            ("3x10", None),
            ("1/5/2026", None),
        ] {
            assert_eq!(minutes(text).map(|(minutes, _)| minutes), expected, "{text}");
        }
        assert_eq!(bare("  18").map(|(n, _)| n), Some(18));
        assert_eq!(bare(" w/ cane, cues ......... 10").map(|(n, _)| n), Some(10));
        assert_eq!(bare(" 3x10 bridges"), None);
        assert_eq!((units("97110 x 2 units"), units("2u"), units("uneven")), (Some(2), Some(2), None));
    }
}
