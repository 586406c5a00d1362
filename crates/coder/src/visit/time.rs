//! The clinician's total time on the day, as stated: in figures or in words, in minutes or hours.

use claim::Evidence;

use super::phrase;
use crate::{
    document::{Document, Token},
    numeral,
};

/// A stated duration by its tokens.
struct Stated {
    minutes: u32,
    start: usize,
    end: usize,
}

/// Longer than this nobody sees one patient in a day.
const MINUTES_MAX: u32 = 600;

/// The total time with its words: a total before single parts, which are added.
pub(super) fn total(document: &Document<'_>) -> Option<(u32, Evidence)> {
    let (time, other, apart) = (phrase::words("time"), phrase::words("other time"), phrase::words("apart"));
    document.sentences.iter().filter(|s| phrase::is_of_today(s)).find_map(|sentence| {
        let lower = document.lower_of(sentence);
        // "35 minutes, not counting 7 minutes of advice": what is told apart is no part of it.
        let cut = phrase::stands(lower, &apart).first().map_or(lower.len(), |(start, _)| *start);
        let is_before = cut > 0 && stated(document.tokens_of(sentence)).iter().any(|s| s.end <= sentence.start + cut);
        let own = if is_before { lower.get(..cut)? } else { lower };
        if phrase::stands(own, &time).is_empty() || is_before && !phrase::stands(own, &other).is_empty() {
            return None;
        }
        if !is_before && cut == lower.len() && !phrase::stands(own, &other).is_empty() {
            return None;
        }
        let all = stated(document.tokens_of(sentence));
        let parts: Vec<&Stated> = all.iter().filter(|s| !is_before || s.end <= sentence.start + cut).collect();
        let total = phrase::stands(own, &["total"]).first().map(|(start, _)| sentence.start + start);
        let is_split =
            !phrase::stands(own, &["of which", "including", "includes", "with", "more than half", "greater than"])
                .is_empty();
        let chosen = match total {
            Some(at) => parts.iter().min_by_key(|s| if s.start > at { s.start - at } else { at - s.end.min(at) }),
            None if cut == 0 => parts.last(),
            None => parts.first(),
        }?;
        let (first, last) = (parts.first()?, parts.last()?);
        let is_sum = total.is_none() && !is_split && cut > 0;
        let minutes =
            if is_sum { parts.iter().map(|s| s.minutes).fold(0, u32::saturating_add) } else { chosen.minutes };
        let (start, end) = if is_sum { (first.start, last.end) } else { (chosen.start, chosen.end) };
        let from = total.map_or(start, |at| at.min(start));
        (minutes > 0 && minutes <= MINUTES_MAX)
            .then_some((minutes, document.evidence(from, end.max(total.unwrap_or(end)))?))
    })
}

/// The minutes of a month: the total that the log states, else the sum of its entries.
pub(super) fn of_month(document: &Document<'_>) -> Option<(u32, Evidence)> {
    let all = document.sentences.iter().flat_map(|sentence| {
        let is_total =
            !phrase::stands(document.lower_of(sentence), &["total", "sum", "cumulative", "altogether"]).is_empty();
        stated(document.tokens_of(sentence)).into_iter().map(move |stated| (is_total, stated))
    });
    let (totals, entries): (Vec<_>, Vec<_>) = all.partition(|(is_total, _)| *is_total);
    let (_, total) = totals.into_iter().next_back().unzip();
    let sum = || entries.iter().map(|(_, s)| s.minutes).fold(0, u32::saturating_add);
    let (first, last) = (entries.first().map(|(_, s)| s.start), entries.last().map(|(_, s)| s.end));
    let (minutes, start, end) = match total {
        Some(Stated { minutes, start, end }) => (minutes, start, end),
        None => (sum(), first?, last?),
    };
    Some((minutes, document.evidence(start, end)?))
}

/// Every duration of a sentence: `45 min`, `forty-five minutes`, `1 hour and 10 minutes`.
fn stated(tokens: &[Token]) -> Vec<Stated> {
    let mut found: Vec<Stated> = Vec::new();
    let mut number: Option<(u32, usize)> = None;
    let mut is_after_hours = false;
    for token in tokens {
        let word = token.stem.as_str();
        if let Some(value) = value(word) {
            // "forty", "five": tens and units are one number.
            number = match number {
                Some((tens, start)) if tens >= 20 && tens % 10 == 0 && value < 10 => Some((tens + value, start)),
                _ => Some((value, token.start)),
            };
            continue;
        }
        let unit = match word {
            "minute" | "min" | "mins" => 1,
            "hour" | "hr" | "hrs" => 60,
            "and" => continue,
            _ => 0,
        };
        if let Some((value, start)) = number.take().filter(|_| unit > 0) {
            let minutes = value.saturating_mul(unit);
            match found.last_mut().filter(|_| is_after_hours && unit == 1) {
                Some(hours) => (hours.minutes, hours.end) = (hours.minutes.saturating_add(minutes), token.end),
                None => found.push(Stated { minutes, start, end: token.end }),
            }
            is_after_hours = unit == 60;
        } else {
            is_after_hours = false;
        }
    }
    found
}

fn value(word: &str) -> Option<u32> {
    numeral::cardinal(word).or_else(|| word.parse().ok().filter(|n| *n <= MINUTES_MAX))
}
