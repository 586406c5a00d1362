//! Loaded miles: as stated, else between the readings of the odometer.

use claim::Evidence;

use super::word_position;
use crate::document::Document;

/// Miles as billed: in tenths below a hundred, from there the next whole mile (Claims Processing Manual 15 §30.1.2).
pub(super) fn billed(tenths: u32) -> (u32, u32) {
    if tenths < 1000 { (tenths / 10, tenths % 10) } else { (tenths.div_ceil(10), 0) }
}

/// A number of a line, in hundredths.
struct Number<'t> {
    value: u32,
    start: usize,
    end: usize,
    before: &'t str,
    after: &'t str,
}

/// Loaded miles in tenths, rounded up, with their words.
pub(super) fn loaded(document: &Document<'_>) -> Option<(u32, Evidence)> {
    let lines: Vec<(usize, Vec<Number<'_>>)> = document.lines().map(|(at, line)| (at, numbers(line))).collect();
    let stated = |sureness: u8| {
        lines.iter().find_map(|(at, numbers)| {
            let number = numbers.iter().find(|number| number.value > 0 && miles(number) == sureness)?;
            Some((number.value, document.evidence(at + number.start, at + number.end)?))
        })
    };
    let (hundredths, words) = stated(2).or_else(|| driven(document, &lines)).or_else(|| stated(1))?;
    Some((hundredths.div_ceil(10), words))
}

/// 2 for loaded miles, 1 for miles, 0 for anything else: the words right beside the number say so.
fn miles(number: &Number<'_>) -> u8 {
    const MILES: &[&str] = &["miles", "mile", "mi", "mileage"];
    const LOADED: &[&str] = &["loaded", "patient", "transport", "pt"];
    const OTHER: &[&str] = &[
        "base",
        "unloaded",
        "response",
        "return",
        "empty",
        "away",
        "closer",
        "farther",
        "further",
        "nearest",
        "mph",
        "hour",
        "walk",
        "walks",
        "walked",
        "run",
        "runs",
        "marker",
        "mile marker",
        "at mile",
        "odometer",
        "odo",
        "to scene",
    ];
    let has = |text: &str, words: &[&str]| words.iter().any(|word| word_position(text, word).is_some());
    // Up to the next number or the end of the clause.
    let after = number
        .after
        .split(|c: char| c.is_ascii_digit() || matches!(c, '.' | ';' | ',' | '(' | '|'))
        .next()
        .unwrap_or_default();
    let before = number
        .before
        .rsplit(|c: char| c.is_ascii_digit() || matches!(c, '.' | ';' | ',' | '|'))
        .next()
        .unwrap_or_default();
    let is_next = MILES.iter().chain(LOADED).chain(&["statute", "ground", "air", "total"]).any(|word| {
        word_position(after, word).is_some_and(|(at, _)| after.get(..at).is_some_and(|gap| gap.trim().is_empty()))
    });
    let text = if is_next && has(after, MILES) { after } else { before };
    if !has(text, MILES) || has(text, OTHER) || has(after, &["away", "marker"]) {
        return 0;
    }
    1 + u8::from(has(text, LOADED) || has(before, LOADED))
}

/// The miles between two readings: those at the scene and at the destination where more are written.
fn driven(document: &Document<'_>, lines: &[(usize, Vec<Number<'_>>)]) -> Option<(u32, Evidence)> {
    const ODOMETER: &[&str] = &["odometer", "odo", "odom", "mileage", "miles", "mi"];
    const LOADED: &[&str] = &[
        "scene",
        "loaded",
        "load",
        "depart",
        "departed",
        "pickup",
        "pick up",
        "start",
        "begin",
        "beg",
        "origin",
        "transport",
        "from",
        "left",
        "en route hospital",
        "transporting",
    ];
    const UNLOADED: &[&str] = &[
        "hospital",
        "hosp",
        "dest",
        "destination",
        "arrive",
        "arrived",
        "arrival",
        "end",
        "ending",
        "facility",
        "unloaded",
        "at dest",
        "to",
        "drop",
        "dropped",
        "stop",
        "ed",
    ];
    let has = |text: &str, words: &[&str]| words.iter().any(|word| word_position(text, word).is_some());
    let mut readings: Vec<(u32, usize, usize, &str)> = Vec::new();
    let mut is_open = false;
    for (at, numbers) in lines {
        for (index, number) in numbers.iter().enumerate() {
            let label = index
                .checked_sub(1)
                .and_then(|i| numbers.get(i))
                .map_or(number.before, |last| number.before.get(last.end..).unwrap_or_default());
            is_open = has(label, ODOMETER) || is_open && index > 0;
            // A reading of a clock has four digits and no decimals, one of an odometer may have.
            if is_open && !number.after.starts_with([':', '/']) {
                readings.push((number.value, at + number.start, at + number.end, label));
            }
            is_open = is_open && !number.after.starts_with(". ");
        }
    }
    let of = |names: &[&str]| readings.iter().find(|(_, _, _, label)| has(label, names));
    let by_label =
        of(LOADED).zip(readings.iter().rev().find(|(_, _, _, label)| has(label, UNLOADED) && !has(label, LOADED)));
    let plausible = |low: u32, high: u32| high.checked_sub(low).filter(|driven| (1..100_000).contains(driven));
    if readings.len() > 2
        && let Some((low, high)) = by_label
        && let Some(miles) = plausible(low.0, high.0)
    {
        return Some((miles, document.evidence(low.1.min(high.1), low.2.max(high.2))?));
    }
    let (index, low) = readings.iter().enumerate().find(|(index, low)| {
        readings.get(index + 1..).unwrap_or_default().iter().any(|high| plausible(low.0, high.0).is_some())
    })?;
    let high = readings.get(index + 1..)?.iter().find(|high| plausible(low.0, high.0).is_some())?;
    Some((plausible(low.0, high.0)?, document.evidence(low.1, high.2)?))
}

/// The numbers of a line, "50,112.4" being one.
fn numbers(line: &str) -> Vec<Number<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = line.get(at..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit())).map(|n| at + n) {
        let rest = line.get(start..).unwrap_or_default();
        let length = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ','))).unwrap_or(rest.len());
        let written = rest.get(..length).unwrap_or_default().trim_end_matches(['.', ',']);
        let end = start + written.len();
        if let (Some(value), Some(before), Some(after)) = (hundredths(written), line.get(..start), line.get(end..)) {
            found.push(Number { value, start, end, before, after });
        }
        at = (start + length).max(start + 1);
    }
    found
}

fn hundredths(text: &str) -> Option<u32> {
    let plain = text.replace(',', "");
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    if part.len() > 2 || !part.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(format!("{part:0<2}").parse().ok()?)
}
