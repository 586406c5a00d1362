//! KX: what Medicare has paid for therapy this year is above the threshold, and going on is necessary (Claims Processing
//! Manual 5 §10.3).

use claim::Evidence;

use super::discipline::Discipline;
use crate::{
    Visit,
    document::{Document, word_position},
    service::Service,
    table::{Days, cell, table},
};

/// Adds KX where the note says that the threshold is reached, or writes an amount above it.
pub(super) fn apply(document: &Document<'_>, visit: &Visit, discipline: Discipline, services: &mut [Service]) {
    let Some(words) = reached(document, visit, discipline).filter(|_| visit.is_medicare()) else { return };
    for service in services {
        service.modifiers.push("KX".to_owned());
        service.evidence.push(words.clone());
    }
}

fn reached(document: &Document<'_>, visit: &Visit, discipline: Discipline) -> Option<Evidence> {
    const REACHED: &[&str] = &[
        "above the threshold",
        "over the threshold",
        "exceeds the threshold",
        "exceeded the threshold",
        "threshold exceeded",
        "threshold met",
        "threshold reached",
        "past the threshold",
        "above threshold",
        "over threshold",
        "exceeds threshold",
        "beyond the threshold",
        "kx applies",
        "kx modifier applies",
        "kx modifier applied",
        "kx added",
        "kx needed",
        "kx required",
        "kx attested",
        "over the cap",
        "above the cap",
        "exceeded the cap",
        "append kx",
        "kx appended",
        "kx modifier appended",
        "apply kx",
        "exceeds the cap",
        "exceeds the kx",
        "above the kx",
        "over the kx",
        "exceeded the kx",
    ];
    const NOT: &[&str] = &["not", "no", "below", "under", "before", "n/a", "until", "if", "when", "once", "will"];
    const SPENT: &[&str] = &[
        "used",
        "ytd",
        "year to date",
        "this year",
        "to date",
        "accrued",
        "this calendar year",
        "so far",
        "spent",
        "allowed",
        "paid",
    ];
    const OF: &[&str] = &[
        "threshold",
        "cap",
        "kx",
        "therapy",
        "benefit",
        "pt/slp",
        "pt+slp",
        "pt + slp",
        "pt and slp",
        "ot",
        "pt",
        "slp",
        "st",
        "medicare",
        "pt/st",
    ];
    let most = table!("therapy_threshold.tsv")
        .find(|row| Days::of(row, 1).covers(visit.served_on))
        .and_then(|row| cell(row, 0).parse::<u32>().ok());
    document.lines().find_map(|(at, line)| {
        let has = |words: &[&str]| words.iter().find_map(|word| word_position(line, word));
        if let Some((start, end)) = has(REACHED) {
            let before = line.get(..start).unwrap_or_default();
            let near: Vec<&str> = before.split_whitespace().rev().take(4).collect();
            let is_denied = near.iter().any(|word| NOT.contains(word));
            return document.evidence(at + start, at + end).filter(|_| !is_denied);
        }
        has(SPENT)?;
        has(OF)?;
        let (_, start, end) = amounts(line).find(|(dollars, start, _)| {
            most.is_some_and(|most| *dollars > most) && is_of(line.get(..*start).unwrap_or_default(), discipline)
        })?;
        document.evidence(at + start, at + end)
    })
}

/// An amount told of the other trades' threshold is none of this one's.
fn is_of(before: &str, discipline: Discipline) -> bool {
    let last = |words: &[&str]| words.iter().filter_map(|word| before.rfind(word)).max();
    let (occupational, others) = (last(&["ot ", "ot:", "occupational"]), last(&["pt", "slp", "physical", "speech"]));
    match discipline {
        Discipline::Occupational => others.is_none() || occupational > others,
        _ => occupational.is_none() || others > occupational,
    }
}

/// Amounts of a line in whole dollars: "$2,512.40".
fn amounts(line: &str) -> impl Iterator<Item = (u32, usize, usize)> + '_ {
    line.match_indices('$').filter_map(|(start, _)| {
        let rest = line.get(start + 1..)?;
        let length = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, ',' | ' '))).unwrap_or(rest.len());
        let digits: String =
            rest.get(..length)?.trim_start().chars().take_while(|c| *c != ' ').filter(char::is_ascii_digit).collect();
        Some((digits.parse().ok()?, start, start + 1 + length))
    })
}
